"""The files that a report is written to, each in a form of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Final

from state_store_conformance.errors import UsageError
from state_store_conformance.report import Report

FORMS: Final[Mapping[str, str]] = {
    "json": "state_store_conformance.report:dump_report",
    "junit": "state_store_conformance.reports.junit:junit_xml",
    "markdown": "state_store_conformance.reports.markdown:markdown",
    "html": "state_store_conformance.reports.page:html",
    "badge": "state_store_conformance.reports.badge:badge",
}
"""What gives the text of each form; a module is imported when its form is asked for."""


def require_writable(files: Mapping[str, Path]) -> None:
    """Say what stands in the way of a report before the work is done, not after it.

    Raises:
        UsageError: a file cannot be written, or would be written twice: file, rule, remedy.
    """
    taken: dict[Path, str] = {}
    for form, file in files.items():
        folder = file.absolute().parent
        if not folder.is_dir():
            raise UsageError(f"--{form} {file}: there is no folder {folder}. Make it first.")
        if not os.access(file if file.exists() else folder, os.W_OK):
            raise UsageError(f"--{form} {file}: it cannot be written. Name another file.")
        other = taken.setdefault(file.resolve(), form)
        if other != form:
            raise UsageError(
                f"--{form} {file}: the --{other} report goes there too, and one would overwrite "
                "the other. Name another file."
            )


def write_reports(report: Report, files: Mapping[str, Path]) -> None:
    """Write the report to each file, in the form that it is given for."""
    for form, file in files.items():
        module, function = FORMS[form].split(":")
        give: Callable[[Report], str] = getattr(import_module(module), function)
        file.write_text(give(report), encoding="utf-8")
