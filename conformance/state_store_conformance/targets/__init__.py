"""Targets, and what several kinds of them share."""
