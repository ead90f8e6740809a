"""A warning on its page: the chain from evidence to decision, and the two clicks that answer it."""

from types import SimpleNamespace
from typing import Any, get_args

from tocsin.errors import UsageError
from tocsin.language import code_words, likelihood_span
from tocsin.tables.kinds.warnings import Decision, NoActionReason
from tocsin.tables.when import last_moment
from tocsin.warning.explaining import STEP_CODES, STEP_WORDS
from tocsin.web.room.area_record import placed
from tocsin.web.room.asking import Asked
from tocsin.web.room.citing import Sources
from tocsin.web.room.folding import levels_of
from tocsin.web.room.marking import clock_mark, day_words, level_mark, measured, span, window_words

REASONS: tuple[str, ...] = get_args(NoActionReason)
DECISIONS: tuple[str, ...] = get_args(Decision.__annotations__["decision"])


def warnings(asked: Asked) -> dict[str, Any]:
    """Every warning, closed ones too where asked for."""
    from tocsin.workflow import watchkeeping

    everything = asked.word("all") == "1"
    found = watchkeeping.warnings(asked.as_of_moment, asked.reader, everything=everything)
    lines = [
        one
        | {
            "title": one[f"title_{asked.lang}"],
            "mark": level_mark(one["level"], one["opportunity"], asked),
            "address": asked.to(f"/warnings/{one['id']}"),
        }
        for one in found
    ]
    return {
        "title": asked.say("Warnings"),
        "lines": lines,
        "levels": levels_of(lines),
        "everything": everything,
    }


def warning(asked: Asked, name: str) -> dict[str, Any]:
    """One warning whole."""
    from tocsin.workflow import watchkeeping

    found = watchkeeping.show(name, asked.as_of_moment, asked.reader)
    low, high, basis = found["likelihood"]
    word, chances = likelihood_span(low, high, asked.lang)
    sources = Sources(asked)
    due = last_moment(found["due"]) if found["due"] else None
    return {
        "title": found["title"][asked.lang],
        "found": found,
        "mark": level_mark(found["level"], found["opportunity"], asked),
        "where": placed(found["area"] or found["about"], asked),
        "window": window_words(found, asked.lang),
        "measured": measured,
        "word": word,
        "chances": " – ".join(dict.fromkeys(chances)),
        "basis": basis,
        "scale": (low * 100, high * 100),
        "clock": clock_mark(due, asked),
        "chain": _chain(found, asked),
        "firings": [_firing(each, asked, sources) for each in found["firings"]],
        "steps": [_step(one, asked) for one in found["steps"] if one["kind"] != "delivery"],
        "statement": next(
            (one["id"] for one in reversed(found["steps"]) if one["kind"] == "warning"), ""
        ),
        "may_act": _may_act(asked, found),
        "reasons": REASONS,
        "decisions": DECISIONS,
        "sources": sources,
    }


def _may_act(asked: Asked, found: dict[str, Any]) -> bool:
    """Whether this reader may answer now: the house's own stepper, at the present."""
    from tocsin.workflow.watchkeeping import STEPPERS

    return (
        asked.live
        and asked.role in STEPPERS
        and asked.is_own
        and found["state"] in ("issued", "acknowledged", "decided", "responded")
    )


def _chain(found: dict[str, Any], asked: Asked) -> list[dict[str, Any]]:
    """Evidence, indicators, judgement, warning, acknowledgement, decision, response, end."""
    behind = sum(len(each["statements"]) + len(each["snapshots"]) for each in found["firings"])
    low, high, _ = found["likelihood"]
    word, _ = likelihood_span(low, high, asked.lang)
    said = {step["kind"]: step for step in found["steps"]}
    done = [
        (asked.say_count(behind, "{count} piece of evidence", "{count} pieces of evidence"), ""),
        (asked.say_count(len(found["firings"]), "{count} indicator", "{count} indicators"),
         asked.say("{count} not known", count=len(found["not_known"]))),
        (asked.say("Judgement"), f"{word}, {asked.say(found['confidence'])}"),
        (asked.say("Warning, version {version}", version=found["version"]),
         _moment(said.get("warning"))),
    ]  # fmt: skip
    links: list[dict[str, Any]] = [
        {"name": name, "note": note, "state": "on"} for name, note in done
    ]
    waiting = True
    for kind, name in (
        ("acknowledgement", asked.say("Acknowledgement")), ("decision", asked.say("Decision")),
        ("response", asked.say("Response")), ("closure", asked.say("Closure")),
    ):  # fmt: skip
        step = said.get(kind)
        state = "on" if step else "now" if waiting else ""
        waiting = waiting and step is not None
        links.append({"name": name, "note": _moment(step), "state": state})
    return links


