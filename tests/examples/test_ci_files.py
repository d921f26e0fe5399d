"""The workflow files that people copy: they load, and ask for what the command offers."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from state_store_conformance.commands.check import check

FILES = sorted((Path(__file__).resolve().parents[2] / "docs" / "ci").glob("*.yml"))


def texts(node: Any) -> Iterator[str]:  # noqa: ANN401 - YAML of any shape
    """Give every text in a document."""
    if isinstance(node, dict):
        for value in node.values():
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)
    elif isinstance(node, str):
        yield node


def calls(path: Path) -> list[list[str]]:
    """Give the words of each call of the command in a file."""
    found: list[list[str]] = []
    for text in texts(yaml.safe_load(path.read_text(encoding="utf-8"))):
        for line in text.replace("\\\n", " ").splitlines():
            words = shlex.split(line)
            if words[:1] == ["state-store"]:
                found.append(words)
    return found


def test_both_files_are_there() -> None:
    """There is one for GitHub and one for GitLab."""
    assert ["github-actions.yml", "gitlab-ci.yml"] == [path.name for path in FILES]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_call_is_understood(path: Path) -> None:
    """The command takes the call as it is written: its options, and what they are given."""
    [[_, subcommand, *words]] = calls(path)

    context = check.make_context("check", words)

    assert "check" == subcommand
    assert "$TARGET" == context.params["target"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_all_reports_are_kept(path: Path) -> None:
    """What the call writes is what the job keeps, but for the summary that GitHub takes itself."""
    [words] = calls(path)
    written = {
        option: value
        for option, value in pairwise(words)
        if option in {"--junit", "--html", "--json", "--markdown", "--save-traces"}
    }

    kept = {option for option, value in written.items() if value.startswith("state-store-report/")}

    assert {"--junit", "--html", "--json", "--save-traces"} <= kept
    assert {"--markdown"} == set(written) - kept or "--markdown" in kept
    assert "state-store-report/" in list(texts(yaml.safe_load(path.read_text(encoding="utf-8"))))


def test_gitlab_finds_the_junit_file() -> None:
    """The report that merge requests show is the one that the call writes."""
    [path] = [path for path in FILES if path.stem == "gitlab-ci"]
    job = yaml.safe_load(path.read_text(encoding="utf-8"))["state-store"]
    [words] = calls(path)

    assert words[words.index("--junit") + 1] == job["artifacts"]["reports"]["junit"]
