"""SQLite databases in memory that several connections share.

A plain ``sqlite://`` is one database for each connection, so blocking and async calls would see
different rows. A *named* one, in SQLite's ``memdb`` file system, is one database for all
connections of the process that spell the same name, and, unlike shared cache, its connections
wait for each other instead of failing at once.
"""

from __future__ import annotations

import secrets
import sqlite3
import weakref
from typing import TYPE_CHECKING, Final

from sqlalchemy.engine import URL, make_url

from state_store_reference.errors import UnsupportedDatabaseError

if TYPE_CHECKING:
    from sqlalchemy import Engine

_PRIVATE_NAMES: Final = (None, "", ":memory:")


def memory_url(name: str | None = None) -> str:
    """Give the URL of a database in memory, shared by every engine of this process that uses it.

    It lives as long as one of those engines does.

    Args:
        name: letters, digits, ``-`` and ``_``; ``None`` makes a new name.
    """
    name = secrets.token_hex(8) if name is None else name
    return f"sqlite:///file:/state-store-{name}?vfs=memdb&uri=true"


def with_name(url: URL) -> URL:
    """Give a nameless database in memory a new name; leave every other URL alone."""
    if url.get_backend_name() == "sqlite" and url.database in _PRIVATE_NAMES:
        return make_url(memory_url()).set(drivername=url.drivername)
    return url


def refuse_private(url: URL) -> URL:
    """Give the URL back, unless it is a database in memory that no second engine can reach.

    Raises:
        UnsupportedDatabaseError: it is such a database.
    """
    if url.get_backend_name() == "sqlite" and url.database in _PRIVATE_NAMES:
        raise UnsupportedDatabaseError(
            f"The database behind {url.drivername}:// is private to its engine, so blocking and "
            "async calls would see different rows. Make both engines from one memory_url()."
        )
    return url


def keep_alive(engine: Engine) -> None:
    """Keep the database in memory behind ``engine`` while the engine itself lives."""
    url = engine.url
    if url.query.get("vfs") != "memdb":
        return
    anchor = sqlite3.connect(f"{url.database}?vfs=memdb", uri=True, check_same_thread=False)
    # A database of this kind begins to exist with its first page.
    anchor.execute("PRAGMA user_version").close()
    weakref.finalize(engine, anchor.close)
