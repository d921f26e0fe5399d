"""The commands on a backend of somebody's own: claims, replays, and what they say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from state_store_conformance import command_line
from state_store_conformance.applicability import LACKS
from state_store_spec.clause import Need
from state_store_spec.trace_files import read_trace

BACKENDS = "tests.conformance.plain_backends"

CALLS = """{
 "claims": {"durable": true},
 "universe": {"dag_runs": [{"dag": "shop", "run": "monday"}]},
 "steps": [
  {"operation": {"op": "set", "scope": {"dag": "shop", "run": "monday", "task": "load"},
                 "key": "job", "value": "17", "mode": "async"}},
  {"operation": {"op": "get", "scope": {"dag": "shop", "run": "monday", "task": "load"},
                 "key": "job", "mode": "async"}},
  {"operation": {"op": "delete", "scope": {"dag": "shop", "run": "monday", "task": "load"},
                 "key": "job"}}
 ]
}
"""
COLLECTION = '{"steps": [{"operation": {"op": "collect"}}]}'


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run the command line; give its exit status and what it wrote."""
    status = command_line.run(list(arguments))
    written = capsys.readouterr()
    return status, written.out, written.err


@pytest.mark.parametrize(
    ("backend", "status", "told"),
    [
        ("InMemory", 0, "FIXED: all 3 steps conform."),
        ("HangsInGet", 1, "STILL FAILING: it breaks METHOD-7."),
        ("HangsInAget", 1, "STILL FAILING: it breaks METHOD-7."),
        ("Exits", 1, "STILL FAILING: it breaks METHOD-7."),
        ("CannotBeMade", 2, "ERROR: the trace could not be run."),
        ("Nothing", 2, "ERROR: the trace could not be run."),
    ],
)
def test_replay_says_what_became_of_a_trace(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], backend: str, status: int, told: str
) -> None:
    """Whatever a backend does, hanging and exiting included, ends in one of three words."""
    file = tmp_path / "trace.json"
    file.write_text(CALLS)
    arguments = ("replay", str(file), "--target", f"{BACKENDS}:{backend}", "--call-timeout", "0.5s")
    ended, out, _ = run(capsys, *arguments)

    assert (status, True) == (ended, told in out)
    assert (status < 2) == ("recorded of a store that claims durable" in out)


def test_replay_of_what_a_backend_does_not_offer_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A trace that needs more is not blamed on the backend; the error says what it needs."""
    file = tmp_path / "trace.json"
    file.write_text(COLLECTION)
    status, out, err = run(capsys, "replay", str(file), "--target", f"{BACKENDS}:InMemory")

    assert (2, True) == (status, out.startswith("ERROR"))
    assert "needs: garbage collection can be run." in err


def test_claims_of_a_file_are_held_against_a_backend(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`check` shows and saves them, and `replay` is told of them by its command."""
    claims = tmp_path / "claims.toml"
    claims.write_text('expiry = "prompt"\n')
    target = f"{BACKENDS}:InMemory"
    options = ("--tier", "examples", "--claims", str(claims), "--save-traces", str(tmp_path))
    status, out, _ = run(capsys, "check", target, *options)
    (command,) = (line.strip() for line in out.splitlines() if "--target" in line)
    (file,) = tmp_path.glob("*CUSTOM-5.json")

    assert 1 == status
    assert "claims: expiry = prompt\n" in out
    assert f"state-store replay {file} --target {target} --claims {claims}" == command
    assert "prompt" == read_trace(file).claims.expiry

    assert 1 == run(capsys, *command.split()[1:])[0]
    # Held to nothing, it has done nothing wrong.
    claims.write_text("")
    assert 0 == run(capsys, *command.split()[1:])[0]


def test_what_is_not_asked_is_grouped_by_what_is_lacking(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A backend that claims nothing is told why in a few lines, not in one heap."""
    _, out, _ = run(capsys, "check", f"{BACKENDS}:InMemory", "--max-traces", "0")
    words = " ".join(out.split())

    assert "claims: none, so what every backend must do" in words
    for told in (
        "knows no dag runs and assets SCOPE-6,",
        "claims no prompt expiry CUSTOM-5",
        "claims no durability CUSTOM-7",
        "takes no session of its caller SESSION-1, SESSION-2",
    ):
        assert told in words
    assert 80 >= max(map(len, out.splitlines()))


def test_a_metastore_claims_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """The law says what it does: there is no line of claims, and none are taken."""
    _, out, _ = run(capsys, "check", "--max-traces", "0")
    status, _, err = run(capsys, "check", "metastore", "--claims", __file__)

    assert "claims:" not in out
    assert 2 == status
    assert "Expected a TOML file" in err


def test_everything_that_can_be_lacking_has_words() -> None:
    """No clause is not applicable for a reason that no report can say."""
    assert set(get_args(Need)) == set(LACKS)


def test_the_form_of_a_target_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Who asks for the targets, or for help, learns how a backend of one's own is given."""
    for arguments in (("targets",), ("check", "--help"), ("replay", "--help")):
        assert "module:attribute" in run(capsys, *arguments)[1].lower()


def test_no_time_for_a_call_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A call that may take no time would always hang."""
    status, _, err = run(capsys, "check", f"{BACKENDS}:InMemory", "--call-timeout", "0s")

    assert (2, True) == (status, "no call takes no time" in err)


def test_a_module_of_the_current_directory_is_found(tmp_path: Path) -> None:
    """`check` works from any directory, on whatever lies there."""
    source = Path(__file__).with_name("plain_backends.py").read_text()
    (tmp_path / "mine.py").write_text(source)
    command = [str(Path(sys.executable).with_name("state-store")), "check", "mine:InMemory"]
    ended = subprocess.run(
        [*command, "--tier", "examples", "-q"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (3, "") == (ended.returncode, ended.stderr)
    assert ended.stdout.startswith("INCONCLUSIVE: this run did not show ")
