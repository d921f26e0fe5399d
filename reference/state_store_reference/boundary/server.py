"""``ServerBoundary``: what workers reach of the server, and what people read there."""

from __future__ import annotations

from state_store_reference.boundary.asset_requests import AssetRequests
from state_store_reference.boundary.people import PeopleRequests
from state_store_reference.boundary.task_requests import TaskRequests


class ServerBoundary(TaskRequests, AssetRequests, PeopleRequests):
    """Stands where Airflow's Execution API stands, between the workers and the backend.

    It finds the active asset behind a name or a uri and hands the backend its ``asset_id``
    ("Server-side operations (REST API calls) provide ``asset_id``"). It refuses to write below a
    dag run that does not exist, because a custom backend cannot know that. It treats every backend
    alike, but for the listings, which only a metastore can give.

    Each request is a transaction of its own.

    Args:
        backend: the one that ``[state_store] backend`` names.
        engine: of the Airflow metadata database.
        async_engine: of the same database, for the async methods.
        recorder: told of everything that crosses.
    """
