"""References to variables and home directories in a setting, as Airflow resolves them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Final

_REFERENCE: Final = re.compile(r"\$(?:(\w+)|\{([^}]*)\})", re.ASCII)
_MOST_ROUNDS: Final = 20


def expanded(text: str, environment: Mapping[str, str]) -> str:
    """Replace ``$NAME``, ``${NAME}`` and a leading ``~`` until nothing is left to replace.

    An unknown variable stays as it is written.

    Raises:
        ValueError: the variables refer to each other in a circle.
    """
    for _ in range(_MOST_ROUNDS):
        replaced = os.path.expanduser(  # noqa: PTH111 - a setting need not be a path
            _REFERENCE.sub(
                lambda found: environment.get(found[1] or found[2] or "", found[0]), text
            )
        )
        if replaced == text:
            return text
        text = replaced
    raise ValueError("its variables refer to each other in a circle")
