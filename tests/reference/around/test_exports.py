"""What people import, and what an import costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

import state_store_reference


@pytest.mark.parametrize("name", state_store_reference.__all__)
def test_every_public_name_is_there(name: str) -> None:
    """Each name leads to what is called so."""
    found = getattr(state_store_reference, name)

    assert name == getattr(found, "__name__", name)
    assert name in dir(state_store_reference)


def test_package_loads_what_is_asked_for() -> None:
    """Importing the package waits for no database library; an unknown name is an error."""
    code = "import sys, state_store_reference; sys.exit('sqlalchemy' in sys.modules)"

    assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = state_store_reference.Nothing
