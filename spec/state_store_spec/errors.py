"""The errors of the state store: each names the value, the rule and the remedy.

Every error that refuses bad input is also a :class:`ValueError`, so that code which knows
nothing of this package can catch it.
"""

from __future__ import annotations


class StateStoreError(Exception):
    """The root of every error this project raises on purpose."""


class UnknownDagRunError(StateStoreError, ValueError):
    """A write names a dag run that does not exist (REF-1)."""


class UnknownAssetError(StateStoreError, ValueError):
    """A write names an asset that does not exist or cannot be resolved to one (REF-2, REF-5)."""


class NaiveExpiryError(StateStoreError, ValueError):
    """``expires_at`` carries no time zone, so it names no instant (RET-7)."""


class UnrepresentableError(StateStoreError, ValueError):
    """A scope, key, value or instant that this store cannot hold exactly (VALUE-4)."""


class InvalidScopeError(StateStoreError, ValueError):
    """A scope that names nothing: none of ``asset_id``, ``name`` and ``uri`` is set (SCOPE-7)."""


class SettingsError(StateStoreError, ValueError):
    """A setting of the wrong type, below zero, or unknown (CONF chapter)."""


class ClaimsError(StateStoreError, ValueError):
    """A claim that is unknown, of the wrong type, too small, or contradicts another one."""


class TraceError(StateStoreError, ValueError):
    """A trace file that is malformed: the message names line, field and expectation."""


class ClauseFileError(StateStoreError, ValueError):
    """A clause file that is malformed: the message names file, line and expectation."""


class UnknownProfileError(StateStoreError, ValueError):
    """No profile of that name is known."""


class UnknownClauseError(StateStoreError, ValueError):
    """No clause of that id is known."""
