"""Plain writes: a store that cannot write at all is not one that keeps expiries badly.

Where a name is too much for a store, it raises whether an expiry comes with the value or not. The
write without one tells the two apart, before anything is laid to RET-1 or RET-4. A retention
that is not given to an accessor means something else, so that its writes are left as they are.
"""

from __future__ import annotations

from dataclasses import replace

from state_store_spec.answers import Answer, Answers, Raised
from state_store_spec.operations import (
    DataOperation,
    Operation,
    Set,
    SetNeverExpire,
    Transaction,
)


def without_expiry(operation: Operation) -> Operation:
    """Give a write that says nothing of its expiry, alone or in a transaction."""
    match operation:
        case Transaction():
            return replace(operation, operations=tuple(map(_plain, operation.operations)))
        case Set() | SetNeverExpire():
            return _plain(operation)
        case _:
            return operation


def has_raised(answer: Answer) -> bool:
    """Say whether an error was raised, by any call of a transaction."""
    answers = answer.answers if isinstance(answer, Answers) else (answer,)
    return any(isinstance(one, Raised) for one in answers)


def _plain(call: DataOperation) -> DataOperation:
    if not isinstance(call, Set | SetNeverExpire):
        return call
    return Set(scope=call.scope, key=call.key, value=call.value, mode=call.mode)
