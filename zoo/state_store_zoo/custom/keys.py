"""Keys that are taken for one another, or not taken at all."""

from __future__ import annotations

import posixpath
import re
from fnmatch import fnmatchcase
from functools import partial
from typing import Any, Final
from unicodedata import normalize
from urllib.parse import unquote

from state_store_spec import StateScope
from state_store_zoo.custom.broken_backend import broken
from state_store_zoo.custom.memory import MemoryBackend, UnicodeBackend
from state_store_zoo.fault import Chapter

CHAPTER: Final = Chapter("Keys")
_broken: Final = partial(broken, CHAPTER)

_ALIKE: Final = ("SCOPE-3", "METHOD-2", "METHOD-3", "VALUE-5")


class _ChangesKeys(MemoryBackend):
    """Every method speaks of another key than the one it was given."""

    def changed(self, key: str) -> str:
        """Give the key that is spoken of."""
        raise NotImplementedError

    def get(self, scope: StateScope, key: str, **options: Any) -> str | None:
        return super().get(scope, self.changed(key), **options)

    def set(self, scope: StateScope, key: str, value: str, **options: Any) -> None:
        super().set(scope, self.changed(key), value, **options)

    def delete(self, scope: StateScope, key: str, **options: Any) -> None:
        super().delete(scope, self.changed(key), **options)


@_broken(breaks=["VALUE-2"], beside=_ALIKE, because="a collation that ignores case")
class FoldsCase(_ChangesKeys):
    """`JOB` and `job` are one key."""

    def changed(self, key: str) -> str:
        return key.lower()


@_broken(breaks=["VALUE-2"], beside=_ALIKE, because="PAD SPACE, as SQL has compared since 1986")
class IgnoresTrailingBlanks(_ChangesKeys):
    """`job` and `job ` are one key."""

    def changed(self, key: str) -> str:
        return key.rstrip(" ")


@_broken(breaks=["SCOPE-3"], beside=["VALUE-2", *_ALIKE], because="a key from a form is stripped")
class IgnoresLeadingBlanks(_ChangesKeys):
    """`job` and ` job` are one key."""

    def changed(self, key: str) -> str:
        return key.lstrip(" ")


@_broken(
    breaks=["VALUE-2"],
    beside=_ALIKE,
    because="names of files have 255 bytes, and some of them are for the suffix",
)
class CutsKeys(_ChangesKeys):
    """Keys are cut after 240 characters."""

    def changed(self, key: str) -> str:
        return key[:240]


@_broken(
    breaks=["SCOPE-3"],
    beside=["VALUE-2", *_ALIKE],
    because="what is no letter or digit is replaced, so that the key can be a name of a file",
)
class MakesNamesOfKeys(_ChangesKeys):
    """Everything but letters, digits and a few marks becomes an underscore."""

    def changed(self, key: str) -> str:
        return re.sub(r"[^\w.-]", "_", key)


@_broken(
    breaks=["SCOPE-3"],
    beside=["VALUE-2", *_ALIKE],
    because="a path is made of the key, and `normpath` keeps it below its folder",
)
class NormalizesPaths(_ChangesKeys):
    """`./job`, `job/` and `job` are one key."""

    def changed(self, key: str) -> str:
        return posixpath.normpath(f"/{key}")


@_broken(
    breaks=["SCOPE-3"],
    beside=["VALUE-2", *_ALIKE],
    because="the key comes in by a URL, and is decoded once too often",
)
class DecodesKeys(_ChangesKeys):
    """`job%2Fid` and `job/id` are one key."""

    def changed(self, key: str) -> str:
        return unquote(key)


@_broken(
    breaks=["SCOPE-3"],
    beside=["VALUE-2", *_ALIKE],
    because="what follows a question mark or a hash is no part of a path in a URL",
)
class EndsKeysAtAQuery(_ChangesKeys):
    """`job?id=1` and `job#id` are one key."""

    def changed(self, key: str) -> str:
        return re.split(r"[?#]", key)[0]


@_broken(
    breaks=["VALUE-2"],
    beside=["VALUE-2", *_ALIKE, "SCOPE-3"],
    because="a column without a type, in which what looks like a number is one",
)
class TakesKeysForNumbers(_ChangesKeys):
    """`0` and `00` are one key."""

    def changed(self, key: str) -> str:
        try:
            return f"{float(key):g}"
        except ValueError:
            return key


