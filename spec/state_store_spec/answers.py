"""Answers: what an operation gives back, and what a store holds afterwards, as frozen data."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal, TypeAlias

from state_store_spec.operations import SymbolicScope
from state_store_spec.records import record
from state_store_spec.unions import ToldApartBy

RefusalReason: TypeAlias = Literal[
    "unknown-dag-run",
    "unknown-asset",
    "naive-expiry",
    "unrepresentable-task",
    "unrepresentable-key",
    "unrepresentable-value",
    "beyond-the-limits",
    "empty-scope",
    "impossible-retention",
    "missing-object",
]


@record(kw_only=False)
class Value:
    """``get`` returned: the value's symbol, or ``None``."""

    value: str | None
    answer: Literal["value"] = "value"


@record(kw_only=False)
class Done:
    """The operation returned nothing, as it should."""

    answer: Literal["done"] = "done"


@record(kw_only=False)
class Refused:
    """The operation must raise; ``error`` is the least that its type has to be.

    ``reason`` says why, for people and for the choice of the clause.
    """

    reason: RefusalReason
    error: Literal["Exception", "ValueError"] = "Exception"
    answer: Literal["refused"] = "refused"


@record(kw_only=False)
class Raised:
    """What a target did instead of answering: the error's types, nearest first, and its text."""

    types: tuple[str, ...]
    message: str
    answer: Literal["raised"] = "raised"


@record(kw_only=False)
class NoAnswer:
    """A call did not come back (METHOD-7): it hung, or ended the process it ran in.

    ``detail`` says for how long, or how the process ended.
    """

    how: Literal["hung", "ended"]
    detail: str
    answer: Literal["none"] = "none"


@record(kw_only=False)
class Deletion:
    """Rows that one DELETE statement took from one table."""

    table: Literal["task_state", "asset_state"]
    rows: int


@record(kw_only=False)
class Collected:
    """A collection's rows by rule, and what no table shows afterwards: its statements.

    ``transactions`` are the committed transactions in their order, each with its deletions;
    ``None`` where a target cannot see them. The oracle leaves it ``None`` and says through
    :func:`state_store_spec.oracle.collection.statements_permitted` what is allowed.
    """

    expired: int
    fallback: int
    orphaned: int
    transactions: tuple[tuple[Deletion, ...], ...] | None = None
    answer: Literal["collected"] = "collected"


CallAnswer: TypeAlias = Value | Done | Refused | Raised | NoAnswer
"""What one call of a backend gives back."""


@record(kw_only=False)
class Answers:
    """The answers of a transaction's operations, in their order."""

    answers: tuple[Annotated[CallAnswer, ToldApartBy("answer")], ...]
    answer: Literal["answers"] = "answers"


@record()
class StoredRow:
    """One stored row as a side door shows it; instants in UTC."""

    scope: SymbolicScope
    key: str
    value: str
    updated_at: datetime
    expires_at: datetime | None
    never_expire: bool


@record()
class StoredObject:
    """What a worker-side store keeps for a reference."""

    reference: str
    value: str


@record()
class Reading:
    """What ``get`` gave for one key after an operation, where no side door shows the rows."""

    scope: SymbolicScope
    key: str
    answer: Annotated[Value | Raised | NoAnswer, ToldApartBy("answer")]


@record(kw_only=False)
class Listed:
    """The rows that a person finds in a scope; their order says nothing."""

    rows: tuple[StoredRow, ...]
    answer: Literal["listed"] = "listed"


Answer: TypeAlias = CallAnswer | Collected | Answers | Listed

DONE: Final = Done()
