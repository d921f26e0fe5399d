"""From the words of a command line to a target."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any, Final

from state_store_conformance.errors import UsageError
from state_store_conformance.target import Target
from state_store_conformance.targets.custom_backend import CustomBackend
from state_store_conformance.targets.loading import load
from state_store_spec.claims import Claims

_ATTRIBUTE: Final = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")
_BUILT_IN: Final = "state_store_conformance.targets.reference_metastore"
_AIRFLOW: Final = "state_store_conformance.targets.airflow"


@dataclass(frozen=True, slots=True)
class RegisteredTarget:
    """A target with a name.

    Attributes:
        title: one line for people.
        path: ``module:attribute`` of what makes it; the module is imported when it is needed.
        takes_server: whether a database server can be named after an ``@``.
    """

    title: str
    path: str
    takes_server: bool = False

    def make(self, *arguments: Any) -> Target:  # noqa: ANN401 - whatever it takes
        """Make the target."""
        module, attribute = self.path.split(":")
        make: Callable[..., Target] = getattr(import_module(module), attribute)
        return make(*arguments)


DEFAULT_TARGET: Final = "metastore"

REGISTERED: Final[Mapping[str, RegisteredTarget]] = {
    DEFAULT_TARGET: RegisteredTarget(
        "the reference metastore on an embedded SQLite", f"{_BUILT_IN}:ReferenceMetastore"
    ),
    "metastore-object-storage": RegisteredTarget(
        "the same, with object storage in a temporary folder as its worker-side backend",
        f"{_BUILT_IN}:metastore_with_object_storage",
    ),
    "airflow-metastore": RegisteredTarget(
        "a released Airflow on an embedded SQLite, or on a server: airflow-metastore@URL",
        f"{_AIRFLOW}.metastore:AirflowMetastore",
        takes_server=True,
    ),
    "airflow-object-storage": RegisteredTarget(
        "the same, with Airflow's object storage on local files as its worker-side backend, or in "
        "an S3 of moto's: airflow-object-storage@s3",
        f"{_AIRFLOW}.object_storage:AirflowObjectStorage",
        takes_server=True,
    ),
}

_HOST: Final = RegisteredTarget("a server for hooks of a worker's side", f"{_BUILT_IN}:hosting")

_AT_A_URL: Final = RegisteredTarget(
    "the reference metastore at a database URL", f"{_BUILT_IN}:ReferenceMetastore"
)


def custom_backend(
    load: Callable[[], object], name: str, claims: Claims | None = None
) -> CustomBackend:
    """Give a backend of somebody's own as a target; its hooks are hosted by the reference."""
    return CustomBackend(load, name, _HOST.make, claims)


def find_target(words: str | None, claims: Claims | None = None) -> Target:
    """Give the target: a registered name, a database URL, or by default the embedded metastore.

    Args:
        words: as they are given on the command line.
        claims: of a backend of somebody's own; by default what its class says.

    Raises:
        UsageError: the words name no target.
        StateStoreError: the URL is malformed, or its driver is missing.
    """
    if words is not None and _ATTRIBUTE.fullmatch(words):
        return custom_backend(partial(load, words), words, claims)
    if claims is not None:
        raise UsageError(
            f"{words or DEFAULT_TARGET} takes no claims: the law says what it does. Claims are "
            "for a backend of your own, given as module:attribute."
        )
    if words is None:
        return REGISTERED[DEFAULT_TARGET].make()
    if words in REGISTERED:
        return REGISTERED[words].make()
    registered, _, server = words.partition("@")
    if registered in REGISTERED and REGISTERED[registered].takes_server:
        return REGISTERED[registered].make(server)
    # A URL may hold a password: from here on it is never repeated.
    if "://" in words:
        return _AT_A_URL.make(words)
    raise UsageError(
        f"{words!r} is no target. Give module:attribute for a backend of your own, a database URL "
        "such as postgresql://user@host/name, or a registered target: "
        f"{', '.join(REGISTERED)}. `state-store targets` lists them."
    )
