"""From the dotted path of a backend to a class and an instance, and every way to fail."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from state_store_reference import MetastoreStateBackend
from state_store_reference.configuration import (
    SERVER_BACKEND,
    WORKER_BACKEND,
    BackendOption,
    load_backend,
    load_backend_class,
)
from state_store_spec import SettingsError

MODULE = """\
from __future__ import annotations

from state_store_spec import BaseStateBackend


class Whole(BaseStateBackend):
    def get(self, scope, key, *, session=None): ...
    def set(self, scope, key, value, *, expires_at=None, session=None): ...
    def delete(self, scope, key, *, session=None): ...
    def clear(self, scope, *, all_map_indices=False, session=None): ...
    async def aget(self, scope, key, *, session=None): ...
    async def aset(self, scope, key, value, *, expires_at=None, session=None): ...
    async def adelete(self, scope, key, *, session=None): ...
    async def aclear(self, scope, *, all_map_indices=False, session=None): ...


class Synchronous(BaseStateBackend):
    def get(self, scope, key, *, session=None): ...
    def set(self, scope, key, value, *, expires_at=None, session=None): ...
    def delete(self, scope, key, *, session=None): ...
    def clear(self, scope, *, all_map_indices=False, session=None): ...


class Demanding(Whole):
    def __init__(self, bucket):
        self.bucket = bucket


class Unreachable(Whole):
    def __init__(self):
        raise OSError("cannot reach redis://user:hush@cache:6379\\nat all.")


class Silent(Whole):
    def __init__(self):
        raise RuntimeError


class Leaving(Whole):
    def __init__(self):
        raise SystemExit("no licence")


class Foreign:
    pass


def factory():
    return Whole()
