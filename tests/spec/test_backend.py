"""``BaseStateBackend``: what makes a class a backend (CUSTOM-1, CUSTOM-2, RET-6, WORKER-4)."""

from __future__ import annotations

import asyncio
import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest

from state_store_spec import AssetScope, BaseStateBackend, StateScope, TaskScope, find_clause

ABSTRACT = ["get", "set", "delete", "clear", "aget", "aset", "adelete", "aclear"]
HOOKS = [
    "serialize_task_state_to_ref",
    "deserialize_task_state_from_ref",
    "serialize_asset_state_to_ref",
    "deserialize_asset_state_from_ref",
]
SCOPES = [TaskScope("d", "r", "t"), AssetScope(name="n")]


def recording(name: str) -> Callable[..., Any]:
    """Return a method that remembers how it was called, on the instance."""

    def method(self: Any, *arguments: object, **named: object) -> None:  # noqa: ANN401
        self.__dict__.setdefault("calls", []).append((name, arguments, named))

    async def coroutine_method(self: Any, *arguments: object, **named: object) -> None:  # noqa: ANN401
        method(self, *arguments, **named)

    return coroutine_method if name.startswith("a") else method


METHODS = {name: recording(name) for name in ABSTRACT}

RecordingBackend: Any = type("RecordingBackend", (BaseStateBackend,), METHODS)


def documented_signatures(clause_id: str) -> dict[str, str]:
    """Return the signatures that a clause quotes, by the name of their method."""
    quotes = [quote.text.strip("`") for quote in find_clause(clause_id).quotes]
    found = (re.fullmatch(r"(?:async )?def (\w+)\(.*", quote) for quote in quotes)
    return {match[1]: match[0] for match in found if match}


def signature_of(method: Callable[..., Any]) -> str:
    """Return the signature of a method as the documentation writes it."""
    keyword = "async def" if inspect.iscoroutinefunction(method) else "def"
    # Annotations are text in that module, and a signature would put each in quotation marks.
    return f"{keyword} {method.__name__}{inspect.signature(method)}".replace("'", "")


@pytest.mark.parametrize("name", ABSTRACT)
def test_signature_of_a_method(name: str) -> None:
    """A method has its documented signature, to the letter (CUSTOM-2)."""
    assert documented_signatures("CUSTOM-2")[name] == signature_of(getattr(BaseStateBackend, name))


@pytest.mark.parametrize("name", HOOKS)
def test_signature_of_a_hook(name: str) -> None:
    """A hook has its documented signature, to the letter (WORKER-4)."""
    assert documented_signatures("WORKER-4")[name] == signature_of(getattr(BaseStateBackend, name))


def test_eight_methods_are_abstract() -> None:
    """The eight methods are abstract and nothing else is (CUSTOM-1)."""
    assert set(ABSTRACT) == BaseStateBackend.__abstractmethods__
    assert list(documented_signatures("CUSTOM-2")) == ABSTRACT
    RecordingBackend()


@pytest.mark.parametrize("name", ABSTRACT)
def test_a_method_left_open(name: str) -> None:
    """A class that leaves one of the eight open cannot be instantiated (CUSTOM-1)."""
    methods = {other: method for other, method in METHODS.items() if other != name}
    open_backend = type("OpenBackend", (BaseStateBackend,), methods)

    with pytest.raises(TypeError, match=rf"abstract method '?{name}'?"):
        open_backend()


@pytest.mark.parametrize("scope", SCOPES, ids=["task", "asset"])
def test_never_expire_defaults_to_a_plain_set(scope: StateScope) -> None:
    """The pair calls `set` and `aset` without an expiry, in the caller's session (RET-6)."""
    backend = RecordingBackend()
    session: Any = object()

    backend.set_never_expire(scope, "k", "v", session=session)
    asyncio.run(backend.aset_never_expire(scope, "k", "v", session=session))

    named = {"expires_at": None, "session": session}
    assert [
        ("set", (scope, "k", "v"), named),
        ("aset", (scope, "k", "v"), named),
    ] == backend.calls


def test_hooks_default_to_the_value() -> None:
    """Where no hook is overridden the reference is the value itself (WORKER-4)."""
    backend = RecordingBackend()

    assert backend.serialize_task_state_to_ref(value="v", key="k", ti_id="i") == "v"
    assert backend.deserialize_task_state_from_ref("v") == "v"
    assert backend.serialize_asset_state_to_ref(value="v", key="k", asset_ref="n") == "v"
    assert backend.deserialize_asset_state_from_ref("v") == "v"
    assert "calls" not in vars(backend)
