"""What a key and a value must be, checked before anything is written anywhere."""

from __future__ import annotations

from state_store_reference.accessors.errors import ArgumentTypeError
from state_store_reference.validation import shortened


def require_key(key: object) -> None:
    """Check that a key is text (ACCESS-5).

    Raises:
        ArgumentTypeError: it is not.
    """
    if not isinstance(key, str):
        raise ArgumentTypeError(
            f"key = {shortened(key)} is of type {type(key).__name__}: keys are text "
            "(ACCESS-5). Pass a str."
        )


def require_value(key: str, value: object) -> None:
    """Check that a value is text (ACCESS-5).

    Raises:
        ArgumentTypeError: it is not.
    """
    if isinstance(value, str):
        return
    if value is None:
        remedy = f"To remove the key, call delete({shortened(key)})."
    elif isinstance(value, bytes | bytearray):
        remedy = "Decode it, or encode it as text, for example with base64.b64encode."
    else:
        remedy = "Turn it into text, for example with json.dumps."
    raise ArgumentTypeError(
        f"value = {shortened(value)} for the key {shortened(key)} is of type "
        f"{type(value).__name__}: values are text (ACCESS-5). Nothing was written. {remedy}"
    )
