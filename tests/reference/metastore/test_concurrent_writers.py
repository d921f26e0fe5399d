"""Writers in processes of their own, at the same time, on the same keys and on others."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.reference.metastore.subject import Subject
from tests.reference.metastore.writer_process import WIDTH, WRITES

WRITERS = 8
PATIENCE_SECONDS = 60
PROGRAM = Path(__file__).with_name("writer_process.py")


def write_together(url: str) -> list[str]:
    """Start the writers, let them go at once, and give what each said on standard error."""
    writers = [
        subprocess.Popen(
            [sys.executable, str(PROGRAM), url, str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(WRITERS)
    ]
    try:
        for writer in writers:
            assert writer.stdout is not None
            writer.stdout.readline()
        for writer in writers:
            assert writer.stdin is not None
            writer.stdin.write("go\n")
            writer.stdin.flush()
        said = [writer.communicate(timeout=PATIENCE_SECONDS)[1] for writer in writers]
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()
    return [words for writer, words in zip(writers, said, strict=True) if writer.returncode]


@pytest.mark.parametrize("prepared", ["sqlite-file", "postgres", "mysql"], indirect=True)
def test_eight_processes_write_at_once(subject: Subject) -> None:
    """They overwrite one key and write keys of their own: no error, no row lost or mixed."""
    assert write_together(subject.url) == []

    rows = {row.key: row.value for row in subject.task_rows()}
    assert rows.pop("shared") in {f"{number}," * WIDTH for number in range(WRITERS)}
    assert rows == {
        f"{number}-{count}": f"{number}," * WIDTH
        for number in range(WRITERS)
        for count in range(WRITES)
    }
