"""From assessments to statements: open, raise, lower, renew, expire; one warning a subject.

Identity is the label set (problem, about): while a warning is open nothing opens a second one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

import msgspec

from tocsin.tables.bodies import Words
from tocsin.tables.kinds.warnings import WarningVersion
from tocsin.tables.months import last_day, month_of
from tocsin.tables.statements import Statement
from tocsin.tables.when import last_moment, moment_text
from tocsin.warning.abouts import About
from tocsin.warning.assessing import Assessment
from tocsin.warning.evidence import Evidence
from tocsin.warning.outcomes import outcome_of
from tocsin.warning.problems import Problem, rank
from tocsin.warning.rulebook import Rulebook
from tocsin.warning.standing import Standing, known, silenced
from tocsin.warning.steps import Author, close, next_version, statement_of, supersede

# Counts of a window's last month come some twenty days later; after this, unknown stays unknown.
PATIENCE = timedelta(days=60)


@dataclass(frozen=True)
class Raising:
    """The rules, the clock and who writes."""

    book: Rulebook
    now: datetime
    author: Author
    learned: Mapping[tuple[str, str], tuple[float, float]]  # (problem, level) → likelihood
    silences: Sequence[Statement] = ()
    on_silenced: Callable[[Assessment], object] = field(default=lambda _: None)
    ended: Sequence[Standing] = ()  # warnings that are closed

    def answered(self, each: Assessment) -> bool:
        """Whether a person has closed a warning on this very evidence, at no lower a level.

        What the rules go on saying of it says nothing new; a new report, a new release or a higher
        level does.
        """
        said = {name for one in each.firings for name in (*one.statements, *one.snapshots)}
        return any(
            rank(each.level) <= max(rank(version.body.level) for version in one.versions)  # type: ignore[attr-defined]
            and said <= evidence_of(one)
            for one in self._closed_by_hand.get((each.problem, each.about.id), ())
        )

    def new_subject(self, each: Assessment) -> str:
        """A warning's subject: problem, about, day; and a number where that day had one before."""
        name = each.about.id.replace(":", "-")
        subject = f"warning:{each.problem}/{name}/{self.now.date().isoformat()}"
        number, taken = 1, subject
        while taken in self._taken:
            number += 1
            taken = f"{subject}.{number}"
        return taken

    @cached_property
    def _closed_by_hand(self) -> Mapping[tuple[str, str], list[Standing]]:
        found: dict[tuple[str, str], list[Standing]] = {}
        for one in self.ended:
            if one.closure is not None and one.closure.body.how == "closed":  # type: ignore[attr-defined]
                found.setdefault((one.body.problem, one.body.about), []).append(one)
        return found

    @cached_property
    def _taken(self) -> frozenset[str]:
        return frozenset(one.subject for one in self.ended)

    @property
    def source(self) -> str:
        """Whose word a raised warning is: the rules', by the hash of their texts."""
        return f"tocsin rules {self.book.hash[:12]}"

    def silences_now(self, each: Assessment) -> bool:
        """Whether nothing new is raised on this: an analyst has silenced it until a date."""
        area = each.about.area or each.about.country
        return silenced(self.silences, each.problem, area, self.now) is not None

    def likelihood(self, problem: str, level: str) -> tuple[float, float, str]:
        """Low, high, and whether it was learned or stated."""
        if (found := self.learned.get((problem, level))) is not None:
            return (*found, "learned")
        stated = self.book.problems[problem].levels[level].likelihood  # type: ignore[index]
        return (*stated, "stated")


def settle(
    raising: Raising,
    assessments: Iterable[Assessment],
    open_now: Sequence[Standing],
    evidence: Evidence,
) -> Iterator[Statement]:
    """Statements that bring the open warnings into line with what the rules say now."""
    said = {(each.problem, each.about.id): each for each in assessments}
    running = {(held.body.problem, held.body.about): held for held in open_now}
    cover = _covers(raising, said, running)
    for key, each in sorted(said.items()):
        held = running.get(key)
        if held is not None and (ended := list(_ended(raising, held, running, evidence))):
            yield from ended  # the next pass opens it again, if the rules still say so
        elif held is not None:
            yield from _renewed(raising, held, each, cover.get(key, ""))
        elif rank(each.level) >= rank(
            raising.book.problems[each.problem].opens_at
        ) and not raising.answered(each):
            if raising.silences_now(each):
                raising.on_silenced(each)
            else:
                yield _opened(raising, each, cover.get(key, ""))
    for key, held in sorted(running.items()):
        if key not in said:  # what it was about has gone: a camp that closed, an area that ended
            yield from _ended(raising, held, running, evidence, gone=True)


def evidence_of(held: Standing) -> frozenset[str]:
    """Ids of every statement and snapshot on which any version of a warning rests."""
    return frozenset(
        name
        for version in held.versions
        for one in version.body.firings  # type: ignore[attr-defined]
        for name in (*one.statements, *one.snapshots)
    )


def _covers(
    raising: Raising,
    said: Mapping[tuple[str, str], Assessment],
    running: Mapping[tuple[str, str], Standing],
) -> dict[tuple[str, str], str]:
    """Which warnings a larger one covers: its country's, by the same or by a named problem.

    One that is silenced, and so is not raised, covers nothing.
    """
    book, found = raising.book, {}
    for (problem, about), each in said.items():
        country = each.about.country
        if about == country:
            continue
        for larger in (problem, *book.problems[problem].inhibited_by):
            above = said.get((larger, country))
            opens = rank(book.problems[larger].opens_at)
            if above is None or rank(above.level) < max(opens, rank(each.level)):
                continue
            if (larger, country) in running or not raising.silences_now(above):
                found[problem, about] = f"{larger}/{country}"
                break
    return found


