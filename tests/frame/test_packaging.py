"""The distribution works wherever it is installed: as a wheel, and editable from a clone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {
    "state_store_spec": ROOT / "spec",
    "state_store_reference": ROOT / "reference",
    "state_store_conformance": ROOT / "conformance",
    "state_store_zoo": ROOT / "zoo",
}
WHERE = """
import importlib, json, pathlib, sys
print(json.dumps({
    name: str(pathlib.Path(importlib.import_module(name).__file__).parent)
    for name in sys.argv[1:]
}))
"""


PROJECT_TESTS = """
from mine import ClearsEveryMapIndex
from state_store_conformance import BackendConformance

class TestMine(BackendConformance):
    def make_backend(self):
        return ClearsEveryMapIndex()
"""


@dataclass(frozen=True, slots=True)
class Environment:
    """A fresh virtual environment that sees the dependencies of this one, not our packages."""

    folder: Path

    @property
    def python(self) -> Path:
        """Give its interpreter."""
        return self.folder / "bin" / "python"

    def install(self, *arguments: str) -> None:
        """Install without asking any index."""
        pip = [sys.executable, "-m", "pip", "--python", str(self.python), "install", "--quiet"]
        command = [*pip, "--no-index", "--no-deps", "--no-build-isolation", *arguments]
        subprocess.run(command, check=True)

    def package_folders(self, directory: Path) -> dict[str, Path]:
        """Give where each package is found from a directory."""
        command = [str(self.python), "-c", WHERE, *PACKAGES]
        output = subprocess.check_output(command, cwd=directory, text=True)
        return {name: Path(folder) for name, folder in json.loads(output).items()}


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """Make a fresh virtual environment."""
    folder = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    (site_packages,) = folder.glob("lib/python*/site-packages")
    # A folder named in a .pth file is searched, but the .pth files in it are not read: our own
    # editable installation there stays invisible.
    (site_packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return Environment(folder)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def test_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    """Clauses, schemas and py.typed travel with the modules, and nothing else does."""
    expected = {
        path.relative_to(folder).as_posix()
        for name, folder in PACKAGES.items()
        for path in (folder / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    names = zipfile.ZipFile(wheel).namelist()
    actual = {name for name in names if ".dist-info/" not in name}

    assert {f"{name}/py.typed" for name in PACKAGES} <= actual
    assert expected == actual


def test_wheel_works_from_any_directory(
    wheel: Path, environment: Environment, tmp_path: Path
) -> None:
    """An installed wheel brings the packages and the command, without the clone."""
    environment.install(str(wheel))

    folders = environment.package_folders(tmp_path)
    assert [environment.folder] * len(PACKAGES) == [
        folder.parents[3] for folder in folders.values()
    ]
    assert (environment.folder / "bin" / "state-store").is_file()


def test_editable_installation_works_from_any_directory(
    environment: Environment, tmp_path: Path
) -> None:
    """An editable installation finds the packages in the clone, wherever it is used."""
    environment.install("--editable", str(ROOT))

    expected = {name: folder / name for name, folder in PACKAGES.items()}
    assert expected == environment.package_folders(tmp_path)
    assert (environment.folder / "bin" / "state-store").is_file()


def test_a_project_of_its_own_judges_its_backend_with_the_wheel(
    wheel: Path, environment: Environment, tmp_path: Path
) -> None:
    """The plugin comes with the wheel: on two workers, a broken clause fails and others pass."""
    environment.install(str(wheel))
    project = tmp_path / "project"
    (project / "tests").mkdir(parents=True)
    source = ROOT / "tests" / "conformance" / "plain_backends.py"
    (project / "mine.py").write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    (project / "tests" / "test_mine.py").write_text(PROJECT_TESTS, encoding="utf-8")
    options = [
        "-W",
        "error",
        "-n",
        "2",
        "--dist",
        "loadgroup",
        "-v",
        "-rf",
        "-p",
        "no:cacheprovider",
    ]

    ended = subprocess.run(
        [str(environment.python), "-m", "pytest", *options, "--state-store-max-traces", "30"],
        cwd=project,
        # Neither the clone nor what its own tests are run with.
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    outcomes = dict(re.findall(r"\] +(\w+) \S+::test_clause\[(SCOPE-[47])\]", ended.stdout))

    assert (1, "") == (ended.returncode, ended.stderr)
    assert {"FAILED": "SCOPE-4", "PASSED": "SCOPE-7"} == outcomes
    assert "tests/test_mine.py::TestMine: DOES NOT CONFORM: it breaks SCOPE-4." in ended.stdout
    assert str(ROOT) not in ended.stdout
    assert ["tests-test-mine-py-TestMine-SCOPE-4.json"] == [
        file.name for file in (project / ".state-store" / "traces").iterdir()
    ]
