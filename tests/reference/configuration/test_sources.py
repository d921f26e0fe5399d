"""Where a setting comes from: environment, then file, then default."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from state_store_reference.configuration import airflow_config, airflow_home, database_url
from state_store_reference.configuration import load_settings as settings_of
from state_store_spec import SettingsError, StateStoreSettings

HOME = "AIRFLOW_HOME"


@dataclass(slots=True)
class Airflow:
    """A home of Airflow's: variables, and a configuration file where one is written."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def config(self) -> Path:
        """Give the path of its configuration file."""
        return self.home / "airflow.cfg"

    def write(self, text: str) -> Path:
        """Write its configuration file."""
        self.config.write_text(text, encoding="utf-8")
        return self.config


@pytest.fixture
def airflow(tmp_path: Path) -> Airflow:
    """Give a home without any setting."""
    return Airflow(tmp_path, {HOME: str(tmp_path)})


def error_of(airflow: Airflow) -> str:
    """Give the text of the error that loading the settings ends with."""
    with pytest.raises(SettingsError) as caught:
        settings_of(airflow.environment)
    return str(caught.value)


def test_defaults(airflow: Airflow) -> None:
    """Without file and variables, the documented defaults are in force."""
    assert StateStoreSettings(
        default_retention_days=30,
        clear_on_success=False,
        state_cleanup_batch_size=0,
        backend=None,
    ) == settings_of(airflow.environment)


def test_file(airflow: Airflow) -> None:
    """All four options are read from the file."""
    airflow.write(
        "[core]\nload_examples = False\n\n[state_store]\nbackend = mypackage.state.MyBackend\n"
        "default_retention_days = 7\nclear_on_success = True\nstate_cleanup_batch_size = 10000\n"
    )

    assert StateStoreSettings(
        default_retention_days=7,
        clear_on_success=True,
        state_cleanup_batch_size=10_000,
        backend="mypackage.state.MyBackend",
    ) == settings_of(airflow.environment)


def test_environment(airflow: Airflow) -> None:
    """All four options are read from the environment."""
    airflow.environment |= {
        "AIRFLOW__STATE_STORE__BACKEND": "mypackage.state.MyBackend",
        "AIRFLOW__STATE_STORE__DEFAULT_RETENTION_DAYS": "7",
        "AIRFLOW__STATE_STORE__CLEAR_ON_SUCCESS": "True",
        "AIRFLOW__STATE_STORE__STATE_CLEANUP_BATCH_SIZE": "10000",
    }

    assert StateStoreSettings(
        default_retention_days=7,
        clear_on_success=True,
        state_cleanup_batch_size=10_000,
        backend="mypackage.state.MyBackend",
    ) == settings_of(airflow.environment)


def test_environment_wins(airflow: Airflow) -> None:
    """A variable wins over the file, option by option."""
    airflow.write("[state_store]\ndefault_retention_days = 7\nstate_cleanup_batch_size = 5\n")
    airflow.environment["AIRFLOW__STATE_STORE__DEFAULT_RETENTION_DAYS"] = "8"

    settings = settings_of(airflow.environment)

    assert (8, 5) == (settings.default_retention_days, settings.state_cleanup_batch_size)


