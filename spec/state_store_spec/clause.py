"""A clause of the law: one normative sentence, what it rests on, and examples that run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from state_store_spec.documents import SEED
from state_store_spec.operations import Operation
from state_store_spec.trace import Trace

Need: TypeAlias = Literal[
    "accessors",
    "collection",
    "durable",
    "exact-limits",
    "keeps-expired-rows",
    "never-expire-flag",
    "never-expire-pair",
    "orphan-sweep",
    "own-collection",
    "own-expiry",
    "own-limits",
    "prompt-expiry",
    "referential",
    "sessions",
    "stored-rows",
    "task-instances",
    "unicode-keys",
    "worker-side",
]
"""What a store must offer before a clause can be asked of it."""

NEEDS: Final[dict[Need, str]] = {
    "accessors": "the store stands behind a server boundary that accessors and people call",
    "collection": "the store has a garbage collection that can be run",
    "durable": "the store claims that a new instance of the backend finds what another wrote",
    "exact-limits": "it is known exactly which keys and values the store has to refuse",
    "keeps-expired-rows": "the store claims no expiry of its own",
    "never-expire-flag": "the store keeps the flag of a key that never expires",
    "never-expire-pair": "the backend has the pair that writes a key which never expires",
    "orphan-sweep": "the scheduler's sweep of orphaned asset state can be run",
    "own-collection": "the store claims to be lazy, and has a collection of its own",
    "own-expiry": "the store claims that rows end by themselves",
    "own-limits": "the store may refuse keys and values beyond those it claims to hold",
    "prompt-expiry": "the store claims that rows end promptly",
    "referential": "the store knows which dag runs and assets exist",
    "sessions": "the store works in a session that the caller hands over",
    "stored-rows": "a side door lists the stored rows with their instants",
    "task-instances": "task instances can be moved from state to state",
    "unicode-keys": "the store claims to hold every Unicode key of up to 512 characters",
    "worker-side": "a worker-side backend can be configured, and its store can be looked into",
}
"""Each need in words, for the reason of a clause that does not apply."""

OPERATION_NAMES: Final = frozenset(
    model.__dataclass_fields__["op"].default for model in get_args(Operation)
)
"""The operations that exist, by the names they have in a trace."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the documentation, and where they stand.

    Attributes:
        text: the words, in one line.
        place: the heading of their section, or the name of what they describe.
        document: the name of the document, out of :data:`state_store_spec.documents.DOCUMENTS`.
    """

    text: str
    place: str
    document: str = SEED

    @property
    def source(self) -> str:
        """The place, with the document where it is not the one under review."""
        return self.place if self.document == SEED else f"{self.place}, in {self.document}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One clause of the law.

    Attributes:
        id: stable, such as ``GC-3``: the chapter's mark and a number.
        chapter: the title of the chapter.
        title: a few words.
        sentence: the one normative sentence.
        remarks: further paragraphs: what the sentence does not say, contradictions of the source.
        quotes: the documentation's own words that the clause rests on.
        interpretation: why the clause reads the documentation as it does, or says what the
            documentation leaves open; empty where the quotes say it all.
        profiles: the profiles in which the clause holds.
        operations: the operations a trace needs to speak of the clause; a name that is not in
            :data:`OPERATION_NAMES` is not built yet.
        situations: the moments that give the clause its meaning.
        needs: what a store must offer before the clause can be asked of it.
        rests_on: clauses that say the same of more; where one of them is broken, so is this one.
        outside_traces: tests that show the clause where no trace can, as paths of the project.
        examples: traces whose expectations are written by hand; one that says nothing of its
            profile is there once for each profile of the clause.
        source_file: the file of the clause, below the package.
        source_line: the line of its heading.
    """

    id: str
    chapter: str
    title: str
    sentence: str
    remarks: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    interpretation: str = ""
    profiles: tuple[str, ...]
    operations: tuple[str, ...] = ()
    situations: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    rests_on: tuple[str, ...] = ()
    outside_traces: tuple[str, ...] = ()
    examples: tuple[Trace, ...] = ()
    source_file: str
    source_line: int

    @property
    def is_interpretation(self) -> bool:
        """Say whether the clause is a reading of the documentation, not its own words alone."""
        return bool(self.interpretation)

    @property
    def missing_operations(self) -> tuple[str, ...]:
        """The operations the clause needs that no trace can speak of yet."""
        return tuple(name for name in self.operations if name not in OPERATION_NAMES)

    @property
    def testable(self) -> bool:
        """Say whether a trace can show the clause."""
        return bool(self.operations) and not self.missing_operations
