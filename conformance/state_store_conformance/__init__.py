"""The court: judges anything that claims to be a state store against the executable law.

What is offered here is imported when it is first asked for: the plugin is loaded into every
pytest session of an environment, most of which judge nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from state_store_conformance.backend_checking import check_backend
    from state_store_conformance.errors import BrokenFixtureError, ConformanceError, UsageError
    from state_store_conformance.pytest_plugin.conformance_class import BackendConformance
    from state_store_conformance.report import (
        ClauseReport,
        Counterexample,
        Report,
        dump_report,
    )
    from state_store_conformance.targets.own_surroundings import (
        SessionSurroundings,
        StoreSurroundings,
    )
    from state_store_conformance.terminal import print_report

__all__ = [
    "BackendConformance",
    "BrokenFixtureError",
    "ClauseReport",
    "ConformanceError",
    "Counterexample",
    "Report",
    "SessionSurroundings",
    "StoreSurroundings",
    "UsageError",
    "check_backend",
    "dump_report",
    "print_report",
]

_MODULES: Final = {
    "backend_checking": ("check_backend",),
    "errors": ("BrokenFixtureError", "ConformanceError", "UsageError"),
    "pytest_plugin.conformance_class": ("BackendConformance",),
    "report": ("ClauseReport", "Counterexample", "Report", "dump_report"),
    "targets.own_surroundings": ("SessionSurroundings", "StoreSurroundings"),
    "terminal": ("print_report",),
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
