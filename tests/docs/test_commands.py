"""Every command that a page shows can be given: it, its options and what it names exist.

What commands print is compared where a page shows it: docs/write-a-backend.md by a test of its own,
the walkthrough by another, README.md and the stories here.
"""

from __future__ import annotations

import ast
import configparser
import re
import shlex
import tomllib
from importlib import import_module
from typing import Any, Final

import click
import pytest

from state_store_conformance.command_line import cli
from tests.docs.blocks import ROOT, Block, blocks, commands

# Programs of others: nothing of ours could be wrong about them.
OF_OTHERS: Final = {"aws", ".venv/bin/pre-commit"}
# A test of its own gives the commands of that page, one after the other.
GIVEN: Final = "docs/write-a-backend.md"
SHOWN: Final = sorted({shown for shown in commands() if shown[0] != GIVEN})


@pytest.mark.parametrize(("page", "command"), SHOWN, ids=str)
def test_a_command_can_be_given(page: str, command: str) -> None:
    """Its words are understood by what they are given to."""
    words = [word for word in shlex.split(command) if not re.fullmatch(r"[A-Z_]+=.*", word)]
    program = words[0].removeprefix(".venv/bin/") if words[0] not in OF_OTHERS else words[0]
    if program == "state-store":
        understood(words[1:])
    elif program == "make":
        targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
        assert {word for word in words[1:] if "=" not in word} <= set(targets), page
    elif program == "pip":
        asked = set(re.findall(r"\[([a-z,-]+)\]", command))
        project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
        assert asked <= set(project["optional-dependencies"])
    elif program in {"python", "node"}:
        named(words[1:])
    else:
        assert program in OF_OTHERS


def understood(words: list[str]) -> None:
    """Let click read the words, without doing anything."""
    group: click.Group = cli
    context = click.Context(cli)
    command = group.get_command(context, words[0])
    assert command is not None, words
    rest = words[1:]
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        inner = command.get_command(context, rest[0])
        assert inner is not None, words
        command, rest = inner, rest[1:]
    command.make_parser(click.Context(command)).parse_args(args=list(rest))


def named(words: list[str]) -> None:
    """Look for the files that a program is given."""
    for word in words:
        assert (ROOT / word).exists(), word


@pytest.mark.parametrize("block", blocks("python"), ids=str)
def test_python_is_python(block: Block) -> None:
    """It compiles, and what it imports of ours is there."""
    tree = ast.parse(block.text)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("state_store"):
            module: Any = import_module(node.module or "")
            assert all(hasattr(module, alias.name) for alias in node.names)


@pytest.mark.parametrize("block", blocks("toml", "ini"), ids=str)
def test_settings_can_be_read(block: Block) -> None:
    """The form is one that its reader knows."""
    if block.language == "toml":
        assert tomllib.loads(block.text)
    else:
        parser = configparser.ConfigParser()
        parser.read_string(block.text)
        assert parser.sections()
