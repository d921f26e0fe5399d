"""Profile ``airflow-3.3``: what the released Airflow 3.3 documents is the law.

Its pages, the descriptions of its settings, its docstrings and its command's help say what must
hold; where they contradict each other, its code decides between them.
"""

from __future__ import annotations

from typing import Final

from state_store_spec.oracle.retention import (
    default_at_write,
    expired_at_collection,
    expiry_alone,
    naive_refused_for_tasks,
    refused_past_the_end_of_time,
)
from state_store_spec.profiles.profile import Profile

_NO_FALLBACK: Final = "no row is due by anything but its expiry"
_NO_FLAG: Final = "no row has the flag of a key that never expires"
_NO_SWEEP_BY_COMMAND: Final = "the command sweeps no orphans"

PROFILE: Final = Profile(
    name="airflow-3.3",
    title="what the released Airflow 3.3 documents of its task and asset state store",
    stored_retention=expiry_alone,
    default_expiry=default_at_write,
    refused_retention=refused_past_the_end_of_time,
    refused_naive_expiry=naive_refused_for_tasks,
    time_based_rule=expired_at_collection,
    collection_sweeps_orphans=False,
    removal_needs_parent=True,
    success_clears_objects=True,
    server_side_names=False,
    never_expire_method=False,
    async_task_accessor=False,
    named_otherwise={
        "ACCESS-2": "ACCESS-8",
        "ACCESS-3": "ACCESS-9",
        "ACCESS-5": "ACCESS-10",
        "ACCESS-7": "ACCESS-11",
        "BOUND-3": "BOUND-7",
        "BOUND-4": "ACCESS-9",
        "BOUND-6": "BOUND-8",
        "CONF-7": "CONF-9",
        "GC-2": "GC-14",
        "GC-3": "GC-14",
        "GC-4": "GC-14",
        "GC-5": "GC-14",
        "ORPHAN-1": "GC-16",
        "ORPHAN-2": "GC-16",
        "ORPHAN-3": "ORPHAN-8",
        "ORPHAN-5": "GC-16",
        "RET-2": "RET-11",
        "RET-4": "RET-12",
        "RET-5": "RET-12",
        "RET-7": "RET-13",
        "RET-8": "RET-14",
        "RET-9": "METHOD-3",
        "SUCCESS-6": "SUCCESS-1",
        "VALUE-1": "VALUE-6",
        "VALUE-3": "VALUE-5",
        "WORKER-7": "WORKER-17",
        "WORKER-8": "WORKER-18",
        "WORKER-11": "WORKER-19",
    },
    out_of_reach={
        "both-time-based-rules-have-rows": _NO_FALLBACK,
        "row-past-fallback-read-before-collection": _NO_FALLBACK,
        "dag-run-deleted-with-never-expire": _NO_FLAG,
        "dry-run-with-orphans": _NO_SWEEP_BY_COMMAND,
        "orphans-fill-several-batches": _NO_SWEEP_BY_COMMAND,
    },
)
