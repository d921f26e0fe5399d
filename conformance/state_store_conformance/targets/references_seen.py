"""References that a worker-side backend has made, and the symbols they are told by."""

from __future__ import annotations

from collections import defaultdict

from state_store_conformance.targets.symbols import Symbols
from state_store_spec.operations import SymbolicScope, SymbolicTaskScope
from state_store_spec.oracle.references import reference_to


class ReferencesSeen:
    """Which reference was made for which scope and key, in one trace.

    A backend that makes one reference for two keys is shown so: each key has its own symbol, and
    the one object is that of the key which was written last.
    """

    def __init__(self, symbols: Symbols) -> None:
        self._symbols = symbols
        self._made_for: defaultdict[str, set[str]] = defaultdict(set)
        self._shared = False

    def made(self, text: str, scope: SymbolicScope, key: str) -> None:
        """Remember that the reference was made for the scope and the key."""
        symbol = reference_to(scope, key)
        self._made_for[text].add(symbol)
        self._shared = self._shared or len(self._made_for[text]) > 1
        self._symbols.let_stand(symbol, text)

    def is_known(self, text: str) -> bool:
        """Say whether the reference was made for something."""
        return text in self._made_for

    def text_for(self, scope: SymbolicScope, key: str) -> str | None:
        """Give the reference that was made last for the scope and the key, or ``None``."""
        return self._symbols.known_text(reference_to(scope, key))

    def as_seen_from(self, scope: SymbolicScope, key: str, symbol: str) -> str:
        """Give the symbol of what is stored there: its own where it shares a reference."""
        if not self._shared or not isinstance(scope, SymbolicTaskScope):
            return symbol
        own = reference_to(scope, key)
        text = self._symbols.known_text(symbol)
        return own if text is not None and own in self._made_for.get(text, ()) else symbol
