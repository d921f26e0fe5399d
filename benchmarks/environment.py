"""Print the head of a page of evidence: what was run, when, where and with which versions."""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from tests.servers import CONNECT_TIMEOUT_SECONDS, MYSQL, POSTGRES, Server

DISTRIBUTIONS = (
    "state-store-oracle",
    "SQLAlchemy",
    "hypothesis",
    "freezegun",
    "pydantic",
    "psycopg",
    "asyncpg",
    "PyMySQL",
    "aiomysql",
    "aiosqlite",
)
ROOT = Path(__file__).resolve().parent.parent


def processor() -> str:
    """Name the processor, or its architecture where the system does not tell."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def memory_gibibytes() -> float:
    """Give the memory of the machine in GiB."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def commit() -> str:
    """Give the abbreviated commit, with ``-dirty`` when files differ from it."""
    command = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip()


def distribution(name: str) -> str:
    """Give name and version of an installed distribution."""
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return f"{name} not installed"


def server(where: Server) -> str:
    """Give what a server says of its version."""
    try:
        engine = create_engine(
            where.url(),
            poolclass=NullPool,
            connect_args={"connect_timeout": CONNECT_TIMEOUT_SECONDS},
        )
        with engine.connect() as connection:
            answer = connection.exec_driver_sql("SELECT version()").scalar_one()
    except (SQLAlchemyError, ImportError):
        return f"{where.name}: no server"
    return f"{where.name}: {str(answer).partition(' on ')[0]}"


def header(name: str) -> str:
    """Give the head of the page ``name`` as Markdown."""
    rows = {
        "written by": f"`make evidence EVIDENCE={name}`",
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "commit": commit(),
        "machine": f"{processor()}, {os.cpu_count()} cores, {memory_gibibytes():.1f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "distributions": ", ".join(map(distribution, DISTRIBUTIONS)),
        "servers": ", ".join(map(server, (POSTGRES, MYSQL))),
    }
    table = "\n".join(f"| {label} | {text} |" for label, text in rows.items())
    title = name.replace("_", " ").capitalize()
    return f"# {title}\n\n| what | value |\n| --- | --- |\n{table}\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="of the page, as in docs/evidence/NAME.md")
    print(header(parser.parse_args().name))
