"""Messages between the parent and the child, as frozen data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from state_store_conformance.applicability import needed_by
from state_store_conformance.inspection import Inspected
from state_store_conformance.target import WORKER_SIDE, Target
from state_store_spec.answers import NoAnswer, Raised, Reading, Value
from state_store_spec.claims import NO_CLAIMS, Claims
from state_store_spec.limits import METASTORE_LIMITS, Limits
from state_store_spec.operations import Get
from state_store_spec.trace import Observation, Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a target that was entered says of itself, and what it was found to be.

    Attributes:
        name: how it is given on the command line.
        title: one line for people.
        capabilities: what can be asked of it.
        limits: the keys and values it has to hold.
        claims: what its author promises.
        versions: of what is judged and what it runs on.
        inspected: what was looked at without a trace.
        hosted: the server that stands behind it where it is a worker-side backend.
    """

    name: str
    title: str
    capabilities: frozenset[str]
    limits: Limits = METASTORE_LIMITS
    claims: Claims = NO_CLAIMS
    versions: Mapping[str, str] = field(default_factory=dict[str, str])
    inspected: tuple[Inspected, ...] = ()
    hosted: Facts | None = None

    @classmethod
    def of(cls, target: Target) -> Facts:
        """Take down what a target says that was entered."""
        hosted: Target | None = getattr(target, "hosted", None)
        return cls(
            name=target.name,
            title=target.title,
            capabilities=target.capabilities,
            limits=target.limits,
            claims=target.claims,
            versions=target.versions(),
            inspected=tuple(getattr(target, "inspected", ())),
            hosted=None if hosted is None else cls.of(hosted),
        )

    def for_trace(self, trace: Trace) -> Facts:
        """Give the facts of what the trace is run on."""
        return self.hosted if self.hosted is not None and _is_of_hooks(trace) else self


@dataclass(frozen=True, slots=True)
class RunTrace:
    """The parent wants a trace to be run."""

    trace: Trace


@dataclass(frozen=True, slots=True)
class Stop:
    """The parent has seen enough of the trace that is being run."""


@dataclass(frozen=True, slots=True)
class Entered:
    """The child has entered the target."""

    facts: Facts


@dataclass(frozen=True, slots=True)
class NotEmpty:
    """The store was not empty before anything was done: this trace shows it, and is run instead."""

    trace: Trace


@dataclass(frozen=True, slots=True)
class Observed:
    """The child has done the next operation.

    Attributes:
        observation: what was seen, without what was read back.
        read: what was read back, as far as it can be said in few words: the value alone, for each
            of :func:`~state_store_conformance.reading_back.places_to_read`. Both sides know the
            places, and there are many of them.
    """

    observation: Observation
    read: tuple[str | Raised | NoAnswer | None, ...] | None

    @classmethod
    def of(cls, observation: Observation) -> Observed:
        """Take what was read back out of the observation."""
        if observation.read is None:
            return cls(observation, None)
        read = (reading.answer for reading in observation.read)
        shortened = (found.value if isinstance(found, Value) else found for found in read)
        return cls(replace(observation, read=None), tuple(shortened))

    def whole(self, places: Iterable[Get]) -> Observation:
        """Put it back in."""
        if self.read is None:
            return self.observation
        readings = (
            Reading(
                scope=place.scope,
                key=place.key,
                answer=Value(found) if found is None or isinstance(found, str) else found,
            )
            for place, found in zip(places, self.read, strict=True)
        )
        return replace(self.observation, read=tuple(readings))


@dataclass(frozen=True, slots=True)
class Ended:
    """The child has closed the store of the trace."""


@dataclass(frozen=True, slots=True)
class Broke:
    """Something other than the backend broke in the child.

    Attributes:
        error: the name of the error's type.
        message: its text.
        usage: whether who asked has to mend it.
        lines: the end of its traceback.
    """

    error: str
    message: str
    usage: bool
    lines: str = ""


def _is_of_hooks(trace: Trace) -> bool:
    return WORKER_SIDE in needed_by(trace)


Message: TypeAlias = Entered | NotEmpty | Observed | Ended | Broke
"""What a child sends."""
