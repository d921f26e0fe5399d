"""The errors around task instances."""

from __future__ import annotations

from state_store_spec import StateStoreError


class UnknownStateError(StateStoreError, ValueError):
    """No state of a task instance has that name."""


class TransactionLostError(Exception):
    """Clearing took the transaction along, so there is no savepoint to go back to.

    It never leaves this package; its cause is what went wrong while clearing.
    """

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause
