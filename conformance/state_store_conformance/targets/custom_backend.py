"""A backend of somebody's own as a target: a class or a factory, with what it claims.

There is no side door, so every key is read back by ``get``. The store may live on a server that
others use: it is never wiped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from typing import Any, Self, TypeAlias, cast

from state_store_conformance.applicability import needed_by
from state_store_conformance.errors import UsageError
from state_store_conformance.inspection import Inspected, inspected
from state_store_conformance.target import WORKER_SIDE, Store, Target
from state_store_conformance.targets.claimed import capabilities_of, claims_of
from state_store_conformance.targets.custom_store import CustomStore
from state_store_conformance.targets.custom_worker_side import CustomWorkerSide
from state_store_conformance.targets.families import bases_in_words, family_of
from state_store_conformance.targets.isolation import Isolation
from state_store_conformance.targets.making import REMEDY, Maker
from state_store_conformance.targets.symbols import Symbols
from state_store_spec.claims import NO_CLAIMS, Claims
from state_store_spec.limits import Limits
from state_store_spec.trace import Trace

Host: TypeAlias = Callable[
    [Callable[[], CustomWorkerSide], Callable[[Trace], Symbols]], AbstractContextManager[Target]
]


class CustomBackend:
    """A backend that is made anew for each trace.

    Args:
        load: gives a class of a backend, or a function without arguments that makes one; see
            :mod:`state_store_conformance.targets.making`. It is called when the target is
            entered, so that a module of somebody's own is imported where it is judged.
        name: how it is given on the command line.
        host: makes a server around a worker-side backend, from what makes that and from what
            gives the texts of a trace.
        claims: what its author promises; by default what its class says in
            ``state_store_claims``, a mapping or :class:`~state_store_spec.claims.Claims`.
    """

    def __init__(
        self,
        load: Callable[[], object],
        name: str,
        host: Host,
        claims: Claims | None = None,
    ) -> None:
        self.name = name
        self.inspected: tuple[Inspected, ...] = ()
        self.hosted: Target | None = None
        """The server that hosts a worker-side backend, once this was entered."""
        self._load = load
        self._host = host
        self._opened = ExitStack()
        self._maker: Maker | None = None
        self._stated = claims
        self._claims = claims or NO_CLAIMS
        self._capabilities: frozenset[str] = frozenset()
        self._kind: type = object
        self._isolation = Isolation()

    @property
    def title(self) -> str:
        """One line for people."""
        return f"the backend {self.name}"

    @property
    def capabilities(self) -> frozenset[str]:
        """What every backend can be asked, and what this one claims."""
        return self._capabilities

    @property
    def limits(self) -> Limits:
        """What every backend has to hold, or more where it claims more."""
        return self._claims.limits()

    @property
    def claims(self) -> Claims:
        """What its author promises."""
        return self._claims

    def __enter__(self) -> Self:
        """Make it once, to see that it can be made, and what it is.

        Raises:
            UsageError: what was given makes no backend.
            BrokenFixtureError: it could not be made.
            ClaimsError: its class says what cannot be claimed.
        """
        given = self._load()
        if not callable(given):
            raise UsageError(f"{self.name} is an instance of {type(given).__qualname__}. {REMEDY}")
        self._maker = Maker(given, self.name)
        self._kind = _kind_of(given, self._maker)
        family = family_of(self._kind)
        if family is None:
            raise UsageError(
                f"{self.name} is no backend: none of {bases_in_words()} is a base class of it. "
                f"{REMEDY}"
            )
        self.inspected = inspected(self._kind, family.base)
        self._claims = claims_of(self._kind) if self._stated is None else self._stated
        self._capabilities = capabilities_of(self._claims, self._kind)
        if self._claims.worker_side:
            hosted = self._host(partial(CustomWorkerSide, self._maker), self._isolation.symbols_of)
            self.hosted = self._opened.enter_context(hosted)
        collect = self._claims.collect
        if collect is not None and not callable(getattr(self._kind, collect, None)):
            raise UsageError(
                f"{self.name} claims collect = {collect!r}, and has no such method. Name the "
                "method that runs its own collection."
            )
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the server that hosts its hooks; each store has let its own backend go."""
        self.hosted = None
        self._opened.close()

    def start(self, trace: Trace) -> Store:
        """Make a backend, and give it names that no other trace has."""
        if self.hosted is not None and WORKER_SIDE in needed_by(trace):
            return self.hosted.start(trace)
        if self._maker is None:
            raise RuntimeError(
                "The target is closed: enter it with `with` before starting a store."
            )
        return CustomStore(self._maker, trace, self._isolation, self._claims)

    def versions(self) -> Mapping[str, str]:
        """Give the version of the distribution that is named like the backend's package."""
        package = self._kind.__module__.partition(".")[0]
        try:
            return {package: version(package)}
        except PackageNotFoundError:
            return {}


def _kind_of(given: Callable[[], Any], maker: Maker) -> type:
    """Give the class of the backend: the one that was given, or that of what the factory makes."""
    # A class that leaves methods open cannot be made, which is for the verdict to say.
    if isinstance(given, type) and family_of(given) is not None:
        return given
    with ExitStack() as opened:
        backend, _ = maker.make(opened)
    return cast("type[object]", type(backend))
