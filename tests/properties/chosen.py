"""The settings of the machines: the profile's, scaled to what each database can bear."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final, cast

from hypothesis import HealthCheck, Phase, settings

EVERY_HEALTH_CHECK: Final = cast("list[HealthCheck]", list(HealthCheck))

EXAMPLES_OF_A_CHUNK: Final = 10
"""Examples of one seed. Past ten Hypothesis goes on with variations of what it has seen, which
finds faults as fast and reaches rare situations far less often."""

_USUAL_EXAMPLES: Final = 100


def chosen(steps: int = 50, examples: int = EXAMPLES_OF_A_CHUNK) -> settings:
    """Give the settings of one run of a machine."""
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        # Each run has a seed, from which it can be repeated.
        database=None,
        derandomize=False,
        # Explaining a failure traces every line, which takes minutes: the trace file says more.
        phases=(Phase.generate, Phase.shrink),
        # How long a database takes is no fault of the strategy.
        suppress_health_check=EVERY_HEALTH_CHECK,
    )


def seeds(chunks: int) -> Iterator[int]:
    """Give the seeds of that many runs, more of them where the profile wants more examples.

    They are the same in every run of a derandomized profile.
    """
    profile = settings()
    start = 0 if profile.derandomize else random.randrange(2**32)
    scale = max(1, (profile.max_examples or _USUAL_EXAMPLES) // _USUAL_EXAMPLES)
    return iter(range(start, start + chunks * scale))
