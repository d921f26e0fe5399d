"""``[state_store_object_storage]``: where the objects lie when the constructor is not told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, cast

from state_store_reference.configuration.misplaced import refuse_unknown_options
from state_store_reference.configuration.sources import Sources, read_sources, variable_name
from state_store_spec import SettingsError

_SECTION: Final = "state_store_object_storage"
_BASE_PATH: Final = "base_path"
_STORAGE_OPTIONS: Final = "storage_options"


def load_base_path(environment: Mapping[str, str] | None = None) -> str:
    """Give ``[state_store_object_storage] base_path``.

    Raises:
        SettingsError: it is not set.
    """
    found = _sources(environment).find(_SECTION, _BASE_PATH)
    if found is None or not found.text:
        raise SettingsError(
            "ObjectStorageStateBackend has no base path. Write [state_store_object_storage] "
            f"base_path = s3://bucket/folder in airflow.cfg, set "
            f"{variable_name(_SECTION, _BASE_PATH)}, or pass base_path."
        )
    return found.text


def load_storage_options(environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Give ``[state_store_object_storage] storage_options``, by default none.

    Raises:
        SettingsError: it is not a JSON object. The message does not show it: it may hold a secret.
    """
    found = _sources(environment).find(_SECTION, _STORAGE_OPTIONS)
    if found is None or not found.text:
        return {}
    try:
        options: object = json.loads(found.text)
    except ValueError:
        options = None
    if not isinstance(options, dict):
        raise SettingsError(
            f"[{_SECTION}] {_STORAGE_OPTIONS} ({found.origin}) is not a JSON object. "
            'Write the arguments of the filesystem, as in {"endpoint_url": "https://host"}.'
        )
    return cast("dict[str, Any]", options)


def _sources(environment: Mapping[str, str] | None) -> Sources:
    sources = read_sources(environment)
    refuse_unknown_options(sources, _SECTION, (_BASE_PATH, _STORAGE_OPTIONS))
    return sources