@_broken(
    breaks=["VALUE-2"],
    beside=["METHOD-3", "SCOPE-3", "VALUE-5"],
    because="`LIKE` was at hand where `=` was meant",
)
class DeletesByPattern(MemoryBackend):
    """`delete` takes `%` and `_` for a pattern of SQL."""

    def delete(self, scope: StateScope, key: str, **options: Any) -> None:
        pattern = re.escape(key).replace("%", ".*").replace("_", ".")
        for place, found in list(self.rows):
            if place == self.place(scope) and re.fullmatch(pattern, found, re.DOTALL):
                del self.rows[place, found]


@_broken(
    breaks=["VALUE-2"],
    beside=["VALUE-2", "SCOPE-3", "VALUE-5", "METHOD-3"],
    because="files are removed by `glob`, which escapes nothing",
)
class DeletesByGlob(MemoryBackend):
    """`delete` takes `*` and `?` for a pattern of file names."""

    def delete(self, scope: StateScope, key: str, **options: Any) -> None:
        super().delete(scope, key)
        for place, found in list(self.rows):
            if place == self.place(scope) and fnmatchcase(found, key):
                del self.rows[place, found]


@_broken(
    breaks=["VALUE-2"],
    beside=["METHOD-3", "SCOPE-3", "VALUE-3", "VALUE-5"],
    because="object storage lists and deletes by prefix",
)
class DeletesByPrefix(MemoryBackend):
    """`delete` takes every key that begins with the one it was given."""

    def delete(self, scope: StateScope, key: str, **options: Any) -> None:
        for place, found in list(self.rows):
            if place == self.place(scope) and found.startswith(key):
                del self.rows[place, found]


@_broken(
    breaks=["METHOD-2"],
    beside=["METHOD-2", "VALUE-5", "METHOD-1", "VALUE-2"],
    because="slashes were trouble once, and so they are refused",
)
class RefusesSlashes(MemoryBackend):
    """A key with a slash is refused."""

    def set(self, scope: StateScope, key: str, value: str, **options: Any) -> None:
        if "/" in key:
            raise ValueError("keys have no slashes here")
        super().set(scope, key, value, **options)


@_broken(
    breaks=["METHOD-2"],
    beside=["METHOD-2", "VALUE-5", "VALUE-2"],
    because="200 characters should be enough, thought the author",
)
class RefusesLongKeys(MemoryBackend):
    """A key of more than 200 characters is refused."""

    def set(self, scope: StateScope, key: str, value: str, **options: Any) -> None:
        if len(key) > 200:
            raise ValueError("this key is too long")
        super().set(scope, key, value, **options)


@_broken(
    breaks=["VALUE-3"],
    beside=_ALIKE,
    because="macOS has normalized the names of files for twenty years",
)
class NormalizesUnicode(UnicodeBackend, _ChangesKeys):
    """An accented letter is the same key, composed and decomposed."""

    def changed(self, key: str) -> str:
        return normalize("NFC", key)


@_broken(
    breaks=["VALUE-3"],
    beside=["VALUE-2", *_ALIKE],
    because="a collation that is kind to people who search",
)
class FoldsAccents(UnicodeBackend, _ChangesKeys):
    """Letters with an accent and without are the same."""

    def changed(self, key: str) -> str:
        return "".join(c for c in normalize("NFKD", key) if ord(c) < 0x300 or ord(c) > 0x36F)


@_broken(
    breaks=["VALUE-3"],
    beside=_ALIKE,
    because="text is folded for comparison with `casefold`, as the documentation advises",
)
class FoldsSharpS(UnicodeBackend, _ChangesKeys):
    """`stra\u00dfe` and `strasse` are one key."""

    def changed(self, key: str) -> str:
        return key.replace("\u00df", "ss")


@_broken(
    breaks=["VALUE-3"],
    beside=["METHOD-2", "VALUE-2"],
    because="the limit was given in bytes by the server, and in characters by its author",
)
class CountsBytes(UnicodeBackend):
    """Keys of more than 1,024 bytes are refused."""

    def set(self, scope: StateScope, key: str, value: str, **options: Any) -> None:
        if len(key.encode("utf-8", "surrogatepass")) > 1024:
            raise ValueError("this key is too long")
        super().set(scope, key, value, **options)


@_broken(
    breaks=["VALUE-5"],
    beside=["VALUE-2", *_ALIKE],
    because="only ASCII is claimed, so who cares what becomes of the rest",
)
class FoldsWhatItNeedNotHold(_ChangesKeys):
    """Letters beyond ASCII become question marks, without an error."""

    def changed(self, key: str) -> str:
        return key.encode("ascii", "replace").decode()
