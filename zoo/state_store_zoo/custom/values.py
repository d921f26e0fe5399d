"""Values that do not come back as they were."""

from __future__ import annotations

import json
from functools import partial
from typing import Any, Final

from state_store_spec import StateScope
from state_store_zoo.custom.broken_backend import broken
from state_store_zoo.custom.memory import MemoryBackend
from state_store_zoo.fault import Chapter

CHAPTER: Final = Chapter("Values")
_broken: Final = partial(broken, CHAPTER, beside=["METHOD-1", "METHOD-2", "VALUE-1", "VALUE-5"])

_CHUNK: Final = 4096


class _Encodes(MemoryBackend):
    """Keeps another text than the value, and gives back what it makes of that."""

    def encoded(self, value: str) -> str:
        """Give what is kept."""
        return value

    def decoded(self, kept: str) -> Any:
        """Give what is returned."""
        return kept

    def set(self, scope: StateScope, key: str, value: str, **options: Any) -> None:
        super().set(scope, key, self.encoded(value), **options)

    def get(self, scope: StateScope, key: str, **options: Any) -> str | None:
        kept = super().get(scope, key, **options)
        if kept is None:
            return None
        returned: str | None = self.decoded(kept)
        return returned


@_broken(breaks=["VALUE-1"], because="the column is a VARCHAR that is cut without an error")
class CutsValues(_Encodes):
    """Values are cut after 4,096 characters."""

    def encoded(self, value: str) -> str:
        return value[:_CHUNK]


@_broken(breaks=["VALUE-1"], because="large values are split, and the last part is not full")
class LosesTheLastChunk(_Encodes):
    """What does not fill a chunk of 4,096 characters is lost, in values that have one."""

    def encoded(self, value: str) -> str:
        return value[: len(value) // _CHUNK * _CHUNK] if len(value) > _CHUNK else value


@_broken(
    breaks=["VALUE-1"],
    because="`if value:` is true of every text but one",
)
class TakesEmptyForAbsent(_Encodes):
    """The empty text reads as `None`."""

    def decoded(self, kept: str) -> Any:
        return kept or None


@_broken(
    breaks=["VALUE-1"],
    because="Oracle has it so: an empty text is NULL, and NULL is written as a blank",
)
class WritesABlankForNothing(_Encodes):
    """The empty text is kept as a blank."""

    def encoded(self, value: str) -> str:
        return value or " "


@_broken(breaks=["VALUE-1"], because="a value from a form is stripped, as a matter of course")
class StripsValues(_Encodes):
    """Blanks at the edges are lost."""

    def encoded(self, value: str) -> str:
        return value.strip()


@_broken(breaks=["VALUE-1"], because="the reply of a command line ends with a line feed")
class DropsTheLastLineFeed(_Encodes):
    """A line feed at the end is lost."""

    def decoded(self, kept: str) -> Any:
        return kept.removesuffix("\n")


@_broken(breaks=["VALUE-1"], because="a file that is opened as text translates the ends of lines")
class TranslatesLineEnds(_Encodes):
    """Every end of a line is a line feed."""

    def decoded(self, kept: str) -> Any:
        return kept.replace("\r\n", "\n").replace("\r", "\n")


@_broken(
    breaks=["VALUE-1"],
    because="`splitlines` takes more characters for the end of a line than one thinks",
)
class ReadsLineByLine(_Encodes):
    """Whatever Unicode has for the end of a line becomes a line feed."""

    def decoded(self, kept: str) -> Any:
        return "\n".join(kept.splitlines()) if kept.splitlines()[1:] else kept


@_broken(breaks=["VALUE-1"], because="a connection whose charset was never set")
class KnowsLatin1Alone(_Encodes):
    """What Latin-1 does not have becomes a question mark."""

    def encoded(self, value: str) -> str:
        return value.encode("latin-1", "replace").decode("latin-1")


@_broken(breaks=["VALUE-1"], because="the charset `utf8` of MySQL has three bytes")
class LosesFourByteCharacters(_Encodes):
    """Characters beyond the basic plane are lost."""

    def encoded(self, value: str) -> str:
        return "".join(character for character in value if character < "\U00010000")


@_broken(breaks=["VALUE-1"], because="text is normalized at the door, as a style guide has it")
class NormalizesAccents(_Encodes):
    """A letter and its accent become one character."""

    def encoded(self, value: str) -> str:
        return value.replace("e\u0301", "\u00e9")


@_broken(breaks=["VALUE-1"], because="the byte order mark of a file is taken away when it is read")
class DropsTheByteOrderMark(_Encodes):
    """A byte order mark at the beginning is lost."""

    def decoded(self, kept: str) -> Any:
        return kept.removeprefix("\ufeff")


@_broken(breaks=["VALUE-1"], because="XML and terminals have no control characters")
class DropsControlCharacters(_Encodes):
    """Control characters other than blanks are lost."""

    def encoded(self, value: str) -> str:
        return "".join(c for c in value if c.isspace() or not c < " ")


@_broken(
    breaks=["METHOD-2"],
    because="values are JSON, most of the time",
)
class ParsesJson(_Encodes):
    """A value that is JSON is written anew."""

    def decoded(self, kept: str) -> Any:
        try:
            parsed: Any = json.loads(kept)
        except ValueError:
            return kept
        return parsed if isinstance(parsed, str) else json.dumps(parsed)


@_broken(
    breaks=["METHOD-2"],
    because="a client that turns digits into numbers, to be of help",
)
class GivesNumbers(_Encodes):
    """A value of digits comes back as a number."""

    def decoded(self, kept: str) -> Any:
        return int(kept) if kept.isascii() and kept.isdigit() else kept


@_broken(
    breaks=["METHOD-2"],
    because="Redis answers with bytes, unless it is told to decode",
)
class GivesBytes(_Encodes):
    """A value comes back as bytes."""

    def decoded(self, kept: str) -> Any:
        return kept.encode("utf-8", "surrogatepass")


@_broken(
    breaks=["METHOD-2"],
    because="`str(row[0])` of a row that is not there, somewhere else, and a check against it here",
)
class TakesTheWordNoneForNone(_Encodes):
    """The text `None` reads as `None`."""

    def decoded(self, kept: str) -> Any:
        return None if kept == "None" else kept


@_broken(
    breaks=["METHOD-2"],
    because="JSON's `null` is `None` in Python",
)
class TakesNullForNone(_Encodes):
    """The text `null` reads as `None`."""

    def decoded(self, kept: str) -> Any:
        return None if kept == "null" else kept


@_broken(
    breaks=["METHOD-2"],
    because="the statement is put together with the operator for formatted text",
)
class DoublesPercentSigns(_Encodes):
    """Two percent signs become one."""

    def encoded(self, value: str) -> str:
        return value.replace("%%", "%")


@_broken(
    breaks=["METHOD-2"],
    because="quotes are doubled for SQL, by hand, in a statement that binds parameters",
)
class DoublesQuotes(_Encodes):
    """Single quotes come back twice."""

    def encoded(self, value: str) -> str:
        return value.replace("'", "''")


@_broken(
    breaks=["METHOD-2"],
    because="a text of escapes is taken for one that has been escaped",
)
class DecodesEscapes(_Encodes):
    """A backslash and what follows it become one character."""

    def decoded(self, kept: str) -> Any:
        return kept.replace("\\\\", "\\").replace("\\u0000", "\0")


@_broken(
    breaks=["VALUE-5"],
    because="a NUL ends a text in C, and so in many a driver",
)
class EndsAtNul(_Encodes):
    """A value ends at its first NUL."""

    def encoded(self, value: str) -> str:
        return value.partition("\0")[0]
