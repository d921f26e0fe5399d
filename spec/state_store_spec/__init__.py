"""The law of the state store: its vocabulary, clauses, traces, profiles and oracle."""

from __future__ import annotations

from state_store_spec.backend import BaseStateBackend
from state_store_spec.errors import (
    InvalidScopeError,
    NaiveExpiryError,
    SettingsError,
    StateStoreError,
    TraceError,
    UnknownAssetError,
    UnknownClauseError,
    UnknownDagRunError,
    UnknownProfileError,
    UnrepresentableError,
)
from state_store_spec.retention import NEVER_EXPIRE, NeverExpire
from state_store_spec.scopes import AssetScope, StateScope, TaskScope
from state_store_spec.settings import StateStoreSettings

__all__ = [
    "NEVER_EXPIRE",
    "AssetScope",
    "BaseStateBackend",
    "InvalidScopeError",
    "NaiveExpiryError",
    "NeverExpire",
    "SettingsError",
    "StateScope",
    "StateStoreError",
    "StateStoreSettings",
    "TaskScope",
    "TraceError",
    "UnknownAssetError",
    "UnknownClauseError",
    "UnknownDagRunError",
    "UnknownProfileError",
    "UnrepresentableError",
]
