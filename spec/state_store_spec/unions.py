"""How a union of data classes is told apart in a trace file.

The markers hand pydantic its discriminators only when a file is read or written, so that
importing the vocabulary does not import pydantic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, get_args

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


@dataclass(frozen=True, slots=True)
class ToldApartBy:
    """Each member of the union says in this field what it is."""

    field: str

    def __get_pydantic_core_schema__(
        self, source_type: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return the schema of a union with a discriminating field."""
        from pydantic import Field  # noqa: PLC0415 - only when a file is read or written

        return handler(Annotated[source_type, Field(discriminator=self.field)])


@dataclass(frozen=True, slots=True)
class ToldApartByKey:
    """The first member has this key, the second has not."""

    key: str

    def __get_pydantic_core_schema__(
        self, source_type: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return the schema of a union of two, chosen by the presence of the key."""
        from pydantic_core import core_schema  # noqa: PLC0415

        with_key, without_key = get_args(source_type)

        def member(value: object) -> str:
            has_key = self.key in value if isinstance(value, dict) else hasattr(value, self.key)
            return str((with_key if has_key else without_key).__name__)

        choices = {each.__name__: handler.generate_schema(each) for each in (with_key, without_key)}
        return core_schema.tagged_union_schema(choices, discriminator=member)
