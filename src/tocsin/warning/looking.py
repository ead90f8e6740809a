"""One look: what the rules and the clocks make of a moment. Pure; the caller writes and sends."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from tocsin.tables.statements import Statement
from tocsin.warning.abouts import abouts_of
from tocsin.warning.assessing import Assessment, assess
from tocsin.warning.evidence import Evidence
from tocsin.warning.problems import rank
from tocsin.warning.raising import Raising, settle
from tocsin.warning.rulebook import Rulebook
from tocsin.warning.running import due_escalations
from tocsin.warning.standing import Standing
from tocsin.warning.steps import Author

WEEK = timedelta(days=7)
MONDAY = datetime(1970, 1, 5, tzinfo=UTC)


def clocks_before(now: datetime, book: Rulebook) -> tuple[datetime, ...]:
    """Mondays before `now`, as far back as the longest exit criterion looks, and `now` itself.

    The memory of a level is read off the evidence at these fixed moments, so a pass that was
    missed, repeated or late comes to the same level.
    """
    days = max(
        level.exit.after_days
        for problem in book.problems.values()
        for level in problem.levels.values()
    )
    last = MONDAY + (now - MONDAY) // WEEK * WEEK
    weeks = days // 7 + 2
    past = [last - WEEK * back for back in range(weeks, -1, -1)]
    return (*(clock for clock in past if clock < now), now)


def look(
    book: Rulebook,
    evidence: Evidence,
    open_now: Sequence[Standing] = (),
    factors: Mapping[str, float] | None = None,
) -> list[Assessment]:
    """What the rules say of everything at the last clock, the watch list included."""
    found: list[Assessment] = []
    for name, problem in book.problems.items():
        held = {
            one.body.about: rank(one.body.level) for one in open_now if one.body.problem == name
        }
        abouts = abouts_of(problem, evidence, evidence.clocks[-1])
        found += assess(book, name, abouts, evidence, held, (factors or {}).get(name, 1.0))
    return found


def one_pass(
    book: Rulebook,
    evidence: Evidence,
    open_now: Sequence[Standing],
    author: Author,
    factors: Mapping[str, float] | None = None,
    learned: Mapping[tuple[str, str], tuple[float, float]] | None = None,
    countries: frozenset[str] = frozenset(),
    silences: Sequence[Statement] = (),
    on_silenced: Callable[[Assessment], object] = lambda _: None,
    ended: Sequence[Standing] = (),
) -> list[Statement]:
    """Everything that a pass writes: first the escalations that are due, then the rules' word.

    Escalations come first, under the clocks as they stood, so that a level that rises now does
    not swallow a deadline that had passed. What would open but for a silence goes to
    `on_silenced`; what was answered and closed (`ended`) opens again on new evidence only.
    """
    now = evidence.clocks[-1]
    written = [one for held in open_now for one in due_escalations(held, book.clocks, now, author)]
    said = [
        each
        for each in look(book, evidence, open_now, factors)
        if not countries or each.about.country in countries
    ]
    raising = Raising(book, now, author, learned or {}, silences, on_silenced, ended)
    return [*written, *settle(raising, said, open_now, evidence)]
