"""Which texts can be names, keys and values: all that have a UTF-8 form."""

from __future__ import annotations

from state_store_reference.validation import shortened
from state_store_spec import StateScope, TaskScope, UnrepresentableError


def require_text(name: str, text: object) -> None:
    """Check that something can be written.

    Raises:
        UnrepresentableError: it is no text, or has a lone surrogate (VALUE-4).
    """
    if not isinstance(text, str):
        raise UnrepresentableError(
            f"{name} = {shortened(text)} is not of type str (VALUE-4). Pass a str."
        )
    if not _has_utf_8(text):
        raise UnrepresentableError(
            f"The {name} {shortened(text)} contains a lone surrogate, which has no UTF-8 form "
            f"(VALUE-4). Encode the {name}, for example as base64."
        )


def can_have(scope: StateScope, key: str) -> bool:
    """Tell whether a key of these names could be there at all."""
    if isinstance(scope, TaskScope):
        names = [scope.dag_id, scope.run_id, scope.task_id]
    else:
        names = [text for text in (scope.name, scope.uri) if text is not None]
    return all(map(_has_utf_8, [*names, key]))


def _has_utf_8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
