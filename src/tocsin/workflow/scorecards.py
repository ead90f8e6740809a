"""Scorecards of warnings: a problem's rules replayed and judged, or how warnings were answered.

Every run is logged twice, before it begins (the rules frozen by their hash) and when it is done
(with the hash of what it found). Each line of the log holds the hash of the line before, and no
scorecard is ever written over.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tocsin.errors import UsageError
from tocsin.policy import Reader
from tocsin.tables.months import first_day, last_day, last_known_month, month_text, parse_month
from tocsin.tables.statements import Statement
from tocsin.tables.when import last_moment
from tocsin.workflow.judged import keep_scorecard

if TYPE_CHECKING:
    from tocsin.language import Lang
    from tocsin.reports.parts import Report
    from tocsin.warning.problems import Problem
    from tocsin.warning.rulebook import Rulebook
    from tocsin.warning.standing import Standing

DOSSIERS = ("mali",)
LOG = "runs.jsonl"
RECONSTRUCTION = "reconstruction: later releases, cut each month at what was known"


def scorecards(
    problems: Sequence[str],
    first: str,
    last: str,
    out: Path,
    *,
    area: str = "",
    rules: Path | None = None,
    dossiers: Sequence[str] = DOSSIERS,
    langs: Sequence[Lang] = ("fr", "en"),
) -> list[dict[str, Any]]:
    """The scorecard of each problem (of every one, if none is named), written to `out`.

    Raises
    ------
    UnknownName, if there is no such problem.  UsageError, if the period makes no sense.
    """
    from tocsin.workflow.watchkeeping import rulebook

    book = rulebook(rules)
    start, end = _period(first, last)
    for name in problems:
        book.problem(name)
    names = list(problems) or list(book.problems)
    held: dict[str, Any] = {}  # what several problems share is read once
    return [
        _logged(
            out, book, name, (start, end), area, langs,
            _judge(book, name, start, end, area, dossiers, held),
        )
        for name in names
    ]  # fmt: skip


def responses(
    first: str, last: str, out: Path, *, langs: Sequence[Lang] = ("fr", "en")
) -> dict[str, Any]:
    """How the warnings of this ledger were answered in a period, written to `out`."""
    from tocsin.warning.responding import response_metrics
    from tocsin.workflow.watchkeeping import rulebook

    start, end = _period(first, last)
    now = datetime.now(UTC)
    found, alerts = _answered(now)
    metrics = response_metrics(
        found, alerts, _begin(start), last_moment(last_day(end).isoformat()), now
    )
    result = {
        "kind": "responses",
        "problem": "responses",
        "title": {"fr": "Réponse aux alertes", "en": "Response to warnings"},
        "responses": metrics,
    }
    return _logged(out, rulebook(), "responses", (start, end), "", langs, lambda: result)


def _period(first: str, last: str) -> tuple[int, int]:
    start, end = parse_month(first), parse_month(last)
    if start > end:
        raise UsageError("the scorecard ends before it begins", remedy="Give --from before --to.")
    return start, end


def _begin(month: int) -> datetime:
    return datetime.combine(first_day(month), datetime.min.time(), UTC)


def _judge(
    book: Rulebook,
    name: str,
    start: int,
    end: int,
    area: str,
    dossiers: Sequence[str],
    held: dict[str, Any],
) -> Any:
    """What judges a problem, once its rules have been frozen in the log."""
    from tocsin.warning.learning import counted

    problem = book.problems[name]
    if problem.outcome.unscored.en:
        return lambda: _unscored(problem)
    if counted(problem):
        return lambda: _counted(book, name, start, end, area, held)
    return lambda: _stated(book, name, start, end, dossiers, held)


def _unscored(problem: Problem) -> dict[str, Any]:
    from tocsin.warning.explaining import both

    return {"kind": "unscored", "reason": both(problem.outcome.unscored)}


def _counted(
    book: Rulebook, name: str, start: int, end: int, area: str, held: dict[str, Any]
) -> dict[str, Any]:
    from tocsin.warning.scorecard import replay_rules
    from tocsin.warning.tallying import summary, worst_misses
    from tocsin.workflow.evidence import counts_known, events_known, gather, monthly_clocks
    from tocsin.workflow.words import countries_of

    problem, today = book.problems[name], datetime.now(UTC).date()
    if "evidence" not in held:
        longest = max(each.window_months for each in book.problems.values())
        known = min(end + longest, last_known_month(today))
        counts = counts_known(today, reconstruct=True, last=known)
        events = events_known(today, reconstruct=True)
        clocks = monthly_clocks(start, min(end, known))
        held["evidence"] = gather((), clocks[-1], book, counts, clocks, events)
    found = replay_rules(book, name, held["evidence"], start)
    within = frozenset(countries_of(area)) if area else frozenset()
    days, basis = _days_to_decision(book)
    return {
        "kind": "counted",
        "area": area,
        "decided_after_basis": basis,
        **summary(problem, found, days, within),
        "worst_misses": worst_misses(problem, found, within),
    }


def _stated(
    book: Rulebook,
    name: str,
    start: int,
    end: int,
    dossiers: Sequence[str],
    held: dict[str, Any],
) -> dict[str, Any]:
    from tocsin.warning.stated import stated_scorecard
    from tocsin.workflow.evidence import counts_known, gather

    if "told" not in held:
        statements = _told(dossiers)
        today = datetime.now(UTC).date()
        counts = counts_known(today, reconstruct=True)
        clocks = tuple(
            last_moment(last_day(month).isoformat()) for month in range(start - 12, end + 1)
        )
        held["told"] = gather(statements, clocks[-1], book, counts, clocks)
    return {
        "kind": "stated",
        "dossiers": list(dossiers),
        "cases": stated_scorecard(book, name, held["told"], _begin(start)),
    }


def _told(dossiers: Sequence[str]) -> list[Statement]:
    from tocsin.dossiers import dossier_folder, require_dossier

    return [one for name in dossiers for one in require_dossier(dossier_folder(name)).statements]


def _answered(now: datetime) -> tuple[list[Standing], list[Statement]]:
    """The real warnings of this ledger, and the alerts from the field."""
    from tocsin.workflow.record_keeping import open_ledger
    from tocsin.workflow.watchkeeping import read_standings

    ledger = open_ledger()
    try:
        reader = Reader(ledger.org)
        found = read_standings(ledger, reader, now).values()
        alerts = list(ledger.view(reader, known_at=now).each("alert"))
        return [each for each in found if not each.is_exercise], alerts
    finally:
        ledger.close()


def _days_to_decision(book: Rulebook) -> tuple[float, str]:
    """Days that a decision takes: the median of this ledger, else what an alert's clock allows."""
    from tocsin.warning.responding import median_days_to_decision

    found, _ = _answered(datetime.now(UTC))
    taken = median_days_to_decision(found)
    if taken is not None:
        return taken, "ledger"
    clock = book.clocks.of("alert", book.clocks.chain[0])
    return round((clock.acknowledge + clock.decide) / 24, 2), "clocks"