"""
REMEDY = "Write the path of a class, as in mypackage.state.CustomStateBackend."


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give the name of an importable package with a module of backends in it."""
    name = "package_of_backends"
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "state.py").write_text(MODULE, encoding="utf-8")
    (folder / "broken.py").write_text("x = 1\nraise RuntimeError('no db at a://b:c@d')\n")
    (folder / "leaving.py").write_text("import sys\n\nsys.exit('bye')\n")
    (folder / "needy.py").write_text("import a_driver_that_nobody_has\n")
    (folder / "typing_error.py").write_text("x = = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield name
    for module in [module for module in sys.modules if module.partition(".")[0] == name]:
        del sys.modules[module]


def settings(home: Path, path: str, option: BackendOption = SERVER_BACKEND) -> dict[str, str]:
    """Give an environment that sets the option."""
    return {
        "AIRFLOW_HOME": str(home),
        f"AIRFLOW__{option.section}__{option.name}".upper(): path,
    }


def refusal(home: Path, path: str) -> str:
    """Give what is wrong with ``[state_store] backend``, after its value and origin."""
    with pytest.raises(SettingsError) as caught:
        load_backend(SERVER_BACKEND, settings(home, path))
    beginning = (
        f"[state_store] backend = {path!r} (environment variable AIRFLOW__STATE_STORE__BACKEND) "
    )
    assert str(caught.value).startswith(beginning)
    # A traceback shows the context too, with its passwords.
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    return str(caught.value).removeprefix(beginning)


@pytest.mark.parametrize("option", [SERVER_BACKEND, WORKER_BACKEND])
def test_not_set(tmp_path: Path, option: BackendOption) -> None:
    """Without a setting there is no class: the metastore serves, values go as they are."""
    assert load_backend_class(option, {"AIRFLOW_HOME": str(tmp_path)}) is None
    assert load_backend(option, {"AIRFLOW_HOME": str(tmp_path)}) is None
    assert load_backend_class(option, settings(tmp_path, " ", option)) is None


@pytest.mark.parametrize("option", [SERVER_BACKEND, WORKER_BACKEND])
def test_environment(tmp_path: Path, package: str, option: BackendOption) -> None:
    """The class that a variable names is loaded and made (CONF-1)."""
    environment = settings(tmp_path, f"{package}.state.Whole", option)

    backend_class = load_backend_class(option, environment)

    assert backend_class is not None
    assert (f"{package}.state", "Whole") == (backend_class.__module__, backend_class.__qualname__)
    assert backend_class is type(load_backend(option, environment))


@pytest.mark.parametrize("option", [SERVER_BACKEND, WORKER_BACKEND])
def test_file(tmp_path: Path, package: str, option: BackendOption) -> None:
    """The class that the file names is loaded, and each option has its own section."""
    path = tmp_path / "airflow.cfg"
    path.write_text(
        f"[state_store]\nbackend = {package}.state.Whole\n"
        f"[workers]\nstate_backend = {package}.state.Silent\n",
        encoding="utf-8",
    )

    backend_class = load_backend_class(option, {"AIRFLOW_HOME": str(tmp_path)})

    assert backend_class is not None
    assert ("Whole" if option is SERVER_BACKEND else "Silent") == backend_class.__name__


def test_line_of_the_worker_side_backend(tmp_path: Path) -> None:
    """An error of the worker's option names its line in the file."""
    path = tmp_path / "airflow.cfg"
    path.write_text("[workers]\nx = 1\nstate_backend = nowhere\n", encoding="utf-8")

    with pytest.raises(SettingsError) as caught:
        load_backend_class(WORKER_BACKEND, {"AIRFLOW_HOME": str(tmp_path)})

    assert (
        f"[workers] state_backend = 'nowhere' (line 3 of {path}) is not a full dotted path. Write "
        "package, module and class with dots between them, as in mypackage.state.S3StateBackend."
        == str(caught.value)
    )


def test_misplaced_settings(tmp_path: Path, package: str) -> None:
    """Whoever loads a backend hears of a section that is not read."""
    environment = settings(tmp_path, f"{package}.state.Whole")
    environment["AIRFLOW__TASK_STATE__BACKEND"] = "x"

    with pytest.raises(SettingsError, match="AIRFLOW__TASK_STATE__BACKEND is not read"):
        load_backend_class(SERVER_BACKEND, environment)


def test_metastore_by_name(tmp_path: Path) -> None:
    """The metastore can be named like any other backend, by its lazy name too."""
    environment = settings(tmp_path, "state_store_reference.MetastoreStateBackend")

    assert load_backend_class(SERVER_BACKEND, environment) is MetastoreStateBackend


@pytest.mark.parametrize(
    "path", ["MyBackend", "a:B", "'a.B'", "a.B()", "a..B", ".a.B", "a.", "a b.C", "a/b.C"]
)
def test_no_dotted_path(tmp_path: Path, path: str) -> None:
    """What is not a dotted path is not even tried."""
    assert (
        "is not a full dotted path. Write package, module and class with dots between them, as in "
        "mypackage.state.CustomStateBackend." == refusal(tmp_path, path)
    )


INSTALL = "Install the package in this environment, or correct the path."


def test_unknown_package(tmp_path: Path) -> None:
    """A package that is not there is named."""
    assert (
        "does not import: ModuleNotFoundError: No module named 'a_package_that_nobody_has'. "
        f"{INSTALL}" == refusal(tmp_path, "a_package_that_nobody_has.state.Backend")
    )


def test_unknown_module(tmp_path: Path, package: str) -> None:
    """A module that its package does not have is named."""
    assert (
        f"does not import: ModuleNotFoundError: No module named '{package}.nothing'. {INSTALL}"
        == refusal(tmp_path, f"{package}.nothing.Backend")
    )


def test_missing_dependency(tmp_path: Path, package: str) -> None:
    """What a module itself cannot import is named, and where."""
    assert (
        "does not import: ModuleNotFoundError: No module named 'a_driver_that_nobody_has' "
        f"(needy.py, line 1). {INSTALL}" == refusal(tmp_path, f"{package}.needy.Backend")
    )


def test_module_that_raises(tmp_path: Path, package: str) -> None:
    """What a module raises is named without its password."""
    assert (
        f"does not import: RuntimeError: no db at a://b:***@d (broken.py, line 2). {INSTALL}"
        == refusal(tmp_path, f"{package}.broken.Backend")
    )


def test_module_that_exits(tmp_path: Path, package: str) -> None:
    """A module that ends the process does not end ours."""
    assert f"does not import: SystemExit: bye (leaving.py, line 3). {INSTALL}" == refusal(
        tmp_path, f"{package}.leaving.Backend"
    )


def test_module_with_a_syntax_error(tmp_path: Path, package: str) -> None:
    """A syntax error says itself where it is."""
    assert (
        f"does not import: SyntaxError: invalid syntax (typing_error.py, line 1). {INSTALL}"
        == refusal(tmp_path, f"{package}.typing_error.Backend")
    )


def test_near_miss(tmp_path: Path, package: str) -> None:
    """A name that the module does not have is refused with the one that is near."""
    assert (
        f"names nothing: the module {package}.state has no Whole_. Write {package}.state.Whole."
        == refusal(tmp_path, f"{package}.state.Whole_")
    )


def test_unknown_name(tmp_path: Path, package: str) -> None:
    """Where nothing is near, the path is to be corrected."""
    assert f"names nothing: the module {package}.state has no Xyz. Correct the path." == refusal(
        tmp_path, f"{package}.state.Xyz"
    )


def test_module(tmp_path: Path, package: str) -> None:
    """A module is not a class, imported before or not."""
    for _ in range(2):
        assert f"is a module, not a class. {REMEDY}" == refusal(tmp_path, f"{package}.state")


def test_function(tmp_path: Path, package: str) -> None:
    """A factory is not a class."""
    assert f"is of type function, not a class. {REMEDY}" == refusal(
        tmp_path, f"{package}.state.factory"
    )


def test_foreign_class(tmp_path: Path, package: str) -> None:
    """A class must be a BaseStateBackend."""
    assert (
        "is a class, but not a subclass of BaseStateBackend. "
        "Derive it from state_store_spec.BaseStateBackend, or name a class that is."
        == refusal(tmp_path, f"{package}.state.Foreign")
    )


def test_open_methods(tmp_path: Path, package: str) -> None:
    """The abstract methods that are left open are named."""
    assert (
        "leaves abstract methods open: aclear, adelete, aget, aset. Implement them in Synchronous."
        == refusal(tmp_path, f"{package}.state.Synchronous")
    )


def test_constructor_with_arguments(tmp_path: Path, package: str) -> None:
    """A backend is made without arguments."""
    assert (
        "cannot be made: TypeError: Demanding.__init__() missing 1 required positional argument: "
        "'bucket'. A backend is made without arguments: repair Demanding.__init__, or the settings "
        "that it reads." == refusal(tmp_path, f"{package}.state.Demanding")
    )


def test_constructor_that_raises(tmp_path: Path, package: str) -> None:
    """What a constructor raises is named, in one line, with its place and without its password."""
    line = 1 + MODULE.splitlines().index(
        '        raise OSError("cannot reach redis://user:hush@cache:6379\\nat all.")'
    )

    assert (
        "cannot be made: OSError: cannot reach redis://user:***@cache:6379 at all "
        f"(state.py, line {line}). A backend is made without arguments: repair "
        "Unreachable.__init__, or the settings that it reads."
        == refusal(tmp_path, f"{package}.state.Unreachable")
    )


def test_constructor_that_says_nothing(tmp_path: Path, package: str) -> None:
    """An error without a text is named by its class."""
    assert "cannot be made: RuntimeError (state.py, line " in refusal(
        tmp_path, f"{package}.state.Silent"
    )


def test_constructor_that_exits(tmp_path: Path, package: str) -> None:
    """A constructor that ends the process does not end ours."""
    assert "cannot be made: SystemExit: no licence (state.py, line " in refusal(
        tmp_path, f"{package}.state.Leaving"
    )
