"""The oracle and the metastore side by side, on every database."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest

from state_store_conformance.target import METASTORE_CAPABILITIES
from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from state_store_spec.clause_files import situations_in_force
from state_store_spec.profiles import DEFAULT_PROFILE
from tests.properties.chosen import chosen, seeds
from tests.properties.machine import run_machine
from tests.properties.pair import Pair, Tally
from tests.properties.situation_report import PROPERTY, STEPS

LEAST = 10
MOST_CHUNKS = 1_000
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
    numbers = seeds(MOST_CHUNKS)
    # As many runs as the rarest situation takes, and some in any case.
    while part := list(islice(numbers, 20)):
        run_machine(pair, chosen(), "sqlite-memory", seeds=part)
        if not missed(pair.tally):
            break
    record(record_property, pair.tally)

    assert {} == missed(pair.tally)


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
