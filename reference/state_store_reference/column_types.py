"""Column types that keep text by its bytes and instants by their microsecond, on every database.

MySQL and MariaDB compare text by collations that fold case, accents or trailing blanks, so text
that identifies something is kept there as its UTF-8 bytes.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    VARBINARY,
    BigInteger,
    DateTime,
    Integer,
    LargeBinary,
    String,
    Text,
    TypeDecorator,
    cast,
    type_coerce,
)
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.types import UserDefinedType

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import BindParameter, ColumnElement, Dialect
    from sqlalchemy.types import TypeEngine

MYSQL_DIALECTS: Final = ("mysql", "mariadb")
_INSTANT_WIDTH: Final = len("2026-01-01 00:00:00.000000")


def _is(dialect: Dialect, driver: str) -> bool:
    # The dialect that prints statements for people has no driver.
    return getattr(dialect, "driver", None) == driver


def _encoded(value: str | None) -> bytes | None:
    return None if value is None else value.encode()


class _Utf8Bytes(TypeDecorator[str]):
    """Text in Python, its UTF-8 bytes in the database."""

    impl: type[TypeEngine[Any]] | TypeEngine[Any] = LargeBinary
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[..., bytes | None] | None:
        """Give bytes to the driver, which then cannot convert them to the connection's charset."""
        # aiomysql 0.3 cannot quote bytes beside PyMySQL 1.2. It sends text as utf8mb4 by default,
        # and the server takes the bytes of text as they are for a binary column.
        return None if _is(dialect, "aiomysql") else _encoded

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        """Give what a literal in a statement stands for."""
        return _encoded(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Give what Python sees."""
        return None if value is None else value.decode()


class _Utf8VarBinary(_Utf8Bytes):
    """Up to a given number of bytes, comparable and indexable."""

    impl = VARBINARY
    cache_ok = True


class _Utf8LongBlob(_Utf8Bytes):
    """Up to 4 GiB; unlike ``LONGTEXT`` no connection character set can change what is read."""

    impl = mysql.LONGBLOB
    cache_ok = True


def _in_utc(value: datetime | None) -> datetime | None:
    if value is None or value.tzinfo is UTC:
        return value
    if value.tzinfo is None:
        raise ValueError(f"{value!r} is naive: an instant needs a time zone (RET-7).")
    return value.astimezone(UTC)


def _as_text(value: datetime | None) -> str | None:
    # Text, because drivers look datetimes up by exact class and a frozen clock has its own.
    instant = _in_utc(value)
    return None if instant is None else instant.isoformat(" ", "microseconds")[:_INSTANT_WIDTH]


def _as_utc_text(value: datetime | None) -> str | None:
    text = _as_text(value)
    return None if text is None else f"{text}+00:00"


class _InstantAsText(TypeDecorator[datetime]):
    """A parameter for an instant that reaches the driver as text."""

    impl = String
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[..., str | None]:  # noqa: ARG002
        """Give the function that writes the text, with the offset of UTC."""
        return _as_utc_text


class _AsyncpgInstant(UserDefinedType[datetime]):
    """``timestamptz`` through asyncpg, which takes the first and last instant for infinity."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:  # noqa: ANN401
        """Give the name of the type in SQL."""
        return "TIMESTAMP(6) WITH TIME ZONE"

    def bind_expression(self, bindvalue: BindParameter[datetime]) -> ColumnElement[datetime]:
        """Let the server read the instant from text."""
        return cast(type_coerce(bindvalue, _InstantAsText()), DateTime(timezone=True))


class UtcInstant(TypeDecorator[datetime]):
    """A timezone-aware instant: any offset goes in, UTC with microseconds comes out.

    PostgreSQL keeps ``timestamptz``, MySQL and MariaDB ``DATETIME(6)``, SQLite text of fixed width
    that sorts like the instants it names. All reach to the end of the year 9999.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Give the type of the column on one kind of database."""
        if _is(dialect, "asyncpg"):
            return _AsyncpgInstant()
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.TIMESTAMP(timezone=True, precision=6))
        if dialect.name in MYSQL_DIALECTS:
            return dialect.type_descriptor(mysql.DATETIME(fsp=6))
        return dialect.type_descriptor(String(_INSTANT_WIDTH))

    def bind_processor(self, dialect: Dialect) -> Callable[..., datetime | str | None] | None:
        """Give the function that turns an instant into what the driver is handed."""
        return _in_utc if dialect.name == "postgresql" else _as_text

    def literal_processor(self, dialect: Dialect) -> Callable[..., str]:
        """Give the function that writes an instant into the text of a statement."""
        offset = "+00:00" if dialect.name == "postgresql" else ""

        def write(value: datetime) -> str:
            return f"'{_as_text(value)}{offset}'"

        return write

    def process_result_value(
        self, value: datetime | str | None, dialect: Dialect
    ) -> datetime | None:
        """Give what Python sees."""
        if value is None:
            return None
        instant = datetime.fromisoformat(value) if isinstance(value, str) else value
        if dialect.name == "postgresql":
            return instant.astimezone(UTC)
        return instant.replace(tzinfo=UTC)


def identifying_text(characters: int, octets: int) -> TypeEngine[str]:
    """Give a type for text that is compared by its bytes.

    Args:
        characters: most code points, where the database counts those.
        octets: most bytes in UTF-8, where the database counts those.
    """
    binary = _Utf8VarBinary(octets)
    return (
        String(characters)
        .with_variant(String(characters, collation="C"), "postgresql")
        .with_variant(binary, *MYSQL_DIALECTS)
    )


def long_text() -> TypeEngine[str]:
    """Give a type for values: any text, far beyond 65,535 bytes."""
    return Text().with_variant(_Utf8LongBlob(), *MYSQL_DIALECTS)


def row_id() -> TypeEngine[int]:
    """Give the type of a primary key that the database counts up in 64 bits."""
    # SQLite counts up only a column whose type is spelled INTEGER; that one has 64 bits there.
    return BigInteger().with_variant(Integer(), "sqlite")
