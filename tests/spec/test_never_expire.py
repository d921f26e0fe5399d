"""``NEVER_EXPIRE`` is recognized wherever it has been (ACCESS-4)."""

from __future__ import annotations

import copy
import json
import multiprocessing
import pickle
from datetime import timedelta

import pytest

from state_store_spec import NEVER_EXPIRE, NeverExpire


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickled(protocol: int) -> None:
    """Pickled and read again it is the same object, with every protocol."""
    assert pickle.loads(pickle.dumps(NEVER_EXPIRE, protocol)) is NEVER_EXPIRE  # noqa: S301


def test_copied() -> None:
    """A copy is the same object, alone and inside something else."""
    assert copy.copy(NEVER_EXPIRE) is NEVER_EXPIRE
    assert copy.deepcopy({"retention": [NEVER_EXPIRE]}) == {"retention": [NEVER_EXPIRE]}
    assert copy.deepcopy([NEVER_EXPIRE])[0] is NEVER_EXPIRE


def test_compared() -> None:
    """It equals itself and nothing that could be a retention."""
    others = [None, timedelta(0), timedelta.max, "NEVER_EXPIRE", 0, False]

    assert NeverExpire("NEVER_EXPIRE") == NEVER_EXPIRE
    assert [] == [other for other in others if other == NEVER_EXPIRE]
    assert {NEVER_EXPIRE: 1}[NeverExpire.NEVER_EXPIRE] == 1


def _is_never_expire(retention: object) -> bool:
    return retention is NEVER_EXPIRE


def test_in_another_process() -> None:
    """A process that was started anew recognizes what it is sent."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(_is_never_expire, (NEVER_EXPIRE,))


def test_shown() -> None:
    """People see its name."""
    assert repr(NEVER_EXPIRE) == "NEVER_EXPIRE"
    with pytest.raises(TypeError):
        json.dumps(NEVER_EXPIRE)
