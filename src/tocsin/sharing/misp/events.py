"""Statements as MISP events: one event a statement, the same one at every node.

It carries the statement whole, as it was signed, in an attribute of its own, so that another node
takes it in unchanged; MISP shows the rest.
"""

from base64 import b64encode
from typing import Any
from uuid import uuid5

from tocsin.sharing.misp.reach import ReachMap, distribution_out
from tocsin.sharing.misp.taxonomies import tags_of
from tocsin.sharing.stix.naming import NAMESPACE
from tocsin.sharing.stix.telling import content, headline
from tocsin.tables.statements import LOCAL, Statement, statement_to_json
from tocsin.tables.when import last_moment

CARRIED = "tocsin statement"  # the comment of the attribute that carries the statement
LONGEST_VALUE = 60_000  # bytes: MISP keeps 65,535 of an attribute's value; more goes as a file
_THREATS = {"imminent": "1", "alert": "1", "elevated": "2", "watch": "3"}
_UNDEFINED = "4"
# MISP's own template for a place.
_PLACE = {
    "name": "geolocation",
    "meta-category": "misc",
    "template_uuid": "cd6f2238-ba55-4888-82c4-104e6e1acf21",
    "template_version": "8",
}
_FIELDS = (
    ("text", "text", "place"),
    ("text", "country", "country"),
    ("float", "latitude", "latitude"),
    ("float", "longitude", "longitude"),
)


def event_of(one: Statement, known: ReachMap) -> dict[str, Any]:
    """A statement as a MISP event; the same statement is the same event everywhere."""
    at = last_moment(one.known_at)
    stamp = str(max(0, int(at.timestamp())))
    event: dict[str, Any] = {
        "uuid": event_uuid(one.id),
        "info": f"{one.kind.replace('_', ' ')}: {headline(one, 'en')}"[:500],
        "date": f"{last_moment(str(getattr(one.body, 'day_from', one.known_at))):%Y-%m-%d}",
        "timestamp": stamp,
        "publish_timestamp": stamp,
        "published": False,
        "analysis": "2",
        "threat_level_id": _THREATS.get(str(getattr(one.body, "level", "")), _UNDEFINED),
        "Orgc": {"name": one.origin, "uuid": _uuid("organisation", one.origin)},
        "Tag": [{"name": tag} for tag in tags_of(one)],
        "Attribute": [
            _attribute(one, stamp, "text", _shortened(content(one, "en")), "what is said"),
            _carrying(one, stamp),
        ],
        "Object": _places(one, stamp),
    }
    return event | distribution_out(one, known)


def event_uuid(statement: str) -> str:
    """The UUID of the event of a statement."""
    return _uuid("event", statement)


def _carrying(one: Statement, stamp: str) -> dict[str, Any]:
    whole = statement_to_json(one, without=LOCAL)
    if len(whole) <= LONGEST_VALUE:
        return _attribute(one, stamp, "text", whole.decode(), CARRIED)
    made = _attribute(one, stamp, "attachment", f"{one.id}.json", CARRIED)
    return made | {"category": "External analysis", "data": b64encode(whole).decode()}


def _places(one: Statement, stamp: str) -> list[dict[str, Any]]:
    found = [
        _attribute(one, stamp, type_, str(value), "") | {"object_relation": relation}
        | {"uuid": _uuid("place", one.id, relation)}
        for type_, relation, name in _FIELDS
        if (value := getattr(one.body, name, None)) not in (None, "")
    ]  # fmt: skip
    if len(found) < len(_FIELDS) - 1:  # a name and a country alone are in the text
        return []
    made = {"uuid": _uuid("object", one.id), "timestamp": stamp, "distribution": "5"}
    return [_PLACE | made | {"Attribute": found}]


def _attribute(one: Statement, stamp: str, type_: str, value: str, comment: str) -> dict[str, Any]:
    return {
        "uuid": _uuid("attribute", one.id, comment),
        "type": type_,
        "category": "Other",
        "to_ids": False,
        "disable_correlation": True,
        "value": value,
        "comment": comment,
        "timestamp": stamp,
        "distribution": "5",
    }


def _shortened(text: str) -> str:
    return text.encode()[:LONGEST_VALUE].decode(errors="ignore")


def _uuid(*names: str) -> str:
    return str(uuid5(NAMESPACE, "\n".join(("misp", *names))))
