"""What can be asked of a backend, by what its author claims."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tomllib import TOMLDecodeError, loads
from typing import Any, Final

from state_store_conformance.target import (
    ASYNC,
    DURABLE,
    KEEPS_EXPIRED,
    NEVER_EXPIRE_PAIR,
    OWN_COLLECTION,
    OWN_EXPIRY,
    OWN_LIMITS,
    PROMPT_EXPIRY,
    REFERENTIAL,
    SESSIONS,
    UNICODE_KEYS,
)
from state_store_spec.claims import Claims, Expiry, claims_from
from state_store_spec.errors import ClaimsError

CLAIMS_ATTRIBUTE: Final = "state_store_claims"

# What VALUE-3 speaks of.
_UNICODE_KEY: Final = 512

_OF_EVERY_BACKEND: Final = frozenset({ASYNC, OWN_LIMITS})
_BY_EXPIRY: Final[Mapping[Expiry, frozenset[str]]] = {
    "none": frozenset({KEEPS_EXPIRED}),
    "lazy": frozenset({KEEPS_EXPIRED, OWN_COLLECTION}),
    "prompt": frozenset({OWN_EXPIRY, PROMPT_EXPIRY}),
    "eventual": frozenset({OWN_EXPIRY}),
}


def capabilities_of(claims: Claims, kind: type) -> frozenset[str]:
    """Give what can be asked of a backend of this class that makes these claims."""
    capabilities = _OF_EVERY_BACKEND | _BY_EXPIRY[claims.expiry]
    claimed = {
        DURABLE: claims.durable,
        REFERENTIAL: claims.referential,
        SESSIONS: claims.sessions,
        UNICODE_KEYS: claims.key_alphabet == "unicode" and claims.longest_key >= _UNICODE_KEY,
    }
    capabilities |= {capability for capability, is_claimed in claimed.items() if is_claimed}
    if hasattr(kind, "set_never_expire") and hasattr(kind, "aset_never_expire"):
        capabilities |= {NEVER_EXPIRE_PAIR}
    return capabilities


def claims_of(kind: type) -> Claims:
    """Give what the class says in its attribute ``state_store_claims``; by default nothing.

    Raises:
        ClaimsError: what it says cannot be claimed.
    """
    stated: object = getattr(kind, CLAIMS_ATTRIBUTE, {})
    where = f"{kind.__qualname__}.{CLAIMS_ATTRIBUTE}"
    if isinstance(stated, Claims):
        return stated
    if not isinstance(stated, Mapping):
        raise ClaimsError(
            f"{where} is a {type(stated).__name__}: expected a mapping such as "
            "{'expiry': 'prompt', 'durable': True}, or state_store_spec.Claims."
        )
    return _read(stated, where)  # pyright: ignore[reportUnknownArgumentType] - looked at there


def read_claims(file: Path) -> Claims:
    """Read the claims of a TOML file: its top level, or its table ``claims``.

    Raises:
        ClaimsError: the file cannot be read, or what it says cannot be claimed.
    """
    try:
        document = loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, TOMLDecodeError) as error:
        raise ClaimsError(
            f'{file}: {error}. Expected a TOML file with lines such as expiry = "prompt".'
        ) from error
    stated: object = document.get("claims", document)
    if not isinstance(stated, dict):
        raise ClaimsError(
            f"{file}: claims is of type {type(stated).__name__}: expected a table of claims, "
            'such as [claims] and a line expiry = "prompt".'
        )
    return _read(stated, str(file))  # pyright: ignore[reportUnknownArgumentType] - looked at there


def _read(stated: Mapping[str, Any], where: str) -> Claims:
    try:
        return claims_from(stated)
    except ClaimsError as error:
        raise ClaimsError(f"{where}: {error}") from error
