"""The law of the state store: its vocabulary, clauses, traces, profiles and oracle.

The vocabulary is imported with the package; clauses and traces when they are first asked for, as
they bring the readers of their files.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from state_store_spec.backend import BaseStateBackend
from state_store_spec.claims import Claims
from state_store_spec.errors import (
    ClaimsError,
    ClauseFileError,
    InvalidScopeError,
    NaiveExpiryError,
    SettingsError,
    StateStoreError,
    TraceError,
    UnknownAssetError,
    UnknownClauseError,
    UnknownDagRunError,
    UnknownProfileError,
    UnrepresentableError,
)
from state_store_spec.retention import NEVER_EXPIRE, NeverExpire
from state_store_spec.scopes import AssetScope, StateScope, TaskScope
from state_store_spec.settings import StateStoreSettings

if TYPE_CHECKING:
    from state_store_spec.clause import Clause, Quote
    from state_store_spec.clause_files import find_clause, load_clauses
    from state_store_spec.seed_coverage import uncovered_sentences
    from state_store_spec.trace import Observation, Step, Trace
    from state_store_spec.trace_files import (
        dump_trace,
        load_trace,
        read_trace,
        trace_schema,
        write_trace,
    )

__all__ = [
    "NEVER_EXPIRE",
    "AssetScope",
    "BaseStateBackend",
    "Claims",
    "ClaimsError",
    "Clause",
    "ClauseFileError",
    "InvalidScopeError",
    "NaiveExpiryError",
    "NeverExpire",
    "Observation",
    "Quote",
    "SettingsError",
    "StateScope",
    "StateStoreError",
    "StateStoreSettings",
    "Step",
    "TaskScope",
    "Trace",
    "TraceError",
    "UnknownAssetError",
    "UnknownClauseError",
    "UnknownDagRunError",
    "UnknownProfileError",
    "UnrepresentableError",
    "dump_trace",
    "find_clause",
    "load_clauses",
    "load_trace",
    "read_trace",
    "trace_schema",
    "uncovered_sentences",
    "write_trace",
]

_MODULES: Final = {
    "clause": ("Clause", "Quote"),
    "clause_files": ("find_clause", "load_clauses"),
    "seed_coverage": ("uncovered_sentences",),
    "trace": ("Observation", "Step", "Trace"),
    "trace_files": ("dump_trace", "load_trace", "read_trace", "trace_schema", "write_trace"),
}


def __getattr__(name: str) -> object:
    for module, names in _MODULES.items():
        if name in names:
            found = getattr(import_module(f"{__name__}.{module}"), name)
            globals()[name] = found
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
