"""The columns of every list as a table file: names for machines, titles, units, HXL tags."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from tocsin.language import Lang
from tocsin.tables.bodies import Words


@dataclass(frozen=True)
class Shown:
    """A column: its name for machines, its title (a template), what stands in it."""

    key: str
    title: str
    get: Callable[[Any, Lang], Any]
    unit: str = ""
    hxl: str = ""


def _is(name: str) -> Callable[[Any, Lang], Any]:
    def get(one: Any, lang: Lang) -> Any:
        found = getattr(one, name)
        if isinstance(found, Words):
            return found.in_(lang)
        if isinstance(found, tuple | list):
            return " ".join(map(str, found))
        return found if isinstance(found, str | int | float | None) else str(found)

    return get


_SUBJECT = Shown("subject", "Subject", _is("subject"), hxl="#meta+id")
_TITLE = Shown("title", "Title", _is("title"), hxl="#description")
_PLACE = Shown("place", "Place", _is("place"), hxl="#loc+code")
_STATUS = Shown("status", "Status", _is("status"), hxl="#status")
COLUMNS: dict[str, tuple[Shown, ...]] = {
    "statements": (
        Shown("id", "Statement", _is("id"), hxl="#meta+id"),
        Shown("kind", "Kind", _is("kind"), hxl="#meta+type"),
        Shown("subject", "Subject", _is("subject"), hxl="#subject+code"),
        Shown("known_at", "Known", _is("known_at"), hxl="#date+known"),
        Shown("valid_from", "Holds from", _is("valid_from"), hxl="#date+start"),
        Shown("valid_to", "Holds until", _is("valid_to"), hxl="#date+end"),
        Shown("source", "Source", _is("source"), hxl="#meta+source+name"),
        Shown("grade", "Grade", lambda one, _: f"{one.reliability}{one.credibility}",
              "A-F, 1-6", "#indicator+grade"),
        Shown("tlp", "Marking", lambda one, _: f"TLP:{one.tlp}", hxl="#meta+tlp"),
        Shown("says", "Content", lambda one, _: msgspec.json.encode(one.body).decode()),
    ),
    "figures": (
        _SUBJECT, _TITLE, _PLACE,
        Shown("from", "From", _is("period_from"), hxl="#date+start"),
        Shown("until", "Until", _is("period_to"), hxl="#date+end"),
        Shown("value", "Value", lambda one, _: one.shown.value, "as in `unit`",
              "#indicator+value+num"),
        Shown("low", "Low", lambda one, _: one.shown.low, "as in `unit`", "#indicator+low+num"),
        Shown("high", "High", lambda one, _: one.shown.high, "as in `unit`", "#indicator+high+num"),
        Shown("unit", "Unit", _is("unit"), hxl="#indicator+unit"),
        Shown("others", "Other voices", lambda one, _: len(one.others), "count"),
        Shown("findings", "Findings", lambda one, _: len(one.findings), "count"),
    ),
    "findings": (
        Shown("rule", "Rule", _is("rule"), hxl="#meta+rule"),
        Shown("severity", "Severity", _is("severity"), hxl="#severity"),
        Shown("text", "Text", _is("text"), hxl="#description"),
        Shown("stated", "Stated", _is("stated"), hxl="#indicator+stated+num"),
        Shown("computed", "Computed", _is("computed"), hxl="#indicator+computed+num"),
        Shown("subjects", "Subjects", _is("subjects"), hxl="#subject+code"),
    ),
    "actors": (
        _SUBJECT,
        Shown("name", "Name", _is("name"), hxl="#org+name"),
        Shown("short", "Short name", _is("short"), hxl="#org+acronym"),
        Shown("type", "Type", _is("type"), hxl="#org+type"),
        Shown("countries", "Countries", _is("countries"), "ISO 3166-1 alpha-3", "#country+code"),
        Shown("ucdp_id", "UCDP number", _is("ucdp_id"), hxl="#org+id+ucdp"),
    ),
    "timeline": (
        Shown("on", "Date", _is("on"), hxl="#date"),
        Shown("kind", "Kind", _is("kind"), hxl="#meta+type"),
        Shown("subject", "Subject", _is("subject"), hxl="#subject+code"),
        Shown("text", "Text", _is("text"), hxl="#description"),
        Shown("grade", "Grade", lambda one, _: one.cited.grade, "A-F, 1-6", "#indicator+grade"),
    ),
    "calendar": (
        _SUBJECT, _TITLE, _PLACE, _STATUS,
        Shown("planned", "Planned", _is("planned"), hxl="#date+planned"),
        Shown("first_planned", "First planned", _is("first_planned"), hxl="#date+planned+first"),
        Shown("ahead", "Days ahead", _is("days"), "days", "#indicator+ahead+num"),
        Shown("slipped", "Moved by", _is("slipped"), "days", "#indicator+slipped+num"),
        Shown("overdue", "Overdue", _is("overdue"), "yes or no", "#indicator+overdue"),
    ),
    "cases": (
        _SUBJECT, _TITLE, _PLACE,
        Shown("from", "From", _is("period_from"), hxl="#date+start"),
        Shown("until", "Until", _is("period_to"), hxl="#date+end"),
        Shown("summary", "Summary", _is("summary"), hxl="#description+summary"),
        Shown("steps", "Steps", lambda one, _: len(one.steps), "count"),
    ),
    "commitments": (
        _SUBJECT, _TITLE, _PLACE, _STATUS,
        Shown("responsible", "Responsible", _is("responsible"), hxl="#org+code"),
        Shown("deadline", "Deadline", _is("deadline"), hxl="#date+deadline"),
        Shown("ahead", "Days ahead", _is("days"), "days", "#indicator+ahead+num"),
        Shown("overdue", "Overdue", _is("overdue"), "yes or no", "#indicator+overdue"),
    ),
    "reports": (
        Shown("id", "Statement", _is("id"), hxl="#meta+id"),
        Shown("kind", "Kind", _is("kind"), hxl="#meta+type"),
        _STATUS,
        Shown("grade", "Grade", _is("grade"), "A-F, 1-6", "#indicator+grade"),
        Shown("received", "Received", _is("received"), hxl="#date+received"),
        Shown("place", "Place", _is("place"), hxl="#loc+name"),
        Shown("what", "What", _is("what"), hxl="#event+type"),
        Shown("closed", "Closed", _is("closed"), "yes or no", "#status+closed"),
    ),
    "links": (
        Shown("earlier", "Earlier record", lambda one, _: one.one.id, hxl="#meta+id+first"),
        Shown("earlier_by", "Its originator", lambda one, _: one.one.origin, hxl="#org+first"),
        Shown("later", "Later record", lambda one, _: one.other.id, hxl="#meta+id+second"),
        Shown("later_by", "Its originator", lambda one, _: one.other.origin, hxl="#org+second"),
        Shown("shared", "Shared", lambda one, _: "; ".join(
            f"{each.what}: {each.value}" for each in one.common), hxl="#description+shared"),
        Shown("days_apart", "Days apart", _is("days_apart"), "days", "#indicator+days"),
    ),
    "warnings": (
        Shown("id", "Warning", _is("id"), hxl="#meta+id"),
        Shown("level", "Level", _is("level"), hxl="#severity"),
        Shown("state", "State", _is("state"), hxl="#status"),
        _TITLE,
        Shown("from", "From", _is("window_from"), hxl="#date+start"),
        Shown("until", "Until", _is("window_to"), hxl="#date+end"),
        Shown("version", "Version", _is("version"), "count"),
    ),
    "areas": (
        Shown("name", "Area", _is("name"), hxl="#adm1+name"),
        Shown("counted_in", "Counted in", _is("counted_in"), hxl="#adm1+code+counted"),
        Shown("source", "Source", _is("source"), hxl="#meta+source+name"),
    ),
    "sources": (
        Shown("snapshot", "Release", _is("snapshot_id"), hxl="#meta+id"),
        Shown("title", "Title", _is("title"), hxl="#meta+source+name"),
        Shown("publisher", "Publisher", _is("publisher"), hxl="#org+name"),
        Shown("version", "Version", _is("version"), hxl="#meta+version"),
        Shown("released", "Released", lambda one, _: one.released_on.isoformat(),
              hxl="#date+released"),
        Shown("licence", "Licence", _is("licence"), hxl="#meta+licence"),
        Shown("citation", "Citation", _is("citation"), hxl="#meta+citation"),
        Shown("rows", "Rows", _is("rows_kept"), "count", "#meta+rows+num"),
        Shown("sha256", "Hash", _is("sha256"), hxl="#meta+sha256"),
    ),
    "forecasts": (
        Shown("issue", "Issue", _is("issue"), hxl="#meta+id"),
        Shown("issued_at", "Issued", _is("issued_at"), hxl="#date+issued"),
        Shown("origin", "Last month used", _is("origin"), hxl="#date+origin"),
        Shown("model", "Model", _is("model_id"), hxl="#meta+model"),
        Shown("horizons", "Horizons", _is("horizons"), "months"),
        Shown("draws", "Draws", _is("draws"), "count"),
        Shown("reconstruction", "Reconstruction", _is("reconstruction"), "yes or no"),
        Shown("exercise", "Exercise", _is("exercise"), "yes or no"),
    ),
    "scorecard": (
        Shown("model", "Model", _is("model_id"), hxl="#meta+model"),
        Shown("level", "Level", _is("level"), hxl="#meta+level"),
        Shown("target", "Target", _is("target"), hxl="#indicator+code"),
        Shown("live", "Live", _is("live"), "yes or no"),
        Shown("forecasts", "Forecasts", _is("forecasts"), "count"),
        Shown("crps", "CRPS", _is("crps"), "deaths", "#indicator+crps+num"),
        Shown("ign", "Log score", _is("ign"), "bits", "#indicator+ign+num"),
        Shown("mis", "Interval score", _is("mis"), "deaths", "#indicator+mis+num"),
        Shown("coverage", "Coverage", _is("coverage"), "share", "#indicator+coverage+num"),
        Shown("baseline", "Best baseline", _is("best_baseline"), hxl="#meta+baseline"),
        Shown("skill", "Skill", _is("skill"), "share", "#indicator+skill+num"),
    ),
    "scorecards": (
        Shown("name", "Name", _is("name"), hxl="#meta+id"),
        Shown("kind", "Kind", _is("kind"), hxl="#meta+type"),
        Shown("problem", "Problem", _is("problem"), hxl="#subject+code"),
        _TITLE,
        Shown("area", "Area", _is("area"), hxl="#loc+code"),
        Shown("made_at", "Made", _is("made_at"), hxl="#date+made"),
        Shown("as_of", "As of", _is("as_of"), hxl="#date+known"),
        Shown("reconstruction", "Reconstruction", _is("reconstruction"), "yes or no"),
    ),
}  # fmt: skip
