"""Replays: the whole system driven through a period, with the clock held at each step.

A replay has a ledger of its own, made for it and thrown away, under a key of its own. What it
writes says that it is an exercise. At each step the watch sees what was known by then, no more.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tocsin.errors import UsageError
from tocsin.policy import Reader
from tocsin.tables.months import last_day, month_of, parse_day
from tocsin.tables.statements import Statement
from tocsin.tables.when import last_moment

if TYPE_CHECKING:
    from tocsin.ledger import Ledger
    from tocsin.warning.rulebook import Rulebook
    from tocsin.warning.standing import Standing

ORG = "tocsin"
DESKS = ("prompt", "silent")


def clocks_of(first: date, last: date, step: str) -> list[datetime]:
    """The first day, then the ends of months, or every seven days, and the last day.

    >>> [str(at.date()) for at in clocks_of(date(2023, 6, 30), date(2023, 8, 31), "month")]
    ['2023-06-30', '2023-07-31', '2023-08-31']
    """
    if step not in ("month", "week"):
        raise UsageError(
            "a replay cannot go by {step!r}", remedy="Choose month or week.", step=step
        )
    if first > last:
        raise UsageError("the replay ends before it begins", remedy="Give --from before --to.")
    days = [first]
    while days[-1] < last:
        day = days[-1]
        if step == "week":
            days.append(min(day + timedelta(days=7), last))
        else:
            end = last_day(month_of(day))
            days.append(min(end if end > day else last_day(month_of(day) + 1), last))
    return [last_moment(day.isoformat()) for day in days]


def replay(
    dossier: str,
    first: str,
    last: str,
    *,
    step: str = "month",
    desk: str = "prompt",
    reconstruct: bool = True,
    rules: Path | None = None,
    on_step: Callable[[str], object] | None = None,
) -> dict[str, Any]:
    """Drive the system through a period on a dossier and the store's counts; what it did.

    `desk`: `prompt` acknowledges and decides to monitor at once, so that warnings can be closed;
    `silent` never answers, so that clocks run out.

    Raises
    ------
    UnknownName, if there is no such dossier.  UsageError, if the period makes no sense.
    """
    from tocsin.dossiers import dossier_folder, require_dossier
    from tocsin.ledger import Ledger, Signer
    from tocsin.workflow.watchkeeping import rulebook

    if desk not in DESKS:
        raise UsageError("no desk is {desk}", remedy="Choose prompt or silent.", desk=desk)
    told = require_dossier(dossier_folder(dossier))
    clocks = clocks_of(parse_day(first), parse_day(last), step)
    book = rulebook(rules)
    with tempfile.TemporaryDirectory(prefix="tocsin-replay-", ignore_cleanup_errors=True) as folder:
        ledger = Ledger(Path(folder) / "ledger.db", ORG, Signer(os.urandom(32)))
        try:
            ledger.append(told.statements)
            return _driven(ledger, told.statements, book, clocks, desk, reconstruct, on_step) | {
                "dossier": dossier,
                "step": step,
                "desk": desk,
                "rules": book.hash,
                "exercise": True,
            }
        finally:
            ledger.close()


def _driven(
    ledger: Ledger,
    statements: Sequence[Statement],
    book: Rulebook,
    clocks: list[datetime],
    desk: str,
    reconstruct: bool,
    on_step: Callable[[str], object] | None,
) -> dict[str, Any]:
    from tocsin.warning.explaining import both
    from tocsin.warning.reviewing import misses, verdicts
    from tocsin.workflow.evidence import counts_known, events_known, gather, lessons_known
    from tocsin.workflow.watchkeeping import make_pass, read_standings

    countries = frozenset({_country_of(statements)})
    steps = []
    for now in clocks:
        if on_step is not None:
            on_step(now.date().isoformat())
        counts = counts_known(now.date(), reconstruct=reconstruct)
        events = events_known(now.date(), reconstruct=reconstruct)
        lessons = lessons_known(now.date(), book, reconstruct=reconstruct)
        written = make_pass(ledger, now, counts, book, True, countries, events, lessons)
        if desk == "prompt":
            _answer(ledger, now)
        steps.append(_step(ledger, now, written, book))
    reader = Reader(ORG)
    seen = list(ledger.view(reader, known_at=clocks[-1]).each())
    evidence = gather(seen, clocks[-1], book, counts, events=events, lessons=lessons)
    found = list(read_standings(ledger, reader, clocks[-1]).values())
    judged = verdicts(book, found, evidence)
    missed = misses(book, found, evidence, clocks[0], countries)
    tally = Counter(each.outcome for each in judged)
    scored = [each.brier for each in judged if each.brier is not None]
    return {
        "from": clocks[0].date().isoformat(),
        "to": clocks[-1].date().isoformat(),
        "countries": sorted(countries),
        "counts": {
            "held": bool(counts),
            "reconstructed": reconstruct,
            "last_known_month": counts_last(counts),
        },
        "steps": steps,
        "warnings": [asdict(each) for each in judged],
        "missed": [asdict(each) | {"name": both(each.name)} for each in missed],
        "score": {
            "hits": tally["occurred"],
            "false_alarms": tally["did_not_occur"],
            "not_yet_known": tally["unknown"],
            "misses": len(missed),
            "brier": round(sum(scored) / len(scored), 4) if scored else None,
        },
    }


def counts_last(counts: Any) -> str:
    """The last month that the counts hold, or nothing."""
    from tocsin.tables.months import month_text

    return max((month_text(held.last_month) for held in counts.values()), default="")


def _answer(ledger: Ledger, now: datetime) -> None:
    """The exercise's desk: it has every warning, and decides to monitor."""
    from tocsin.warning import steps
    from tocsin.warning.standing import open_warnings
    from tocsin.workflow.watchkeeping import read_standings

    officer = steps.Author(ORG, "duty-officer", exercise=True)
    decider = steps.Author(ORG, "decision-maker", exercise=True)
    said = []
    for held in open_warnings(read_standings(ledger, Reader(ORG), now)):
        if held.body.state == "issued" and held.decided is None:
            said.append(steps.acknowledge(held, officer, now))
            said.append(steps.decide(held, decider, now, "monitor"))
    if said:
        ledger.append(said)


