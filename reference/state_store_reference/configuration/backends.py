"""The backends that the settings name: from a dotted path to a class, and to an instance."""

from __future__ import annotations

import importlib
import inspect
import traceback
from collections.abc import Mapping
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

from state_store_reference.configuration.misplaced import SECTION, refuse_misplaced
from state_store_reference.configuration.secrecy import without_passwords
from state_store_reference.configuration.sources import Option, read_sources
from state_store_spec import BaseStateBackend, StateStoreError

_WHERE_IMPORTS_HAPPEN: Final = (__file__, importlib.__file__, "<frozen")


class BackendOption(NamedTuple):
    """An option whose value is the dotted path of a backend."""

    section: str
    name: str
    example: str


SERVER_BACKEND: Final = BackendOption(SECTION, "backend", "mypackage.state.CustomStateBackend")
"""``[state_store] backend``: where the server keeps state; not set, the metastore (CONF-1)."""

WORKER_BACKEND: Final = BackendOption("workers", "state_backend", "mypackage.state.S3StateBackend")
"""``[workers] state_backend``: where values go before they reach the server (WORKER-1)."""


def load_backend_class(
    option: BackendOption, environment: Mapping[str, str] | None = None
) -> type[BaseStateBackend] | None:
    """Give the class that an option names, or ``None`` where the option is not set or empty.

    Args:
        option: :data:`SERVER_BACKEND` or :data:`WORKER_BACKEND`.
        environment: variables to read; by default those of this process.

    Raises:
        SettingsError: the path does not import, names nothing, no class, no ``BaseStateBackend``,
            or one that leaves abstract methods open; or another setting is misplaced.
    """
    found = _find(option, environment)
    return None if found is None else _class_of(found, option.example)


def load_backend(
    option: BackendOption, environment: Mapping[str, str] | None = None
) -> BaseStateBackend | None:
    """Make the backend that an option names, or give ``None`` where it is not set or empty.

    Args:
        option: :data:`SERVER_BACKEND` or :data:`WORKER_BACKEND`.
        environment: variables to read; by default those of this process. Settings of its own the
            backend reads from those of this process in any case.

    Raises:
        SettingsError: as :func:`load_backend_class`; or the class cannot be made without
            arguments.
    """
    found = _find(option, environment)
    if found is None:
        return None
    backend_class = _class_of(found, option.example)
    try:
        return backend_class()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - and so may a constructor
        raise found.error(
            f"cannot be made: {_cause(error)}",
            f"A backend is made without arguments: repair {backend_class.__name__}.__init__, "
            "or the settings that it reads.",
        ) from None


def _find(option: BackendOption, environment: Mapping[str, str] | None) -> Option | None:
    sources = read_sources(environment)
    refuse_misplaced(sources)
    found = sources.find(option.section, option.name)
    return found if found is not None and found.text else None


def _class_of(option: Option, example: str) -> type[BaseStateBackend]:
    named = _named(option, example)
    if not inspect.isclass(named):
        what = "a module" if inspect.ismodule(named) else f"of type {type(named).__name__}"
        raise option.error(
            f"is {what}, not a class",
            f"Write the path of a class, as in {example}.",
        )
    if not issubclass(named, BaseStateBackend):
        raise option.error(
            "is a class, but not a subclass of BaseStateBackend",
            "Derive it from state_store_spec.BaseStateBackend, or name a class that is.",
        )
    if left_open := sorted(getattr(named, "__abstractmethods__", ())):
        raise option.error(
            f"leaves abstract methods open: {', '.join(left_open)}",
            f"Implement them in {named.__name__}.",
        )
    return named


def _named(option: Option, example: str) -> object:
    module_name, dot, attribute = option.text.rpartition(".")
    if not dot or not all(part.isidentifier() for part in option.text.split(".")):
        raise option.error(
            "is not a full dotted path",
            f"Write package, module and class with dots between them, as in {example}.",
        )
    try:
        module = importlib.import_module(module_name)
        if hasattr(module, attribute):
            return getattr(module, attribute)
        if hasattr(module, "__path__") and find_spec(option.text) is not None:
            return importlib.import_module(option.text)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a module may do anything, and exit
        raise option.error(
            f"does not import: {_cause(error)}",
            "Install the package in this environment, or correct the path.",
        ) from None
    close = get_close_matches(attribute, dir(module), n=1)
    raise option.error(
        f"names nothing: the module {module_name} has no {attribute}",
        f"Write {module_name}.{close[0]}." if close else "Correct the path.",
    )


def _cause(error: BaseException) -> str:
    """Name an error and where it happened, in one line and without passwords."""
    text = " ".join(without_passwords(str(error)).split()).rstrip(".")
    said = f"{type(error).__name__}: {text}" if text else type(error).__name__
    if isinstance(error, StateStoreError | SyntaxError):
        return said
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if not frame.filename.startswith(_WHERE_IMPORTS_HAPPEN):
            return f"{said} ({Path(frame.filename).name}, line {frame.lineno})"
    return said
