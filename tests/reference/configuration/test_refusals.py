"""Settings that mean nothing, or that nobody would read: each is refused in so many words."""

from __future__ import annotations

from pathlib import Path

import pytest

from state_store_reference.configuration import load_settings
from state_store_spec import SettingsError

PREFIX = "AIRFLOW__STATE_STORE__"
DAYS = "Write a number of days, 0 or more; 0 disables time-based cleanup."
ROWS = "Write a number of rows, 0 or more; 0 deletes all of them in a single statement."


def refusal(environment: dict[str, str]) -> str:
    """Give the text of the error that loading the settings ends with."""
    with pytest.raises(SettingsError) as caught:
        load_settings(environment)
    return str(caught.value)


def in_environment(home: Path, variable: str, text: str) -> str:
    """Give the error of one variable without any file."""
    return refusal({"AIRFLOW_HOME": str(home), variable: text})


def in_file(home: Path, text: str) -> str:
    """Give the error of a file, which it names FILE."""
    path = home / "airflow.cfg"
    path.write_text(text, encoding="utf-8")
    return refusal({"AIRFLOW_HOME": str(home)}).replace(str(path), "FILE")


WRONG_VALUES = [
    ("default_retention_days", "a month", "is not a whole number (CONF-6)", DAYS),
    ("default_retention_days", "", "is not a whole number (CONF-6)", DAYS),
    ("default_retention_days", "0.5", "is not a whole number (CONF-6)", DAYS),
    ("default_retention_days", "nan", "is not a whole number (CONF-6)", DAYS),
    ("default_retention_days", "1e999", "is not a whole number (CONF-6)", DAYS),
    ("default_retention_days", "30 # days", "is not a whole number (CONF-6)", DAYS),
    ("default_retention_days", "-1", "is below zero (CONF-6)", DAYS),
    ("state_cleanup_batch_size", "all", "is not a whole number (CONF-6)", ROWS),
    ("state_cleanup_batch_size", "True", "is not a whole number (CONF-6)", ROWS),
    ("state_cleanup_batch_size", "-10000", "is below zero (CONF-6)", ROWS),
    ("clear_on_success", "yes", "is not a boolean (CONF-6)", "Write True or False."),
    ("clear_on_success", "2", "is not a boolean (CONF-6)", "Write True or False."),
    ("clear_on_success", "", "is not a boolean (CONF-6)", "Write True or False."),
]


@pytest.mark.parametrize(("name", "text", "problem", "remedy"), WRONG_VALUES)
def test_wrong_value_in_the_environment(
    tmp_path: Path, name: str, text: str, problem: str, remedy: str
) -> None:
    """The error says which variable holds the value."""
    variable = PREFIX + name.upper()

    assert (
        f"[state_store] {name} = {text!r} (environment variable {variable}) {problem}. {remedy}"
        == in_environment(tmp_path, variable, text)
    )


@pytest.mark.parametrize(("name", "text", "problem", "remedy"), WRONG_VALUES)
def test_wrong_value_in_the_file(
    tmp_path: Path, name: str, text: str, problem: str, remedy: str
) -> None:
    """The error says which line of which file holds the value."""
    assert f"[state_store] {name} = {text!r} (line 5 of FILE) {problem}. {remedy}" == in_file(
        tmp_path, f"[core]\nx = 1\n\n[state_store]\n{name} = {text}\n"
    )


UNKNOWN_OPTIONS = [
    ("retention_days", "default_retention_days"),
    ("default_retention_day", "default_retention_days"),
    ("clean_on_success", "clear_on_success"),
    ("cleanup_batch_size", "state_cleanup_batch_size"),
    ("backends", "backend"),
]


@pytest.mark.parametrize(("name", "meant"), UNKNOWN_OPTIONS)
def test_near_miss_in_the_file(tmp_path: Path, name: str, meant: str) -> None:
    """An unknown option is refused, and the one that was meant is named."""
    assert (
        f"[state_store] {name} (line 3 of FILE) is not an option that is read (CONF-8). "
        f"Write {meant}." == in_file(tmp_path, f"[state_store]\nclear_on_success = 1\n{name} = 1\n")
    )


@pytest.mark.parametrize(("name", "meant"), UNKNOWN_OPTIONS)
def test_near_miss_in_the_environment(tmp_path: Path, name: str, meant: str) -> None:
    """An unknown variable likewise."""
    variable = PREFIX + name.upper()

    assert (
        f"[state_store] {name} (environment variable {variable}) is not an option that is read "
        f"(CONF-8). Set {PREFIX}{meant.upper()}." == in_environment(tmp_path, variable, "1")
    )


