"""A metastore that is only described: enough to enumerate what can be asked of one."""

from __future__ import annotations

from dataclasses import dataclass

from state_store_conformance.target import METASTORE_CAPABILITIES
from state_store_spec.claims import NO_CLAIMS, Claims
from state_store_spec.limits import METASTORE_LIMITS, Limits


@dataclass(frozen=True, slots=True)
class DescribedMetastore:
    """What is toured by the oracle alone: everything that the law knows of."""

    name: str = "metastore"
    title: str = "a metastore"
    capabilities: frozenset[str] = METASTORE_CAPABILITIES
    limits: Limits = METASTORE_LIMITS
    claims: Claims = NO_CLAIMS
