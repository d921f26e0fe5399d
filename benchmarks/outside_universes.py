"""What of a trace no small universe has: why a fault that the trace shows is not found in them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from functools import cache
from typing import Any, Final

from state_store_conformance.exhaustive.universes import UNIVERSES
from state_store_spec.naming import Naming, text_of
from state_store_spec.operations import Universe
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
_ASSETS_GO: Final = frozenset({"deactivate_asset", "delete_asset", "rename_asset"})
_LASTING: Final = ("expires_in", "retention")


def lacking_of_universes(trace: Trace, capabilities: frozenset[str]) -> dict[str, frozenset[str]]:
    """Say what each universe lacks of what a trace needs; nothing if it has everything.

    Args:
        trace: shows a fault.
        capabilities: of the target: no universe does what it cannot do.
    """
    needed = frozenset((*_needs_of(trace), *_needs_of_texts(_described(trace), trace.naming)))
    return {name: needed - _have(name, capabilities) for name in UNIVERSES}


def _needs_of(trace: Trace) -> Iterator[str]:
    """Yield what a trace needs beside its texts, which are words in every universe."""
    described = _described(trace)
    settings = asdict(trace.settings)
    yield from _needs(described)
    yield from _needs_together(trace.universe, settings, described)
    for setting in (settings, *described):
        yield from _needs_of_settings(setting)


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


def _needs_together(
    universe: Universe, settings: Described, operations: list[Described]
) -> Iterator[str]:
    """Yield what universes have one by one, and not together."""
    names = {operation["op"] for operation in operations}
    accesses = [operation for operation in operations if operation["op"].startswith("accessor")]
    several = len(universe.assets) > 1
    if several and any(map(_clears_an_asset_with_the_flag, operations)):
        yield "a second asset beside one that is cleared with all_map_indices"
    if several and accesses:
        yield "an accessor and a second asset"
    if universe.assets and any(
        setting.get("default_retention_days") == 0 for setting in (settings, *operations)
    ):
        yield "an asset at a retention of 0 days"
    of_assets = [access["scope"] for access in accesses if "dag" not in access["scope"]]
    of_tasks = [access["scope"] for access in accesses if "dag" in access["scope"]]
    all_active = all(_is_active(scope, universe) for scope in of_assets)
    if of_assets and (names & _ASSETS_GO or not all_active):
        yield "an accessor of an asset that is gone"
    runs = {(run.dag, run.run) for run in universe.dag_runs if run.exists}
    all_there = all((scope["dag"], scope["run"]) in runs for scope in of_tasks)
    if "configure_worker_backend" in names and ("delete_dag_run" in names or not all_there):
        yield "a worker-side backend and a dag run that is gone"
    indices = {scope.get("map_index", -1) for scope in of_tasks}
    if "accessor_clear" in names and len(indices) > 1:
        yield "an accessor that clears and a second map index"


def _is_active(scope: Described, universe: Universe) -> bool:
    told = {name: text for name, text in scope.items() if text is not None}
    return any(
        asset.state == "active" and told.items() <= asdict(asset).items()
        for asset in universe.assets
    )


def _clears_an_asset_with_the_flag(operation: Described) -> bool:
    flagged = bool(operation.get("all_map_indices"))
    return flagged and operation["op"] == "clear" and "dag" not in operation["scope"]


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
    return frozenset(_needs_of(universe.beginning.with_operations(operations)))
