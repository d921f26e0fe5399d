"""A process that writes and reads values which show by themselves whether they are whole.

It takes its orders as one line of JSON, says ``ready``, waits for one more line, works, and prints
what it saw as JSON.
"""

from __future__ import annotations

import json
import random
import sys
from hashlib import sha256

from state_store_reference.object_storage import ObjectStorageStateBackend
from state_store_spec import TaskScope

SCOPE = TaskScope("shop", "monday", "load", 1)
KEYS = ("job", "rows")


def whole(body: str) -> str:
    """Give a value that carries the digest of the rest of it."""
    return f"{sha256(body.encode()).hexdigest()} {body}"


def is_whole(value: str) -> bool:
    """Tell whether a value is one that some process wrote, all of it."""
    return value == whole(value.partition(" ")[2])


def main() -> None:
    """Work as ordered."""
    orders = json.loads(sys.stdin.readline())
    backend = ObjectStorageStateBackend(
        orders["base_path"], storage_options=orders["storage_options"]
    )
    name, rounds = orders["name"], orders["rounds"]
    chance = random.Random(name)
    seen = {"own": 0, "others": 0, "absent": 0, "torn": 0}
    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    for number in range(rounds):
        key = chance.choice(KEYS)
        backend.set(SCOPE, key, whole(f"{name} {number} " * chance.randint(1, 6000)))
        for read in KEYS:
            value = backend.get(SCOPE, read)
            if value is None:
                seen["absent"] += 1
            elif not is_whole(value):
                seen["torn"] += 1
            else:
                seen["own" if value.split(" ", 2)[1] == name else "others"] += 1
        if orders["clears"] and number % 5 == 4:
            backend.delete(SCOPE, key)
            backend.clear(SCOPE)
    print(json.dumps(seen))  # noqa: T201


if __name__ == "__main__":
    main()
