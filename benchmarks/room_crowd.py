"""A store crowded with a million statements: what the room's pages cost where much is held.

`python -m benchmarks.room_crowd STATEMENTS` adds invented statements to the store that TOCSIN_HOME
names: reports, and every fiftieth a figure. Reports lie in the exercise country over five years, as
many as eight a day in each of its 64 places for a million; figures are a hundred a subject over ten
years, each shared with one of twenty partners.
"""

import sys
from collections.abc import Iterator
from itertools import islice

import msgspec

from benchmarks.intake import reports_of
from benchmarks.ledger import statement
from tocsin.tables.statements import Statement

PART = 10_000
FIGURE_EACH = 50  # one statement in so many is a figure
OF_A_SUBJECT = 100


def crowd(count: int) -> Iterator[Statement]:
    """`count` invented statements of the node `local`, every fiftieth a figure."""
    figures = count // FIGURE_EACH
    reports = reports_of(count - figures)
    for number in range(count):
        if number % FIGURE_EACH == FIGURE_EACH - 1:
            at = number // FIGURE_EACH
            one = statement(at, f"figure:zed:{at % (figures // OF_A_SUBJECT or 1)}")
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
