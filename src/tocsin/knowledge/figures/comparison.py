"""The same quantity told more than once: revised, defined otherwise, contradicted, stale."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations, pairwise

from msgspec.structs import replace

from tocsin.knowledge.citing import cite
from tocsin.knowledge.figures.arithmetic import Figures, known_on, revision_reason
from tocsin.knowledge.figures.findings import FigureEntry, Finding, best, finding
from tocsin.knowledge.figures.values import bounded, decimals_of, interval, stated
from tocsin.knowledge.record import Entry
from tocsin.knowledge.sentences import Amount, Dated, joined, words
from tocsin.tables.bodies import Words
from tocsin.tables.kinds import Claim
from tocsin.tables.when import last_moment

_PROVISIONAL_FIRST = ("provisional", "stated", "revised", "final")


def check_revisions(figures: Figures) -> Iterator[Finding]:
    """A provisional figure and the final one that took its place, with the reason where known."""
    for found in figures.values():
        for one, other in combinations(found, 2):
            earlier, later = sorted(
                (one, other), key=lambda entry: _PROVISIONAL_FIRST.index(entry.body.status)
            )
            pair = (earlier.body.status, later.body.status)
            if pair[0] == pair[1] or not {"final", "revised"} & set(pair):
                continue
            yield _revision(earlier, later, figures)


def _revision(earlier: FigureEntry, later: FigureEntry, figures: Figures) -> Finding:
    change = float(later.body.value or 0) - float(earlier.body.value or 0)
    decimals = max(decimals_of(earlier.body), decimals_of(later.body))
    reason, involved = revision_reason(later, earlier, figures)
    points = later.body.unit == "percent"
    numbers: dict[str, Words | Amount | Dated] = {
        "title": later.body.title,
        "before": stated(earlier.body),
        "before_on": known_on(earlier),
        "now": stated(later.body),
        "now_on": known_on(later),
        "change": Amount(change, decimals, "", signed=True),
    }
    template = (
        "{title}: {before} was provisional ({before_on}); {now} is final ({now_on}): "
        "{change} points"
        if points
        else "{title}: {before} was provisional ({before_on}); {now} is final ({now_on}): {change}"
    )
    text = words(template, **numbers)
    text = joined([text, reason], "; ") if reason is not None else text
    return finding(
        "revision", "notice", "revised", _stopped(text), [later, earlier, *involved],
        stated=later.body.value, computed=earlier.body.value,
    )  # fmt: skip


def check_definitions(figures: Figures) -> Iterator[Finding]:
    """One quantity, place and period counted under several definitions."""
    for group in _alike(figures).values():
        by_scope: dict[str, list[FigureEntry]] = defaultdict(list)
        for entry in group:
            by_scope[entry.body.scope].append(entry)
        if len(by_scope) < 2:
            continue
        chosen = [best(found) for _, found in sorted(by_scope.items())]
        listed = joined([_defined(entry) for entry in chosen])
        text = words("These differ by definition, not by error: {listed}.", listed=listed)
        yield finding("definition", "notice", "differ_by_definition", text, chosen)


def _defined(entry: FigureEntry) -> Words:
    """A figure with what it counts: titles of two definitions are often the same."""
    title, value = entry.body.title, stated(entry.body)
    if not (entry.body.definition.fr or entry.body.definition.en):
        return words("{title}: {value}", title=title, value=value)
    meant = Words(fr=entry.body.definition.fr.rstrip("."), en=entry.body.definition.en.rstrip("."))
    return words("{title}: {value} ({definition})", title=title, value=value, definition=meant)


def check_sources(figures: Figures) -> Iterator[Finding]:
    """One quantity under one definition, told by different sources."""
    for group in _alike(figures).values():
        by_scope: dict[str, dict[str, list[FigureEntry]]] = defaultdict(lambda: defaultdict(list))
        for entry in group:
            if not entry.body.repeats:
                by_scope[entry.body.scope][entry.statement.source].append(entry)
        for by_source in by_scope.values():
            voices = [best(found) for found in by_source.values()]
            for one, other in combinations(voices, 2):
                if _is_revision(one, other) or _is_part(one, other):
                    continue
                yield _compared(one, other)


def _compared(one: FigureEntry, other: FigureEntry) -> Finding:
    numbers: dict[str, Words | str] = {
        "title": one.body.title,
        "one": stated(one.body),
        "other": stated(other.body),
        "one_source": one.statement.source,
        "other_source": other.statement.source,
    }
    told = "{title}: {one} ({one_source}) and {other} ({other_source}) "
    here, there = interval(one.body), interval(other.body)
    if here == there and one.body.exclusions == other.body.exclusions:
        return finding(
            "sources", "agrees", "agree", words(told + "agree.", **numbers), [one, other]
        )
    if set(one.body.exclusions) != set(other.body.exclusions):
        left_out = set(one.body.exclusions) ^ set(other.body.exclusions)
        text = words(
            told + "differ by what is left out: {left_out}.",
            **numbers,
            left_out=tuple(sorted(left_out)),
        )
        return finding("exclusion", "notice", "differ_by_exclusion", text, [one, other])
    if here.meets(there):
        text = words(told + "overlap.", **numbers)
        return finding("sources", "notice", "overlap", text, [one, other])
    text = words(told + "contradict each other under one definition.", **numbers)
    return finding(
        "sources", "warning", "contradict", text, [one, other],
        stated=one.body.value, computed=other.body.value,
    )  # fmt: skip


def check_exclusions(figures: Figures, claims: Sequence[Entry[Claim]]) -> Iterator[Finding]:
    """Totals that leave a case out for which there are claims: what would change if it were in."""
    for found in figures.values():
        entry = best(found)
        for excluded in entry.body.exclusions:
            told = [
                claim
                for claim in claims
                if claim.body.case == excluded and claim.body.about == "killed"
            ]
            told.sort(key=lambda claim: claim.body.value or 0)
            valued = [claim for claim in told if claim.body.value is not None]
            if not valued:
                continue
            text = words(
                "{title}: {value} leaves out {case}, for which claims of people killed go from "
                "{low} to {high}.",
                title=entry.body.title, value=stated(entry.body),
                case=excluded.partition(":")[2].capitalize(),
                low=_claimed(valued[0]), high=_claimed(valued[-1]),
            )  # fmt: skip
            made = finding("exclusion", "notice", "leaves_out", text, [entry])
            yield _also_citing(made, told)


def check_stale(figures: Figures, as_of: date | None) -> Iterator[Finding]:
    """Series whose publisher stopped, that repeat one number, or that have had no word for long."""
    for series in _series(figures).values():
        last = series[-1]
        repeated = _repeated(series)
        if last.body.stopped_on is not None:
            text = words(
                "{title}: {value} is stale: the publisher stopped updating it in {stopped}.",
                title=last.body.title, value=stated(last.body),
                stopped=Dated(last.body.stopped_on),
            )  # fmt: skip
            yield finding("stale", "warning", "stopped", text, [last, *repeated])
        elif len(repeated) > 1:
            text = words(
                "{title}: the same number, {value}, for {count} periods: carried forward?",
                title=last.body.title, value=stated(last.body), count=len(repeated),
            )  # fmt: skip
            yield finding("stale", "warning", "repeated", text, [last, *repeated])
        elif as_of is not None and (gap := _silent_days(series, as_of)):
            text = words(
                "{title}: no newer value in the record; the last one is {days} days old.",
                title=last.body.title, days=gap,
            )  # fmt: skip
            yield finding("stale", "notice", "silent", text, [last])


def _silent_days(series: list[FigureEntry], as_of: date) -> int:
    """Days since the last period, if that is longer than twice the series' usual step, else 0."""
    ends = [last_moment(entry.body.period_to or "1970").date() for entry in series]
    steps = sorted((later - earlier).days for earlier, later in pairwise(ends))
    if len(steps) < 2:
        return 0
    usual = steps[len(steps) // 2]
    silent = (as_of - ends[-1]).days
    return silent if silent > 2 * usual + 31 else 0


def _repeated(series: list[FigureEntry]) -> list[FigureEntry]:
    """The last periods of a series that all say the same number (of at least four digits)."""
    value = series[-1].body.value
    same: list[FigureEntry] = []
    for entry in reversed(series):
        if entry.body.value != value:
            break
        same.append(entry)
    long = value is not None and abs(value) >= 1000
    return same if long and len(same) > 1 else []


def _series(figures: Figures) -> dict[tuple[str, ...], list[FigureEntry]]:
    """Figures of one quantity, place, definition and source, by period."""
    gathered: dict[tuple[str, ...], dict[str, list[FigureEntry]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for found in figures.values():
        for entry in found:
            body = entry.body
            if body.period_to is not None:
                key = (body.quantity, body.place, body.scope, body.unit, entry.statement.source)
                gathered[key][body.period_to].append(entry)
    return {
        key: [
            best(found)
            for _, found in sorted(periods.items(), key=lambda pair: last_moment(pair[0]))
        ]
        for key, periods in gathered.items()
    }


def _alike(figures: Figures) -> dict[tuple[object, ...], list[FigureEntry]]:
    """Figures about one quantity, place, unit and period."""
    gathered: dict[tuple[object, ...], list[FigureEntry]] = defaultdict(list)
    for found in figures.values():
        for entry in found:
            body = entry.body
            key = (body.quantity, body.place, body.unit, body.period_from, body.period_to)
            gathered[key].append(entry)
    return gathered


def _claimed(claim: Entry[Claim]) -> Words:
    return bounded(claim.body.bound, Amount(float(claim.body.value or 0)))


def _is_revision(one: FigureEntry, other: FigureEntry) -> bool:
    """Whether one replaces the other: that is a revision, and no contradiction."""
    final = {"final", "revised"}
    return (one.body.status in final) != (other.body.status in final)


def _is_part(one: FigureEntry, other: FigureEntry) -> bool:
    return any(
        this.body.derived is not None and that.statement.subject in this.body.derived.of
        for this, that in ((one, other), (other, one))
    )


def _also_citing(made: Finding, claims: list[Entry[Claim]]) -> Finding:
    return replace(made, cited=(*made.cited, *(cite(claim.statement) for claim in claims)))


def _stopped(text: Words) -> Words:
    return Words(fr=f"{text.fr}.", en=f"{text.en}.")
