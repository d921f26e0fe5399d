"""The options of the plugin, on the command line and in the configuration file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

if TYPE_CHECKING:
    from state_store_conformance.checking import CheckOptions


class Option(NamedTuple):
    """An option: its name, what it takes, and a line of help."""

    name: str
    takes: str
    told: str


OPTIONS: Final = (
    Option(
        "target",
        "TARGET",
        "judge this backend, a test for each clause: module:attribute, a database URL, or a name "
        "that `state-store targets` lists",
    ),
    Option("budget", "DURATION", "how long judging one backend may take (60s)"),
    Option("seed", "N", "the same seed gives the same traces, on every machine (0)"),
    Option("profile", "PROFILE", "the law to judge by (pr-67299)"),
    Option("claims", "FILE", "a TOML file with what the target claims (what its class says)"),
    Option("call-timeout", "DURATION", "how long one call may take before it hangs (5s)"),
    Option("max-traces", "N", "end after N traces, however much time is left"),
    Option("deviations", "FILE", "a TOML file with the clauses that the target is known to break"),
    Option("traces", "PATH", "a folder of trace files, or one; each becomes a test"),
    Option("save-traces", "DIR", "where counterexamples are saved (.state-store/traces)"),
)
"""All of them: ``--state-store-NAME``, and ``state_store_NAME`` in the configuration file."""

_SAVED: Final = Path(".state-store", "traces")


def add_options(parser: pytest.Parser) -> None:
    """Add the options to those of pytest."""
    group = parser.getgroup("state store", "judging state stores")
    for option in OPTIONS:
        group.addoption(
            f"--state-store-{option.name}",
            dest=_key(option.name),
            metavar=option.takes,
            help=option.told,
        )
        parser.addini(_key(option.name), option.told, default=None)


def option_given(config: pytest.Config, name: str) -> str | None:
    """Give what the command line says, or ``None``."""
    given: str | None = config.getoption(_key(name))
    return given


def option_configured(config: pytest.Config, name: str) -> str | None:
    """Give what the configuration file says, or ``None``."""
    configured: str | None = config.getini(_key(name))
    return configured or None


def chosen(config: pytest.Config, name: str, of_class: object = None) -> object:
    """Give what counts: the command line, then the class, then the configuration file."""
    given = option_given(config, name)
    if given is not None:
        return given
    return option_configured(config, name) if of_class is None else of_class


def chosen_target(config: pytest.Config) -> str | None:
    """Give the target, or ``None``.

    That of the configuration file counts unless files of tests are named on the command line: who
    runs one test does not want to wait for a judgment.
    """
    given = option_given(config, "target")
    if given is None and config.args_source is not pytest.Config.ArgsSource.ARGS:
        given = option_configured(config, "target")
    return given


def chosen_path(config: pytest.Config, name: str) -> Path | None:
    """Give a file or folder: of the command line, or beside the configuration file."""
    given = option_given(config, name)
    if given is not None:
        return config.invocation_params.dir / given
    configured = option_configured(config, name)
    return None if configured is None else _configuration_folder(config) / configured


def folder_to_save_to(config: pytest.Config) -> Path:
    """Give the folder that counterexamples are saved to."""
    return chosen_path(config, "save-traces") or config.rootpath / _SAVED


def shown_path(config: pytest.Config, path: Path) -> Path:
    """Give a path as it is typed in the folder in which pytest was started."""
    here = config.invocation_params.dir
    return path.relative_to(here) if path.is_relative_to(here) else path


def check_options(
    config: pytest.Config, of_class: object = None, folder: Path | None = None
) -> CheckOptions:
    """Give how to judge.

    Args:
        config: of the session.
        of_class: may have attributes that are named like the options.
        folder: the one that files named by the class lie in.

    Raises:
        UsageError: an option says what cannot be done.
    """
    from state_store_conformance.backend_checking import (  # noqa: PLC0415
        patience,
        seconds,
        stated_deviations,
    )
    from state_store_conformance.checking import CheckOptions  # noqa: PLC0415
    from state_store_conformance.errors import UsageError  # noqa: PLC0415

    def option(name: str) -> object:
        return chosen(config, name, getattr(of_class, name.replace("-", "_"), None))

    def number(name: str) -> int | None:
        value = option(name)
        try:
            return None if value is None else int(str(value))
        except ValueError as error:
            raise UsageError(f"{name} = {value!r} is no whole number.") from error

    def duration(name: str, default: float) -> float | str:
        value = option(name)
        if value is None:
            return default
        if not isinstance(value, str | int | float):
            raise UsageError(f"{name} = {value!r} is no duration. Give a text such as '10s'.")
        return value

    own = getattr(of_class, "deviations", None)
    if own is None or folder is None or option_given(config, "deviations") is not None:
        deviations = chosen_path(config, "deviations")
    else:
        deviations = folder / own
    usual = CheckOptions()
    return CheckOptions(
        profile=str(option("profile") or usual.profile),
        budget_seconds=seconds(duration("budget", usual.budget_seconds)),
        max_traces=number("max-traces"),
        seed=number("seed") or usual.seed,
        call_timeout_seconds=patience(duration("call-timeout", usual.call_timeout_seconds)),
        deviations=stated_deviations(deviations),
    )


def settings_in_words(config: pytest.Config) -> str:
    """Give how the target is judged, for the top of the output.

    Raises:
        pytest.UsageError: an option says what cannot be done.
    """
    options = checked_options(config)
    return (
        f"profile {options.profile}, seed {options.seed}, budget {options.budget_seconds:g} s; "
        "the first test waits for it"
    )


def checked_options(config: pytest.Config) -> CheckOptions:
    """Give how the target is judged.

    Raises:
        pytest.UsageError: an option says what cannot be done.
    """
    from state_store_conformance.errors import UsageError  # noqa: PLC0415

    try:
        return check_options(config)
    except UsageError as error:
        raise pytest.UsageError(f"state store: {error}") from error


def _key(name: str) -> str:
    return f"state_store_{name.replace('-', '_')}"


def _configuration_folder(config: pytest.Config) -> Path:
    return config.rootpath if config.inipath is None else config.inipath.parent