def _logged(
    out: Path,
    book: Rulebook,
    name: str,
    months: tuple[int, int],
    area: str,
    langs: Sequence[Lang],
    judge: Any,
) -> dict[str, Any]:
    """Freeze the rules in the log, judge, write the files, log what was found."""
    own = book.hash_for(name) if name in book.problems else ""
    began = datetime.now(UTC)
    span = [month_text(month) for month in months]
    common = {
        "problem": name, "months": span, "area": area, "rules": book.hash, "rules_of_problem": own,
    }  # fmt: skip
    before = [line for line in read_log(out) if line["event"] == "frozen"]
    _log(out, {"event": "frozen", "at": began.isoformat(timespec="seconds"), **common})
    problem = book.problems.get(name)
    result: dict[str, Any] = {
        **common,
        "run_at": began.isoformat(timespec="seconds"),
        "basis": RECONSTRUCTION,
        **({} if problem is None else _titles(problem)),
        "runs": _runs_before(before, name, own),
        **judge(),
        "months": span,
    }
    stamp = began.strftime("%Y%m%dT%H%M%S")
    folder = out / "-".join(filter(None, (name, area, *span, (own or book.hash)[:8], stamp)))
    folder.mkdir(parents=True, exist_ok=False)
    written = _write(folder, result, langs)
    _log(
        out,
        {
            "event": "scored", "at": datetime.now(UTC).isoformat(timespec="seconds"), **common,
            "folder": folder.name, "sha256": {path.name: _digest(path) for path in written},
        },
    )  # fmt: skip
    keep_scorecard(result)
    return result | {"folder": str(folder)}


