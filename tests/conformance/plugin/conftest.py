"""What every session within a session needs is imported once, outside of them.

Each of them forgets in the end what it has imported, and Hypothesis takes a while.
"""

from __future__ import annotations

from importlib import import_module

for name in (
    "state_store_conformance.pytest_plugin.conformance_class",
    "state_store_conformance.pytest_plugin.target_items",
    "state_store_conformance.tiers.random_traces",
):
    import_module(name)
