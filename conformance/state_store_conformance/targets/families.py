"""Families of backends: whose base class a backend has, and which scopes it wants to be handed.

The vocabulary of this project is one family. The released Airflow has two, whose classes bear the
same names and are not the same classes: a backend of one does not know the scopes of another.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from state_store_spec import AssetScope, BaseStateBackend, TaskScope

AIRFLOW_FAMILIES: Final = ("airflow.sdk.state", "airflow.state")
"""The modules of Airflow that hold a base class and its scopes."""

_NAMES_OF_BASES: Final = ("BaseStateBackend", "BaseStoreBackend")


@dataclass(frozen=True, slots=True)
class Family:
    """A family of backends.

    Attributes:
        name: the module that its base class comes from.
        base: the base class.
        task_scope, asset_scope: make the scopes that its backends know.
    """

    name: str
    base: type
    task_scope: Callable[..., Any]
    asset_scope: Callable[..., Any]


OWN_FAMILY: Final = Family("state_store_spec", BaseStateBackend, TaskScope, AssetScope)


def family_of(kind: type) -> Family | None:
    """Give the family that a class belongs to, or ``None`` where it is no backend.

    Airflow is never imported for it: a class of its families has brought its module along.
    """
    if issubclass(kind, BaseStateBackend):
        return OWN_FAMILY
    for base in kind.__mro__:
        if base.__name__ not in _NAMES_OF_BASES or not base.__module__.startswith("airflow."):
            continue
        module = sys.modules[base.__module__]
        if hasattr(module, "TaskScope") and hasattr(module, "AssetScope"):
            return Family(base.__module__, base, module.TaskScope, module.AssetScope)
    return None


def bases_in_words() -> str:
    """Give the base classes that a backend may have, for an error."""
    return ", ".join(("state_store_spec.BaseStateBackend", *AIRFLOW_FAMILIES))
