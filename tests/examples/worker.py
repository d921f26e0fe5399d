"""A process that writes and reads values which show by themselves whether they are whole.

It is called with its name and its orders, says ``ready``, waits for a line, works, and prints what
it saw as JSON.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from hashlib import sha256
from typing import Any

from state_store_spec import TaskScope
from tests.examples.store import Store

SCOPE = TaskScope("shop", "monday", "load", 1)
KEYS = ("job", "rows")


def whole(body: str) -> str:
    """Give a value that carries the digest of the rest of it."""
    return f"{sha256(body.encode()).hexdigest()} {body}"


def main(name: str, store: dict[str, Any], rounds: int) -> None:
    """Work as ordered."""
    backend = Store(**store).open()
    chance = random.Random(name)
    seen = Counter({"own": 0, "others": 0, "absent": 0, "torn": 0})
    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    for number in range(rounds):
        key = chance.choice(KEYS)
        backend.set(SCOPE, key, whole(f"{name} {number} " * chance.randint(1, 6000)))
        for read in KEYS:
            value = backend.get(SCOPE, read)
            if value is None:
                seen["absent"] += 1
            elif value != whole(value.partition(" ")[2]):
                seen["torn"] += 1
            else:
                seen["own" if value.split(" ", 2)[1] == name else "others"] += 1
        # One of them, so that the others still read each other's values.
        if name == "p0" and number % 5 == 4:
            backend.delete(SCOPE, key)
            backend.clear(SCOPE, all_map_indices=number % 2 == 0)
    print(json.dumps(seen))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], **json.loads(sys.argv[2]))
