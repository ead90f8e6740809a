"""All comparisons of figures, in one list by severity."""

from collections.abc import Iterable
from datetime import date

from tocsin.knowledge.figures.arithmetic import Figures, check_arithmetic
from tocsin.knowledge.figures.comparison import (
    check_definitions,
    check_exclusions,
    check_revisions,
    check_sources,
    check_stale,
)
from tocsin.knowledge.figures.findings import SEVERITIES, Finding
from tocsin.knowledge.record import by_subject, entries
from tocsin.tables.kinds import Claim, Figure
from tocsin.tables.statements import Statement


def reconcile(statements: Iterable[Statement], as_of: date | None = None) -> list[Finding]:
    """Compare every figure with those that it comes from and those that tell the same.

    statements : what a view gives, as of a date
    as_of : the day from which silence of a series is counted; None leaves that check out

    Errors come first (arithmetic that does not hold), then warnings (contradictions, stale
    series), questions (a slip of the pen that would explain a sum), notices (differences of
    definition, revisions, implied values), and last what agrees.
    """
    held = list(statements)
    figures: Figures = by_subject(entries(held, Figure))
    found = [
        *check_arithmetic(figures),
        *check_revisions(figures),
        *check_definitions(figures),
        *check_sources(figures),
        *check_exclusions(figures, entries(held, Claim)),
        *check_stale(figures, as_of),
    ]
    return sorted(found, key=lambda one: (SEVERITIES.index(one.severity), one.subjects, one.rule))
