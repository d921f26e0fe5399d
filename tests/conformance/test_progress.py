"""Progress: a bar on a terminal, silence in a pipe."""

from __future__ import annotations

from collections import Counter
from io import StringIO

import pytest
from rich.console import Console

from state_store_conformance import command_line
from state_store_conformance.commands import check as check_command
from state_store_conformance.findings import Findings

FINDINGS = Findings(traces=Counter(random=1234), steps=56789)


def shown(*, terminal: bool, quiet: bool) -> str:
    """Report progress to a console and give what it printed."""
    file = StringIO()
    console = Console(file=file, force_terminal=terminal, width=100)
    with check_command.progress_bar(console, 10.0, quiet=quiet, pause_seconds=0) as progress:
        progress(FINDINGS)
    return file.getvalue()


def test_a_terminal_shows_traces_and_steps() -> None:
    """Who waits sees that something happens, and how much."""
    text = shown(terminal=True, quiet=False)

    assert "1,234 traces" in text
    assert "56,789 steps" in text


@pytest.mark.parametrize(("terminal", "quiet"), [(False, False), (True, True)])
def test_a_pipe_and_the_quiet_see_nothing(terminal: bool, quiet: bool) -> None:  # noqa: FBT001
    """No control characters end up in a log."""
    assert shown(terminal=terminal, quiet=quiet) == ""


def test_an_interrupted_check_ends_with_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Control-C is neither a verdict nor a traceback."""

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("state_store_conformance.checking.check", interrupted)
    status = command_line.run(["check"])

    assert status == 130
    assert "Interrupted." in capsys.readouterr().err