def _opened(raising: Raising, each: Assessment, covered_by: str) -> Statement:
    problem = raising.book.problems[each.problem]
    subject = raising.new_subject(each)
    body = _body(raising, each, problem, covered_by)
    evidence = tuple(dict.fromkeys(name for one in each.firings for name in one.statements))
    return statement_of(
        body, subject, raising.now, raising.author,
        source=raising.source, release=problem.release, derived_from=evidence,
        key=f"{subject}|version 1",
    )  # fmt: skip


def _body(
    raising: Raising, each: Assessment, problem: Problem, covered_by: str = ""
) -> WarningVersion:
    assert each.level is not None
    now = moment_text(raising.now)
    low, high, basis = raising.likelihood(each.problem, each.level)
    month = month_of(raising.now.date())
    return WarningVersion(
        problem=each.problem,
        about=each.about.id,
        title=_title(problem, each.about),
        level=each.level,
        state="issued" if problem.issue == "by_itself" else "draft",
        area=each.about.area,
        country=each.about.country,
        window_from=raising.now.date().isoformat(),
        window_to=last_day(month + problem.window_months).isoformat(),
        clock_from=now,
        likelihood_low=low,
        likelihood_high=high,
        likelihood_basis=basis,  # type: ignore[arg-type]
        severity=problem.severity,
        confidence=each.confidence,
        confidence_why=each.confidence_why,
        firings=each.firings,
        not_known=each.not_known,
        rules=raising.book.hash,
        addressees=problem.addressees,
        opportunity=problem.opportunity,
        covered_by=covered_by,
    )


def _title(problem: Problem, about: About) -> Words:
    return Words(f"{problem.title.fr} : {about.name.fr}", f"{problem.title.en}: {about.name.en}")


def _renewed(raising: Raising, held: Standing, each: Assessment, cover: str) -> Iterator[Statement]:
    """A new version where the level or the indicators changed, or a larger warning fell away.

    A warning that lost its cover asks for itself: its clock starts. One that asks already is not
    covered afterwards.
    """
    if each.level is None:
        return  # the level was left; the warning runs to the end of its window
    old, problem = held.body, raising.book.problems[each.problem]
    uncovered = bool(old.covered_by) and not cover
    change = "uncovered" if uncovered else _change(old, each)
    if not change:
        return
    fresh = _body(raising, each, problem)
    clock = fresh.clock_from if change in ("raised", "uncovered") else old.clock_from
    body = msgspec.structs.replace(
        fresh,
        version=old.version + 1,
        state=old.state,
        change=change,
        window_from=old.window_from,
        window_to=fresh.window_to if change in ("raised", "uncovered") else old.window_to,
        clock_from=clock,
        covered_by=cover if old.covered_by else "",
    )
    yield next_version(held, body, raising.author, raising.now, raising.source)


def _change(old: WarningVersion, each: Assessment) -> str:
    now, before = rank(each.level), rank(old.level)
    if now != before:
        return "raised" if now > before else "lowered"
    names = {one.indicator for one in old.firings}
    return "evidence" if {one.indicator for one in each.firings} != names else ""


def _ended(
    raising: Raising,
    held: Standing,
    running: Mapping[tuple[str, str], Standing],
    evidence: Evidence,
    gone: bool = False,
) -> Iterator[Statement]:
    """Close by itself what was decided and is over; what nobody decided stays on the board.

    A warning that a larger one covered to the end goes with the decision on that one.
    """
    if held.decided is None:
        yield from _superseded(raising, held, running)
        return
    outcome, behind = outcome_of(
        raising.book.problems[held.body.problem],
        held.body,
        known(held.versions[0]),
        raising.now,
        evidence,
    )
    end = last_moment(held.body.window_to)
    over = end < raising.now and (outcome != "unknown" or end + PATIENCE < raising.now)
    if not (over or gone):
        return
    if gone and outcome == "unknown" and raising.book.problems[held.body.problem].where.kind:
        outcome = "did_not_occur"  # it ended otherwise: the harm can no longer come to it
    words = {
        "occurred": Words("Le mal annoncé est survenu.", "The harm warned of came."),
        "did_not_occur": Words(
            "La fenêtre est passée sans le mal annoncé.", "The window passed without the harm."
        ),
    }.get(outcome, Words("La zone n’a pas été observée.", "The area was not observed."))
    yield close(
        held,
        raising.author,
        raising.now,
        outcome,
        words,
        how="expired",
        statements=tuple(behind),
    )


def _superseded(
    raising: Raising, held: Standing, running: Mapping[tuple[str, str], Standing]
) -> Iterator[Statement]:
    """A covered warning whose window is over, once its larger one has been decided."""
    if not held.body.covered_by or last_moment(held.body.window_to) >= raising.now:
        return
    problem, _, country = held.body.covered_by.partition("/")
    larger = running.get((problem, country))
    if larger is not None and larger.decided is not None and not larger.body.covered_by:
        yield supersede(held, larger, raising.author, raising.now)
