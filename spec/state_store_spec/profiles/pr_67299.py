"""Profile ``pr-67299``: the documentation under review is the law."""

from __future__ import annotations

from typing import Final

from state_store_spec.oracle.retention import retention_as_given, time_based_rule_at_collection
from state_store_spec.profiles.profile import Profile

PROFILE: Final = Profile(
    name="pr-67299",
    title="the documentation of the state store as reviewed in pull request 67299",
    stored_retention=retention_as_given,
    time_based_rule=time_based_rule_at_collection,
    collection_sweeps_orphans=True,
)
