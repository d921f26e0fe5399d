"""Profile ``pr-67299``: the documentation under review is the law."""

from __future__ import annotations

from typing import Final

from state_store_spec.oracle.retention import (
    naive_refused,
    no_default,
    refused_unless_later,
    retention_as_given,
    time_based_rule_at_collection,
)
from state_store_spec.profiles.profile import Profile

PROFILE: Final = Profile(
    name="pr-67299",
    title="the documentation of the state store as reviewed in pull request 67299",
    stored_retention=retention_as_given,
    default_expiry=no_default,
    refused_retention=refused_unless_later,
    refused_naive_expiry=naive_refused,
    time_based_rule=time_based_rule_at_collection,
    collection_sweeps_orphans=True,
    removal_needs_parent=False,
    success_clears_objects=False,
    server_side_names=True,
    never_expire_method=True,
    async_task_accessor=True,
)
