"""The quality of counterexamples: a planted fault ends as a few plain operations, on any seed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from state_store_reference.metastore import MetastoreStateBackend
from state_store_spec import StateScope
from state_store_spec.trace import Trace
from state_store_spec.trace_files import read_trace
from tests.properties import machine
from tests.properties.chosen import chosen
from tests.properties.machine import run_machine
from tests.properties.pair import DisagreementError, Pair

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session

SEEDS = range(5)


class AsyncForgetsExpiry(MetastoreStateBackend):
    """``aset`` drops the expiry."""

    async def aset(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,  # noqa: ARG002 - the fault
        session: AsyncSession | None = None,
    ) -> None:
        """Write without it."""
        await super().aset(scope, key, value, session=session)


class ClearTakesOneKey(MetastoreStateBackend):
    """``clear`` leaves all keys but one."""

    def clear(
        self,
        scope: StateScope,
        *,
        all_map_indices: bool = False,  # noqa: ARG002 - the fault
        session: Session | None = None,
    ) -> None:
        """Delete one key."""
        super().delete(scope, "key_1", session=session)


def counterexample(backend: type[MetastoreStateBackend], pair: Pair, seed: int) -> Trace:
    """Run the machine until it fails; give the trace that it recorded."""
    with pytest.raises(DisagreementError):
        run_machine(pair, chosen(steps=30, examples=500), backend.__name__, seeds=[seed])
    assert pair.tally.counterexample is not None
    return pair.tally.counterexample


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("backend", "operations"),
    [
        (AsyncForgetsExpiry, 1),
        (ClearTakesOneKey, 2),
    ],
)
def test_a_planted_fault_ends_as_few_operations(
    backend: type[MetastoreStateBackend],
    operations: int,
    seed: int,
    pair_with: Callable[[ReferenceMetastore], Pair],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No seed leaves a longer counterexample, and the moved clock does not stop the shrinking."""
    monkeypatch.setattr(machine, "TRACES", tmp_path)
    trace = counterexample(backend, pair_with(ReferenceMetastore(backend=backend)), seed)

    assert operations == len(trace.steps)


def test_a_failing_run_keeps_its_trace_and_says_how_to_run_it_again(
    pair_with: Callable[[ReferenceMetastore], Pair],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The file holds the counterexample, expected beside actual; the note names the command."""
    monkeypatch.setattr(machine, "TRACES", tmp_path)
    pair = pair_with(ReferenceMetastore(backend=AsyncForgetsExpiry))
    with pytest.raises(DisagreementError) as failure:
        run_machine(pair, chosen(steps=30, examples=500), "forgets", seeds=[0])

    file = tmp_path / "forgets.json"
    [note] = [note for note in failure.value.__notes__ if "state-store replay" in note]
    assert f"state-store replay {file} --target 'metastore'" in note
    trace = read_trace(file)
    assert pair.tally.counterexample == trace
    last = trace.steps[-1]
    assert last.expect is not None
    assert last.actual is not None
    assert last.expect.stored != last.actual.stored
