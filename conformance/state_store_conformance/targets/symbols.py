"""From symbols to texts and back, for one trace."""

from __future__ import annotations

from state_store_spec.trace import Trace

LONGEST_SHOWN = 60


class Symbols:
    """The symbols that a store has met, and the texts they stand for.

    What is read back can only be what was handed to the store before; anything else stands for
    itself, shortened, so that it can be shown.
    """

    def __init__(self, trace: Trace) -> None:
        self._text = trace.text
        self._texts: dict[str, str] = {}
        self._symbols: dict[str, str] = {}

    def text(self, symbol: str) -> str:
        """Give the text that the symbol stands for."""
        text = self._texts.get(symbol)
        if text is None:
            text = self._texts[symbol] = self._text(symbol)
            self._symbols[text] = symbol
        return text

    def optional_text(self, symbol: str | None) -> str | None:
        """Give the text of a symbol that may be absent."""
        return None if symbol is None else self.text(symbol)

    def let_stand(self, symbol: str, text: str) -> None:
        """Let the symbol stand for a text that was made on the way; one it stood for is foreign."""
        former = self._texts.get(symbol)
        if former is not None and self._symbols.get(former) == symbol:
            del self._symbols[former]
        self._texts[symbol] = text
        self._symbols[text] = symbol

    def known_text(self, symbol: str) -> str | None:
        """Give the text that the symbol has stood for so far, or ``None``."""
        return self._texts.get(symbol)

    def symbol(self, text: str) -> str:
        """Give the symbol of a text that was read back."""
        found = self._symbols.get(text)
        return shortened(text) if found is None else found


def shortened(text: str) -> str:
    """Give the text as it can be shown in a line; lone surrogates are escaped."""
    text = text.encode("utf-8", "backslashreplace").decode()
    if len(text) <= LONGEST_SHOWN:
        return text
    return f"{text[: LONGEST_SHOWN - 25]}... ({len(text)} characters)"
