"""Parameters that several commands share."""

from __future__ import annotations

import click
from rich.console import Console

from state_store_conformance.budget import parse_duration
from state_store_conformance.errors import UsageError
from state_store_conformance.exhaustive.shard import Shard, parse_shard

TARGET_HELP = (
    "a database URL (the reference metastore there), or the name of a registered target "
    "(`state-store targets` lists them)"
)


class Duration(click.ParamType[float]):
    """A duration such as 10s, 1.5m or 500ms, in seconds."""

    name = "duration"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Give the seconds."""
        if isinstance(value, float):
            return value
        try:
            return parse_duration(str(value))
        except UsageError as error:
            self.fail(str(error), param, ctx)


class ShardParameter(click.ParamType[Shard]):
    """A part of a run, such as 3/8."""

    name = "shard"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Shard:
        """Give the shard."""
        try:
            return parse_shard(str(value))
        except UsageError as error:
            self.fail(str(error), param, ctx)


def make_console(*, stderr: bool = False) -> Console:
    """Give a console as wide as the terminal; in a pipe 80 columns, without color."""
    return Console(stderr=stderr, highlight=False, soft_wrap=False)
