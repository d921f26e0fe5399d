"""What can be judged: a target starts a fresh store for each trace.

A target speaks in symbols on both sides. It turns the symbols of an operation into texts by the
naming of the trace, and the texts that it reads back into symbols.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Final, Protocol, Self

from state_store_spec.answers import Answer, Raised, StoredObject, StoredRow
from state_store_spec.claims import Claims
from state_store_spec.limits import Limits
from state_store_spec.operations import Operation
from state_store_spec.trace import Trace

ACCESSORS: Final = "accessors"
ASYNC: Final = "async"
ASYNC_AROUND: Final = "async-around"
COLLECTION: Final = "collection"
DURABLE: Final = "durable"
EXACT_LIMITS: Final = "exact-limits"
KEEPS_EXPIRED: Final = "keeps-expired-rows"
NEVER_EXPIRE: Final = "never-expire-flag"
NEVER_EXPIRE_PAIR: Final = "never-expire-pair"
ORPHAN_SWEEP: Final = "orphan-sweep"
OWN_COLLECTION: Final = "own-collection"
OWN_EXPIRY: Final = "own-expiry"
OWN_LIMITS: Final = "own-limits"
PROMPT_EXPIRY: Final = "prompt-expiry"
REFERENTIAL: Final = "referential"
SESSIONS: Final = "sessions"
SIDE_DOOR: Final = "stored-rows"
STATEMENTS: Final = "statements"
TASK_INSTANCES: Final = "task-instances"
UNICODE_KEYS: Final = "unicode-keys"
WORKER_SIDE: Final = "worker-side"

CAPABILITIES: Final[Mapping[str, str]] = {
    ACCESSORS: "accessors and people call it through a server boundary",
    ASYNC: "the async variants of the methods can be called",
    ASYNC_AROUND: "task instances are moved, and keys listed, by async calls as well",
    COLLECTION: "garbage collection can be run",
    DURABLE: "a new instance of the backend finds what another has written",
    EXACT_LIMITS: "what lies beyond the limits has to be refused",
    KEEPS_EXPIRED: "time alone ends no row",
    NEVER_EXPIRE: "a key that never expires is stored with a flag",
    NEVER_EXPIRE_PAIR: "the pair that writes a key which never expires can be called",
    ORPHAN_SWEEP: "the scheduler's sweep of orphaned asset state can be run",
    OWN_COLLECTION: "a collection of the store's own can be run",
    OWN_EXPIRY: "rows end by themselves",
    OWN_LIMITS: "what lies beyond the limits may be refused or held",
    PROMPT_EXPIRY: "rows end by themselves, and promptly",
    REFERENTIAL: "dag runs and assets are known and can be added, renamed and deleted",
    SESSIONS: "calls take a session of the caller",
    SIDE_DOOR: "all stored rows can be read past the backend",
    STATEMENTS: "the statements of a collection can be seen",
    TASK_INSTANCES: "task instances can be moved from state to state",
    UNICODE_KEYS: "every Unicode key of up to 512 characters is held",
    WORKER_SIDE: "a worker-side backend can be configured, and its store can be looked into",
}
"""What a target may be able to do, each with one line for people."""

CLAIMED_ALONE: Final = frozenset({OWN_COLLECTION, OWN_EXPIRY, OWN_LIMITS, PROMPT_EXPIRY})
"""What only the author of a backend can claim for it."""

METASTORE_CAPABILITIES: Final = frozenset(CAPABILITIES) - CLAIMED_ALONE
"""What can be asked of a metastore with all that is around it."""


class Store(Protocol):
    """A store in the universe of one trace."""

    def apply(self, operation: Operation) -> Answer:
        """Do the operation now and say what it answered.

        Never called for ``Advance``: who runs the trace moves the clock. An error of the backend
        is an answer (:func:`raised`); what leaves this method is an error of the engine.
        """
        ...

    def stored(self) -> tuple[StoredRow, ...] | None:
        """Read every row past the backend; ``None`` where there is no side door."""
        ...

    def close(self) -> None:
        """End the store; another one may be started."""
        ...


class WatchedStore(Store, Protocol):
    """A store with something around it, where its target has the capability.

    It is asked right after :meth:`Store.apply`.
    """

    def objects(self) -> tuple[StoredObject, ...]:
        """Give everything that the worker-side store holds (:data:`WORKER_SIDE`).

        A reference is given as the symbol that
        :func:`state_store_spec.oracle.references.reference_to` has for the scope and the key it
        was made for last, or as itself where it has taken the place of no other.
        """
        ...

    def crossed(self) -> tuple[str, ...]:
        """Give the values that crossed the boundary in the last operation (:data:`ACCESSORS`)."""
        ...


class Described(Protocol):
    """What has to be known of a target before traces are drawn and judged.

    Attributes:
        name: how it is given on the command line; passwords are hidden.
        title: one line for people.
        capabilities: names out of :data:`CAPABILITIES`.
        limits: the keys and values it has to hold.
        claims: what its author promises of it; for a metastore, nothing.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - described above

    @property
    def title(self) -> str: ...  # noqa: D102

    @property
    def capabilities(self) -> frozenset[str]: ...  # noqa: D102

    @property
    def limits(self) -> Limits: ...  # noqa: D102

    @property
    def claims(self) -> Claims: ...  # noqa: D102


class Target(Described, Protocol):
    """Something that can be judged.

    Entering it opens connections and makes what it needs; leaving it takes all of that away.
    """

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

    def start(self, trace: Trace) -> Store:
        """Give a fresh, empty store in the universe of the trace; the one before is closed."""
        ...

    def versions(self) -> Mapping[str, str]:
        """Give the versions of what is judged and what it runs on, for the report."""
        ...


def raised(error: BaseException) -> Raised:
    """Give the answer of a call that raised: the types, nearest first, and the message.

    Lone surrogates in the message are escaped: a trace file could not hold them.
    """
    types = tuple(kind.__name__ for kind in type(error).__mro__ if kind is not object)
    return Raised(types, str(error).encode("utf-8", "backslashreplace").decode())
