"""A backend that takes its time to be made."""

from __future__ import annotations

import time

from examples.files_backend import FilesStateBackend, backend


def make() -> FilesStateBackend:
    """Make it, after a while."""
    time.sleep(0.3)
    return backend()
