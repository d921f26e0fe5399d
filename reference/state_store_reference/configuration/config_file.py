"""``airflow.cfg``: what it says, and in which line it says it."""

from __future__ import annotations

import configparser
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from state_store_spec import SettingsError


class _Parser(configparser.ConfigParser):
    """A parser with the ways of Airflow's: ``%`` interpolates, and case tells options apart."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


@dataclass(frozen=True, slots=True, eq=False)
class ConfigFile:
    """A configuration file that was read."""

    path: Path
    _lines: Sequence[str]
    _parser: _Parser

    def sections(self) -> list[str]:
        """Give the names of its sections."""
        return self._parser.sections()

    def options(self, section: str) -> list[str]:
        """Give the options written in a section, without those of ``[DEFAULT]``."""
        if not self._parser.has_section(section):
            return []
        everywhere = self._parser.defaults()
        return [name for name in self._parser.options(section) if name not in everywhere]

    def text(self, section: str, option: str) -> str | None:
        """Give the text of an option, or ``None`` where it is not set.

        Raises:
            SettingsError: a percent sign that begins no reference.
        """
        if not self._parser.has_option(section, option):
            return None
        try:
            return self._parser.get(section, option)
        except configparser.InterpolationError:
            # The error quotes the text, which may hold a password.
            raise SettingsError(
                f"[{section}] {option} (line {self.line_of_option(section, option)} of "
                f"{self.path}) has a percent sign that refers to nothing. "
                "Write %% for a percent sign."
            ) from None

    def line_of_section(self, section: str) -> int:
        """Give the number of the line that begins the section, from 1."""
        return self._first_line(lambda parser: parser.has_section(section))

    def line_of_option(self, section: str, option: str) -> int:
        """Give the number of the line that sets the option, from 1."""
        return self._first_line(lambda parser: parser.has_option(section, option))

    def _first_line(self, knows: Callable[[_Parser], bool]) -> int:
        # The parser keeps no line numbers, but the part of a file that ends with a line is a file.
        return bisect_left(
            range(len(self._lines) + 1), 1, key=lambda count: knows(_parsed(self._lines[:count]))
        )


def read_config_file(path: Path, *, must_exist: bool) -> ConfigFile | None:
    """Read a configuration file, or give ``None`` where there need not be one and is none.

    Raises:
        SettingsError: it is missing, cannot be read, or is malformed.
    """
    try:
        # The mark that some editors put before the first section is no part of it.
        lines = list(StringIO(path.read_text(encoding="utf-8-sig")))
    except (FileNotFoundError, NotADirectoryError):
        if not must_exist:
            return None
        raise SettingsError(
            f"The environment variable AIRFLOW_CONFIG names {path}, and there is no such file. "
            "Write the path of an airflow.cfg, or unset the variable."
        ) from None
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be read: {error.strerror}. "
            "Make it a file that this user may read, or set AIRFLOW_CONFIG to another one."
        ) from None
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"{path} is not UTF-8: byte {error.start} is not part of any character. "
            "Save it in UTF-8."
        ) from None
    try:
        return ConfigFile(path, lines, _parsed(lines))
    except configparser.Error as error:
        # The text of the error quotes the line, which may be the one with the password.
        raise SettingsError(f"{path} is malformed: {_explained(error)}") from None


def _parsed(lines: Sequence[str]) -> _Parser:
    parser = _Parser()
    parser.read_file(lines)
    return parser


def _explained(error: configparser.Error) -> str:
    match error:
        case configparser.DuplicateSectionError(section=section, lineno=line):
            return f"line {line} begins [{section}] a second time. Join the two sections."
        case configparser.DuplicateOptionError(section=section, option=option, lineno=line):
            return f"line {line} sets [{section}] {option} a second time. Delete one of the two."
        case configparser.MissingSectionHeaderError(lineno=line):
            return (
                f"line {line} stands before the first section. "
                "Begin with the name of a section in brackets."
            )
        case configparser.ParsingError(errors=[(int(line), _), *_]):
            return f"line {line} is no option. Write `option = value`."
        case _:
            return "Write sections in brackets, and one `option = value` a line."
