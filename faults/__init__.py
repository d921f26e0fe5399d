"""Faults: what the stateful tests must catch, as patches of the metastore."""
