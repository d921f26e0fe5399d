"""Inspection: what is wrong with a class before any of its methods is called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from state_store_conformance.checking import CheckOptions, check
from state_store_conformance.inspection import inspected
from state_store_conformance.targets.finding import custom_backend
from state_store_spec import BaseStateBackend
from tests.conformance.own_backends import InMemory, LeavesOpen


def complaints(**methods: Any) -> dict[str, str]:  # noqa: ANN401 - whatever a class may hold
    """Give what is wrong with a backend that has these methods instead of right ones."""
    kind = type("Own", (InMemory,), methods)
    return {found.clause: found.complaint for found in inspected(kind, BaseStateBackend)}


def test_nothing_is_wrong_with_a_right_one() -> None:
    """Both clauses are looked at, and neither has a complaint."""
    assert {"CUSTOM-1": "", "CUSTOM-2": ""} == complaints()


def test_methods_that_are_left_open_are_named() -> None:
    """All eight have to be implemented (CUSTOM-1)."""
    assert {
        "CUSTOM-1": "Own leaves open delete, aclear: a backend implements all eight methods",
        "CUSTOM-2": "",
    } == complaints(delete=BaseStateBackend.delete, aclear=BaseStateBackend.aclear)


async def get_async(self: object, scope: object, key: str, *, session: object = None) -> None:
    """Be async in the place of a blocking method."""


def clear_without_flag(self: object, scope: object, *, session: object = None) -> None:
    """Lack an argument."""


def set_with_needed_expiry(
    self: object, scope: object, key: str, value: str, *, expires_at: object, session: object = None
) -> None:
    """Ask for what callers leave out."""


def delete_by_other_means(self: object, scope: object, *, session: object = None) -> None:
    """Lack the key."""


@pytest.mark.parametrize(
    ("name", "method", "complaint"),
    [
        ("get", get_async, "get is async: its caller waits for no coroutine"),
        (
            "clear",
            clear_without_flag,
            ("clear cannot be called as clear(scope, all_map_indices=None, session=None): got an "
            "unexpected keyword argument 'all_map_indices'"),
        ),
        ("set", set_with_needed_expiry, ("set has no default for expires_at, which callers leave "
            "out")),
        (
            "adelete",
            delete_by_other_means,
            ("adelete cannot be called as adelete(scope, key, session=None): too many positional "
            "arguments"),
        ),
    ],
)  # fmt: skip
def test_a_method_that_callers_cannot_call_is_named(
    name: str, method: Callable[..., Any], complaint: str
) -> None:
    """The complaint says how the method is called, and why that fails (CUSTOM-2)."""
    assert complaint == complaints(**{name: method})["CUSTOM-2"]


def test_arguments_beyond_the_documented_ones_may_be_taken() -> None:
    """Whoever takes any arguments takes the documented ones."""

    def takes_all(*_: object, **__: object) -> None:
        """Take whatever comes."""

    assert "" == complaints(set=takes_all, get=staticmethod(takes_all))["CUSTOM-2"]


def test_a_class_that_cannot_be_made_is_judged_by_that_alone() -> None:
    """CUSTOM-1 fails with the reason, and no other clause is said to pass or to fail."""
    report = check(custom_backend(lambda: LeavesOpen, "it"), CheckOptions(budget_seconds=20))
    verdicts = {clause.id: clause.verdict for clause in report.clauses}

    assert "FAIL" == report.verdict == verdicts["CUSTOM-1"]
    assert ["CUSTOM-1"] == [clause for clause, verdict in verdicts.items() if verdict == "FAIL"]
    assert "INCONCLUSIVE" == verdicts["METHOD-1"]
    assert 0 == report.steps
