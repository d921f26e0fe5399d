"""``state-store targets``: list what can be judged."""

from __future__ import annotations

import click

from state_store_conformance.targets.finding import DEFAULT_TARGET, REGISTERED


@click.command()
def targets() -> None:
    """List what can be given as TARGET.

    \b
    Examples:
      state-store check mypackage.state:MyBackend
      state-store check metastore
    """  # noqa: D301 - click reads \b as "keep these lines"
    lines = [
        (name, target.title + (" (the default)" if name == DEFAULT_TARGET else ""))
        for name, target in REGISTERED.items()
    ]
    lines.append(
        (
            "MODULE:ATTRIBUTE",
            "a backend of your own: its class, or a function without arguments that makes one",
        )
    )
    lines.append(("DATABASE-URL", "the reference metastore there, in tables of our own making"))
    width = max(len(name) for name, _ in lines)
    for name, title in lines:
        click.echo(f"{name:{width}}  {title}")
