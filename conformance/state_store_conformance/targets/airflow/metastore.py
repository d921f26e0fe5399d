"""The metastore of a released Airflow as a target, and the Airflow around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from importlib.util import find_spec
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from sqlalchemy.exc import SQLAlchemyError

from state_store_conformance.errors import (
    ConformanceError,
    TargetUnavailableError,
    UsageError,
)
from state_store_conformance.target import (
    ASYNC_AROUND,
    CAPABILITIES,
    CLAIMED_ALONE,
    EXACT_LIMITS,
    NEVER_EXPIRE,
    NEVER_EXPIRE_PAIR,
    OWN_LIMITS,
    UNICODE_KEYS,
)
from state_store_conformance.targets.airflow.environment import AirflowEnvironment
from state_store_conformance.targets.airflow.scratch_database import scratch_database, server_url
from state_store_spec.claims import NO_CLAIMS, Claims
from state_store_spec.limits import LEAST_KEY_CHARACTERS, LEAST_VALUE_BYTES, Limits
from state_store_spec.trace import Trace

if TYPE_CHECKING:
    from state_store_conformance.targets.airflow.store import AirflowStore
    from state_store_conformance.targets.worker_side_store import WorkerSide

NAME: Final = "airflow-metastore"
# Its limits are those of columns, encodings and routes: nobody has written them down.
_NOT_OFFERED: Final = {ASYNC_AROUND, EXACT_LIMITS, NEVER_EXPIRE, NEVER_EXPIRE_PAIR, UNICODE_KEYS}
_START_TIMEOUT_SECONDS: Final = 600.0


class AirflowMetastore:
    """``MetastoreBackend``, and the command, scheduler, Execution API and accessors around it.

    Args:
        url: a database server, on which a database of our own is made and dropped at the end;
            ``None`` is an embedded SQLite.

    Raises:
        UsageError: Airflow is not installed, or cannot use such a server.
    """

    _name = NAME
    _title = "a released Airflow on {database}"

    def __init__(self, url: str | None = None) -> None:
        if find_spec("airflow") is None:
            raise UsageError(
                f"{self._name} judges a released Airflow, and none is installed here. "
                "Install one with: pip install 'state-store-oracle[airflow]'"
            )
        self._server = None if url is None else server_url(url)
        self._open = ExitStack()
        self._store: AirflowStore | None = None

    @property
    def name(self) -> str:
        """The registered name, and where the database is, without a password."""
        if self._server is None:
            return self._name
        return f"{self._name}@{self._server.render_as_string(hide_password=True)}"

    @property
    def title(self) -> str:
        """One line for people."""
        if self._server is None:
            return self._title.format(database="an embedded SQLite")
        shown = self._server.render_as_string(hide_password=True)
        return self._title.format(database=f"a database of our own at {shown}")

    @property
    def capabilities(self) -> frozenset[str]:
        """Everything but a flag, which Airflow does not store, and what it does not promise."""
        return (frozenset(CAPABILITIES) - CLAIMED_ALONE - _NOT_OFFERED) | {OWN_LIMITS}

    @property
    def limits(self) -> Limits:
        """What every store has to hold; what lies beyond, Airflow may hold or refuse."""
        return Limits(
            key_characters=LEAST_KEY_CHARACTERS,
            value_bytes=LEAST_VALUE_BYTES,
            printable_ascii_keys=True,
            exact=False,
        )

    @property
    def claims(self) -> Claims:
        """None: the law says what a metastore does."""
        return NO_CLAIMS

    @property
    def start_timeout_seconds(self) -> float:
        """Airflow takes its time to be imported, and the more the busier the machine is."""
        return _START_TIMEOUT_SECONDS

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            try:
                url = opened.enter_context(scratch_database(self._server))
                opened.enter_context(AirflowEnvironment(url))
                # Only now: Airflow looks at its environment when it is imported.
                from state_store_conformance.targets.airflow.store import (  # noqa: PLC0415
                    AirflowStore,
                )

                self._store = AirflowStore(opened, self._worker_side())
            except ConformanceError:
                raise
            except (SQLAlchemyError, ImportError, OSError) as error:
                reason = str(getattr(error, "orig", None) or error).strip().splitlines()
                raise TargetUnavailableError(
                    f"{self.name} cannot be used: {reason[0] if reason else type(error).__name__}. "
                    "Check that the server runs, that the URL names it, and that its driver is "
                    "installed."
                ) from error
            self._open = opened.pop_all()
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._store = None
        self._open.close()

    def start(self, trace: Trace) -> AirflowStore:
        """Give an empty store in the universe of the trace."""
        if self._store is None:
            raise RuntimeError(
                "The target is closed: enter it with `with` before starting a store."
            )
        self._store.begin(trace)
        return self._store

    def versions(self) -> Mapping[str, str]:
        """Give the versions of Airflow, its database and what leads there."""
        return {} if self._store is None else self._store.versions()

    def _worker_side(self) -> Callable[[], WorkerSide]:
        """Give what makes the worker-side backend that can be switched on."""
        from state_store_conformance.targets.airflow.worker_side import (  # noqa: PLC0415
            SeenObjects,
        )

        return SeenObjects
