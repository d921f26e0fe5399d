"""What every test run needs: the Hypothesis profile and the servers."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.errors import InvalidArgument

pytest_plugins = ["pytester", "tests.server_fixtures", "tests.properties.situation_report"]

# No deadline anywhere: time is frozen, and moved by days, while Hypothesis looks at the clock.
settings.register_profile("dev", deadline=None, print_blob=True)
# The same examples on each run, so that a red build is red again on the developer's machine.
settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,
    print_blob=True,
    database=None,
    # A loaded machine and a slow server are not a fault of the strategy.
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "nightly",
    deadline=None,
    print_blob=True,
    max_examples=5_000,
    stateful_step_count=100,
    suppress_health_check=[HealthCheck.too_slow],
)

_IN_CI = os.environ.get("CI") == "true"
_PROFILE = os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if _IN_CI else "dev")
try:
    settings.load_profile(_PROFILE)
except InvalidArgument as error:
    raise pytest.UsageError(
        f"HYPOTHESIS_PROFILE = {_PROFILE!r} is not a profile: dev, ci, nightly."
    ) from error
