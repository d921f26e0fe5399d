"""The servers of the tests, in the form in which Airflow is told of them."""

from __future__ import annotations

from sqlalchemy.engine import make_url

from tests.servers import MYSQL, POSTGRES

SERVERS = {
    kind: make_url(server.url()).set(drivername=driver).render_as_string(hide_password=False)
    for kind, server, driver in (
        ("mysql", MYSQL, "mysql"),
        ("postgres", POSTGRES, "postgresql"),
    )
}


def with_server(target: str) -> str:
    """Put a URL in the place of ``mysql`` or ``postgres`` behind the name of a target."""
    name, _, kind = target.partition("@")
    return f"{name}@{SERVERS[kind]}" if kind in SERVERS else target
