"""UCDP GED: the yearly events of organised violence, world, since 1989."""

from datetime import date

from tocsin.sources.registry import Kept, Parsed, Release, Rows
from tocsin.sources.ucdp_events import parse_ucdp_events
from tocsin.tables import Coverage
from tocsin.tables.months import month_of

# A whole release names more than a hundred countries; a file with few is an extract of it.
_WHOLE_WORLD = 80


def parse_rows(rows: Rows, release: Release) -> Parsed:
    """One block of GED rows to events."""
    return parse_ucdp_events(rows, release)


def coverage(release: Release, kept: Kept) -> Coverage | None:
    """From January 1989 to December before the release year, for the world or an extract of it.

    An extract (a file that names few countries) covers those countries alone, and only the months
    between its first and last event: nothing says that it was cut at wider dates. The slim table
    of 21.1 leaves events out, and is marked as incomplete.
    """
    if kept.day_from is None or kept.day_to is None:
        return None
    first, last = month_of(kept.day_from), month_of(kept.day_to)
    slim = "date_start" not in release.columns
    note = ""
    if slim:
        note = (
            "part of the release: only events placed exactly or near a known point"
            " (where_prec 1-2); the month is that of the first day"
        )
    if len(kept.countries) >= _WHOLE_WORLD:
        return Coverage(
            month_from=month_of(date(1989, 1, 1)),
            month_to=max(last, month_of(date(release.released_on.year - 1, 12, 1))),
            complete=not slim,
            note=note,
        )
    extract = "an extract: only the countries that it names, from its first to its last event"
    return Coverage(
        month_from=first,
        month_to=last,
        units=kept.iso3,
        complete=not slim,
        note="; ".join(filter(None, (note, extract))),
    )
