"""Timelines of counterexamples: read off a trace, laid out, and drawn as SVG."""
