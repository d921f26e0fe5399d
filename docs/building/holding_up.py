"""What holds a clause up: its examples, golden traces, situations, broken backends and tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from state_store_conformance.exhaustive.rarity import shares
from state_store_spec.clause import Clause
from state_store_zoo.catalog import FAULTS

ROOT: Final = Path(__file__).resolve().parents[2]


class HeldUp(NamedTuple):
    """What is there for a clause.

    Attributes:
        golden: the golden file in each profile that has one, below the project.
        faults: ids and titles of the broken backends that break it.
        in_universes: those of its situations that a small universe holds.
    """

    golden: dict[str, str]
    faults: tuple[tuple[str, str], ...]
    in_universes: tuple[str, ...]


@cache
def _faults() -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for fault in FAULTS:
        for clause in fault.clauses:
            found[clause] = (*found.get(clause, ()), (fault.id, fault.title))
    return found


def held_up(clause: Clause) -> HeldUp:
    """Give what holds a clause up."""
    files = {
        profile: Path("tests", "golden", profile, f"{clause.id}.json")
        for profile in clause.profiles
    }
    walked = {name for profile in clause.profiles for name in shares(profile)}
    return HeldUp(
        golden={
            profile: file.as_posix() for profile, file in files.items() if (ROOT / file).is_file()
        },
        faults=_faults().get(clause.id, ()),
        in_universes=tuple(name for name in clause.situations if name in walked),
    )
