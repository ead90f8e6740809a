"""The gist of a brief as plain values and back: kept, so that a flash need not read tables.

A kept gist holds the same sentences and facts to the last digit; a text that is not one raises
ValueError, KeyError or TypeError, and is made anew.
"""

from datetime import date
from typing import Any

from tocsin.briefs.contents import Gist, Prospect
from tocsin.briefs.facts import (
    Fact,
    Line,
    Listing,
    MonthName,
    Months,
    Quoted,
    Source,
    Term,
    Value,
    Words,
)
from tocsin.briefs.inputs import Place

Plain = list[Any]
_SIMPLE: dict[str, type] = {
    kind.__name__: kind for kind in (Words, Term, Months, MonthName, Quoted)
}


def plain_gist(gist: Gist) -> dict[str, Any]:
    """A gist as values that JSON can hold."""
    prospect = gist.prospect
    return {
        "place": [gist.place.unit_id, gist.place.level, gist.place.names.en, gist.place.names.fr,
                  gist.place.parts],
        "reconstruction": gist.reconstruction,
        "exercise": gist.exercise,
        "headline": plain_value(gist.headline),
        "standfirst": [plain_value(line) for line in gist.standfirst],
        "count": plain_value(gist.count),
        "before": plain_value(gist.before),
        "prospect": None if prospect is None else {
            "probability": plain_value(prospect.probability),
            "baseline": None if prospect.baseline is None else plain_value(prospect.baseline),
            "lines": [plain_value(line) for line in prospect.lines],
            "confidence": plain_value(prospect.confidence),
        },
        "unseen": [plain_value(line) for line in gist.unseen],
        "sources": [
            [one.key, plain_value(one.line), one.url, dict(one.details)] for one in gist.sources
        ],
    }  # fmt: skip


def gist_of(plain: dict[str, Any]) -> Gist:
    """The gist that `plain_gist` wrote."""
    unit, level, en, fr, parts = plain["place"]
    prospect = plain["prospect"]
    return Gist(
        place=Place(unit, level, Words(en, fr), parts),
        reconstruction=plain["reconstruction"],
        exercise=plain["exercise"],
        headline=_line(plain["headline"]),
        standfirst=tuple(map(_line, plain["standfirst"])),
        count=_fact(plain["count"]),
        before=value_of(plain["before"]),
        prospect=None if prospect is None else Prospect(
            probability=_fact(prospect["probability"]),
            baseline=None if prospect["baseline"] is None else _fact(prospect["baseline"]),
            lines=tuple(map(_line, prospect["lines"])),
            confidence=_line(prospect["confidence"]),
        ),
        unseen=tuple(map(_line, plain["unseen"])),
        sources=tuple(
            Source(key, _line(line), url, details) for key, line, url, details in plain["sources"]
        ),
    )  # fmt: skip


def plain_value(value: Value) -> Plain:
    """A value with the name of its kind before it.

    >>> value_of(plain_value(Line("{n}", {"n": Words("Mali", "Mali")}))).plain("fr")
    'Mali'
    """
    match value:
        case Fact():
            told = {name: getattr(value, name) for name in value.__struct_fields__}
            number = value.value
            # A count may be a number of NumPy, which JSON does not know.
            told["value"] = number if number is None else _number(number)
            told["before"] = value.before if value.before is None else _number(value.before)
            return ["Fact", told]
        case Line():
            fields = {name: plain_value(one) for name, one in value.fields.items()}
            return ["Line", value.template, fields, value.capital]
        case Listing():
            return ["Listing", [plain_value(one) for one in value.items]]
        case date():
            return ["date", value.isoformat()]
        case str():
            return ["str", value]
        case _:
            return [type(value).__name__, vars(value)]


def value_of(plain: Plain) -> Value:
    """The value that `plain_value` wrote."""
    kind, *rest = plain
    match kind:
        case "Fact":
            told = rest[0]
            months = told["months"]
            return Fact(
                **told
                | {
                    "sources": tuple(told["sources"]),
                    "months": None if months is None else (months[0], months[1]),
                }
            )
        case "Line":
            template, fields, capital = rest
            return Line(template, {name: value_of(one) for name, one in fields.items()}, capital)
        case "Listing":
            return Listing(tuple(map(value_of, rest[0])))
        case "date":
            return date.fromisoformat(rest[0])
        case "str":
            return str(rest[0])
    told = rest[0]
    if "sources" in told:
        told = told | {"sources": tuple(told["sources"])}
    made: Value = _SIMPLE[kind](**told)
    return made


def _number(value: float) -> float:
    whole: float = getattr(value, "item", lambda: value)()
    return whole


def _line(plain: Plain) -> Line:
    made = value_of(plain)
    if not isinstance(made, Line):
        raise TypeError("not a sentence")
    return made


def _fact(plain: Plain) -> Fact:
    made = value_of(plain)
    if not isinstance(made, Fact):
        raise TypeError("not a fact")
    return made
