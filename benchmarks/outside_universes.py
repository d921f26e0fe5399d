"""What of a trace no small universe has: why a fault that the trace shows is not found in them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from functools import cache
from itertools import chain
from typing import Any, Final

from state_store_conformance.exhaustive.universes import UNIVERSES
from state_store_spec.naming import Naming, text_of
from state_store_spec.profiles import DEFAULT_PROFILE, find_profile
from state_store_spec.trace import Trace
from state_store_spec.trace_files import dump_trace

Described = Mapping[str, Any]
"""An operation, as a trace file has it."""

# Where texts do not matter they are words; a universe has no others.
_WORDS: Final = re.compile(r"(?!null\b)[a-z]{1,40}([ _][a-z0-9]{1,9})*|1[0-9]|[1-9]")
_URI: Final = re.compile(r"s3://[a-z]+")
_TEXTS: Final = ("key", "value")
_FLAGS: Final = ("dry_run", "all_map_indices", "by_hand", "on", "to", "end", "mode")
_MOST_KEYS: Final = 2
_MOST_CALLS: Final = 10
_LASTING: Final = ("expires_in", "retention")


def outside_of_universes(trace: Trace, capabilities: frozenset[str]) -> str:
    """Say what the universe that comes nearest to a trace lacks; nothing if one has everything.

    Args:
        trace: shows a fault.
        capabilities: of the target: no universe does what it cannot do.
    """
    described = _described(trace)
    needed = {
        *_needs(described),
        *_needs_of_texts(described, trace.naming),
        *_needs_of_settings(asdict(trace.settings)),
    }
    lacking = min(
        (needed - _have(name, capabilities) for name in UNIVERSES),
        key=lambda lack: (len(lack), sorted(lack)),
    )
    return ", ".join(sorted(lacking))


def _described(trace: Trace) -> list[Described]:
    return [step["operation"] for step in json.loads(dump_trace(trace))["steps"]]


def _needs(operations: list[Described]) -> Iterator[str]:
    tasks: set[str] = set()
    keys: set[str] = set()
    for operation in operations:
        if operation["op"] != "advance":
            yield _words_of(operation)
        for call in operation.get("operations", (operation,)):
            scope = call.get("scope", {})
            keys.update([call["key"]] if "key" in call else ())
            tasks.update([scope["task"]] if "task" in scope else ())
            if scope.get("map_index", -1) > 1:
                yield "a map index beyond 1"
    if len(tasks) > 1:
        yield "a second task"
    if len(keys) > _MOST_KEYS:
        yield "more than two keys"


def _words_of(operation: Described) -> str:
    """Describe an operation by all that is not a name."""
    calls = operation.get("operations", ())
    if len(calls) > _MOST_CALLS:
        return "a session of many calls"
    words = [operation["op"], *map(_words_of, calls)]
    scope = operation.get("scope", {})
    if "dag" in scope:
        words.append("of a task")
    elif scope:
        words.append(f"of an asset by {' and '.join(sorted(scope))}")
    elif "scope" in operation:
        words.append("of an asset by nothing")
    if operation.get("expires_zone") == "naive":
        words.append("without a zone")
    words += [f"{name} {operation[name]}" for name in _FLAGS if _is_told(operation, name)]
    for name in _LASTING:
        lasting = str(operation.get(name) or "")
        if lasting.startswith("-") or lasting == "PT0S":
            words.append("for no time")
        elif lasting:
            words.append("for ever" if lasting == "NEVER_EXPIRE" else "for a time")
    if operation["op"] == "change_settings":
        words += [name for name in operation if name != "op"]
    return " ".join(words).replace("_", " ")


def _is_told(operation: Described, name: str) -> bool:
    if name == "to" and operation["op"] == "rename_asset":
        return False
    return bool(operation.get(name)) and operation[name] != "sync"


def _needs_of_texts(operations: list[Described], naming: Naming) -> Iterator[str]:
    for operation in operations:
        for call in operation.get("operations", (operation,)):
            for name in _TEXTS:
                if name in call and not _WORDS.fullmatch(text_of(naming, call[name])):
                    yield f"a {name} whose text matters"
            for name, symbol in call.get("scope", {}).items():
                text = text_of(naming, str(symbol))
                if name != "map_index" and not (_WORDS.fullmatch(text) or _URI.fullmatch(text)):
                    yield f"a name ({name}) whose text matters"


def _needs_of_settings(settings: Described) -> Iterator[str]:
    """Yield the settings that matter when they are on, of the beginning or of a change of them."""
    if settings.get("clear_on_success"):
        yield "clear_on_success"
    if settings.get("state_cleanup_batch_size"):
        yield "a batch size"


@cache
def _have(name: str, capabilities: frozenset[str]) -> frozenset[str]:
    """Give all that the traces in a universe can need."""
    universe = UNIVERSES[name]
    operations = universe.operations_for(capabilities, find_profile(DEFAULT_PROFILE))
    described = _described(universe.beginning.with_operations(operations))
    changes = (asdict(universe.beginning.settings), *described)
    return frozenset((*_needs(described), *chain.from_iterable(map(_needs_of_settings, changes))))
