"""Exhaustive small scope: every transition of a small universe, and not only some of them.

The oracle enumerates what a store can come to in a universe of a few places, values and durations
(:mod:`~state_store_conformance.exhaustive.graph`). A tour then takes a target through every
transition (:mod:`~state_store_conformance.exhaustive.tour`), as ordinary traces.
"""
