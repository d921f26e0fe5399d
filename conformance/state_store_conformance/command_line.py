"""``state-store``: judge a state store, replay a counterexample, read the law."""

from __future__ import annotations

import sys
import traceback
from importlib import import_module
from typing import Final

import click

from state_store_conformance.errors import EXIT_ERROR
from state_store_spec.errors import StateStoreError

_HERE: Final = "state_store_conformance.commands"
_REFERENCE: Final = "state_store_reference.commands"
_ZOO: Final = "state_store_zoo.command"

# Each command with its module, its attribute and its line of help: importing waits for its use.
_COMMANDS: Final[dict[str, tuple[str, str, str]]] = {
    "check": (f"{_HERE}.check", "check", "Judge a target, clause by clause."),
    "replay": (f"{_HERE}.replay", "replay", "Run one trace again, step by step."),
    "golden": (f"{_HERE}.golden", "golden", "Write golden traces, or run them on a target."),
    "explain": (f"{_HERE}.explain", "explain", "Show a clause, its source and its examples."),
    "spec": (f"{_HERE}.spec", "spec", "List the clauses of a profile."),
    "targets": (f"{_HERE}.targets", "targets", "List what can be judged."),
    "mutants": (_ZOO, "mutants", "Judge backends that are broken on purpose."),
    "cleanup-task-states": (
        _REFERENCE,
        "cleanup_task_states",
        "Delete what garbage collection lets go (metastore).",
    ),
    "db": (_REFERENCE, "db", "Make the tables of the metastore."),
}


class _CommandsOnDemand(click.Group):
    """A group that imports a command when it is asked for, and not for its own help."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module, attribute, _ = _COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in _COMMANDS.items()])


@click.group(cls=_CommandsOnDemand, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="state-store-oracle", prog_name="state-store")
def cli() -> None:
    """Judge a state store of task and asset state against its executable specification.

    \b
    Examples:
      state-store check
          the reference metastore on an embedded SQLite, a minute
      state-store check postgresql://me@localhost/scratch --budget 2m --json report.json
          on a database of your own, with a report for machines
      state-store replay .state-store/traces/metastore-GC-1.json
          a counterexample again: FIXED or STILL FAILING
      state-store explain GC-1
          a clause, where it comes from, and examples

    Exit status: 0 conforms, 1 does not conform, 2 usage or engine error, 3 inconclusive.
    """  # noqa: D301 - click reads \b as "keep these lines"


def main() -> None:
    """Run the command line and end the process with its status."""
    sys.exit(run())


def run(arguments: list[str] | None = None) -> int:
    """Run the command line; give the exit status. Whatever goes wrong is 2, and never 1."""
    try:
        status = cli.main(arguments, prog_name="state-store", standalone_mode=False)
    except click.Abort:
        click.echo("Interrupted.", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return EXIT_ERROR
    except StateStoreError as error:
        click.echo(f"Error: {error}", err=True)
        return EXIT_ERROR
    except Exception:  # noqa: BLE001 - a defect of ours must not look like a verdict
        traceback.print_exc()
        click.echo("This is a defect of state-store, not of the target.", err=True)
        return EXIT_ERROR
    return status if isinstance(status, int) else 0