def test_process_environment(airflow: Airflow, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an argument, the variables of this process are read."""
    monkeypatch.delenv("AIRFLOW_CONFIG", raising=False)
    monkeypatch.setenv(HOME, str(airflow.home))
    monkeypatch.setenv("AIRFLOW__STATE_STORE__DEFAULT_RETENTION_DAYS", "9")

    assert 9 == settings_of().default_retention_days


@pytest.mark.parametrize(
    ("text", "expected"),
    [("30", 30), (" 0 ", 0), ("30.0", 30), ("1_000", 1000), ("+5", 5), ("1e3", 1000)],
)
def test_whole_numbers(airflow: Airflow, text: str, expected: int) -> None:
    """What Airflow takes for a whole number is one."""
    airflow.environment["AIRFLOW__STATE_STORE__DEFAULT_RETENTION_DAYS"] = text

    assert expected == settings_of(airflow.environment).default_retention_days


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("True", True),
        ("t", True),
        ("1", True),
        ("TRUE # for now", True),
        ("False", False),
        ("F", False),
        ("0", False),
    ],
)
def test_booleans(airflow: Airflow, text: str, expected: bool) -> None:  # noqa: FBT001
    """What Airflow takes for a boolean is one."""
    airflow.write(f"[state_store]\nclear_on_success = {text}\n")

    assert expected is settings_of(airflow.environment).clear_on_success


def test_empty_backend(airflow: Airflow) -> None:
    """An empty backend is the default, as Airflow has it."""
    airflow.environment["AIRFLOW__STATE_STORE__BACKEND"] = ""

    assert settings_of(airflow.environment).backend is None


def test_defaults_of_all_sections(airflow: Airflow) -> None:
    """What [DEFAULT] holds is neither lost nor taken for an unknown option."""
    airflow.write("[DEFAULT]\ndays = 12\n[state_store]\ndefault_retention_days = %(days)s\n")

    assert 12 == settings_of(airflow.environment).default_retention_days


def test_references(airflow: Airflow) -> None:
    """Variables are resolved, those in variables too; unknown ones stay as they are written."""
    airflow.environment |= {
        "AIRFLOW__STATE_STORE__BACKEND": "$PACKAGE.state.${CLASS}$UNKNOWN",
        "PACKAGE": "my${SUFFIX}",
        "SUFFIX": "package",
        "CLASS": "Backend",
    }

    assert "mypackage.state.Backend$UNKNOWN" == settings_of(airflow.environment).backend


def test_circle_of_references(airflow: Airflow) -> None:
    """Variables that refer to each other are an error, and not an endless loop."""
    airflow.environment |= {"AIRFLOW__STATE_STORE__BACKEND": "$A", "A": "x$B", "B": "x$A"}

    assert (
        "[state_store] backend (environment variable AIRFLOW__STATE_STORE__BACKEND) cannot be "
        "read: its variables refer to each other in a circle. Write the value out."
        == error_of(airflow)
    )


def test_circle_in_the_path(airflow: Airflow) -> None:
    """The same holds for the variables that lead to the file."""
    airflow.environment[HOME] = "$AIRFLOW_HOME/x"

    assert (
        "The environment variable AIRFLOW_HOME cannot be read: its variables refer to each other "
        "in a circle. Write the path out." == error_of(airflow)
    )


def test_percent_sign_in_the_environment(airflow: Airflow) -> None:
    """In a variable a percent sign is a character like any other."""
    airflow.environment["AIRFLOW__STATE_STORE__BACKEND"] = "a%b"

    assert "a%b" == settings_of(airflow.environment).backend


def test_percent_sign_in_the_file(airflow: Airflow) -> None:
    """In the file it is written twice, as in Airflow; once is an error without the value."""
    airflow.write("[state_store]\nbackend = a%%b\n")
    assert "a%b" == settings_of(airflow.environment).backend

    path = airflow.write("[state_store]\n\nbackend = secret%word\n")
    assert (
        f"[state_store] backend (line 3 of {path}) has a percent sign that refers to nothing. "
        "Write %% for a percent sign." == error_of(airflow)
    )


def test_home_by_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The home is ~/airflow, and the file lies in it."""
    monkeypatch.setenv("HOME", str(tmp_path))

    assert tmp_path / "airflow" == airflow_home({})
    assert tmp_path / "airflow" / "airflow.cfg" == airflow_config({})


def test_home_with_references(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Variables and ~ are resolved in the paths too."""
    monkeypatch.setenv("HOME", str(tmp_path))

    assert tmp_path / "flow" == airflow_home({HOME: "~/$WHERE", "WHERE": "flow"})


def test_other_file(airflow: Airflow, tmp_path: Path) -> None:
    """AIRFLOW_CONFIG names the file, wherever the home is."""
    airflow.write("[state_store]\ndefault_retention_days = 1\n")
    other = tmp_path / "other.cfg"
    other.write_text("[state_store]\ndefault_retention_days = 2\n", encoding="utf-8")
    airflow.environment["AIRFLOW_CONFIG"] = str(other)

    assert 2 == settings_of(airflow.environment).default_retention_days


def test_missing_other_file(airflow: Airflow) -> None:
    """A file that is named must be there: defaults instead would be a surprise."""
    path = airflow.home / "nowhere" / "airflow.cfg"
    airflow.environment["AIRFLOW_CONFIG"] = str(path)

    assert (
        f"The environment variable AIRFLOW_CONFIG names {path}, and there is no such file. "
        "Write the path of an airflow.cfg, or unset the variable." == error_of(airflow)
    )


def test_directory_in_place_of_the_file(airflow: Airflow) -> None:
    """What cannot be read is an error."""
    airflow.config.mkdir()

    assert (
        f"{airflow.config} cannot be read: Is a directory. "
        "Make it a file that this user may read, or set AIRFLOW_CONFIG to another one."
        == error_of(airflow)
    )


def test_byte_order_mark(airflow: Airflow) -> None:
    """The mark that some editors write is no part of the first section."""
    airflow.config.write_bytes(b"\xef\xbb\xbf[state_store]\ndefault_retention_days = 3\n")

    assert 3 == settings_of(airflow.environment).default_retention_days


def test_other_encoding(airflow: Airflow) -> None:
    """A file that is not UTF-8 is refused, and none of it is shown."""
    airflow.config.write_bytes(b"[state_store]\n# caf\xe9\n")

    assert (
        f"{airflow.config} is not UTF-8: byte 19 is not part of any character. Save it in UTF-8."
        == error_of(airflow)
    )


@pytest.mark.parametrize(
    ("text", "explanation"),
    [
        (
            "secret = 1\n",
            "line 1 stands before the first section. Begin with the name of a section in brackets.",
        ),
        ("[database]\nsecret\n", "line 2 is no option. Write `option = value`."),
        (
            "[core]\na = 1\n[state_store]\n[core]\n",
            "line 4 begins [core] a second time. Join the two sections.",
        ),
        (
            "[core]\na = secret\na = secret\n",
            "line 3 sets [core] a a second time. Delete one of the two.",
        ),
    ],
)
def test_malformed_file(airflow: Airflow, text: str, explanation: str) -> None:
    """A malformed file is refused with its line, and none of its values is shown."""
    path = airflow.write(text)

    assert f"{path} is malformed: {explanation}" == error_of(airflow)


def test_database_url(airflow: Airflow) -> None:
    """The database is a file in the home, or the one that is set; the environment wins."""
    assert f"sqlite:///{airflow.home}/airflow.db" == database_url(airflow.environment)

    airflow.write("[database]\nsql_alchemy_conn = postgresql://u:p%%40@db/airflow\n")
    assert "postgresql://u:p%40@db/airflow" == database_url(airflow.environment)

    airflow.environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = "mysql+pymysql://u:p%40@db/a"
    assert "mysql+pymysql://u:p%40@db/a" == database_url(airflow.environment)


def test_database_url_with_a_percent_sign(airflow: Airflow) -> None:
    """A percent sign that is not doubled is an error that does not show the password."""
    path = airflow.write("[database]\nsql_alchemy_conn = postgresql://u:p%40@db/airflow\n")

    with pytest.raises(SettingsError) as caught:
        database_url(airflow.environment)

    assert (
        f"[database] sql_alchemy_conn (line 2 of {path}) has a percent sign that refers to "
        "nothing. Write %% for a percent sign." == str(caught.value)
    )
    assert caught.value.__suppress_context__
