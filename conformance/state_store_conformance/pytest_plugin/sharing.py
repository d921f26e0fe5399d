"""Judgments of a session: each is made once, by whichever process needs it first.

The workers of pytest-xdist share them in a folder. A lock lets one of them judge while the others
wait for what it finds; so it is one judgment by whatever way the tests are handed out, and the
backend is not judged by several processes at once, each with half of the machine. Groups alone
would not do: they are followed under ``--dist loadgroup`` only, and not under every pytest.
"""

from __future__ import annotations

import hashlib
import pickle
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, ClassVar, Final

import pytest

if TYPE_CHECKING:
    from state_store_conformance.report import Report

_TOLD: Final = "state_store_judgments"


@dataclass(frozen=True, slots=True)
class Judgment:
    """What came of judging a backend: a report, or what stood in the way of one."""

    report: Report | None = None
    refusal: str = ""


@dataclass(slots=True)
class Judgments:
    """The judgments of a session.

    Attributes:
        folder: where several processes share them; ``None`` in a session of one process.
        owned: whether the folder goes with this process.
    """

    KEY: ClassVar[pytest.StashKey[Judgments]] = pytest.StashKey()

    folder: Path | None = None
    owned: bool = False
    _known: dict[str, Judgment] = field(default_factory=dict[str, Judgment])

    @classmethod
    def of_session(cls, config: pytest.Config) -> Judgments:
        """Give those of a session, or of the worker of one."""
        told: dict[str, Any] = getattr(config, "workerinput", {})
        return cls(Path(told[_TOLD]) if _TOLD in told else None)

    def tell(self, workerinput: dict[str, Any]) -> None:
        """Tell a worker where the judgments are shared."""
        if self.folder is None:
            # Nobody else can write there, so what is read back is what a worker wrote.
            self.folder, self.owned = Path(mkdtemp(prefix="state-store-")), True
        workerinput[_TOLD] = str(self.folder)

    def close(self) -> None:
        """Take the folder away."""
        if self.owned and self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    def known(self, key: str) -> Judgment | None:
        """Give a judgment, if this process has met it."""
        return self._known.get(key)

    def of(self, key: str, judge: Callable[[], Judgment]) -> Judgment:
        """Give a judgment; make it if nobody has, and wait while somebody does.

        Args:
            key: names what is judged.
            judge: is called at most once in a session, unless it raises.
        """
        if key not in self._known:
            self._known[key] = judge() if self.folder is None else self._shared(key, judge)
        return self._known[key]

    def summary(self) -> list[str]:
        """Give two lines for each judgment: the verdict with its reason, and how it came about."""
        if self.owned and self.folder is not None:
            for file in sorted(self.folder.glob("*.judgment")):
                self._known[file.name] = _read(file)
        reports = (judgment.report for judgment in self._known.values())
        return [line for report in reports if report is not None for line in _in_words(report)]

    def _shared(self, key: str, judge: Callable[[], Judgment]) -> Judgment:
        import fcntl  # noqa: PLC0415

        if self.folder is None:
            raise RuntimeError("There is no folder to share judgments in.")
        file = self.folder / f"{hashlib.sha256(key.encode()).hexdigest()}.judgment"
        with file.with_suffix(".lock").open("w") as lock:
            # It ends with the process that holds it, however that ends.
            fcntl.flock(lock, fcntl.LOCK_EX)
            if file.exists():
                return _read(file)
            judgment = judge()
            file.with_suffix(".part").write_bytes(pickle.dumps(judgment))
            file.with_suffix(".part").rename(file)
            return judgment


def judgments_of(config: pytest.Config) -> Judgments:
    """Give the judgments of the session that this configuration belongs to."""
    return config.stash[Judgments.KEY]


def _read(file: Path) -> Judgment:
    judgment: Judgment = pickle.loads(file.read_bytes())  # noqa: S301 - our own, see `tell`
    return judgment


def _in_words(report: Report) -> tuple[str, str]:
    from state_store_conformance.claims_in_words import claims_of_report  # noqa: PLC0415
    from state_store_conformance.reports.sentences import effort, headline  # noqa: PLC0415

    claims = claims_of_report(report)
    return (
        f"{report.target}: {headline(report)}: {report.reason}.",
        f"  profile {report.profile}, seed {report.seed}; {effort(report)}"
        + (f"; claims: {claims}" if claims else ""),
    )
