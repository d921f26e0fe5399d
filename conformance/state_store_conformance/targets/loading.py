"""Loading: from ``module:attribute`` to the class or the factory of a backend."""

from __future__ import annotations

import sys
import traceback
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Final

from state_store_conformance.errors import UsageError

_LINES_OF_A_TRACEBACK: Final = 3


def load(path: str) -> object:
    """Import the module, in which the current directory counts, and give the attribute.

    Raises:
        UsageError: there is no such module or attribute, or importing it raises.
    """
    module_name, _, attribute = path.partition(":")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    found: object = _imported(module_name)
    for number, name in enumerate(attribute.split("."), start=1):
        if not hasattr(found, name):
            parent = ".".join((module_name, *attribute.split(".")[: number - 1]))
            near = get_close_matches(name, dir(found), n=3)
            meant = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
            raise UsageError(f"{parent} has no attribute {name!r}.{meant}")
        found = getattr(found, name)
    return found


def _imported(name: str) -> object:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and f"{name}.".startswith(f"{error.name}."):
            raise UsageError(
                f"There is no module {error.name!r} in {Path.cwd()} or where Python looks for "
                "packages. Give module:attribute, and run from the folder that the module is in "
                "or install its package."
            ) from error
        raise UsageError(
            f"{name} cannot be imported: there is no module {error.name!r}, which it imports. "
            "Install it beside this project."
        ) from error
    except Exception as error:
        lines = "".join(traceback.format_exception(error, limit=-_LINES_OF_A_TRACEBACK))
        raise UsageError(f"{name} cannot be imported:\n{lines.rstrip()}") from error
