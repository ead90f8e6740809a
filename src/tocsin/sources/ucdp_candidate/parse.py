"""UCDP Candidate: the preliminary events of one month or a few."""

from collections import Counter
from datetime import date

from tocsin.errors import UsageError
from tocsin.sources.declaration import Declaration, candidate_months
from tocsin.sources.registry import Kept, Parsed, Release, Rows, Sample
from tocsin.sources.ucdp_events import parse_ucdp_events
from tocsin.tables import Coverage
from tocsin.tables.months import month_of, year_month


def recognise(sample: Sample, declaration: Declaration) -> float:
    """The columns are those of the yearly dataset; a Candidate file stays within a year or so."""
    known = set(declaration.known_by)
    share = len(known & set(sample.columns)) / len(known)
    if declaration.versions.of_name(sample.name) or declaration.versions.of_name(sample.outer_name):
        return share
    if "code_status" not in sample.columns:
        return 0.0  # layouts older than the Candidate dataset
    drafts = sample.head["code_status"].drop_nulls().ne("Clear").any()
    months = _months(sample)
    return share if drafts and months and max(months) - min(months) < 13 else 0.5 * share


def release_of(sample: Sample, declaration: Declaration) -> tuple[str, date | None]:
    """The month in which nearly all events end is the month of the release."""
    del declaration
    months = _months(sample)
    if not months:
        return "", None
    month, events = Counter(months).most_common(1)[0]
    if events < 0.9 * len(months):
        return "", None
    year, number = year_month(month)
    return f"{year % 100}.0.{number}", None


def parse_rows(rows: Rows, release: Release) -> Parsed:
    """One block of Candidate rows to events."""
    return parse_ucdp_events(rows, release)


def coverage(release: Release, kept: Kept) -> Coverage | None:
    """The months named by the release, the whole world."""
    try:
        first, last = candidate_months(release.version)
    except UsageError:
        if kept.day_to is None:
            return None
        first = last = month_of(kept.day_to)
    return Coverage(
        month_from=first,
        month_to=last,
        note="preliminary: later releases revise it; events that began before"
        " the month or end after it are counted in the month in which they end",
    )


def _months(sample: Sample) -> list[int]:
    if "date_end" not in sample.columns:
        return []
    days = sample.head["date_end"].str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    return [month_of(day) for day in days.drop_nulls().to_list()]


__all__ = ["coverage", "parse_rows", "recognise", "release_of"]
