"""Shards: a run cut in parts, for several machines, that add up to exactly the whole."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from state_store_conformance.errors import UsageError

_SHARD: Final = re.compile(r"(?P<number>\d+)/(?P<count>\d+)")


@dataclass(frozen=True, slots=True)
class Shard:
    """One of so many parts; the parts are numbered from 1."""

    number: int = 1
    count: int = 1

    def takes(self, index: int) -> bool:
        """Say whether what comes at this place, counted from 0, belongs to the part."""
        return index % self.count == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"


WHOLE: Final = Shard()


def parse_shard(text: str) -> Shard:
    """Give the shard of ``3/8``.

    Raises:
        UsageError: it is no shard.
    """
    found = _SHARD.fullmatch(text.strip())
    if found is None or not 1 <= int(found["number"]) <= int(found["count"]):
        raise UsageError(
            f"{text!r} is no shard. Write its number and how many there are, such as 3/8: "
            "from 1/8 to 8/8."
        )
    return Shard(int(found["number"]), int(found["count"]))
