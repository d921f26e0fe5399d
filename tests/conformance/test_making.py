"""Making a backend: from what an author gives to an instance, and back to nothing."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from typing import Any

import pytest

from state_store_conformance.errors import BrokenFixtureError, UsageError
from state_store_conformance.targets.families import OWN_FAMILY
from state_store_conformance.targets.finding import custom_backend
from state_store_conformance.targets.making import Maker
from state_store_spec.errors import ClaimsError
from state_store_spec.trace import Trace
from tests.conformance.own_backends import InMemory, LeavesOpen

HAPPENED: list[str] = []


@pytest.fixture(autouse=True)
def _nothing_happened() -> None:
    HAPPENED.clear()


def function() -> InMemory:
    """Make a backend."""
    return InMemory()


async def coroutine_function() -> InMemory:
    """Make a backend, in its time."""
    return InMemory()


@contextmanager
def context_manager() -> Generator[InMemory]:
    """Make a backend, and take it down."""
    HAPPENED.append("up")
    yield InMemory()
    HAPPENED.append("down")


@asynccontextmanager
async def async_context_manager() -> AsyncGenerator[InMemory]:
    """Make a backend, and take it down, in its time."""
    HAPPENED.append("up")
    yield InMemory()
    HAPPENED.append("down")


@pytest.mark.parametrize("factory", [InMemory, function, coroutine_function])
def test_a_backend_is_made_anew_each_time(factory: Callable[[], Any]) -> None:
    """A class, a function or a coroutine function gives another instance at each call."""
    maker = Maker(factory, "it")
    with ExitStack() as opened:
        (one, family), (other, _) = maker.make(opened), maker.make(opened)

    assert (InMemory, InMemory) == (type(one), type(other))
    assert one is not other
    assert OWN_FAMILY == family


@pytest.mark.parametrize("factory", [context_manager, async_context_manager])
def test_set_up_and_tear_down_stay_with_the_author(factory: Callable[[], Any]) -> None:
    """A context manager is entered for an instance, and left with it."""
    with ExitStack() as opened:
        backend, _ = Maker(factory, "it").make(opened)

        assert (InMemory, ["up"]) == (type(backend), HAPPENED)

    assert ["up", "down"] == HAPPENED


def test_a_store_that_is_closed_takes_its_backend_down() -> None:
    """The next trace has another one."""
    with custom_backend(lambda: context_manager, "it") as target:
        target.start(Trace()).close()
        target.start(Trace()).close()

    # Once more to look at it.
    assert ["up", "down"] * 3 == HAPPENED


def raising() -> InMemory:
    """Raise."""
    raise ConnectionError("nobody listens")


def nothing() -> None:
    """Give nothing."""


def something_else() -> object:
    """Give what is no backend."""
    return {}


@pytest.mark.parametrize(
    ("factory", "told"),
    [
        (raising, "it could not be made: ConnectionError: nobody listens. It is called without"),
        (nothing, "it made nothing, which is no backend: none of state_store_spec.BaseState"),
        (something_else, "it made an instance of dict, which is no backend: none of state_store"),
        (lambda needed: needed, "it could not be made: TypeError: "),
    ],
    ids=["raising", "nothing", "something else", "needs an argument"],
)
def test_what_makes_no_backend_is_the_fault_of_the_fixture(
    factory: Callable[[], Any], told: str
) -> None:
    """The error says what was called and what came of it; nothing is said of the backend."""
    with pytest.raises(BrokenFixtureError) as broken, custom_backend(lambda: factory, "it"):
        pass

    assert str(broken.value).startswith(told)


class NoBackend:
    """Has nothing to do with backends."""


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (InMemory(), "it is an instance of InMemory. Give a class of a backend, or a function"),
        ("text", "it is an instance of str. Give a class of a backend, or a function without"),
    ],
    ids=["an instance", "text"],
)
def test_what_cannot_be_called_is_a_usage_error(given: object, told: str) -> None:
    """The error says what it is, and what to give."""
    with pytest.raises(UsageError) as refused, custom_backend(lambda: given, "it"):
        pass

    assert str(refused.value).startswith(told)


def test_a_class_that_is_no_backend_is_told_which_bases_there_are() -> None:
    """A class without a base of any family is refused by name."""
    with (
        pytest.raises(BrokenFixtureError, match=r"an instance of NoBackend, .*airflow\.sdk\.state"),
        custom_backend(lambda: NoBackend, "it"),
    ):
        pass


def test_a_class_with_open_methods_is_inspected_and_not_made() -> None:
    """That it cannot be made is for the verdict to say (CUSTOM-1)."""
    with custom_backend(lambda: LeavesOpen, "it") as target:
        complaints = {found.clause: found.complaint for found in target.inspected}

    assert complaints["CUSTOM-1"] == (
        "LeavesOpen leaves open get, set, delete, clear, aget, aset, adelete, aclear: a backend "
        "implements all eight methods"
    )


def claiming(claims: object) -> type:
    """Give a class that claims something."""
    return type("Claiming", (InMemory,), {"state_store_claims": claims})


@pytest.mark.parametrize(
    ("claims", "error", "told"),
    [
        ({"expiry": "soon"}, ClaimsError, "Claiming.state_store_claims: The claim expiry = 'soon'"),
        (["prompt"], ClaimsError, "Claiming.state_store_claims is a list: expected a mapping such"),
        (
            {"expiry": "lazy", "collect": "tidy"},
            UsageError,
            "it claims collect = 'tidy', and has no such method. Name the method that runs its",
        ),
    ],
)
def test_claims_that_cannot_be_made_are_refused(
    claims: object, error: type[Exception], told: str
) -> None:
    """Before anything is judged, the error says where the claim stands."""
    with pytest.raises(error) as refused, custom_backend(lambda: claiming(claims), "it"):
        pass

    assert str(refused.value).startswith(told)
