"""A small universe: a handful of places, values and durations, and all that can happen to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from state_store_conformance.applicability import needed_by
from state_store_conformance.exhaustive.renaming import Symbol
from state_store_conformance.target import OWN_EXPIRY
from state_store_spec.operations import Advance, ChangeSettings, Operation, Set
from state_store_spec.oracle.world import World
from state_store_spec.places import rows_of
from state_store_spec.profiles import Profile
from state_store_spec.profiles.language import not_said
from state_store_spec.trace import Trace

TIME_PASSES: Final = Advance(by=timedelta(0))
"""Time passes to the next moment at which something else can happen; how long depends on then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallUniverse:
    """What is enumerated.

    Attributes:
        name: as the report says it.
        title: one line for people.
        beginning: a trace without steps: the settings and the universe of the first world.
        operations: everything that can happen; renaming the symbols of a role makes one of them
            of each. :data:`TIME_PASSES` stands for any time that passes.
        most_rows: the most rows at once; what would write one more does not happen.
        roles: the symbols that differ in nothing but their names.
        transitions: how many there are by the default profile, of a target that can do everything.
    """

    name: str
    title: str
    beginning: Trace
    operations: tuple[Operation, ...]
    most_rows: int
    roles: tuple[tuple[Symbol, ...], ...] = ()
    transitions: int

    def operations_for(
        self, capabilities: frozenset[str], profile: Profile
    ) -> tuple[Operation, ...]:
        """Give the operations that a target of these capabilities can do, and the profile can say.

        When rows of a store with an expiry of its own end is a matter of its claims, which no
        region of time tells, so nothing is written there with an expiry.
        """
        lasts = OWN_EXPIRY not in capabilities
        return tuple(
            operation
            for operation in self.operations
            if needed_by(self.beginning.with_operations((operation,))) <= capabilities
            and next(not_said(operation, profile), None) is None
            and (lasts or not isinstance(operation, Set) or operation.expires_in is None)
        )

    def contains(self, world: World) -> bool:
        """Say whether a world has no more rows than are looked at."""
        return len(rows_of(world)) <= self.most_rows

    @property
    def retention_days(self) -> tuple[int, ...]:
        """Every ``default_retention_days`` that the settings can have."""
        changes = (
            operation.default_retention_days
            for operation in self.operations
            if isinstance(operation, ChangeSettings)
        )
        days = {self.beginning.settings.default_retention_days, *changes}
        return tuple(sorted(number for number in days if number is not None))
