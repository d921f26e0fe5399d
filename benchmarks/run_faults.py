"""Hunt the faults that are kept as patches: the script :mod:`faults.run`, as a page of evidence."""

from __future__ import annotations

import sys

from faults.run import main

if __name__ == "__main__":
    sys.exit(main())
