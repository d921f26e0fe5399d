"""The oracle and the metastore side by side, on every database."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from state_store_conformance.strategies.openings import Opening, opening_of
from state_store_conformance.strategies.traces import opened_traces
from state_store_conformance.target import METASTORE_CAPABILITIES
from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from state_store_conformance.tiers.situation_traces import situation_traces
from state_store_spec.clause_files import situations_in_force
from state_store_spec.profiles import DEFAULT_PROFILE
from tests.properties.chosen import chosen, seeds
from tests.properties.machine import run_machine, run_traces
from tests.properties.pair import Pair, Tally
from tests.properties.situation_report import PROPERTY, STEPS

LEAST = 10
CHUNKS = 40
MOST_ROUNDS = 40
SITUATIONS = situations_in_force(DEFAULT_PROFILE, METASTORE_CAPABILITIES)


def missed(tally: Tally) -> dict[str, int]:
    """Give the situations that were not reached often enough yet."""
    return {name: tally.situations[name] for name in SITUATIONS if tally.situations[name] < LEAST}


def record(record_property: Callable[[str, object], None], tally: Tally) -> None:
    """Hand the counts to the summary, wherever this test runs."""
    record_property(STEPS, tally.steps)
    record_property(PROPERTY, dict(tally.situations))


def test_sqlite_in_memory_conforms_in_every_situation(
    pair_with: Callable[[ReferenceMetastore], Pair],
    record_property: Callable[[str, object], None],
) -> None:
    """The metastore agrees with the oracle, and each situation was reached ten times."""
    pair = pair_with(ReferenceMetastore())
    run_machine(pair, chosen(), "sqlite-memory", seeds=seeds(CHUNKS))
    # What comes together by chance now and then is brought about, and varied.
    for number in seeds(MOST_ROUNDS):
        openings = openings_to(missed(pair.tally))
        if not openings:
            break
        run_traces(
            pair,
            opened_traces(openings),
            chosen(examples=2 * len(openings)),
            "sqlite-memory",
            seed_of_run=number,
        )
    record(record_property, pair.tally)

    assert {} == missed(pair.tally)


def openings_to(situations: Iterable[str]) -> tuple[Opening, ...]:
    """Give the beginnings that lead to these situations."""
    traces = dict(situation_traces(DEFAULT_PROFILE))
    return tuple(opening_of(traces[name], referential=True) for name in situations)


def test_sqlite_in_a_file_conforms(
    pair_with: Callable[[ReferenceMetastore], Pair],
    record_property: Callable[[str, object], None],
    tmp_path: Path,
) -> None:
    """The metastore in a file agrees with the oracle."""
    pair = pair_with(ReferenceMetastore(f"sqlite:///{tmp_path / 'metastore.db'}"))
    tally = run_machine(pair, chosen(), "sqlite-file", seeds=seeds(4))
    record(record_property, tally)

    assert () == tally.differences


@pytest.mark.parametrize("server", ["postgres", "mysql"])
def test_servers_conform(
    server: str,
    request: pytest.FixtureRequest,
    pair_with: Callable[[ReferenceMetastore], Pair],
    record_property: Callable[[str, object], None],
) -> None:
    """The metastore on a server agrees with the oracle, through both of its drivers."""
    make_database: Callable[[], str] = request.getfixturevalue(f"fresh_{server}_url")
    pair = pair_with(ReferenceMetastore(make_database()))
    tally = run_machine(pair, chosen(), server, seeds=seeds(8))
    record(record_property, tally)

    assert () == tally.differences
