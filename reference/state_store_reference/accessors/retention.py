"""How long a key is kept: from ``retention`` to what is stored of it."""

from __future__ import annotations

from datetime import MAXYEAR, UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from state_store_reference.accessors.errors import ArgumentTypeError, RetentionError
from state_store_reference.validation import shortened
from state_store_spec import NaiveExpiryError, NeverExpire

if TYPE_CHECKING:
    from collections.abc import Callable

Retention: TypeAlias = timedelta | NeverExpire | None
"""A duration, ``NEVER_EXPIRE``, or ``None`` for what the server's settings say."""


class Expiry(NamedTuple):
    """What is stored of a retention: an instant in UTC, the flag, or neither."""

    expires_at: datetime | None
    never_expire: bool


_NO_EXPLICIT_RETENTION: Final = Expiry(expires_at=None, never_expire=False)
_NEVER: Final = Expiry(expires_at=None, never_expire=True)


def utc_now() -> datetime:
    """Give the instant on this machine's clock."""
    return datetime.now(UTC)


def expiry_of(retention: Retention, clock: Callable[[], datetime]) -> Expiry:
    """Compute the expiry, on the worker and at write time (ACCESS-1).

    Raises:
        ArgumentTypeError: not a ``timedelta``, ``NEVER_EXPIRE`` or ``None``.
        RetentionError: zero or negative, or the key would expire after the last date there is.
        NaiveExpiryError: the clock shows no time zone.
    """
    if retention is None:
        return _NO_EXPLICIT_RETENTION
    if isinstance(retention, NeverExpire):
        return _NEVER
    if not isinstance(retention, timedelta):
        raise ArgumentTypeError(
            f"retention = {shortened(retention)} is of type {type(retention).__name__}: a "
            "retention is a duration (ACCESS-5). Nothing was written. Pass a timedelta, such as "
            "timedelta(days=7), NEVER_EXPIRE, or None for [state_store] default_retention_days."
        )
    if retention <= timedelta(0):
        raise RetentionError(
            f"retention = {retention!r} is not above zero: the key would have expired before it "
            "was written (ACCESS-5). Nothing was written. Pass a longer timedelta, or delete the "
            "key."
        )
    now = clock()
    if now.utcoffset() is None:
        raise NaiveExpiryError(
            f"The worker's clock shows {now.isoformat()}, which is naive: without a time zone it "
            "names no instant (RET-7). Nothing was written. Let the clock give an aware datetime, "
            "such as datetime.now(UTC)."
        )
    try:
        expires_at = now.astimezone(UTC) + retention
    except OverflowError:
        raise RetentionError(
            f"retention = {retention!r} from {now.isoformat()} ends after the year "
            f"{MAXYEAR}, the last one that can be represented (ACCESS-5). "
            "Nothing was written. Pass a shorter timedelta, or NEVER_EXPIRE."
        ) from None
    return Expiry(expires_at, never_expire=False)
