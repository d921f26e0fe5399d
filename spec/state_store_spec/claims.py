"""Claims: what the author of a backend promises beyond what every backend must do.

A backend is held to its claims: to claim too much is to fail. What is not claimed is not asked,
and every report says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from difflib import get_close_matches
from typing import Any, Final, Literal, TypeAlias, get_args

from state_store_spec.errors import ClaimsError
from state_store_spec.limits import LEAST_KEY_CHARACTERS, LEAST_VALUE_BYTES, Limits

Expiry: TypeAlias = Literal["none", "lazy", "prompt", "eventual"]
"""What a store does with a row whose ``expires_at`` has passed (CUSTOM-4).

- ``none``: nothing; it is read until somebody deletes it.
- ``lazy``: nothing, until a collection of the store's own is run (CUSTOM-8).
- ``prompt``: it is no longer read (CUSTOM-5).
- ``eventual``: it goes at some time after that, and does not come back (CUSTOM-6).
"""

Clock: TypeAlias = Literal["process", "server"]
"""Who tells a store the time: Python in its process, or a server whose clock nobody moves."""

KeyAlphabet: TypeAlias = Literal["ascii", "unicode"]
"""Which keys a store holds: those of printable ASCII characters, or all of Unicode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a backend promises.

    Attributes:
        expiry: what becomes of a row whose ``expires_at`` has passed.
        expiry_lag_seconds: how much longer than promised a prompt store may keep such a row, for
            stores that count in seconds or milliseconds; never shorter.
        clock: who tells the store the time.
        collect: the method without arguments that runs a lazy store's own collection.
        durable: what one instance of the backend has written, the next one finds (CUSTOM-7).
        referential: the store knows which dag runs and assets exist (chapter REF).
        sessions: calls work in the session of their caller (chapter SESSION).
        worker_side: the four hooks are overridden, and keep values outside the store (WORKER).
        key_alphabet: which keys it holds.
        longest_key: the most characters of a key that it holds, at least 250.
        largest_value_bytes: the most bytes of a value in UTF-8 that it holds, at least 65,535.
    """

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012 - read by pydantic

    expiry: Expiry = "none"
    expiry_lag_seconds: float = 0.0
    clock: Clock = "process"
    collect: str | None = None
    durable: bool = False
    referential: bool = False
    sessions: bool = False
    worker_side: bool = False
    key_alphabet: KeyAlphabet = "ascii"
    longest_key: int = LEAST_KEY_CHARACTERS
    largest_value_bytes: int = LEAST_VALUE_BYTES

    def __post_init__(self) -> None:
        """Refuse what cannot be claimed.

        Raises:
            ClaimsError: a value of the wrong type, too small a limit, or claims that contradict
                one another.
        """
        for name, allowed in _CHOICES.items():
            if getattr(self, name) not in allowed:
                raise _refusal(name, getattr(self, name), f"one of {', '.join(allowed)}")
        for name in _SWITCHES:
            if not isinstance(getattr(self, name), bool):
                raise _refusal(name, getattr(self, name), "true or false")
        for name, least in _LEAST.items():
            value = getattr(self, name)
            if not isinstance(value, int) or value < least:
                raise _refusal(name, value, f"{least} or more, which every backend has to hold")
        self._check_expiry()

    def _check_expiry(self) -> None:
        lag: object = self.expiry_lag_seconds
        if isinstance(lag, bool) or not isinstance(lag, int | float) or not 0 <= lag < _LONGEST_LAG:
            raise _refusal("expiry_lag_seconds", lag, "seconds from 0 to less than a day")
        if lag and self.expiry != "prompt":
            raise _refusal("expiry_lag_seconds", lag, "0, unless expiry is 'prompt'")
        collect: object = self.collect
        if collect is not None and not (isinstance(collect, str) and collect.isidentifier()):
            raise _refusal("collect", collect, "the name of a method of the backend")
        if (self.expiry == "lazy") != (collect is not None):
            raise _refusal(
                "collect", collect, "the name of a method if expiry is 'lazy', and nothing else"
            )

    def limits(self) -> Limits:
        """Give the keys and values that the store has to hold; it may hold others as well."""
        return Limits(
            key_characters=self.longest_key,
            value_bytes=self.largest_value_bytes,
            printable_ascii_keys=self.key_alphabet == "ascii",
            exact=False,
        )

    def stated(self) -> dict[str, str | int | float | bool | None]:
        """Give the claims that differ from those of a backend that claims nothing."""
        return {name: value for name, value in asdict(self).items() if value != _NOTHING[name]}


_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "expiry": get_args(Expiry),
    "clock": get_args(Clock),
    "key_alphabet": get_args(KeyAlphabet),
}
_SWITCHES: Final = ("durable", "referential", "sessions", "worker_side")
_LEAST: Final = {
    "longest_key": LEAST_KEY_CHARACTERS,
    "largest_value_bytes": LEAST_VALUE_BYTES,
}
_LONGEST_LAG: Final = 86_400
_NOTHING: Final = {field.name: field.default for field in fields(Claims)}

NO_CLAIMS: Final = Claims()
"""The claims of a backend that promises nothing beyond what every backend must do."""


def claims_from(stated: Mapping[str, Any]) -> Claims:
    """Give the claims of a mapping, such as the table of a TOML file.

    Raises:
        ClaimsError: an unknown claim, or a value that cannot be claimed.
    """
    for name in stated:
        if name not in _NOTHING:
            near = get_close_matches(str(name), _NOTHING, n=1)
            meant = f" Did you mean {near[0]!r}?" if near else ""
            raise ClaimsError(f"{name!r} is no claim.{meant} The claims are {', '.join(_NOTHING)}.")
    return Claims(**stated)


def _refusal(name: str, value: object, expected: str) -> ClaimsError:
    return ClaimsError(f"The claim {name} = {value!r} cannot be made: expected {expected}.")
