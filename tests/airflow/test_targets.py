"""The targets, before they are entered: Airflow is for the children that judge it."""

from __future__ import annotations

import subprocess
import sys

import pytest

MAKE = """
import sys
from state_store_conformance.targets.finding import find_target
find_target(sys.argv[1])
raise SystemExit("airflow" in sys.modules)
"""


@pytest.mark.parametrize(
    "words",
    ["airflow-metastore", "airflow-object-storage", "airflow-object-storage@s3"],
)
def test_making_a_target_imports_no_airflow(words: str) -> None:
    """Imported here, Airflow would keep the settings of the first database for all the others."""
    made = subprocess.run([sys.executable, "-c", MAKE, words], check=False)

    assert 0 == made.returncode
