"""An oracle without the line of a clause does not pass the examples of that clause.

Each row takes one rule out of the oracle, or makes it wrong in the way somebody would get it
wrong, and names the clause whose examples must notice.
"""

# ruff: noqa: E501 - a table reads best with a row to a line
from __future__ import annotations

import sys
from typing import NamedTuple

import pytest

import state_store_spec
from state_store_spec import find_clause, load_clauses
from tests.spec.broken_oracles import broken_oracle
from tests.spec.example_runs import broken_expectations


class Fault(NamedTuple):
    """Words of one module of the oracle and the words that take their place."""

    clause: str
    module: str
    fault: str
    changes: tuple[tuple[str, str], ...]


def fault(clause: str, module: str, title: str, *changes: tuple[str, str]) -> Fault:
    """Make a row of the table."""
    return Fault(clause, module, title, changes)


ROW = "row = TaskRow(value, world.now, stored_expiry, flag)"
REFUSE_DAG_RUN = "if (scope.dag, scope.run) not in world.dag_runs:"
MAP_INDEX = "and (operation.all_map_indices or place.map_index == scope.map_index)"
KEPT = "row for place, row in world.task_state.items() if rule_of[place] is None"
WRITE_NEVER = "return write(world, written, profile)"
CLEARS = 'if moves and operation.to == "success" and world.settings.clear_on_success:'
OF_INSTANCE = "if place[:4] != instance"
WIPED = "task_state={"
OWN_REFERENCE = "stored = reference_to(operation.scope, operation.key)"
WRITTEN = "return methods.write(world, written, profile)"
OWN_OBJECT = "if reference != reference_to(operation.scope, operation.key)"
OBJECTS_OF_OTHERS = "objects_without(after.objects, owner_of(operation.scope))"
ASKS_FOR_NEVER = 'never_expire = operation.retention == "NEVER_EXPIRE"'
DELETES = "after, answer = methods.delete(world, call, profile)"
IS_PLAIN = "        not world.worker_side\n        or not isinstance"
BACK = """\
    if (world.now - world.began).days > 2:
        return world._replace(task_state={**world.ended, **world.task_state})
    return _without(world, over)


def as_gone"""
NAIVE = 'return Refused("naive-expiry", "ValueError")'
NAIVE_FOR_TASKS = 'Refused("naive-expiry") if isinstance(scope, SymbolicTaskScope) else None'
NO_RETENTION = (
    'None if retention == "NEVER_EXPIRE" else profile.default_expiry(world, worker_now(world))'
)
EXPIRED = "if row.expires_at is not None and row.expires_at < world.now:"
BY_AGE = (
    "world.now - row.updated_at > timedelta(days=world.settings.default_retention_days or 9999)"
)
SWEPT = "if is_active(world, place.asset)"
TAKES_OBJECTS = "if profile.success_clears_objects and world.worker_side and not operation.by_hand:"
HELD = "held = world.objects.get(answer.value)"

