"""A frozen clock and targets for the tests that run the oracle beside a metastore."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from state_store_conformance.clock import FrozenClock
from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from tests.properties.pair import Pair


@pytest.fixture
def pair_with() -> Iterator[Callable[[ReferenceMetastore], Pair]]:
    """Give a function that enters a target, freezes the clock and pairs it with the oracle."""
    with ExitStack() as opened:

        def pair(target: ReferenceMetastore) -> Pair:
            # Drivers are imported before the clock is frozen.
            entered = opened.enter_context(target)
            return Pair(entered, opened.enter_context(FrozenClock()))

        yield pair
