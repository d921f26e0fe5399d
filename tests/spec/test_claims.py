"""Claims: what can be promised, and what a promise that cannot be made is answered with."""

from __future__ import annotations

from typing import Any

import pytest

from state_store_spec.claims import NO_CLAIMS, Claims, claims_from
from state_store_spec.errors import ClaimsError

METHOD = "the name of a method of the backend"
NO_METHOD = "the name of a method if expiry is 'lazy', and nothing else"

REFUSED = [
    ({"expiry": "soon"}, "expiry = 'soon'", "one of none, lazy, prompt, eventual"),
    ({"expiry": None}, "expiry = None", "one of none, lazy, prompt, eventual"),
    ({"clock": "wall"}, "clock = 'wall'", "one of process, server"),
    ({"key_alphabet": "latin"}, "key_alphabet = 'latin'", "one of ascii, unicode"),
    ({"durable": 1}, "durable = 1", "true or false"),
    ({"referential": "yes"}, "referential = 'yes'", "true or false"),
    ({"sessions": None}, "sessions = None", "true or false"),
    ({"worker_side": "no"}, "worker_side = 'no'", "true or false"),
    ({"longest_key": 249}, "longest_key = 249", "250 or more, which every backend has to hold"),
    ({"longest_key": True}, "longest_key = True", "250 or more, which every backend has to hold"),
    ({"longest_key": 300.0}, "longest_key = 300.0", "250 or more, which every backend has to hold"),
    (
        {"largest_value_bytes": 65_534},
        "largest_value_bytes = 65534",
        "65535 or more, which every backend has to hold",
    ),
    (
        {"expiry": "prompt", "expiry_lag_seconds": -1},
        "expiry_lag_seconds = -1",
        "seconds from 0 to less than a day",
    ),
    (
        {"expiry": "prompt", "expiry_lag_seconds": 86_400},
        "expiry_lag_seconds = 86400",
        "seconds from 0 to less than a day",
    ),
    (
        {"expiry": "prompt", "expiry_lag_seconds": float("nan")},
        "expiry_lag_seconds = nan",
        "seconds from 0 to less than a day",
    ),
    (
        {"expiry": "prompt", "expiry_lag_seconds": True},
        "expiry_lag_seconds = True",
        "seconds from 0 to less than a day",
    ),
    (
        {"expiry": "prompt", "expiry_lag_seconds": "1"},
        "expiry_lag_seconds = '1'",
        "seconds from 0 to less than a day",
    ),
    (
        {"expiry": "eventual", "expiry_lag_seconds": 1},
        "expiry_lag_seconds = 1",
        "0, unless expiry is 'prompt'",
    ),
    ({"expiry": "lazy", "collect": "a b"}, "collect = 'a b'", METHOD),
    ({"expiry": "lazy", "collect": 1}, "collect = 1", METHOD),
    ({"expiry": "lazy"}, "collect = None", NO_METHOD),
    ({"expiry": "prompt", "collect": "cleanup"}, "collect = 'cleanup'", NO_METHOD),
]  # fmt: skip


@pytest.mark.parametrize(("stated", "value", "expected"), REFUSED)
def test_what_cannot_be_claimed_is_refused(
    stated: dict[str, Any], value: str, expected: str
) -> None:
    """The error names the claim, its value, and what can be claimed instead."""
    with pytest.raises(ClaimsError) as refused:
        Claims(**stated)

    assert f"The claim {value} cannot be made: expected {expected}." == str(refused.value)


def test_an_unknown_claim_is_answered_with_the_known_ones() -> None:
    """A typo is found at once: the error says which claim was meant, and lists all."""
    with pytest.raises(ClaimsError) as refused:
        claims_from({"expirey": "prompt"})

    assert (
        "'expirey' is no claim. Did you mean 'expiry'? The claims are expiry, expiry_lag_seconds, "
        "clock, collect, durable, referential, sessions, worker_side, key_alphabet, longest_key, "
        "largest_value_bytes." == str(refused.value)
    )


def test_what_resembles_no_claim_is_answered_without_a_guess() -> None:
    """No claim is suggested that nobody can have meant."""
    with pytest.raises(ClaimsError, match=r"^'xyzzy' is no claim\. The claims are expiry, "):
        claims_from({"xyzzy": 1})


def test_who_says_nothing_claims_nothing() -> None:
    """A backend without claims is held to what every backend must do, and no more."""
    assert NO_CLAIMS == Claims() == claims_from({})
    assert {} == NO_CLAIMS.stated()


def test_what_is_stated_gives_the_same_claims() -> None:
    """What a report states of a backend's claims is enough to claim them again."""
    claims = Claims(
        expiry="prompt",
        expiry_lag_seconds=0.5,
        clock="server",
        durable=True,
        key_alphabet="unicode",
        longest_key=512,
    )

    assert claims == claims_from(claims.stated())
    assert {
        "expiry": "prompt",
        "expiry_lag_seconds": 0.5,
        "clock": "server",
        "durable": True,
        "key_alphabet": "unicode",
        "longest_key": 512,
    } == claims.stated()


@pytest.mark.parametrize(
    ("claims", "key", "held"),
    [
        (NO_CLAIMS, "k" * 250, True),
        (NO_CLAIMS, "k" * 251, False),
        (NO_CLAIMS, "", False),
        (NO_CLAIMS, " ~", True),
        (NO_CLAIMS, "ké", False),
        (NO_CLAIMS, "k\n", False),
        (Claims(longest_key=251), "k" * 251, True),
        (Claims(key_alphabet="unicode"), "ké\n", True),
        (Claims(key_alphabet="unicode"), "", True),
        (Claims(key_alphabet="unicode"), "k\0", False),
        (Claims(key_alphabet="unicode"), "\ud800", False),
    ],
)
def test_keys_that_have_to_be_held(claims: Claims, key: str, held: bool) -> None:  # noqa: FBT001
    """250 printable ASCII characters, or more where more is claimed; never NUL or a surrogate."""
    assert held == claims.limits().hold_key(key)


@pytest.mark.parametrize(
    ("claims", "value", "held"),
    [
        (NO_CLAIMS, "v" * 65_535, True),
        (NO_CLAIMS, "v" * 65_536, False),
        (NO_CLAIMS, "é" * 32_768, False),
        (NO_CLAIMS, "", True),
        (NO_CLAIMS, "é\n", True),
        (NO_CLAIMS, "v\0", False),
        (Claims(largest_value_bytes=65_536), "v" * 65_536, True),
    ],
    ids=["most", "one more", "counted in bytes", "empty", "any text", "nul", "more claimed"],
)
def test_values_that_have_to_be_held(claims: Claims, value: str, held: bool) -> None:  # noqa: FBT001
    """65,535 bytes of UTF-8, the empty text included, or more where more is claimed."""
    assert held == claims.limits().hold_value(value)


def test_limits_of_a_backend_are_the_least_that_it_holds() -> None:
    """What lies beyond it may refuse or hold, unlike a metastore."""
    assert not NO_CLAIMS.limits().exact
