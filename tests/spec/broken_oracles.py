"""Oracles that are broken on purpose: imported anew, with a few words of one module changed."""

from __future__ import annotations

import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType

import state_store_spec
from tests.spec.example_runs import Oracle

PACKAGES = ("state_store_spec.oracle", "state_store_spec.profiles")


class _ChangedLoader(SourceFileLoader):
    """Loads a module from changed words, past every cache of compiled modules."""

    def __init__(self, fullname: str, path: str, text: str) -> None:
        super().__init__(fullname, path)
        self._text = text

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - the loader's interface
        return compile(self._text, self.path, "exec")


class _ChangedFinder:
    """Finds the one changed module, and leaves all others to Python."""

    def __init__(self, fullname: str, path: Path, text: str) -> None:
        self._fullname, self._path, self._text = fullname, path, text

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002 - the finder's interface
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        if fullname != self._fullname:
            return None
        loader = _ChangedLoader(fullname, str(self._path), self._text)
        return spec_from_file_location(fullname, self._path, loader=loader)


@contextmanager
def broken_oracle(module: str, *changes: tuple[str, str]) -> Generator[Oracle]:
    """Give the oracle as it would be with these words changed everywhere in the module."""
    fullname = f"state_store_spec.oracle.{module}"
    path = Path(state_store_spec.__file__).parent / "oracle" / f"{module}.py"
    text = path.read_text(encoding="utf-8")
    for words, others in changes:
        assert words in text, f"{path.name} does not say {words!r} any more"
        text = text.replace(words, others)
    intact = {name: found for name, found in sys.modules.items() if name.startswith(PACKAGES)}
    finder = _ChangedFinder(fullname, path, text)
    for name in intact:
        del sys.modules[name]
    sys.meta_path.insert(0, finder)
    try:
        oracle = import_module("state_store_spec.oracle")
        accessors = import_module("state_store_spec.oracle.accessors")
        profiles = import_module("state_store_spec.profiles")
        yield Oracle(
            oracle.beginning,
            oracle.step,
            oracle.stored_rows,
            oracle.stored_objects,
            accessors.crossing,
            profiles.find_profile,
        )
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name.startswith(PACKAGES)]:
            del sys.modules[name]
        sys.modules.update(intact)
        for package in PACKAGES:
            setattr(state_store_spec, package.rpartition(".")[2], intact[package])
