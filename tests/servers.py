"""The database servers that tests run against: where they are, and fresh databases on them."""

from __future__ import annotations

import os
import secrets
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

CONNECT_TIMEOUT_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Server:
    """A kind of server, the variable that says where it is, and where it is otherwise.

    Attributes:
        name: what people call it.
        variable: environment variable that holds the URL.
        default_url: URL on this machine, used when the variable is not set.
        create_database: statement that makes a database; ``{name}`` is its name.
        drop_database: statement that drops it again, whoever is still connected.
    """

    name: str
    variable: str
    default_url: str
    create_database: str = ""
    drop_database: str = ""

    def url(self, environment: Mapping[str, str] = os.environ) -> str:
        """Give the URL in force."""
        return environment.get(self.variable) or self.default_url

    def is_chosen(self, environment: Mapping[str, str] = os.environ) -> bool:
        """Tell whether somebody named this server, rather than leaving it to the default."""
        return bool(environment.get(self.variable))


POSTGRES = Server(
    name="PostgreSQL",
    variable="STATE_STORE_TEST_POSTGRES_URL",
    default_url="postgresql+psycopg://postgres@127.0.0.1:5432/test",
    # template0, because nobody can be connected to it and because it accepts any encoding.
    create_database="CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'",
    drop_database="DROP DATABASE IF EXISTS {name} WITH (FORCE)",
)
MYSQL = Server(
    name="MySQL/MariaDB",
    variable="STATE_STORE_TEST_MYSQL_URL",
    default_url="mysql+pymysql://root@127.0.0.1:3306/test",
    # A collation that folds case and accents: only what our tables declare keeps keys apart.
    create_database="CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
    drop_database="DROP DATABASE IF EXISTS {name}",
)
REDIS = Server(
    name="Redis",
    variable="STATE_STORE_TEST_REDIS_URL",
    default_url="redis://127.0.0.1:6379/0",
)
SERVERS = (POSTGRES, MYSQL, REDIS)


class ServerUnreachableError(Exception):
    """A server that a test needs does not answer."""

    def __init__(self, server: Server, reason: str) -> None:
        super().__init__(
            f"{server.name} does not answer ({reason.splitlines()[0]}). "
            f"Start it, or set {server.variable} to its URL."
        )
        self.server = server


def execute(server: Server, statement: str) -> None:
    """Execute one statement outside any transaction, through the server's own URL.

    Raises:
        ServerUnreachableError: the server or its driver cannot be had, or it refuses the statement.
    """
    try:
        engine = create_engine(
            server.url(),
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={"connect_timeout": CONNECT_TIMEOUT_SECONDS},
        )
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
    except (SQLAlchemyError, ImportError) as error:
        raise ServerUnreachableError(server, str(error)) from error


@contextmanager
def temporary_database(server: Server) -> Generator[str]:
    """Make an empty database of a random name, give its URL, and drop it at the end.

    Raises:
        ServerUnreachableError: there is no such server.
    """
    name = f"state_store_test_{secrets.token_hex(8)}"
    execute(server, server.create_database.format(name=name))
    try:
        yield make_url(server.url()).set(database=name).render_as_string(hide_password=False)
    finally:
        execute(server, server.drop_database.format(name=name))


def ping_redis() -> str:
    """Give the URL of the Redis server once it has answered.

    Raises:
        ServerUnreachableError: it did not answer.
    """
    try:
        import redis  # noqa: PLC0415 - the driver may be what is missing
    except ImportError as error:
        raise ServerUnreachableError(REDIS, str(error)) from error

    url = REDIS.url()
    client = redis.Redis.from_url(url, socket_connect_timeout=CONNECT_TIMEOUT_SECONDS)
    try:
        client.ping()
    except redis.RedisError as error:
        raise ServerUnreachableError(REDIS, str(error)) from error
    finally:
        client.close()
    return url


def require(server: Server) -> None:
    """Return once the server has answered.

    Raises:
        ServerUnreachableError: it did not answer.
    """
    if server is REDIS:
        ping_redis()
    else:
        execute(server, "SELECT 1")


if __name__ == "__main__":
    # `.ci/run` asks here which servers it has to start.
    require({"postgres": POSTGRES, "mysql": MYSQL, "redis": REDIS}[sys.argv[1]])
