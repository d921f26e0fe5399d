"""Isolation: names that no other trace has, on a server that others use too.

Each trace gets run ids and asset identities of its own, so that nothing has to be wiped. All
other names stay as they are, so that hostile ones keep their bite.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from itertools import count
from typing import Final
from zlib import crc32

from state_store_conformance.targets.symbols import Symbols
from state_store_spec.limits import LEAST_KEY_CHARACTERS
from state_store_spec.operations import SymbolicAssetScope, SymbolicTaskScope
from state_store_spec.trace import Trace

# Asset ids are integers of 32 bits in the databases that Airflow runs on.
_MOST_ASSET_ID: Final = 2**31 - 1
_ASSETS_OF_A_RUN: Final = 1_000_000
_REMAINDERS: Final = 16
# As long as Airflow lets a name or a uri be.
_LONGEST_IDENTITY: Final = 1500


class Isolation:
    """Hands out names, different in every run and for every trace of one."""

    def __init__(self) -> None:
        self._run = secrets.token_hex(3)
        self._trace_numbers = count(1)
        most = _MOST_ASSET_ID // _REMAINDERS - _ASSETS_OF_A_RUN
        self._multiples = count(secrets.randbelow(most) + 1)

    def symbols_of(self, trace: Trace) -> Symbols:
        """Give the symbols of a trace, whose run ids nobody else has."""
        return _IsolatedSymbols(trace, f"{self._run}-{next(self._trace_numbers)}-")

    def asset_id(self, asset: str) -> int:
        """Give an asset id that nobody else has.

        Ids for the same symbol leave the same remainder, so that a backend which spreads its rows
        by id does the same whenever a trace is run.
        """
        return next(self._multiples) * _REMAINDERS + crc32(asset.encode()) % _REMAINDERS


class _IsolatedSymbols(Symbols):
    """Symbols whose run ids, and names and uris of assets, begin with a token."""

    def __init__(self, trace: Trace, token: str) -> None:
        super().__init__(trace)
        own = {
            **dict.fromkeys(_identities_of_assets(trace), _LONGEST_IDENTITY),
            **dict.fromkeys(_runs(trace), LEAST_KEY_CHARACTERS),
        }
        plain = {symbol: trace.text(symbol) for symbol in sorted(own)}
        cut = {symbol: _with_token(token, text, own[symbol]) for symbol, text in plain.items()}
        if len(set(cut.values())) < len(cut):
            cut = {symbol: token + text for symbol, text in plain.items()}
        for symbol, text in cut.items():
            self.let_stand(symbol, text)


def _runs(trace: Trace) -> Iterator[str]:
    yield from (declared.run for declared in trace.universe.dag_runs)
    for operation in (*trace.operations, *trace.calls()):
        scope = getattr(operation, "scope", None)
        if isinstance(scope, SymbolicTaskScope):
            yield scope.run


def _identities_of_assets(trace: Trace) -> Iterator[str]:
    for declared in trace.universe.assets:
        yield declared.name
        yield declared.uri
    for operation in (*trace.operations, *trace.calls()):
        scope = getattr(operation, "scope", None)
        if isinstance(scope, SymbolicAssetScope):
            yield from (text for text in (scope.name, scope.uri) if text is not None)


def _with_token(token: str, text: str, longest: int) -> str:
    """Put the token before the text, in the place of its first letters where it is very long."""
    if longest - len(token) < len(text) <= longest:
        return token + text[len(token) :]
    return token + text
