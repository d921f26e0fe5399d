"""Records: frozen data classes that trace files can hold and nothing can be added to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, dataclass_transform

Class = TypeVar("Class")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def record(*, kw_only: bool = True) -> Callable[[type[Class]], type[Class]]:
    """Make the class a frozen data class whose form in a file allows no unknown field."""

    def make(plain: type[Class]) -> type[Class]:
        made: Any = dataclass(frozen=True, slots=True, kw_only=kw_only)(plain)
        # Plain data for pydantic, so that importing the vocabulary does not import pydantic.
        made.__pydantic_config__ = {"extra": "forbid"}
        return made  # type: ignore[no-any-return]

    return make
