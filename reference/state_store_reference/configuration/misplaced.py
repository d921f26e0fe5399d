"""Settings that nobody would read: in the wrong section, or under a name that means nothing.

An option that is silently not read means that rows are kept or deleted against the
administrator's will (CONF-8).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from typing import Final

from state_store_reference.configuration.config_file import ConfigFile
from state_store_reference.configuration.sources import Sources, origin_of, variable_name
from state_store_spec import SettingsError

SECTION: Final = "state_store"
OPTIONS: Final = (
    "backend",
    "default_retention_days",
    "clear_on_success",
    "state_cleanup_batch_size",
)

_WRONG_SECTION: Final = "task_state"
_CLOSE: Final = 0.6
# What tells a misspelled section from another one.
_LETTERS: Final = re.compile(r"[^a-z]")


def refuse_misplaced(sources: Sources) -> None:
    """Check that every setting of the state store is one that is read.

    Raises:
        SettingsError: a section ``[task_state]`` or a variable of one, a section that is
            ``[state_store]`` misspelled, or an unknown option in ``[state_store]``.
    """
    _refuse_wrong_sections(sources)
    refuse_unknown_options(sources, SECTION, OPTIONS)


def refuse_unknown_options(sources: Sources, section: str, known: Collection[str]) -> None:
    """Check that a section has known options only, in the file and in the environment.

    Raises:
        SettingsError: an option that is not among ``known``.
    """
    for name, file in _options(sources, section):
        if name not in known:
            raise SettingsError(
                f"[{section}] {name} ({origin_of(file, section, name)}) is not an option that is "
                f"read{' (CONF-8)' if section == SECTION else ''}. "
                f"{_remedy(section, name, known, is_variable=file is None)}"
            )


def _refuse_wrong_sections(sources: Sources) -> None:
    prefix = variable_name(_WRONG_SECTION, "")
    for variable in sorted(sources.environment):
        if variable.startswith(prefix):
            raise SettingsError(
                f"The environment variable {variable} is not read: the options of the state store "
                f"are in [{SECTION}], not in [{_WRONG_SECTION}] (CONF-8). "
                f"Set {variable_name(SECTION, variable.removeprefix(prefix))} instead."
            )
    if sources.file is None:
        return
    for section in sources.file.sections():
        letters = _LETTERS.sub("", section.lower())
        if section != SECTION and letters in {"statestore", "taskstate"}:
            raise SettingsError(
                f"[{section}] (line {sources.file.line_of_section(section)} of "
                f"{sources.file.path}) is not a section that is read: the options of the state "
                f"store are in [{SECTION}] (CONF-8). Write [{SECTION}]."
            )


def _options(sources: Sources, section: str) -> Iterator[tuple[str, ConfigFile | None]]:
    prefix = variable_name(section, "")
    for variable in sorted(sources.environment):
        if variable.startswith(prefix):
            yield variable.removeprefix(prefix).lower(), None
    if sources.file is not None:
        for name in sources.file.options(section):
            yield name, sources.file


def _remedy(section: str, name: str, known: Collection[str], *, is_variable: bool) -> str:
    if (section, name.lower()) == (SECTION, "state_backend"):
        return (
            f"Set {variable_name('workers', name)} for the worker-side backend."
            if is_variable
            else "Write it in [workers] for the worker-side backend."
        )
    if close := get_close_matches(name.lower(), known, n=1, cutoff=_CLOSE):
        return f"Set {variable_name(section, close[0])}." if is_variable else f"Write {close[0]}."
    return f"The options of [{section}] are {', '.join(known)}."
