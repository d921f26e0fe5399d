"""Shortening: a counterexample loses every part that it does not need.

Operations go first, many at a time and then one by one; what is left is made plainer: fewer
calls in a transaction, blocking calls instead of async ones, fewer keys and values, no names, no
settings, no dag runs and assets that nothing speaks of. A shorter trace takes the place of a
longer one only if it breaks the same clause.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any, Final

from state_store_conformance.plain_write import has_raised, without_expiry
from state_store_conformance.plainer_around import plainer_around
from state_store_conformance.settled_twin import changed
from state_store_conformance.side_by_side import Run
from state_store_spec.naming import Naming
from state_store_spec.operations import (
    Advance,
    AroundOperation,
    ChangeSettings,
    Clear,
    Collect,
    DataOperation,
    Operation,
    Set,
    SymbolicTaskScope,
    Transaction,
    Universe,
)
from state_store_spec.settings import StateStoreSettings
from state_store_spec.trace import Trace
from state_store_spec.trace_rules import broken_rules

Attempt = Callable[[Trace], Run | None]

_PLAIN_DURATIONS: Final = (timedelta(days=1), timedelta(days=31))
_PLAIN_SETTINGS: Final = StateStoreSettings()


def shorten(run: Run, attempt: Attempt) -> Run:
    """Give the shortest run found.

    Args:
        run: a run that breaks a clause.
        attempt: runs a trace and gives the run if that breaks the same clause, else ``None``. It
            may raise to end the search: it has seen every run that was better.
    """
    best = run
    while True:
        before = best
        best = _with_fewer_operations(best, attempt)
        best = _plainer(best, attempt)
        if best is before:
            return best


def without_pretext(run: Run, attempt: Attempt) -> Run:
    """Give a run that breaks any clause without what did not matter for it.

    A trace full of strange texts is blamed for strange texts. Texts that do not matter become
    plain ones, a transaction is taken apart, a dry run becomes a collection, a collection in
    batches one without, and a write that raises loses its expiry, where that does not matter,
    before anything is blamed.

    Args:
        run: a run that breaks a clause.
        attempt: runs a trace and gives the run if that breaks any clause, else ``None``.
    """
    best = run
    *earlier, last = _as_far_as_it_went(best).operations
    if isinstance(last, Transaction) and last.end == "commit":
        trace = best.trace.with_operations((*earlier, *last.operations))
        best = _tried(trace, attempt) or best
    if isinstance(last, Collect) and last.dry_run:
        # What a collection would do wrong as well is not the fault of the dry run.
        trace = best.trace.with_operations((*earlier, replace(last, dry_run=False)))
        best = _tried(trace, attempt) or best
    if isinstance(last, Collect) and best.trace.settings.state_cleanup_batch_size > 0:
        settings = replace(best.trace.settings, state_cleanup_batch_size=0)
        best = _tried(replace(_as_far_as_it_went(best), settings=settings), attempt) or best
    for naming in _plainer_namings(best.trace):
        fewer = {symbol: text for symbol, text in best.trace.naming.items() if symbol in naming}
        if fewer != best.trace.naming:
            trace = replace(_as_far_as_it_went(best), naming=fewer)
            best = _tried(trace, attempt) or best
        if not best.trace.naming:
            break
    *earlier, last = _as_far_as_it_went(best).operations
    plain = without_expiry(last)
    if plain != last and has_raised(best.moments[-1].actual):
        # A store that cannot write there at all does not keep expiries badly.
        best = _tried(best.trace.with_operations((*earlier, plain)), attempt) or best
    return best


def _with_fewer_operations(run: Run, attempt: Attempt) -> Run:
    best = run
    size = max(len(best.moments) // 2, 1)
    while True:
        start = len(best.moments)
        while start > 0:
            trace = _as_far_as_it_went(best)
            start = min(start - size, len(trace.operations) - size)
            kept = trace.operations[: max(start, 0)] + trace.operations[max(start, 0) + size :]
            found = _tried(trace.with_operations(kept), attempt)
            # A read that shows a difference at once is spelled out again where it was taken away.
            if found is not None and len(found.moments) < len(best.moments):
                best = found
        if size == 1:
            return best
        size = max(size // 2, 1)


def _plainer(run: Run, attempt: Attempt) -> Run:
    best = run
    # A read that is spelled out may bring back what a candidate had lost.
    seen = [_as_far_as_it_went(run)]
    progress = True
    while progress:
        progress = False
        for candidate in _plainer_traces(_as_far_as_it_went(best)):
            found = _tried(candidate, attempt)
            if found is None or len(found.moments) > len(best.moments):
                continue
            trace = _as_far_as_it_went(found)
            if trace not in seen:
                seen.append(trace)
                best, progress = found, True
                break
    return best


def _tried(trace: Trace, attempt: Attempt) -> Run | None:
    if not trace.steps or next(broken_rules(trace), None) is not None:
        return None
    return attempt(trace)


def _as_far_as_it_went(run: Run) -> Trace:
    return run.trace.with_operations(run.trace.operations[: len(run.moments)])


def _plainer_traces(trace: Trace) -> Iterator[Trace]:
    for settings in _plainer_settings(trace.settings):
        yield replace(trace, settings=settings)
    for naming in _plainer_namings(trace):
        yield replace(trace, naming=naming)
    yield from _with_smaller_universe(trace)
    operations = trace.operations
    for index, operation in enumerate(operations):
        if isinstance(operation, ChangeSettings):
            settings = changed(trace.settings, operation)
            without = operations[:index] + operations[index + 1 :]
            yield replace(trace, settings=settings).with_operations(without)
    for index, (one, other) in enumerate(pairwise(operations)):
        if isinstance(one, Advance) and isinstance(other, Advance):
            together = Advance(by=one.by + other.by)
            yield trace.with_operations((*operations[:index], together, *operations[index + 2 :]))
    for index, operation in enumerate(operations):
        for plainer in _plainer_operations(operation):
            yield trace.with_operations((*operations[:index], plainer, *operations[index + 1 :]))
    yield from _with_fewer_symbols(trace)


def _plainer_settings(settings: StateStoreSettings) -> Iterator[StateStoreSettings]:
    if settings == _PLAIN_SETTINGS:
        return
    yield _PLAIN_SETTINGS
    clearing = replace(_PLAIN_SETTINGS, clear_on_success=settings.clear_on_success)
    if clearing not in {_PLAIN_SETTINGS, settings}:
        yield clearing
    if settings.state_cleanup_batch_size > 1:
        yield replace(settings, state_cleanup_batch_size=1)


def _plainer_namings(trace: Trace) -> Iterator[Naming]:
    if trace.naming:
        yield {}
    for symbol in trace.naming:
        yield {other: text for other, text in trace.naming.items() if other != symbol}


def _with_smaller_universe(trace: Trace) -> Iterator[Trace]:
    dag_runs, assets = trace.universe.dag_runs, trace.universe.assets
    for fewer in _one_less(dag_runs):
        yield replace(trace, universe=Universe(dag_runs=fewer, assets=assets))
    for fewer_assets in _one_less(assets):
        yield replace(trace, universe=Universe(dag_runs=dag_runs, assets=fewer_assets))


def _with_fewer_symbols(trace: Trace) -> Iterator[Trace]:
    """Let one key, or one value, stand where another stood."""
    for field in ("key", "value"):
        symbols = sorted({getattr(call, field) for call in trace.calls() if hasattr(call, field)})
        for index, symbol in enumerate(symbols):
            for plainer in symbols[:index]:
                yield _with_symbol(trace, field, symbol, plainer)


def _with_symbol(trace: Trace, field: str, old: str, new: str) -> Trace:
    def changed(item: Any) -> Any:  # noqa: ANN401 - any operation gives one of its kind
        if isinstance(item, Transaction):
            return replace(item, operations=tuple(map(changed, item.operations)))
        if getattr(item, field, None) == old:
            return replace(item, **{field: new})
        return item

    return trace.with_operations(tuple(map(changed, trace.operations)))


def _plainer_operations(operation: Operation) -> Iterator[Operation]:
    if isinstance(operation, Transaction):
        yield from _plainer_transactions(operation)
    elif isinstance(operation, DataOperation):
        yield from _plainer_calls(operation)
    elif isinstance(operation, AroundOperation):
        yield from plainer_around(operation)
    elif isinstance(operation, Advance):
        for plain in _PLAIN_DURATIONS:
            if operation.by == plain:
                break
            yield replace(operation, by=plain)
    elif isinstance(operation, Collect) and operation.dry_run:
        yield replace(operation, dry_run=False)


def _plainer_transactions(operation: Transaction) -> Iterator[Operation]:
    if len(operation.operations) == 1:
        yield operation.operations[0]
    for fewer in _one_less(operation.operations):
        if fewer:
            yield replace(operation, operations=fewer)
    for index, call in enumerate(operation.operations):
        for plainer in _plainer_calls(call):
            if plainer.mode == operation.mode:
                calls = list(operation.operations)
                calls[index] = plainer
                yield replace(operation, operations=tuple(calls))
    if operation.mode == "async":
        calls = [replace(call, mode="sync") for call in operation.operations]
        yield replace(operation, mode="sync", operations=tuple(calls))


def _plainer_calls(call: DataOperation) -> Iterator[DataOperation]:
    if call.mode == "async":
        yield replace(call, mode="sync")
    if isinstance(call, Set) and call.expires_in is not None:
        yield replace(call, expires_in=None, expires_zone="UTC")
        if call.expires_zone != "UTC":
            yield replace(call, expires_zone="UTC")
        if call.expires_in != _PLAIN_DURATIONS[0]:
            yield replace(call, expires_in=_PLAIN_DURATIONS[0])
    if isinstance(call, Clear) and call.all_map_indices:
        yield replace(call, all_map_indices=False)
    if isinstance(call.scope, SymbolicTaskScope) and call.scope.map_index != -1:
        yield replace(call, scope=replace(call.scope, map_index=-1))


def _one_less(items: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    for index in reversed(range(len(items))):
        yield items[:index] + items[index + 1 :]
