"""The report on situations: how often the machines reached each of them, at the end of a run."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from state_store_conformance.target import METASTORE_CAPABILITIES
from state_store_spec.clause_files import situations_in_force
from state_store_spec.profiles import DEFAULT_PROFILE

if TYPE_CHECKING:
    import pytest

PROPERTY = "situations_reached"
STEPS = "steps_compared"
SHOWN = 10
SITUATIONS = situations_in_force(DEFAULT_PROFILE, METASTORE_CAPABILITIES)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many steps were compared, and which situations were reached least often."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    properties = [pair for report in reports for pair in report.user_properties]
    reached: Counter[str] = Counter()
    for name, counts in properties:
        if name == PROPERTY and isinstance(counts, dict):
            reached.update(counts)
    steps = sum(int(str(count)) for name, count in properties if name == STEPS)
    if not steps:
        return
    terminalreporter.section("situations reached by the state machines")
    rarest = sorted(SITUATIONS, key=lambda name: (reached[name], name))
    terminalreporter.write_line(
        f"{steps} steps compared; {len(SITUATIONS)} situations, the rarest:"
    )
    for name in rarest[:SHOWN]:
        terminalreporter.write_line(f"  {reached[name]:6d}  {name}")
