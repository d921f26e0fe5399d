"""Parameters that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console

from state_store_conformance.budget import parse_duration
from state_store_conformance.errors import UsageError
from state_store_conformance.exhaustive.shard import Shard, parse_shard
from state_store_spec.claims import Claims

TARGET_HELP = (
    "module:attribute (a backend of your own: a class, or a function without arguments that "
    "makes one), a database URL (the reference metastore there), or the name of a registered "
    "target (`state-store targets` lists them)"
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


def claims_option(function: Callable[..., int]) -> Callable[..., int]:
    """Give the command an option for the claims of a backend of one's own."""
    return click.option(
        "--claims",
        "claims_file",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="A TOML file with what your backend claims, in the place of what its class says.",
    )(function)


def claims_of_file(file: Path | None) -> Claims | None:
    """Read the claims of a file, if there is one.

    Raises:
        ClaimsError: it cannot be read, or what it says cannot be claimed.
    """
    if file is None:
        return None
    from state_store_conformance.targets.claimed import read_claims  # noqa: PLC0415

    return read_claims(file)


def call_timeout_option(function: Callable[..., int]) -> Callable[..., int]:
    """Give the command an option for how long one call of the target may take."""
    return click.option(
        "--call-timeout",
        type=Duration(),
        default="5s",
        show_default=True,
        callback=_positive,
        help="How long one call may take before it counts as one that hangs.",
    )(function)


def _positive(context: click.Context, parameter: click.Parameter, seconds: float) -> float:
    if seconds <= 0:
        raise click.BadParameter("no call takes no time: give 5s, or more.", context, parameter)
    return seconds
