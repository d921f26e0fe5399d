"""The versions of a database and of what leads to it, for the report."""

from __future__ import annotations

import sqlite3
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.ext.asyncio import AsyncEngine

_PACKAGES: Final = ("SQLAlchemy", "psycopg", "asyncpg", "PyMySQL", "aiomysql", "aiosqlite")
_PRODUCTS: Final = {"postgresql": "PostgreSQL", "mysql": "MySQL", "mariadb": "MariaDB"}


def versions_of(engine: Engine, async_engine: AsyncEngine) -> dict[str, str]:
    """Give the version of the database that two engines lead to, and of their drivers."""
    dialect = engine.dialect
    if dialect.name == "sqlite":
        found = {"SQLite": sqlite3.sqlite_version}
    else:
        is_mariadb = getattr(dialect, "is_mariadb", False)
        product = "MariaDB" if is_mariadb else _PRODUCTS.get(dialect.name, dialect.name)
        found = {product: ".".join(map(str, dialect.server_version_info or ()))}
    in_use = {"sqlalchemy", engine.driver, async_engine.driver}
    for package in _PACKAGES:
        if package.lower() in in_use:
            try:
                found[package] = version(package)
            except PackageNotFoundError:
                continue
    return found
