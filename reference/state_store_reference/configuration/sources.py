"""The two sources of settings, and the option that was found in one of them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from state_store_reference.configuration.config_file import ConfigFile, read_config_file
from state_store_reference.configuration.expansion import expanded
from state_store_reference.configuration.locations import airflow_config
from state_store_reference.configuration.secrecy import shown
from state_store_spec import SettingsError


@dataclass(frozen=True, slots=True)
class Option:
    """An option that is set.

    Attributes:
        section: the section of ``airflow.cfg`` that it belongs to.
        name: its name there.
        text: what it is set to, references resolved, without blanks at the edges.
        file: the file that sets it, or ``None`` where its variable does.
    """

    section: str
    name: str
    text: str
    file: ConfigFile | None

    @property
    def origin(self) -> str:
        """Where the option is set: a variable, or a line of a file."""
        return origin_of(self.file, self.section, self.name)

    def error(self, problem: str, remedy: str) -> SettingsError:
        """Make the error that says what is wrong with the option and what to write instead."""
        return SettingsError(
            f"[{self.section}] {self.name} = {shown(self.text)} ({self.origin}) {problem}. {remedy}"
        )


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """An environment, and the configuration file that it leads to."""

    environment: Mapping[str, str]
    file: ConfigFile | None

    def find(self, section: str, name: str) -> Option | None:
        """Find an option, in the environment first, or give ``None`` where it is not set.

        Raises:
            SettingsError: its references cannot be resolved.
        """
        variable = variable_name(section, name)
        text, file = self.environment.get(variable), None
        if text is None and self.file is not None:
            text, file = self.file.text(section, name), self.file
        if text is None:
            return None
        try:
            return Option(section, name, expanded(text, self.environment).strip(), file)
        except ValueError as error:
            raise SettingsError(
                f"[{section}] {name} ({origin_of(file, section, name)}) cannot be read: {error}. "
                "Write the value out."
            ) from None


def variable_name(section: str, name: str) -> str:
    """Give the environment variable that sets an option."""
    return f"AIRFLOW__{section.upper()}__{name.upper()}"


def origin_of(file: ConfigFile | None, section: str, name: str) -> str:
    """Say where an option is set: in its variable where there is no file."""
    if file is None:
        return f"environment variable {variable_name(section, name)}"
    return f"line {file.line_of_option(section, name)} of {file.path}"


def read_sources(environment: Mapping[str, str] | None = None) -> Sources:
    """Read the configuration file that the environment leads to.

    Args:
        environment: variables to read; by default those of this process.

    Raises:
        SettingsError: the file cannot be read or is malformed.
    """
    environment = os.environ if environment is None else environment
    path = airflow_config(environment)
    chosen = bool(environment.get("AIRFLOW_CONFIG"))
    return Sources(environment, read_config_file(path, must_exist=chosen))
