"""A store crowded with a million statements: what the room's pages cost where much is held.

`python -m benchmarks.room_crowd STATEMENTS` adds invented reports and figures, half and half, to
the store that TOCSIN_HOME names. Reports lie in the exercise country over five years; figures are a
hundred a subject over ten years, each shared with one of twenty partners.
"""

import sys
from collections.abc import Iterator
from itertools import islice

import msgspec

from benchmarks.intake import reports_of
from benchmarks.ledger import statement
from tocsin.tables.statements import Statement

PART = 10_000


def crowd(count: int) -> Iterator[Statement]:
    """`count` invented statements of the node `local`, reports and figures in turn."""
    reports = reports_of(count - count // 2)
    for number in range(count):
        if number % 2:
            one = statement(number, f"figure:zed:{number % (count // 100 or 1)}")
        else:
            one = next(reports)
        yield msgspec.structs.replace(one, origin="local")


def add_crowd(count: int) -> None:
    """Write them to the store of the settings, in parts."""
    from tocsin.workflow.record_keeping import open_ledger

    ledger, coming = open_ledger(to_write=True), crowd(count)
    while part := list(islice(coming, PART)):
        ledger.append(part)
    ledger.close()


if __name__ == "__main__":
    add_crowd(int(sys.argv[1]))
