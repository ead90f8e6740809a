"""`python -m benchmarks [NAME…]`: run the named benchmarks (default: all) and print a table.

A benchmark is a module here with `measure() -> list[Figure]`. How good the forecasts are is a
table of its own: `make bench-forecast`.
"""

import sys
from importlib import import_module

from benchmarks.figure import as_table, machine

NAMES = (
    "ingest",
    "geo",
    "scoring",
    "grid",
    "brief",
    "products",
    "ledger",
    "ledger_crowd",
    "policy",
    "timing",
    "sharing",
    "warning",
    "room",
    "intake",
    "spelling",
    "stix",
    "taxii",
)


def main() -> None:
    print(f"Measured on {machine()}\n")
    for name in sys.argv[1:] or NAMES:
        print(f"## {name}\n")
        print(as_table(import_module(f"benchmarks.{name}").measure()), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
