"""The chain behind a warning: criteria, indicators, thresholds, statements, sources, steps."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec

from tocsin.errors import UnknownName
from tocsin.tables.bodies import Words
from tocsin.tables.kinds.warnings import Firing
from tocsin.tables.statements import Statement
from tocsin.tables.views import View
from tocsin.tables.when import last_moment
from tocsin.warning.problems import Problem
from tocsin.warning.rulebook import Rulebook
from tocsin.warning.standing import Standing

LATE = timedelta(minutes=10)
# What of a step is told: its codes, in this order, and then what was written in words.
STEP_CODES = (
    "change", "level", "decision", "option", "reason", "why", "outcome", "how", "effect",
)  # fmt: skip
STEP_WORDS = ("text", "action", "note")


def explain(
    held: Standing, book: Rulebook, seen: View, snapshots: Mapping[str, str]
) -> dict[str, Any]:
    """A warning down to its sources, as plain values with words in both languages.

    Parameters
    ----------
    seen : what the reader may see; statements hidden from them are counted as not shown
    snapshots : the lake's snapshots by id: title, publisher, release, licence
    """
    body = held.body
    problem = book.problems.get(body.problem)
    return {
        "id": held.id,
        "state": held.state,
        "level": body.level,
        "version": body.version,
        "title": both(body.title),
        "problem": body.problem,
        "about": body.about,
        "area": body.area,
        "window_from": body.window_from,
        "window_to": body.window_to,
        "likelihood": [body.likelihood_low, body.likelihood_high, body.likelihood_basis],
        "severity": both(body.severity),
        "confidence": body.confidence,
        "confidence_why": both(body.confidence_why),
        "opportunity": body.opportunity,
        "addressees": list(body.addressees),
        "marking": f"TLP:{held.current.tlp}",
        "exercise": "EXERCISE" in held.current.caveats,
        "rules": body.rules,
        "same_rules": body.rules == book.hash,
        "firings": [_firing(each, seen, snapshots) for each in body.firings],
        "not_known": [_title(name, book) for name in body.not_known],
        **_of_problem(problem, held),
        "steps": [_step(one, held) for one in steps_of(held)],
        "deliveries": deliveries(held),
    }


def steps_of(held: Standing) -> list[Statement]:
    """Every version and step of a warning in the order in which it became known."""
    found = [*held.versions, *(one for steps in held.steps.values() for one in steps)]
    return sorted(found, key=lambda one: (last_moment(one.known_at), one.id))


def both(words: Words) -> dict[str, str]:
    """Words in both languages as plain values."""
    return {"fr": words.in_("fr"), "en": words.in_("en")}


def _of_problem(problem: Problem | None, held: Standing) -> dict[str, Any]:
    """What the problem's file says; nothing where the rules no longer hold it."""
    if problem is None:
        return {}
    level = problem.levels[held.body.level]
    return {
        "harm": both(problem.harm),
        "to_whom": both(problem.to_whom),
        "entry": both(level.entry.text),
        "exit": both(level.exit.text) | {"after_days": level.exit.after_days},
        "change_our_mind": both(problem.change_our_mind),
        "alternatives": both(problem.alternatives),
        "scenarios": {
            name: both(getattr(problem.scenarios, name)) for name in ("best", "likely", "worst")
        },
        "options": [
            {
                "id": name,
                "text": both(option.text),
                "owner": option.owner,
                "lead_time_hours": option.lead_time_hours,
                "cost": option.cost,
                "do_no_harm": both(option.do_no_harm),
            }
            for name, option in problem.options.items()
        ],
        "outcome_rule": both(problem.outcome.text),
    }


def _firing(each: Firing, seen: View, snapshots: Mapping[str, str]) -> dict[str, Any]:
    shown, hidden = [], 0
    for name in each.statements:
        try:
            shown.append(_source(seen.statement(name)))
        except UnknownName:
            hidden += 1
    return {
        "indicator": each.indicator,
        "title": both(each.title),
        "rule": each.rule,
        "area": each.area,
        "value": each.value,
        "threshold": each.threshold,
        "unit": each.unit,
        "note": both(each.note),
        "reconstructed": each.reconstructed,
        "statements": shown,
        "not_shown": hidden,
        "snapshots": [{"id": name, "cited": snapshots.get(name, "")} for name in each.snapshots],
    }


def _source(one: Statement) -> dict[str, Any]:
    """A statement as a source: who said it, when it became known, its grade, what it says."""
    return {
        "id": one.id,
        "kind": one.kind,
        "subject": one.subject,
        "source": one.source,
        "grade": f"{one.reliability}{one.credibility}",
        "known_at": one.known_at,
        "valid_from": one.valid_from or "",
        "says": msgspec.to_builtins(one.body),
    }


def _title(name: str, book: Rulebook) -> dict[str, str]:
    rule = book.indicators.get(name)
    words = {"fr": name, "en": name} if rule is None else both(rule.title)
    return {"indicator": name} | words


def _step(one: Statement, held: Standing) -> dict[str, Any]:
    """A step with its moment and, where the node wrote it later than it was due, by how much."""
    late = timedelta(0)
    if one.recorded_at is not None:
        late = last_moment(one.recorded_at) - last_moment(one.known_at)
    return {
        "id": one.id,
        "kind": "void_closure" if one in held.steps.get("void_closure", ()) else one.kind,
        "at": one.known_at,
        "by": f"{one.origin}:{one.author}",
        "written_late_hours": round(late.total_seconds() / 3600, 1) if late > LATE else 0,
        "signature": one.signature[:24],
        "says": _says(one),
    }


def _says(one: Statement) -> dict[str, Any]:
    said: dict[str, Any] = msgspec.to_builtins(one.body)
    if one.kind == "warning":
        return {
            name: said[name] for name in ("level", "change", "version", "state") if name in said
        }
    return said


def deliveries(held: Standing) -> list[dict[str, Any]]:
    """What was sent to whom, the last word on each step, role and channel; never an address."""
    kinds = {one.id: one.kind for one in steps_of(held)}
    last: dict[tuple[str, str, str], dict[str, Any]] = {}
    for one in sorted(held.steps.get("delivery", ()), key=_stage):
        body: Any = one.body
        last[body.step, body.role, body.to] = {
            "role": body.role,
            "to": body.to,
            "channel": body.channel,
            "outcome": body.outcome,
            "detail": body.detail,
            "attempt": body.attempt,
            "at": one.known_at,
            "message": body.message,
            "step": body.step,
            "step_kind": kinds.get(body.step, "warning"),
        }
    return sorted(last.values(), key=lambda each: (each["at"], each["role"], each["to"]))


def _stage(one: Statement) -> tuple[Any, ...]:
    """The order of words on one message: attempt by attempt, intended and then its outcome."""
    body: Any = one.body
    if body.outcome == "withheld":
        return (last_moment(one.known_at), 0, 0)
    return (last_moment(one.known_at), body.attempt, body.outcome != "intended")