FAULTS = [
    fault("CONF-2", "retention", "a day too many", ("days=retention_days", "days=retention_days + 1")),
    fault("CONF-3", "retention", "0 days are a limit", ("if retention_days == 0:", "if False:")),
    fault("CONF-4", "task_instances", "success clears unasked", (" and world.settings.clear_on_success", "")),
    fault("CONF-5", "collection", "one batch and no more", (KEPT, f"{KEPT} or list(rule_of).index(place) >= 2")),
    fault("CONF-7", "surroundings", "settings never change", ("settings=replace(world.settings, **changes)", "settings=world.settings")),
    fault("SCOPE-1", "methods", "get without map index", ("scope.map_index, operation.key)", "-1, operation.key)")),
    fault("SCOPE-1", "methods", "state without its run", ("TaskPlace(scope.dag, scope.run,", "TaskPlace(scope.dag, '',")),
    fault("SCOPE-2", "task_instances", "each try begins with nothing", (CLEARS, 'if operation.to == "up_for_retry":')),
    fault("SCOPE-3", "methods", "names joined by a slash", ("TaskPlace(scope.dag, scope.run,", "TaskPlace(f'{scope.dag}/{scope.run}', '',")),
    fault("SCOPE-4", "methods", "clear of all map indices", (MAP_INDEX, "")),
    fault("SCOPE-5", "methods", "clear of one map index", ("operation.all_map_indices or ", "")),
    fault("SCOPE-6", "scopes", "no lookup by uri", ("is_active(world, asset) and", "scope.name and is_active(world, asset) and")),
    fault("SCOPE-6", "scopes", "no lookup by name", ("is_active(world, asset) and", "scope.uri and is_active(world, asset) and")),
    fault("SCOPE-7", "scopes", "the empty scope is as good as any", ("return scope.asset is None and scope.name is None and scope.uri is None", "return False")),
    fault("SCOPE-8", "methods", "a place for each field", ("AssetPlace(asset, key): asset_row", "AssetPlace(scope.asset or f'{asset}?', key): asset_row")),
    fault("SCOPE-9", "methods", "the flag clears every asset", ("if place.asset != asset}", "if place.asset != asset and not operation.all_map_indices}")),
    fault("SCOPE-9", "methods", "the flag clears no asset", ("if place.asset != asset}", "if place.asset != asset or operation.all_map_indices}")),
    fault("VALUE-1", "beginning", "the empty text is no value", ("if not limits.hold_value(text)", "if not limits.hold_value(text) or not text")),
    fault("VALUE-1", "beginning", "65,534 bytes", ("if not limits.hold_value(text)", "if len(text.encode()) > 65534")),
    fault("VALUE-2", "methods", "case is folded", ("operation.key)", "operation.key.lower())"), ("scope.map_index, key)", "scope.map_index, key.lower())")),
    fault("VALUE-2", "methods", "blanks are trimmed", ("operation.key)", "operation.key.rstrip())"), ("scope.map_index, key)", "scope.map_index, key.rstrip())")),
    fault("VALUE-2", "beginning", "249 characters", ("if not limits.hold_key(text)", "if len(text) > 249")),
    fault("VALUE-3", "beginning", "511 characters", ("if not limits.hold_key(text)", "if len(text) > 511")),
    fault("VALUE-3", "beginning", "ASCII alone", ("if not limits.hold_key(text)", "if not text.isascii()")),
    fault("VALUE-4", "methods", "no key is refused", ("if key in world.unrepresentable_keys:", "if False:")),
    fault("VALUE-4", "methods", "no value is refused", ("if value in world.unrepresentable_values:", "if False:")),
    fault("VALUE-4", "methods", "no task is refused", ("if (scope.task, scope.map_index) in world.unrepresentable_tasks:", "if False:")),
    fault("VALUE-4", "task_instances", "any task instance moves", ("if (scope.task, scope.map_index) in world.unrepresentable_tasks:", "if False:")),
    fault("METHOD-1", "methods", "an empty text for None", ("Value(None if row is None else row.value)", "Value('' if row is None else row.value)")),
    fault("METHOD-2", "methods", "the first write stays", ("{**world.task_state, place: row}", "{place: row, **world.task_state}")),
    fault("METHOD-3", "methods", "nothing is deleted", ("del task_state[place]", "pass")),
    fault("METHOD-3", "methods", "every key is deleted", ("del task_state[place]", "task_state.clear()")),
    fault("METHOD-4", "methods", "an absent key is an error", ("if place not in world.task_state:\n            return world, DONE", "if place not in world.task_state:\n            raise KeyError(place)")),
    fault("METHOD-5", "methods", "one key is left", ("if not (", "if len(place.key) > 3 or not (")),
    fault("METHOD-6", "methods", "aset forgets the expiry", ("None if operation.expires_in is None else", "None if operation.expires_in is None or operation.mode == 'async' else")),
    fault("METHOD-6", "methods", "aclear forgets its argument", ("(operation.all_map_indices or", "(operation.all_map_indices and operation.mode == 'sync' or")),
    fault("SESSION-1", "step", "a rollback commits", ('(inside if operation.end == "commit" else world)', "inside")),
    fault("SESSION-1", "step", "a commit rolls back", ('(inside if operation.end == "commit" else world)', "world")),
    fault("SESSION-2", "step", "a session sees what was before it", ("answer = step(inside, call, profile)", "answer = (step(inside, call, profile)[0], step(world, call, profile)[1])")),
    fault("SESSION-3", "step", "a refusal ends the transaction", ("        answers.append(", "        if type(answer).__name__ == 'Refused':\n            return world, Answers((*answers, answer))\n        answers.append(")),
    fault("RET-1", "retention", "seconds are enough", ("return expires_at, never_expire", "return expires_at and expires_at.replace(microsecond=0), never_expire")),
    fault("RET-1", "retention", "time ends in 2038", ("return expires_at, never_expire", "return expires_at and min(expires_at, expires_at.replace(year=2037)), never_expire")),
    fault("RET-2", "methods", "the flag outlives an overwrite", (ROW, ROW.replace("flag)", "flag or (place in world.task_state and world.task_state[place].never_expire))"))),
    fault("RET-2", "methods", "the longer expiry wins", (ROW, "old = world.task_state.get(place)\n        if old and old.expires_at and stored_expiry:\n            stored_expiry = max(old.expires_at, stored_expiry)\n        " + ROW)),
    fault("RET-2", "methods", "an expiry outlives a plain overwrite", (ROW, "old = world.task_state.get(place)\n        if old and not stored_expiry:\n            stored_expiry = old.expires_at\n        " + ROW)),
    fault("RET-3", "methods", "an expired row is not read", ("row = world.task_state.get(place)", "row = world.task_state.get(place)\n        if row and row.expires_at and row.expires_at < world.now:\n            row = None")),
    fault("RET-4", "methods", "the flag is not stored", ("operation.value, never_expire=True)", "operation.value)")),
    fault("RET-5", "methods", "no expiry means never", ("operation.value, expires_at)", "operation.value, expires_at, expires_at is None)")),
    fault("RET-6", "methods", "the pair writes nothing", (WRITE_NEVER, "return world, DONE")),
    fault("RET-7", "methods", "a naive datetime is taken for UTC", ('operation.expires_zone == "naive"', "False")),
    fault("RET-7", "retention", "a naive datetime is good enough for an asset", (NAIVE, f"{NAIVE} if isinstance(scope, SymbolicTaskScope) else None")),
    fault("RET-8", "stored", "asset state has an expiry", ("expires_at=None", "expires_at=row.updated_at")),
    fault("RET-8", "methods", "an expiry makes an asset's write void", ("asset_row = AssetRow(value, world.now)", "asset_row = AssetRow(value, world.now)\n    if expires_at is not None:\n        return world, DONE")),
    fault("RET-9", "methods", "never survives a clear", ("if not (", "if row.never_expire or not (")),
    fault("RET-9", "methods", "never survives a delete", ("if place not in world.task_state:", "if place not in world.task_state or world.task_state[place].never_expire:")),
    fault("RET-10", "methods", "updated when it was created", (ROW, "old = world.task_state.get(place)\n        " + ROW.replace("world.now", "old.updated_at if old else world.now"))),
    fault("GC-1", "retention", "not strictly", ("row.expires_at < world.now", "row.expires_at <= world.now")),
    fault("GC-1", "retention", "no explicit rule", ('"expired" if row.expires_at < world.now else None', "None")),
    fault("GC-2", "retention", "not strictly", ("world.now - row.updated_at > timedelta", "world.now - row.updated_at >= timedelta")),
    fault("GC-2", "retention", "no fallback", ('return "fallback"', "return None")),
    fault("GC-3", "retention", "the fallback governs all", ('return "expired" if row.expires_at < world.now else None', 'if row.expires_at < world.now:\n            return "expired"')),
    fault("GC-4", "retention", "the flag is not looked at", ("if row.never_expire:", "if False:")),
    fault("GC-5", "retention", "0 switches the fallback off alone", ("if retention_days == 0:", "if retention_days == 0 and row.expires_at is None:")),
    fault("GC-7", "collection", "one batch and no more", (KEPT, f"{KEPT} or list(rule_of).index(place) >= max(1, world.settings.state_cleanup_batch_size)")),
    fault("GC-8", "collection", "a dry run deletes", ("if operation.dry_run:", "if False:")),
    fault("GC-8", "collection", "a dry run counts nothing", ("if operation.dry_run:\n        return world, answer", "if operation.dry_run:\n        return world, Collected(0, 0, 0)")),
    fault("GC-10", "collection", "old asset state is collected", ("if profile.collection_sweeps_orphans and", "if world.asset_state[place].updated_at < world.now or")),
    fault("ORPHAN-1", "scopes", "a record of the name is enough", ("return world.catalog[asset] in world.active_records", "return world.catalog[asset].name in {record.name for record in world.active_records}")),
    fault("ORPHAN-1", "scopes", "a record of the uri is enough", ("return world.catalog[asset] in world.active_records", "return world.catalog[asset].uri in {record.uri for record in world.active_records}")),
    fault("ORPHAN-2", "collection", "the sweep takes all", ("and not is_active(world, place.asset)", "")),
    fault("ORPHAN-3", "scopes", "an inactive asset has no state", ("scope.asset if scope.asset in world.assets", "scope.asset if scope.asset in world.assets and is_active(world, scope.asset)")),
    fault("ORPHAN-3", "assets", "deactivation takes the state", ("return _deactivated(world, operation.asset), DONE", "return _deactivated(world, operation.asset)._replace(asset_state={}), DONE")),
    fault("ORPHAN-4", "assets", "the old record stays", ("_activated(_deactivated(world, operation.asset), operation.to)", "_activated(world, operation.to)")),
    fault("ORPHAN-4", "assets", "a rename takes the state away", ("_activated(_deactivated(world, operation.asset), operation.to)", "_activated(_deactivated(world, operation.asset), operation.to)._replace(asset_state={})")),
    fault("ORPHAN-5", "collection", "the sweep waits for days", ("if profile.collection_sweeps_orphans and", "if world.settings.default_retention_days and")),
    fault("REF-1", "methods", "any dag run will do", (REFUSE_DAG_RUN, "if False:")),
    fault("REF-2", "methods", "an unknown asset is passed over", ('return world, Refused("unknown-asset")', "return world, DONE")),
    fault("REF-3", "scopes", "the first of the name", ("if is_active(world, asset) and", "if")),
    fault("REF-4", "scopes", "an id of active assets alone", ("scope.asset if scope.asset in world.assets", "scope.asset if scope.asset in world.assets and is_active(world, scope.asset)")),
    fault("REF-5", "scopes", "the id decides", ("if found is not None and _agrees(world, found, scope):", "if found is not None:")),
    fault("REF-5", "scopes", "one field is enough", ("scope.name in (None, name) and scope.uri in (None, uri)", "scope.name == name or scope.uri == uri or scope.asset is not None")),
    fault("REF-6", "methods", "reading what is not there is an error", ("row = world.task_state.get(place)", "row = world.task_state[place]")),
    fault("REF-6", "methods", "deleting from an unknown asset is refused", ("    if asset is None or AssetPlace", '    if asset is None:\n        return world, Refused("unknown-asset")\n    if AssetPlace')),
    fault("REF-7", "dag_runs", "rows outlive their dag run", ("if place[:2] != dag_run}", "}")),
    fault("REF-7", "dag_runs", "never outlives its dag run", ("if place[:2] != dag_run}", "if row.never_expire or place[:2] != dag_run}")),
    fault("REF-7", "dag_runs", "every run of the dag loses its rows", ("if place[:2] != dag_run}", "if place[:1] != dag_run[:1]}")),
    fault("REF-7", "assets", "rows outlive their asset", ("if place.asset != asset", "")),
    fault("REF-8", "dag_runs", "a dag run finds its old rows", ("if place[:2] != dag_run}", "}")),
    fault("REF-8", "assets", "an asset finds its old rows", ("if place.asset != asset", "")),
    fault("SUCCESS-1", "task_instances", "nothing is cleared", (CLEARS, "if False:")),
    fault("SUCCESS-2", "task_instances", "every map index is cleared", (OF_INSTANCE, "if place[:3] != instance[:3]")),
    fault("SUCCESS-2", "task_instances", "the whole dag run is cleared", (OF_INSTANCE, "if place[:2] != instance[:2]")),
    fault("SUCCESS-3", "task_instances", "assets are cleared too", (WIPED, "asset_state={}, " + WIPED)),
    fault("SUCCESS-4", "task_instances", "whatever ends a try clears", (CLEARS, CLEARS.replace('== "success"', '!= "running"'))),
    fault("SUCCESS-4", "task_instances", "success that is success already clears", ("if moves and", "if")),
    fault("SUCCESS-5", "task_instances", "success by hand is another", ("if moves and", "if moves and not operation.by_hand and")),
    fault("SUCCESS-6", "task_instances", "never survives success", (OF_INSTANCE, f"{OF_INSTANCE} or row.never_expire")),
    fault("SUCCESS-8", "task_instances", "any dag run will do", (REFUSE_DAG_RUN, "if False:")),
    fault("SUCCESS-8", "task_instances", "the refusal clears the task", (REFUSE_DAG_RUN, REFUSE_DAG_RUN + "\n        world = world._replace(task_state={})")),
    fault("ACCESS-1", "accessors", "the server's clock", ("worker_now(world) + retention", "world.now + retention")),
    fault("ACCESS-1", "worker_side", "the clocks never differ", ("worker_ahead=operation.ahead", "worker_ahead=operation.ahead * 0")),
    fault("ACCESS-2", "accessors", "no retention is thirty days", (NO_RETENTION, NO_RETENTION.replace("profile.default_expiry(world, worker_now(world))", "worker_now(world) + timedelta(days=30)"))),
    fault("ACCESS-3", "accessors", "never is no retention", (ASKS_FOR_NEVER, "never_expire = False")),
    fault("ACCESS-5", "accessors", "no retention is impossible", ("if refused is not None:", "if False:")),
    fault("ACCESS-5", "retention", "zero is a retention", ("timedelta(0) < retention", "timedelta(0) <= retention")),
    fault("ACCESS-5", "accessors", "a retention is checked on the server", ('answer.reason == "impossible-retention"', "False")),
    fault("ACCESS-6", "scopes", "no lookup by uri", ("is_active(world, asset) and", "scope.name and is_active(world, asset) and")),
    fault("ACCESS-7", "accessors", "nothing is deleted", (DELETES, f"{DELETES}\n    after = world")),
    fault("ACCESS-7", "accessors", "a mapped task clears its siblings", ("Clear(scope=operation.scope)", "Clear(scope=operation.scope, all_map_indices=True)")),
    fault("ACCESS-7", "accessors", "adelete deletes nothing", (DELETES, f"{DELETES}\n    after = after if operation.mode == 'sync' else world")),
    fault("BOUND-1", "methods", "a place for each field", ("AssetPlace(asset, key): asset_row", "AssetPlace(scope.asset or f'{asset}?', key): asset_row")),
    fault("BOUND-3", "methods", "an unknown asset is passed over", ('return world, Refused("unknown-asset")', "return world, DONE")),
    fault("BOUND-3", "scopes", "any asset of the name", ("if is_active(world, asset) and", "if")),
    fault("BOUND-4", "accessors", "aset knows no flag", (ASKS_FOR_NEVER, f'{ASKS_FOR_NEVER} and operation.mode == "sync"')),
    fault("BOUND-5", "task_instances", "every scope is listed", ("if row.scope == scope", "")),
    fault("BOUND-5", "task_instances", "what is completed is not listed", ("if row.scope == scope", "if row.scope == scope and not world.task_instances")),
    fault("BOUND-5", "task_instances", "an asset is listed by its id alone", ("SymbolicAssetScope(asset=resolve_asset(world, scope))", "SymbolicAssetScope(asset=scope.asset)")),
    fault("BOUND-6", "methods", "any dag run will do", (REFUSE_DAG_RUN, "if False:")),
    fault("WORKER-1", "worker_side", "the option is not read", ("worker_side=operation.on", "worker_side=False")),
    fault("WORKER-1", "worker_side", "the option stays on", ("worker_side=operation.on", "worker_side=True")),
    fault("WORKER-2", "accessors", "the value is sent along", ("(reference if before.worker_side else operation.value,)", "(operation.value,)")),
    fault("WORKER-2", "accessors", "the value is stored", (OWN_REFERENCE, "stored = operation.value")),
    fault("WORKER-3", "accessors", "the reference is the value", ("else Value(held.value)", "else answer")),
    fault("WORKER-3", "accessors", "nothing found is resolved", ("or answer.value is None\n        or not is_reference(answer.value)", "")),
    fault("WORKER-5", "accessors", "asset state goes as it is", ("    if world.worker_side:", "    if world.worker_side and hasattr(operation.scope, 'dag'):")),
    fault("WORKER-6", "methods", "the server resolves references", ("row.value)", "world.objects[row.value].value if row.value in world.objects else row.value)")),
    fault("WORKER-6", "collection", "a collection takes objects", (WIPED, "objects={}, " + WIPED)),
    fault("WORKER-7", "references", "names joined by a slash", ('part.replace("%", "%25").replace("/", "%2F")', "part")),
    fault("WORKER-7", "references", "all map indices are one", ("str(scope.map_index)", '""')),
    fault("WORKER-8", "accessors", "each field finds its own object", (HELD, HELD.replace("answer.value", "reference_to(operation.scope, operation.key)"))),
    fault("WORKER-9", "accessors", "a reference has its date", (OWN_REFERENCE, OWN_REFERENCE + " + str(world.now)")),
    fault("WORKER-10", "accessors", "a delete leaves the object", (OWN_OBJECT, "")),
    fault("WORKER-10", "accessors", "a clear leaves the objects", (OBJECTS_OF_OTHERS, "after.objects")),
    fault("WORKER-10", "accessors", "a clear takes the objects of all", (OBJECTS_OF_OTHERS, "{}")),
    fault("WORKER-11", "collection", "a collection takes objects", (WIPED, "objects={}, " + WIPED)),
    fault("WORKER-11", "task_instances", "success takes objects", (WIPED, "objects={}, " + WIPED)),
    fault("WORKER-11", "dag_runs", "objects go with their dag run", ("task_instances=task_instances,", "task_instances=task_instances, objects={},")),
    fault("WORKER-11", "assets", "objects go with their asset", ("assets=world.assets - {asset},", "assets=world.assets - {asset}, objects={},")),
    fault("WORKER-12", "accessors", "every text is a reference", ("or not is_reference(answer.value)", "")),
    fault("WORKER-13", "accessors", "a lost value was never there", ('Refused("missing-object") if held is None', "Value(None) if held is None")),
    fault("WORKER-13", "accessors", "a lost value is its reference", ('Refused("missing-object") if held is None', "answer if held is None")),
    fault("WORKER-14", "accessors", "a refusal takes the object back", (WRITTEN, "after, answer = methods.write(world, written, profile)\n    return (after._replace(objects={}) if isinstance(answer, Refused) else after), answer")),
    fault("WORKER-15", "accessors", "a reference without backend is an error", (IS_PLAIN, "        not isinstance"), (HELD, f"{HELD} if world.worker_side else None")),
    fault("WORKER-15", "accessors", "a reference is resolved all the same", (IS_PLAIN, "        not isinstance")),
    fault("METHOD-7", "methods", "a get never answers", ("return world, Value(", "raise TimeoutError(")),
    fault("VALUE-5", "methods", "keys are folded until they fit", ("scope.map_index, key)", "scope.map_index, sorted(world.key_texts)[0])")),
    fault("CUSTOM-4", "own_expiry", "a day early", ("row.expires_at + timedelta", "row.expires_at - timedelta(days=1) + timedelta")),
    fault("CUSTOM-4", "own_expiry", "what has no expiry ends as well", ("    if row.expires_at is None:\n        return False", "    if row.expires_at is None:\n        return world.now > row.updated_at")),
    fault("CUSTOM-5", "own_expiry", "nothing ends", ('if world.claims.expiry != "prompt":', "if True:")),
    fault("CUSTOM-5", "own_expiry", "the first expiry stays", ("row.expires_at + timedelta", "row.updated_at + timedelta")),
    fault("CUSTOM-6", "own_expiry", "what has ended comes back", ("    return _without(world, over)\n\n\ndef as_gone", BACK)),
    fault("CUSTOM-7", "surroundings", "a new instance begins with nothing", ('(CUSTOM-7)."""\n    return world', '(CUSTOM-7)."""\n    return world._replace(task_state={})')),
    fault("CUSTOM-7", "surroundings", "asset state lives in the instance", ('(CUSTOM-7)."""\n    return world', '(CUSTOM-7)."""\n    return world._replace(asset_state={})')),
    fault("CUSTOM-8", "collection", "the collection takes everything", ("if row.expires_at is None or row.expires_at >= world.now", "if False")),
    fault("CUSTOM-8", "collection", "the collection takes nothing", ("if row.expires_at is None or row.expires_at >= world.now", "")),
    fault("CONF-9", "retention", "the setting of the run decides", (EXPIRED, f"if {BY_AGE}:")),
    fault("CONF-10", "retention", "0 days are thirty", ("None if days == 0 else worker_now + timedelta(days=days)", "worker_now + timedelta(days=days or 30)")),
    fault("SCOPE-10", "scopes", "no lookup by uri", ("is_active(world, asset) and", "scope.name and is_active(world, asset) and")),
    fault("SCOPE-10", "methods", "a place for each field", ("AssetPlace(asset, key): asset_row", "AssetPlace(scope.asset or f'{asset}?', key): asset_row")),
    fault("VALUE-6", "beginning", "the empty text is no value", ("if not limits.hold_value(text)", "if not limits.hold_value(text) or not text")),
    fault("RET-11", "methods", "the longer expiry wins", (ROW, "old = world.task_state.get(place)\n        if old and old.expires_at and stored_expiry:\n            stored_expiry = max(old.expires_at, stored_expiry)\n        " + ROW)),
    fault("RET-11", "methods", "an expiry outlives a plain overwrite", (ROW, "old = world.task_state.get(place)\n        if old and not stored_expiry:\n            stored_expiry = old.expires_at\n        " + ROW)),
    fault("RET-12", "retention", "no expiry is thirty days", ("return expires_at, False", "return expires_at or world.now + timedelta(days=30), False")),
    fault("RET-12", "retention", "the fallback governs all", (EXPIRED, f"if {BY_AGE}:")),
    fault("RET-13", "retention", "a naive datetime is taken for UTC", (NAIVE_FOR_TASKS, "None")),
    fault("RET-14", "retention", "a naive datetime is refused for an asset", (NAIVE_FOR_TASKS, 'Refused("naive-expiry")')),
    fault("RET-14", "stored", "asset state has an expiry", ("expires_at=None", "expires_at=row.updated_at")),
    fault("GC-14", "retention", "the fallback governs all", (EXPIRED, f"if {BY_AGE}:")),
    fault("GC-15", "retention", "0 days disable the collection", (EXPIRED, EXPIRED.replace("if ", "if world.settings.default_retention_days and "))),
    fault("GC-16", "collection", "the command sweeps", ("profile.collection_sweeps_orphans and ", "")),
    fault("ORPHAN-6", "collection", "nothing is swept", (SWEPT, "if True")),
    fault("ORPHAN-6", "collection", "a sweep by name alone", (SWEPT, "if any(world.catalog[place.asset].name == record.name for record in world.active_records)")),
    fault("ORPHAN-7", "collection", "the sweep takes all", (SWEPT, "if False")),
    fault("ORPHAN-7", "collection", "the sweep takes what has expired", ("return world._replace(asset_state=asset_state), DONE", "return world._replace(asset_state=asset_state, task_state={}), DONE")),
    fault("ORPHAN-8", "scopes", "an inactive asset has no state", ("scope.asset if scope.asset in world.assets", "scope.asset if scope.asset in world.assets and is_active(world, scope.asset)")),
    fault("ORPHAN-8", "collection", "the command sweeps", ("profile.collection_sweeps_orphans and ", "")),
    fault("ACCESS-8", "retention", "no default", ("None if days == 0 else worker_now + timedelta(days=days)", "None")),
    fault("ACCESS-8", "retention", "the server's clock", ("else worker_now + timedelta(days=days)", "else world.now + timedelta(days=days)")),
    fault("ACCESS-8", "retention", "0 days are over at once", ("None if days == 0 else worker_now", "worker_now")),
    fault("ACCESS-9", "accessors", "never is the default", (NO_RETENTION, "profile.default_expiry(world, worker_now(world))")),
    fault("ACCESS-10", "retention", "zero is no retention", ("if earliest - worker_now <= retention", "if timedelta(0) < retention")),
    fault("ACCESS-10", "accessors", "a retention is checked on the server", ('answer.reason == "impossible-retention"', "False")),
    fault("ACCESS-11", "accessors", "a mapped task clears its siblings", ("Clear(scope=operation.scope)", "Clear(scope=operation.scope, all_map_indices=True)")),
    fault("ACCESS-11", "accessors", "aclear clears nothing", ("after, answer = methods.clear(world, Clear(scope=operation.scope), profile)", "after, answer = methods.clear(world, Clear(scope=operation.scope), profile)\n    after = after if operation.mode == 'sync' else world")),
    fault("BOUND-7", "accessors", "a removal finds nothing", ('return None if resolve_asset(world, scope) is not None else Refused("unknown-asset")', "return None")),
    fault("BOUND-7", "scopes", "any asset of the name", ("if is_active(world, asset) and", "if")),
    fault("BOUND-8", "accessors", "a removal finds nothing", ("is_there = (scope.dag, scope.run) in world.dag_runs", "is_there = True")),
    fault("BOUND-8", "methods", "any dag run will do", (REFUSE_DAG_RUN, "if False:")),
    fault("WORKER-17", "references", "names joined by a slash", ('part.replace("%", "%25").replace("/", "%2F")', "part")),
    fault("WORKER-17", "references", "all map indices are one", ("str(scope.map_index)", '""')),
    fault("WORKER-18", "accessors", "each field finds its own object", (HELD, HELD.replace("answer.value", "reference_to(operation.scope, operation.key)"))),
    fault("WORKER-19", "task_instances", "success leaves objects", (TAKES_OBJECTS, "if False:")),
    fault("WORKER-19", "task_instances", "success by hand takes objects", (TAKES_OBJECTS, TAKES_OBJECTS.replace(" and not operation.by_hand", ""))),
    fault("WORKER-19", "task_instances", "success takes the objects of all", ("objects_without(after.objects, owner_of(scope))", "{}")),
    fault("WORKER-19", "collection", "a collection takes objects", (WIPED, "objects={}, " + WIPED)),
]  # fmt: skip


