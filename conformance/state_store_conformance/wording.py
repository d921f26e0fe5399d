"""Operations and answers in words, for people who read a counterexample."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from typing import Final

from state_store_spec.answers import (
    Answer,
    Answers,
    Collected,
    Listed,
    NoAnswer,
    Raised,
    Refused,
    Value,
)
from state_store_spec.naming import CodePoints, NamedText, RepeatedText
from state_store_spec.operations import (
    AccessorClear,
    AccessorDelete,
    AccessorGet,
    AccessorOperation,
    AccessorSet,
    ActivateAsset,
    AddDagRun,
    Advance,
    ChangeSettings,
    Clear,
    Collect,
    ConfigureWorkerBackend,
    DataOperation,
    DeactivateAsset,
    Delete,
    DeleteAsset,
    DeleteDagRun,
    Get,
    ListKeys,
    LoseObject,
    Operation,
    RenameAsset,
    Reopen,
    Set,
    SetNeverExpire,
    SetWorkerClock,
    SweepOrphans,
    SymbolicScope,
    SymbolicTaskScope,
    TaskInstanceMoves,
    Transaction,
)
from state_store_spec.trace import Observation

_LONGEST_MESSAGE: Final = 160
_MOST_CALLS: Final = 12
_CALLS_AT_EITHER_END: Final = 3
_OPTIONS: Final = ("default_retention_days", "clear_on_success", "state_cleanup_batch_size")


def operation_in_words(operation: Operation) -> str:
    """Give the operation as a line, a transaction as a line for each of its calls."""
    match operation:
        case Transaction():
            calls = "\n".join(f"  {line}" for line in _calls(operation))
            return f"in one session of the caller:\n{calls}\n  {operation.end}"
        case Advance():
            return f"time passes: {duration_in_words(operation.by)}"
        case ChangeSettings():
            changes = [
                f"{option} = {value}"
                for option in _OPTIONS
                if (value := getattr(operation, option)) is not None
            ]
            return f"settings: {', '.join(changes) or 'none changed'}"
        case Get() | Set() | SetNeverExpire() | Delete() | Clear():
            return _call(operation)
        case AccessorGet() | AccessorSet() | AccessorDelete() | AccessorClear():
            return f"the task: {_accessor_call(operation)}"
        case TaskInstanceMoves() | ListKeys():
            return _of_instances(operation)
        case ConfigureWorkerBackend() | SetWorkerClock() | LoseObject():
            return _of_worker(operation)
        case Collect() | SweepOrphans() | Reopen():
            return _of_store(operation)
        case _:
            return _event(operation)


def _answers(lines: list[str]) -> list[str]:
    """Give a line for each answer; of a crowd, one for each row of the same answers."""
    if len(lines) <= _MOST_CALLS:
        return lines
    rows = [(line, len(list(same))) for line, same in groupby(lines)]
    return [line if times == 1 else f"{line}, {times} times" for line, times in rows]


def _calls(transaction: Transaction) -> list[str]:
    """Give a line for each call; of a crowd its two ends, as the trace has them all."""
    lines = [_call(call) for call in transaction.operations]
    left_out = len(lines) - 2 * _CALLS_AT_EITHER_END
    if len(lines) <= _MOST_CALLS:
        return lines
    middle = f"... {left_out} further calls, which the trace has ..."
    return [*lines[:_CALLS_AT_EITHER_END], middle, *lines[-_CALLS_AT_EITHER_END:]]


def _of_store(operation: Collect | SweepOrphans | Reopen) -> str:
    match operation:
        case Reopen():
            return "a new instance of the backend takes over"
        case SweepOrphans():
            return "the scheduler sweeps orphans"
        case Collect():
            return "collect garbage (dry run)" if operation.dry_run else "collect garbage"


def _event(
    event: AddDagRun | DeleteDagRun | ActivateAsset | DeactivateAsset | RenameAsset | DeleteAsset,
) -> str:
    match event:
        case AddDagRun():
            return f"dag run {event.dag}/{event.run} is added"
        case DeleteDagRun():
            return f"dag run {event.dag}/{event.run} is deleted"
        case ActivateAsset():
            return f"asset {event.asset} is activated"
        case DeactivateAsset():
            return f"asset {event.asset} is deactivated"
        case RenameAsset():
            return f"asset {event.asset} is renamed to {event.to}"
        case DeleteAsset():
            return f"asset {event.asset} is deleted"


def _of_instances(operation: TaskInstanceMoves | ListKeys) -> str:
    scope = scope_in_words(operation.scope)
    called = ", by an async call" if operation.mode == "async" else ""
    if isinstance(operation, ListKeys):
        return f"a person lists the keys of {scope}{called}"
    state = operation.to.replace("_", " ")
    if operation.by_hand:
        return f"{scope} is set to {state} by hand{called}"
    return f"{scope} is now {state}{called}"


def _of_worker(operation: ConfigureWorkerBackend | SetWorkerClock | LoseObject) -> str:
    match operation:
        case ConfigureWorkerBackend():
            return f"worker-side backend: {'configured' if operation.on else 'taken away'}"
        case SetWorkerClock() if operation.ahead < timedelta(0):
            return f"the worker's clock is {duration_in_words(-operation.ahead)} behind"
        case SetWorkerClock():
            return f"the worker's clock is {duration_in_words(operation.ahead)} ahead"
        case LoseObject():
            scope = scope_in_words(operation.scope)
            return f"the worker-side store loses the object of {scope} {operation.key}"


def answer_in_words(answer: Answer) -> str:
    """Give the answer as a line, those of a transaction as a line each."""
    match answer:
        case Value():
            return "None" if answer.value is None else repr(answer.value)
        case Refused():
            return f"{answer.error}: {answer.reason.replace('-', ' ')}"
        case Raised():
            message = " ".join(answer.message.split())
            if len(message) > _LONGEST_MESSAGE:
                message = f"{message[: _LONGEST_MESSAGE - 3]}..."
            return f"{answer.types[0]}: {message}" if message else answer.types[0]
        case NoAnswer():
            return f"no answer: {answer.detail}"
        case Collected():
            return (
                f"{answer.expired} expired, {answer.fallback} by the fallback, "
                f"{answer.orphaned} orphaned"
            )
        case Answers():
            return "\n".join(_answers([answer_in_words(one) for one in answer.answers]))
        case Listed():
            rows = sorted(answer.rows, key=lambda row: row.key)
            return "\n".join(f"{row.key}: {row.value!r}" for row in rows) or "no keys"
        case _:
            return "done"


def observation_in_words(observation: Observation) -> str:
    """Give the answer, and below it what crossed the boundary and what the worker-side store holds.

    What crossed is left out where it is what the answer shows already, or nothing.
    """
    answer = observation.answer
    lines = [] if answer is None else [answer_in_words(answer)]
    shown = [answer.value] if isinstance(answer, Value) else []
    if isinstance(answer, Listed):
        shown = [row.value for row in answer.rows]
    if observation.crossed and sorted(observation.crossed) != sorted(map(str, shown)):
        lines.append(f"crossed the boundary: {', '.join(map(repr, observation.crossed))}")
    lines += (
        f"object of the {held.reference}: {held.value!r}" for held in observation.objects or ()
    )
    return "\n".join(lines)


def duration_in_words(duration: timedelta) -> str:
    """Give days, hours, minutes, seconds and microseconds, those that are not zero."""
    if duration < timedelta(0):
        return f"minus {duration_in_words(-duration)}"
    hours, seconds = divmod(duration.seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    parts = (
        (duration.days, "day"),
        (hours, "hour"),
        (minutes, "minute"),
        (seconds, "second"),
        (duration.microseconds, "microsecond"),
    )
    shown = [f"{number} {unit}{'' if number == 1 else 's'}" for number, unit in parts if number]
    return ", ".join(shown) or "no time"


def text_in_words(text: NamedText) -> str:
    """Give the text that a symbol stands for, so that every character can be told."""
    if isinstance(text, RepeatedText):
        return f"{text.repeat!a} repeated {text.times} times"
    if isinstance(text, CodePoints):
        return " ".join(f"U+{point:04X}" for point in text.code_points)
    return repr(text) if text.isascii() else f"{text!r} = {text!a}"


def scope_in_words(scope: SymbolicScope) -> str:
    """Give a task as dag/run/task, with its map index if it has one, and an asset by its fields."""
    if isinstance(scope, SymbolicTaskScope):
        index = "" if scope.map_index == -1 else f"[{scope.map_index}]"
        return f"{scope.dag}/{scope.run}/{scope.task}{index}"
    return f"asset({', '.join(_asset_fields(scope)) or 'nothing'})"


def _asset_fields(scope: SymbolicScope) -> Iterator[str]:
    for field, shown in (("asset", "id of "), ("name", "name "), ("uri", "uri ")):
        symbol = getattr(scope, field)
        if symbol is not None:
            yield f"{shown}{symbol}"


def _call(call: DataOperation) -> str:
    method, scope = f"{_prefix(call)}{call.op}", scope_in_words(call.scope)
    match call:
        case Get() | Delete():
            return f"{method} {scope} {call.key}"
        case Set():
            return f"{method} {scope} {call.key} = {call.value}{_expiry(call)}"
        case SetNeverExpire():
            return f"{method} {scope} {call.key} = {call.value}"
        case Clear():
            return f"{method} {scope}{', all map indices' if call.all_map_indices else ''}"


def _expiry(call: Set) -> str:
    if call.expires_in is None:
        return ""
    zone = {"UTC": "", "naive": ", without a time zone"}.get(
        call.expires_zone, f", written in {call.expires_zone}"
    )
    return f", expires in {duration_in_words(call.expires_in)}{zone}"


def _accessor_call(call: AccessorOperation) -> str:
    method = f"{_prefix(call)}{call.op.removeprefix('accessor_')} {scope_in_words(call.scope)}"
    match call:
        case AccessorGet() | AccessorDelete():
            return f"{method} {call.key}"
        case AccessorSet():
            return f"{method} {call.key} = {call.value}{_retention(call)}"
        case AccessorClear():
            return method


def _retention(call: AccessorSet) -> str:
    if call.retention is None:
        return ""
    if isinstance(call.retention, timedelta):
        return f", retention {duration_in_words(call.retention)}"
    return ", retention NEVER_EXPIRE"


def _prefix(call: DataOperation | AccessorOperation) -> str:
    return "a" if call.mode == "async" else ""
