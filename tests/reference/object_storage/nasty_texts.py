"""Texts that one storage or another trips over, takes for each other, or reads as patterns."""

from __future__ import annotations

from state_store_reference.object_storage.path_names import path_name

_LONG = "k" * 600

NASTY_TEXTS = (
    # Nothing, and blanks at the edges.
    "",
    " ",
    "  ",
    "job",
    "job ",
    " job",
    "job\t",
    # Case, in alphabets where folding is no matter of ASCII.
    "Job",
    "JOB",
    "straße",
    "STRASSE",
    "\u0131",
    # Composed, decomposed, and compatible.
    "caf\u00e9",
    "cafe\u0301",
    "\u212b",
    "\u00c5",
    "\ufb01le",
    "file",
    # Paths.
    "/",
    "//",
    ".",
    "..",
    "../job",
    "./job",
    "job/",
    "job//",
    "/etc/passwd",
    "..\\job",
    "job.",
    "~",
    # Escapes of others, and of ours.
    "%2e%2e%2f",
    "job%20",
    "!",
    "!21",
    "!6aob",
    "key=job",
    "map_index=0",
    ".writing-0123456789abcdef",
    "job.tmp",
    # Patterns, chains of filesystems, versions, queries.
    "*",
    "?",
    "[job]",
    "j*",
    "**",
    "simplecache::job",
    "job?versionId=1",
    "job#1",
    # What Windows keeps for itself.
    "con",
    "NUL",
    "aux.txt",
    "com1",
    # What ends a text in other languages, and what is not seen.
    "\0",
    "job\0",
    "job\n",
    "job\r\n",
    "\ufeffjob",
    "job\u200b",
    # Longer than a file's name may be, alike up to the end, and like what becomes of them.
    _LONG,
    f"{_LONG}k",
    f"{_LONG}K",
    "😀" * 100,
    f"{'😀' * 99}😁",
    path_name(_LONG),
    path_name(f"{_LONG}k"),
)
