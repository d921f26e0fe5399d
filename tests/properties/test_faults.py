"""The faults that are kept as patches: each fits the code as it is, and two of them are caught."""

from __future__ import annotations

from pathlib import Path

import pytest

from faults.patched import PACKAGE, PatchError, patched_copy, patches
from faults.run import MOST_OPERATIONS, hunt

PATCHES = {patch.stem[:2]: patch for patch in patches()}


def test_no_fault_is_missing() -> None:
    """There are eleven of them."""
    assert [f"{number:02}" for number in range(1, 12)] == list(PATCHES)


@pytest.mark.parametrize("number", PATCHES)
def test_every_patch_applies(number: str, tmp_path: Path) -> None:
    """The copy differs from the package afterwards, and is still Python."""
    copy = patched_copy(PATCHES[number], tmp_path) / PACKAGE.name
    changed = [
        file
        for file in copy.rglob("*.py")
        if file.read_text() != (PACKAGE / file.relative_to(copy)).read_text()
    ]

    assert changed
    for file in changed:
        compile(file.read_text(), str(file), "exec")


def test_a_patch_that_does_not_fit_is_named(tmp_path: Path) -> None:
    """The message says which patch, and what to do."""
    patch = tmp_path / "00-nowhere.patch"
    patch.write_text(
        "--- a/state_store_reference/nowhere.py\n+++ b/state_store_reference/nowhere.py\n"
        "@@ -1 +1 @@\n-x\n+y\n"
    )
    with pytest.raises(PatchError, match=r"00-nowhere\.patch does not apply .*Write the fault"):
        patched_copy(patch, tmp_path / "copy")


@pytest.mark.parametrize("number", ["08", "09"])
def test_a_fault_is_caught(number: str) -> None:
    """The stateful test fails on the copy, with a counterexample of a few operations."""
    found = hunt(PATCHES[number])

    assert found["caught"]
    assert found["operations"] <= MOST_OPERATIONS