@pytest.mark.parametrize("row", FAULTS, ids=lambda row: f"{row.clause}: {row.fault}")
def test_examples_notice(row: Fault) -> None:
    """At least one example of the clause expects something that the broken oracle does not show."""
    with broken_oracle(row.module, *row.changes) as oracle:
        noticed = [
            shown
            for example in find_clause(row.clause).examples
            for shown in broken_expectations(oracle, example)
        ]

    assert noticed


def test_every_testable_clause_has_a_fault() -> None:
    """No clause has examples that nothing was tried on."""
    testable = {clause.id for clause in load_clauses() if clause.testable}

    assert testable - {row.clause for row in FAULTS} == set()


def test_an_oracle_with_nothing_changed_is_intact() -> None:
    """What the faults show is not the work of the machinery that breaks the oracle."""
    with broken_oracle("methods", ("def get(", "def get(")) as oracle:
        broken = [
            shown
            for clause in load_clauses()
            for example in clause.examples
            for shown in broken_expectations(oracle, example)
        ]

    assert [] == broken


def test_the_oracle_is_whole_afterwards() -> None:
    """A broken oracle leaves nothing behind in the modules that others have imported."""
    modules = dict(sys.modules)
    with broken_oracle("retention", ("if retention_days == 0:", "if False:")):
        pass

    assert {name for name, found in modules.items() if sys.modules.get(name) is not found} == set()
    assert state_store_spec.oracle is modules["state_store_spec.oracle"]


def test_words_that_are_gone_are_an_error() -> None:
    """A fault whose words the oracle no longer has does not pass unseen."""
    with (
        pytest.raises(AssertionError, match="does not say 'no such words' any more"),
        broken_oracle("methods", ("no such words", "")),
    ):
        pass
