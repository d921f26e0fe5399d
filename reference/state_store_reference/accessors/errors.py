"""The errors of the accessors."""

from __future__ import annotations

from state_store_spec import StateStoreError


class ArgumentTypeError(StateStoreError, TypeError, ValueError):
    """A key or value that is not text, or a retention that is no duration."""


class RetentionError(StateStoreError, ValueError):
    """A retention that ends before it begins, or after the last date there is."""


class WorkerSideError(StateStoreError):
    """The worker-side backend did not do its part; the message says what is stored now."""