def test_case_of_an_option(tmp_path: Path) -> None:
    """Airflow tells upper case from lower case in the file, so it would not be read."""
    assert (
        "[state_store] Clear_On_Success (line 2 of FILE) is not an option that is read (CONF-8). "
        "Write clear_on_success." == in_file(tmp_path, "[state_store]\nClear_On_Success = True\n")
    )


def test_unknown_option_like_no_other(tmp_path: Path) -> None:
    """Where nothing is near, the error lists what there is."""
    assert (
        "[state_store] xyz (line 2 of FILE) is not an option that is read (CONF-8). "
        "The options of [state_store] are backend, default_retention_days, clear_on_success, "
        "state_cleanup_batch_size." == in_file(tmp_path, "[state_store]\nxyz = 1\n")
    )


def test_command_for_a_variable(tmp_path: Path) -> None:
    """Airflow runs commands for secrets only, and no option of the state store is one."""
    assert (
        "[state_store] backend_cmd (environment variable AIRFLOW__STATE_STORE__BACKEND_CMD) is "
        "not an option that is read (CONF-8). Set AIRFLOW__STATE_STORE__BACKEND."
        == in_environment(tmp_path, "AIRFLOW__STATE_STORE__BACKEND_CMD", "echo x")
    )


def test_worker_side_backend_in_the_wrong_section(tmp_path: Path) -> None:
    """The worker's option is sent to the worker's section."""
    assert (
        "[state_store] state_backend (line 2 of FILE) is not an option that is read (CONF-8). "
        "Write it in [workers] for the worker-side backend."
        == in_file(tmp_path, "[state_store]\nstate_backend = a.B\n")
    )
    assert (
        "[state_store] state_backend (environment variable AIRFLOW__STATE_STORE__STATE_BACKEND) "
        "is not an option that is read (CONF-8). "
        "Set AIRFLOW__WORKERS__STATE_BACKEND for the worker-side backend."
        == in_environment(tmp_path / "x", "AIRFLOW__STATE_STORE__STATE_BACKEND", "a.B")
    )


@pytest.mark.parametrize(
    "section",
    ["task_state", "Task_State", "task-state", "State_Store", "state store", "statestore"],
)
def test_wrong_section_in_the_file(tmp_path: Path, section: str) -> None:
    """A section that means the state store and is not read is refused, even an empty one."""
    assert (
        f"[{section}] (line 3 of FILE) is not a section that is read: the options of the state "
        "store are in [state_store] (CONF-8). Write [state_store]."
        == in_file(tmp_path, f"[core]\nx = 1\n[{section}]\n")
    )


def test_wrong_section_in_the_environment(tmp_path: Path) -> None:
    """A variable of the section [task_state] is refused with the one to set."""
    variable = "AIRFLOW__TASK_STATE__DEFAULT_RETENTION_DAYS"

    assert (
        f"The environment variable {variable} is not read: the options of the state store are in "
        "[state_store], not in [task_state] (CONF-8). "
        f"Set {PREFIX}DEFAULT_RETENTION_DAYS instead." == in_environment(tmp_path, variable, "1")
    )


def test_line_of_a_nested_name(tmp_path: Path) -> None:
    """A continuation line that reads like the section does not mislead the line number."""
    text = "[core]\nx = 1\n  [state_store]\n  default_retention_days = 1\n[state_store]\n"

    assert "[state_store] default_retention_days = '-1' (line 6 of FILE)" in in_file(
        tmp_path, f"{text}default_retention_days = -1\n"
    )


def test_password_in_the_wrong_place(tmp_path: Path) -> None:
    """A password is not shown, whatever setting it was pasted into."""
    assert (
        "[state_store] default_retention_days = 'postgresql://user:***@db/airflow' "
        "(environment variable AIRFLOW__STATE_STORE__DEFAULT_RETENTION_DAYS) is not a whole number "
        f"(CONF-6). {DAYS}"
        == in_environment(
            tmp_path, f"{PREFIX}DEFAULT_RETENTION_DAYS", "postgresql://user:s3c@ret@db/airflow"
        )
    )


def test_long_value(tmp_path: Path) -> None:
    """A value that would fill the screen is cut."""
    assert (
        f"[state_store] clear_on_success = '{'x' * 80}...' (environment variable "
        "AIRFLOW__STATE_STORE__CLEAR_ON_SUCCESS) is not a boolean (CONF-6). Write True or False."
        == in_environment(tmp_path, f"{PREFIX}CLEAR_ON_SUCCESS", "x" * 1000)
    )
