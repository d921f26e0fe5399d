"""A process of its own that writes through the metastore; its result is its exit status."""

from __future__ import annotations

import sys

from state_store_reference import MetastoreStateBackend, create_metastore_engine
from state_store_spec import TaskScope

WRITES = 10
WIDTH = 200


def main(url: str, number: int) -> None:
    """Write, when told to on standard input, to one key for all and to keys of its own."""
    engine = create_metastore_engine(url)
    backend = MetastoreStateBackend(engine)
    scope = TaskScope("dag", "run", "task")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for count in range(WRITES):
        for key in ("shared", f"{number}-{count}"):
            # All of a value is of one writer, so that a mixture of two would show.
            backend.set(scope, key, f"{number}," * WIDTH)
            assert backend.get(scope, key) is not None
    engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
