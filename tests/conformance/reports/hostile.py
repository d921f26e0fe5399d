# ruff: noqa: ANN401, ARG002, D102 - what is passed on is passed on as it came
"""A report full of text that breaks out of XML, HTML and Markdown where it is let."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from state_store_conformance.checking import CheckOptions, check, save_counterexamples
from state_store_conformance.deviations.entries import Deviation, Deviations
from state_store_conformance.report import Report
from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from state_store_reference.metastore import MetastoreStateBackend
from state_store_spec.clause_files import find_clause
from state_store_spec.operations import (
    DeclaredDagRun,
    Delete,
    Get,
    Set,
    SymbolicTaskScope,
    Universe,
)
from state_store_spec.trace import Trace

SCRIPT: Final = "<script>document.title='broken out'</script><img src=http://192.0.2.1/x>"
HOSTILE: Final = f"NUL \0 alone \ud800 ]]> | {SCRIPT} ``` \x1b[31m \u202e [x](javascript:1) &amp;"
_KEY: Final = "</td>|key"
_TASK: Final = SymbolicTaskScope(dag="<b>dag|", run="]]>", task="*task*")


class Hostile(MetastoreStateBackend):
    """``get`` returns a text that no document can hold as it is, and ``delete`` raises in one."""

    def get(self, *arguments: Any, **options: Any) -> str | None:
        return None if super().get(*arguments, **options) is None else f"NUL \0 ]]> | {SCRIPT}"

    def delete(self, *arguments: Any, **options: Any) -> None:
        raise RuntimeError(HOSTILE)


def hostile_report(folder: Path) -> Report:
    """Judge a backend that answers in hostile text, by traces whose every symbol is hostile.

    It conforms but for a known deviation, and breaks another clause.
    """
    store = Trace(universe=Universe(dag_runs=(DeclaredDagRun(dag=_TASK.dag, run=_TASK.run),)))
    written = Set(scope=_TASK, key=_KEY, value=SCRIPT)
    read = store.with_operations((written, Get(scope=_TASK, key=_KEY)))
    deleted = store.with_operations((written, Delete(scope=_TASK, key=_KEY)))
    report = check(
        ReferenceMetastore(backend=Hostile),
        CheckOptions(
            budget_seconds=20,
            tiers=("examples",),
            deviations=Deviations(
                entries=(Deviation(clause="METHOD-1", reason=f"as | agreed {SCRIPT}"),)
            ),
        ),
        clauses=[
            replace(find_clause("METHOD-1"), examples=(read,)),
            replace(find_clause("METHOD-3"), examples=(deleted,)),
        ],
    )
    named = replace(
        report,
        target=f"target {HOSTILE}",
        title=f"title {HOSTILE}",
        reason=f"reason {HOSTILE}",
        versions={**report.versions, f"lib {HOSTILE}": HOSTILE},
    )
    return save_counterexamples(named, folder)