def report_on(found: Mapping[str, Any], lang: Lang) -> Report:
    """A scorecard laid out in one language, as its files hold it."""
    from tocsin.reports import lay_out_scorecard

    return lay_out_scorecard(found, _country_names(lang), lang)


def _titles(problem: Problem) -> dict[str, Any]:
    from tocsin.warning.explaining import both

    return {"title": both(problem.title), "outcome": both(problem.outcome.text)}


def _runs_before(before: Iterable[Mapping[str, Any]], name: str, own: str) -> dict[str, int]:
    same = [line["rules_of_problem"] == own for line in before if line["problem"] == name]
    return {"with_these_rules": sum(same), "with_other_rules": len(same) - sum(same)}


def _write(folder: Path, result: Mapping[str, Any], langs: Sequence[Lang]) -> list[Path]:
    from tocsin.reports import lay_out_scorecard, render_html, render_pdf

    made = {"scorecard.json": json.dumps(result, ensure_ascii=False, indent=2).encode()}
    made["figures.csv"] = _csv(["figure", "value"], _flat(result))
    for name, rows in (
        ("worst-misses.csv", result.get("worst_misses")),
        ("cases.csv", result.get("cases", {}).get("cases")),
    ):
        if rows:
            made[name] = _csv([*rows[0]], [[_plain(each) for each in row.values()] for row in rows])
    for lang in langs:
        report = lay_out_scorecard(result, _country_names(lang), lang)
        made[f"scorecard.{lang}.html"] = render_html(report)
        made[f"scorecard.{lang}.pdf"] = render_pdf(report)
    for name, content in made.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in made]


def _country_names(lang: Lang) -> dict[str, str]:
    from tocsin import geo

    return {each.iso3: each.name_fr if lang == "fr" else each.name_en for each in geo.countries()}


def _flat(value: Any, name: str = "") -> list[list[Any]]:
    """Every figure under its dotted name; lists of rows have files of their own."""
    if isinstance(value, Mapping):
        return [
            row
            for key, inner in value.items()
            for row in _flat(inner, f"{name}.{key}" if name else str(key))
        ]
    if isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        if name.endswith(("worst_misses", "cases")):
            return []
        return [row for i, each in enumerate(value) for row in _flat(each, f"{name}.{i}")]
    return [[name, _plain(value)]]


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return value.get("en", "")
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else value


def _csv(heads: Sequence[str], rows: Iterable[Iterable[Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows(rows)
    return text.getvalue().encode()


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def read_log(out: Path) -> list[dict[str, Any]]:
    """The log of a folder of scorecards.

    Raises
    ------
    UsageError, if a line was changed or taken out since it was written.
    """
    path = out / LOG
    if not path.is_file():
        return []
    found, before = [], ""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        entry = json.loads(line)
        if entry.get("before", "") != before:
            raise UsageError(
                "the log of scorecards was changed at line {number}",
                where=str(path),
                remedy="Restore it from a backup, or write to another folder.",
                number=number,
            )
        found.append(entry)
        before = sha256(line.encode()).hexdigest()
    return found


def _log(out: Path, entry: dict[str, Any]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    path = out / LOG
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    before = sha256(lines[-1].encode()).hexdigest() if lines else ""
    with path.open("a", encoding="utf-8") as log:
        log.write(json.dumps({**entry, "before": before}) + "\n")
