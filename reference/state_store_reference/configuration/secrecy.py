"""What a message may show of a text that somebody else wrote."""

from __future__ import annotations

import re
from typing import Final

_SHOWN_CHARACTERS: Final = 80
# Up to the last @ of a word: people forget to encode the one in their password.
_PASSWORD: Final = re.compile(r"(://[^\s/:@]*:)\S*@")


def without_passwords(text: str) -> str:
    """Give the text with the passwords of its URLs replaced by ``***``."""
    return _PASSWORD.sub(r"\1***@", text)


def shown(text: str) -> str:
    """Give a printable form of a setting's text: no passwords, and not longer than a line."""
    text = without_passwords(text)
    return repr(text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}...")
