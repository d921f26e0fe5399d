"""Loading: from ``module:attribute`` to a class or a factory, or to an error that helps."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from state_store_conformance.errors import UsageError
from state_store_conformance.targets.loading import load
from tests.conformance import own_backends

MODULE = """
import enum

class Outer:
    class Inner:
        pass
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a current folder with modules of somebody's own."""
    (tmp_path / "own_module.py").write_text(MODULE)
    (tmp_path / "needs_another.py").write_text("import no_such_driver\n")
    (tmp_path / "broken_module.py").write_text("def backend(:\n")
    (tmp_path / "raises_module.py").write_text("raise RuntimeError('no configuration')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    for name in ("own_module", "needs_another", "broken_module", "raises_module"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return tmp_path


def test_an_attribute_of_a_package_is_loaded() -> None:
    """What can be imported anyway is."""
    assert own_backends.InMemory is load("tests.conformance.own_backends:InMemory")


def test_modules_of_the_current_folder_are_found(folder: Path) -> None:
    """Nobody has to install a package to have it judged; attributes may lie deeper."""
    inner = load("own_module:Outer.Inner")

    assert isinstance(inner, type)
    assert "Outer.Inner" == inner.__qualname__
    assert str(folder) == sys.path[0]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("own_module:Outter", "own_module has no attribute 'Outter'. Did you mean 'Outer'?"),
        ("own_module:xyz", "own_module has no attribute 'xyz'."),
        ("own_module:Outer.Iner", "own_module.Outer has no attribute 'Iner'. Did you mean 'Inner'"),
        ("no_module_here:Backend", "There is no module 'no_module_here' in "),
        ("own_module.deeper:Backend", "own_module.deeper"),
        (
            "needs_another:Backend",
            "needs_another cannot be imported: there is no module 'no_such_driver', which it",
        ),
        ("broken_module:backend", "broken_module cannot be imported:\n"),
        ("raises_module:backend", "raises_module cannot be imported:\nTraceback"),
    ],
)
def test_what_cannot_be_loaded_is_told_with_a_remedy(path: str, told: str) -> None:
    """The error names the module or the attribute, what is near, or what it raised."""
    with pytest.raises(UsageError) as refused:
        load(path)

    assert told in str(refused.value)


@pytest.mark.usefixtures("folder")
def test_what_a_module_raises_is_shown() -> None:
    """The line and the error of the author's module are in the message."""
    with pytest.raises(UsageError, match=r"(?s)raises_module\.py.*RuntimeError: no configuration"):
        load("raises_module:backend")