def _step(
    ledger: Ledger, now: datetime, written: list[Statement], book: Rulebook
) -> dict[str, Any]:
    from tocsin.warning.standing import open_warnings
    from tocsin.workflow.watchkeeping import read_standings

    held = open_warnings(read_standings(ledger, Reader(ORG), now))
    warnings = [one for one in written if one.kind == "warning"]
    closed: list[Any] = [one for one in written if one.kind == "closure"]
    return {
        "clock": now.date().isoformat(),
        "opened": [_of(one) for one in warnings if _change(one) == "new"],
        "changed": [_of(one) for one in warnings if _change(one) != "new"],
        "closed": [
            {"id": _name(one), "how": one.body.how, "outcome": one.body.outcome,
             "evidence": list(one.body.statements)}
            for one in closed
        ],
        "escalations": sum(one.kind == "escalation" for one in written),
        "open": [_told(one, book) for one in held],
    }  # fmt: skip


def _change(one: Statement) -> str:
    return getattr(one.body, "change", "")


def _name(one: Statement) -> str:
    return one.subject.removeprefix("warning:")


def _of(one: Statement) -> dict[str, Any]:
    body: Any = one.body
    return {
        "id": _name(one),
        "level": body.level,
        "change": body.change,
        "title": {"fr": body.title.fr, "en": body.title.en},
        "because": [
            {"indicator": each.indicator, "title": {"fr": each.title.fr, "en": each.title.en},
             "statements": list(each.statements), "snapshots": list(each.snapshots)}
            for each in body.firings
        ],
    }  # fmt: skip


def _told(held: Standing, book: Rulebook) -> dict[str, Any]:
    body = held.body
    return {
        "id": held.id,
        "problem": body.problem,
        "about": body.about,
        "area": body.area,
        "level": body.level,
        "state": held.state,
        "likelihood": [body.likelihood_low, body.likelihood_high],
        "same_rules": body.rules == book.hash,
    }


def _country_of(statements: Sequence[Statement]) -> str:
    """The country that most of a dossier is about."""
    from tocsin.warning.evidence import Places

    places = Places(statements)
    named = Counter(
        country
        for one in statements
        for country in places.countries(one)
        if one.kind != "membership"
    )
    return named.most_common(1)[0][0] if named else ""
