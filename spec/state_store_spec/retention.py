"""``NEVER_EXPIRE``: the retention of a key that time-based cleanup must skip."""

from __future__ import annotations

from enum import Enum
from typing import Final, Literal


class NeverExpire(Enum):
    """The type of :data:`NEVER_EXPIRE`.

    An enum member is one object however it is copied or pickled, so ``is`` and ``==`` both hold
    on the far side of a process boundary (ACCESS-4).
    """

    NEVER_EXPIRE = "NEVER_EXPIRE"

    def __repr__(self) -> str:
        return "NEVER_EXPIRE"


NEVER_EXPIRE: Final[Literal[NeverExpire.NEVER_EXPIRE]] = NeverExpire.NEVER_EXPIRE
"""``retention=NEVER_EXPIRE``: no ``expires_at``, and a flag that collection skips (RET-4)."""
