"""The server's side of the boundary that stands where Airflow's Execution API stands.

``server`` is what accessors and people call; ``crossing`` is what goes through it, for those who
watch; ``parents`` finds dag runs and active assets; ``listing`` reads the tables for people.
"""

from __future__ import annotations

from state_store_reference.boundary.crossing import Crossing
from state_store_reference.boundary.errors import ListingNotSupportedError
from state_store_reference.boundary.listing import ListedState
from state_store_reference.boundary.server import ServerBoundary

__all__ = ["Crossing", "ListedState", "ListingNotSupportedError", "ServerBoundary"]
