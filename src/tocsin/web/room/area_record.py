"""What the record says of a place: warnings with their indicators, actors, timeline, coverage."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from tocsin.web.room.area_months import coverage_rows
from tocsin.web.room.asking import Asked
from tocsin.web.room.citing import Sources
from tocsin.web.room.folding import folded
from tocsin.web.room.marking import level_mark, measured

YEAR = timedelta(days=365)
WARNINGS, MOMENTS, ACTORS, INDICATORS = 6, 12, 24, 10  # shown; the rest is on its own page
WEEKS = 12


def told(asked: Asked, ground: Any, sources: Sources) -> dict[str, Any]:
    """Everything that a reader may see of a place in the record."""
    from tocsin.workflow.record_reading import Question, has_record

    open_here = _open_here(asked, ground)
    question = Question(asked.reader, asked.day.isoformat())
    held = question if ground.countries and has_record() else None
    return {
        "open_here": folded(open_here),
        "measured": measured,
        "indicators": folded(_indicators(asked, open_here[:WARNINGS], sources), INDICATORS),
        "moments": _moments(asked, ground, sources, held),
        "names": _names(asked, ground, held),
        "strip": strip_folded(coverage_rows(asked, ground.unit_id, WEEKS), asked),
        "weeks": WEEKS,
    }


def _open_here(asked: Asked, ground: Any) -> list[dict[str, Any]]:
    from tocsin.workflow import watchkeeping

    def here(unit: str) -> bool:
        if ground.level == "region":
            return unit.partition(".")[0] in ground.countries
        wanted = ground.unit_id
        if ground.level == "priogrid":  # a warning is of an area: that which the cell lies in
            wanted = ground.trail[-2][0] if len(ground.trail) > 1 else ""
        return unit == wanted or unit.startswith(wanted + ".")

    return [
        one | {
            "title": one[f"title_{asked.lang}"],
            "address": asked.to(f"/warnings/{one['id']}"),
            "mark": level_mark(one["level"], one["opportunity"], asked),
        }
        for one in watchkeeping.duty(asked.as_of_moment, asked.reader) if here(str(one["area"]))
    ]  # fmt: skip


def _indicators(
    asked: Asked, warnings: list[dict[str, Any]], sources: Sources
) -> list[dict[str, Any]]:
    """What fired behind the open warnings: its value, its threshold, its evidence; each once."""
    from tocsin.workflow import watchkeeping

    found: dict[tuple[str, str], dict[str, Any]] = {}
    for warning in warnings:
        shown = watchkeeping.show(warning["id"], asked.as_of_moment, asked.reader)
        for each in shown["firings"]:
            cited = [
                SimpleNamespace(statement=one["id"], source=one["source"], grade=one["grade"],
                                known_at=one["known_at"])
                for one in each["statements"]
            ]  # fmt: skip
            title = each["title"][asked.lang]
            found.setdefault((title, each.get("area", "")), {
                "title": title, "area": placed(each.get("area", ""), asked),
                "value": each.get("value"),
                "threshold": each.get("threshold"), "marks": sources.marks(cited),
                "snapshots": [(one.get("id", ""), asked.to("/sources")) for one in
                              each["snapshots"]],
                "warning": warning["address"],
            })  # fmt: skip
    return list(found.values())


def _moments(asked: Asked, ground: Any, sources: Sources, question: Any) -> list[dict[str, Any]]:
    """What became known of its countries in the year before the clock, the newest first."""
    from tocsin.knowledge.scope import about_countries
    from tocsin.knowledge.timeline import learned

    if question is None:
        return []
    held = about_countries(question.held, ground.countries)
    moments = list(reversed(learned(held, asked.day - YEAR, question.known_by)))[:MOMENTS]
    return [
        {"on": one.on, "text": one.text.in_(asked.lang), "mark": sources.mark(one.cited),
         "grade": one.cited.grade}
        for one in moments
    ]  # fmt: skip


def _names(asked: Asked, ground: Any, question: Any) -> list[tuple[str, str]]:
    """Who is in the record of its countries: name and address."""
    from tocsin.tables.kinds import Actor
    from tocsin.workflow import record_reading

    if question is None:
        return []
    homes = {
        one.subject for one in question.held
        if isinstance(one.body, Actor) and set(one.body.countries) & set(ground.countries)
    }  # fmt: skip
    known = record_reading.actors(question).identities
    named = [
        (known[one].name.in_(asked.lang), asked.to(f"/actors/{one}")) for one in homes
        if one in known
    ]  # fmt: skip
    return sorted(named, key=lambda one: one[0].casefold())[:ACTORS]


def strip(rows: list[dict[str, Any]], asked: Asked) -> list[dict[str, Any]]:
    """Coverage as lines: an area, and a mark with its words for each week."""
    styles = {"observed": "yes", "partly": "yes", "could_not_observe": "cannot",
              "not_asked": "cannot", "no_report": "cannot"}  # fmt: skip
    lines: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        state = {"partly": "partly observed"}.get(row["state"], row["state"].replace("_", " "))
        words = asked.say(state)
        if row["reason"]:
            words += f" ({asked.say(row['reason'].split(',')[0].replace('_', ' '))})"
        lines.setdefault(row["area"], []).append(
            {"style": styles[row["state"]], "said": f"{row['week']}{asked.colon} {words}"}
        )

    return [
        {"name": _named(unit, asked), "weeks": weeks,
         "seen": sum(one["style"] == "yes" for one in weeks), "of": len(weeks)}
        for unit, weeks in lines.items()
    ]  # fmt: skip


def strip_folded(rows: list[dict[str, Any]], asked: Asked) -> tuple[list[Any], list[Any]] | None:
    """Coverage as lines, where least was seen first: the first few, and the rest; None of none."""
    lines = sorted(strip(rows, asked), key=lambda one: (one["seen"], one["name"]))
    return folded(lines) if lines else None


def _named(unit: str, asked: Asked) -> str:
    """An area by its name; what is no area by what it is called."""
    from tocsin import geo
    from tocsin.errors import TocsinError

    try:
        return geo.unit_name(unit, asked.lang)
    except TocsinError:
        return unit


def placed(unit: str, asked: Asked) -> str:
    """An area by its name, with its country; what is no area by what it is called."""
    country = unit.partition(".")[0]
    name = _named(unit, asked)
    return name if unit in (country, name) else f"{name}, {_named(country, asked)}"