def _moment(step: dict[str, Any] | None) -> str:
    return f"{step['at'][:16].replace('T', ' ')}Z" if step else ""


def _firing(each: dict[str, Any], asked: Asked, sources: Sources) -> dict[str, Any]:
    """One row of the evidence: what fired, on whose word, since when known, and its grade."""
    cited = [
        SimpleNamespace(
            statement=one["id"], source=one["source"], grade=one["grade"], known_at=one["known_at"]
        )
        for one in each["statements"]
    ]
    newest = max((one.known_at for one in cited), default="")
    return each | {
        "title": each["title"][asked.lang],
        "note": each["note"][asked.lang],
        "where": placed(each["area"], asked) if each["area"] else "",
        "known": day_words(newest, asked.lang),
        "grades": list(dict.fromkeys(one.grade for one in cited)),
        "marks": sources.marks(cited),
    }


def _step(one: dict[str, Any], asked: Asked) -> dict[str, Any]:
    said = one["says"]
    told = [code_words(str(said[name]), asked.lang) for name in STEP_CODES if said.get(name)]
    if said.get("to_role"):
        told.append(f"{asked.say(said['from_role'])} → {asked.say(said['to_role'])}")
    words = [
        said[name].get(asked.lang) or next(iter(said[name].values()), "")
        for name in STEP_WORDS
        if isinstance(said.get(name), dict)
    ]
    return one | {
        "name": code_words(one["kind"], asked.lang),
        "told": ", ".join(told),
        "words": " ".join(words),
        "when": _moment(one),
        "late": span(one["written_late_hours"], asked),
        "by": _written_by(one["by"], asked),
    }


def _written_by(author: str, asked: Asked) -> str:
    """`ORG:ROLE` with the role in words."""
    org, _, role = author.partition(":")
    return f"{org} · {code_words(role, asked.lang)}" if role else org


def take(asked: Asked, name: str, step: str) -> str:
    """Take a step on a warning; the address of its page.

    Raises
    ------
    UsageError, if the clock is not the present, or the step may not be taken now.
    """
    from tocsin.warning import steps
    from tocsin.workflow import watchkeeping

    if not asked.live:
        raise UsageError(
            "nothing can be decided in the past", remedy="Go back to the present first."
        )
    note = asked.word("note")
    made = {
        "acknowledge": lambda held, who, now: steps.acknowledge(held, who, now, note),
        "decide": lambda held, who, now: steps.decide(
            held, who, now, _decision(asked), asked.word("reason"), asked.word("option"), note
        ),
        "dissent": lambda held, who, now: steps.dissent(held, who, now, _dissent(asked)),
        "respond": lambda held, who, now: steps.respond(
            held, who, now, asked.word("action"), asked.word("effect")
        ),
    }
    done = watchkeeping.take_step(name, made[step], reader=asked.reader)
    return f"/warnings/{done['id']}"


def _decision(asked: Asked) -> str:
    chosen = asked.word("decision")
    if chosen not in DECISIONS:
        raise UsageError("no decision was chosen", remedy="Choose one of the four.")
    return chosen


def _dissent(asked: Asked) -> str:
    if not asked.word("note"):
        raise UsageError("a dissent needs words", remedy="Say what you see otherwise.")
    return asked.word("note")
