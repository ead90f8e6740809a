"""The STIX objects of one statement, worked out from it alone.

Each statement gives one main object, which carries the statement whole in our extension, and
companions that make it understood elsewhere: markings, its originator, places, the other language.
Kinds that STIX has no object for become notes. Identities of actors are shared by all that one
originator says of a subject, so that relations hold together.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec

from tocsin.errors import UnknownName
from tocsin.geo.country_codes import country_by
from tocsin.language.text import Lang
from tocsin.sharing.stix.incidents import INCIDENT_CORE, incident_core
from tocsin.sharing.stix.marking import TLP_IDS, limits_id, limits_marking, limits_of, tlp_marking
from tocsin.sharing.stix.naming import BEGINNING, EXTENSION, MAKER, moment, stix_id, version_of
from tocsin.sharing.stix.telling import content, headline, languages
from tocsin.tables.kinds import Relation, StixObject
from tocsin.tables.kinds.actors import Actor, Membership, Organisation
from tocsin.tables.kinds.reports import Placement, Report, ReportLink, Situation, Verification
from tocsin.tables.kinds.warnings import WarningVersion
from tocsin.tables.statements import LOCAL, Statement, statement_to_json

# STIX 2.1, appendix A: the Admiralty scale of credibility; 6 (cannot be judged) is no number.
CONFIDENCE = {1: 90, 2: 70, 3: 50, 4: 30, 5: 10}
_WARNING_CONFIDENCE = {"low": 15, "moderate": 50, "high": 85}
_OPINIONS = {"verified": "strongly-agree", "partly": "agree", "false": "strongly-disagree"}
_CLASSES = {"armed_group": "group", "militia": "group", "community": "class", "alliance": "group"}
_SAME = ("same_event", "retelling")

Properties = dict[str, Any]


class Made(NamedTuple):
    """An object ready to be sent. `shared` ones may come again with other statements."""

    id: str
    version: str
    content: bytes
    shared: bool = False
    stub: bool = False  # only where nothing better is known of that id


def objects_of(one: Statement) -> Iterator[Made]:
    """The objects of a statement, those that others refer to first.

    A foreign object is given back as it came.
    """
    if isinstance(one.body, StixObject):
        yield Made(one.body.id, one.body.version or "", one.body.object.encode())
        return
    yield from _shared_by(one)
    main, companions = _SHAPES.get(one.kind, _note)(one)
    for companion in companions:
        if isinstance(companion, Made):
            yield companion
        else:
            yield _made(one, companion, {"part_of": one.id})
    whole = msgspec.Raw(statement_to_json(one, without=LOCAL))
    yield _made(one, main, {"statement": whole})
    if translated := _translation(one, main):
        yield _made(one, translated, {"part_of": one.id})


def the_same_everywhere() -> Iterator[Made]:
    """The objects that every bundle begins with: who defines the extension, and the extension."""
    yield _shared(
        {
            "type": "identity",
            "spec_version": "2.1",
            "id": MAKER,
            "created": BEGINNING,
            "modified": BEGINNING,
            "name": "Tocsin",
            "identity_class": "system",
        }
    )
    yield _shared(
        {
            "type": "extension-definition",
            "spec_version": "2.1",
            "id": EXTENSION,
            "created": BEGINNING,
            "modified": BEGINNING,
            "created_by_ref": MAKER,
            "name": "Tocsin statement",
            "description": "The statement of which an object tells, whole and as it was signed.",
            "schema": '{"type":"object","properties":{"statement":{"type":"object"},'
            '"part_of":{"type":"string"},"shared":{"type":"string"}}}',
            "version": "1.0.0",
            "extension_types": ["property-extension"],
        }
    )


def _shared_by(one: Statement) -> Iterator[Made]:
    yield _shared(tlp_marking(one.tlp))
    yield _shared(limits_marking(limits_of(one)))
    yield _shared(_identity_stub(origin_id(one.origin), one.origin, "organization"))


def origin_id(origin: str) -> str:
    """The id of the identity of an originator."""
    return stix_id("identity", "origin", origin)


def subject_id(origin: str, subject: str) -> str:
    """The id of the identity that an originator gives a subject."""
    return stix_id("identity", "subject", origin, subject)


def object_id(kind: str, statement: str) -> str:
    """The id of the object of a type that a statement gives."""
    return stix_id(kind, "statement", statement)


def _identity_stub(key: str, name: str, identity_class: str) -> Properties:
    return {
        "type": "identity",
        "spec_version": "2.1",
        "id": key,
        "created": BEGINNING,
        "modified": BEGINNING,
        "name": name,
        "identity_class": identity_class,
        "extensions": {EXTENSION: {"extension_type": "property-extension", "shared": "identity"}},
    }


def _shared(properties: Properties, *, stub: bool = False) -> Made:
    version = str(properties.get("modified") or properties["created"])
    return Made(properties["id"], version, msgspec.json.encode(properties), True, stub)


def _stub(one: Statement, subject: str) -> Made:
    key = subject_id(one.origin, subject)
    return _shared(_identity_stub(key, subject, "unknown"), stub=True)


def _made(one: Statement, properties: Properties, extension: Properties) -> Made:
    """An object with what all objects of a statement have in common."""
    at = properties.pop("at", "") or moment(one.known_at)
    born = properties.pop("born", "") or at
    common: Properties = {
        "type": properties["type"],
        "spec_version": "2.1",
        "id": properties["id"],
        "created": born,
        "modified": at,
        "created_by_ref": origin_id(one.origin),
        "object_marking_refs": [TLP_IDS[one.tlp], limits_id(limits_of(one))],
    }
    extended = properties.pop("extensions", {}) | {
        EXTENSION: {"extension_type": "property-extension"} | extension
    }
    filled = common | properties | {"extensions": extended}
    return Made(properties["id"], at, msgspec.json.encode(filled))


def _judged(one: Statement) -> Properties:
    """Confidence, where the credibility can be told as a number, and the language."""
    said: Properties = {"lang": _main_language(one)}
    if one.credibility in CONFIDENCE:
        said["confidence"] = CONFIDENCE[one.credibility]
    return said


def _main_language(one: Statement) -> Lang:
    spoken = languages(one)
    return spoken[0] if spoken else "en"


Shape = tuple[Properties, list[Properties | Made]]


def _identity(one: Statement) -> Shape:
    body = one.body
    assert isinstance(body, Actor | Organisation)
    lang = _main_language(one)
    identity_class = (
        _CLASSES.get(body.type, "organization") if isinstance(body, Actor) else "organization"
    )
    return {
        "type": "identity",
        "id": subject_id(one.origin, one.subject),
        "born": BEGINNING,
        "at": version_of(one),
        "name": headline(one, lang),
        "description": content(one, lang),
        "identity_class": identity_class,
        **_judged(one),
    }, []


def _relationship(one: Statement) -> Shape:
    body = one.body
    assert isinstance(body, Relation | Membership)
    tied = body.object if isinstance(body, Relation) else body.organisation
    if tied == one.subject:
        return _note(one)
    type_ = body.type.replace("_", "-") if isinstance(body, Relation) else "member-of"
    return {
        "type": "relationship",
        "id": object_id("relationship", one.id),
        "relationship_type": type_,
        "source_ref": subject_id(one.origin, one.subject),
        "target_ref": subject_id(one.origin, tied),
        "description": content(one, _main_language(one)),
        **_judged(one),
    }, [_stub(one, one.subject), _stub(one, tied)]


def _incident(one: Statement) -> Shape:
    body = one.body
    assert isinstance(body, Report)
    main = {
        "type": "incident",
        "id": object_id("incident", one.id),
        "name": f"{body.event}: {body.place}",
        "description": content(one, "en"),
        "extensions": {INCIDENT_CORE: incident_core(body)},
        **_judged(one),
    }
    where = _location(one, body.place, body.country, body.area, body.latitude, body.longitude)
    companions: list[Properties | Made] = []
    sighting: Properties = {
        "type": "sighting",
        "id": object_id("sighting", one.id),
        "sighting_of_ref": main["id"],
        "first_seen": moment(body.day_from),
        "count": max(1, body.sources or 1),
    }
    if where is not None:
        companions.append(where)
        sighting["where_sighted_refs"] = [where["id"]]
    companions.append(sighting)
    return main, companions


def _location(
    one: Statement,
    name: str,
    country: str,
    area: str,
    latitude: float | None = None,
    longitude: float | None = None,
) -> Properties | None:
    """Where it was; None if neither a country nor a point is known, as STIX needs one."""
    found: Properties = {"type": "location", "id": object_id("location", one.id), "name": name}
    if latitude is not None and longitude is not None:
        found |= {"latitude": latitude, "longitude": longitude}
    if iso2 := _iso2(country or area):
        found["country"] = iso2
    if area:
        found["administrative_area"] = area
    return found if "latitude" in found or "country" in found else None


def _iso2(area: str) -> str:
    try:
        return country_by(iso3=area[:3].upper()).iso2 if area else ""
    except UnknownName:
        return ""


def _placement(one: Statement) -> Shape:
    body = one.body
    assert isinstance(body, Placement)
    where = _location(one, body.place, body.country, body.area, body.latitude, body.longitude)
    assert where is not None, "a placement has a point"
    tie: Properties = {
        "type": "relationship",
        "id": object_id("relationship", one.id),
        "relationship_type": "related-to",
        "source_ref": object_id("incident", body.report),
        "target_ref": where["id"],
        "description": "the incident was here",
    }
    return where | {"description": content(one, "en")}, [tie]


def _opinion(one: Statement) -> Shape:
    body = one.body
    assert isinstance(body, Verification)
    lang = _main_language(one)
    return {
        "type": "opinion",
        "id": object_id("opinion", one.id),
        "opinion": _OPINIONS.get(body.status, "neutral"),
        "explanation": content(one, lang),
        "object_refs": [object_id("incident", body.report)],
        **_judged(one),
    }, []


def _link(one: Statement) -> Shape:
    body = one.body
    assert isinstance(body, ReportLink)
    if ":" in body.other or body.other == body.report:  # an event of a source, not a statement
        return _note(one)
    return {
        "type": "relationship",
        "id": object_id("relationship", one.id),
        "relationship_type": "duplicate-of" if body.relation in _SAME else "related-to",
        "source_ref": object_id("incident", body.report),
        "target_ref": object_id("incident", body.other),
        "description": content(one, _main_language(one)),
        **_judged(one),
    }, []


def _report(one: Statement) -> Shape:
    body = one.body
    assert isinstance(body, Situation | WarningVersion)
    lang = _main_language(one)
    where = _location(one, headline(one, lang), body.country, body.area)
    main: Properties = {
        "type": "report",
        "id": object_id("report", one.id),
        "name": headline(one, lang),
        "description": content(one, lang),
        "published": moment(one.known_at),
        "object_refs": [where["id"] if where else origin_id(one.origin)],
        **_judged(one),
    }
    if isinstance(body, WarningVersion):
        main |= {"confidence": _WARNING_CONFIDENCE[body.confidence], "labels": [body.level]}
    return main, [where] if where else []


def _note(one: Statement) -> Shape:
    lang = _main_language(one)
    is_actor = one.subject.startswith("actor:")
    about = subject_id(one.origin, one.subject) if is_actor else origin_id(one.origin)
    return {
        "type": "note",
        "id": object_id("note", one.id),
        "abstract": headline(one, lang),
        "content": content(one, lang),
        "labels": [one.kind.replace("_", "-")],
        "object_refs": [about],
        **_judged(one),
    }, [_stub(one, one.subject)] if is_actor else []


_TEXTS = ("name", "abstract", "content", "description", "explanation")


def _translation(one: Statement, main: Properties) -> Properties | None:
    """The texts of the main object in the other language, where there is one."""
    spoken = languages(one)
    if len(spoken) < 2:
        return None
    other = spoken[1]
    short, long = headline(one, other), content(one, other)
    told = {
        name: short if name in ("name", "abstract") else long for name in _TEXTS if name in main
    }
    return {
        "type": "language-content",
        "id": object_id("language-content", one.id),
        "object_ref": main["id"],
        "object_modified": version_of(one) if main["type"] == "identity" else moment(one.known_at),
        "contents": {other: told},
    }


_SHAPES: dict[str, Callable[[Statement], Shape]] = {
    Actor.kind: _identity,
    Organisation.kind: _identity,
    Relation.kind: _relationship,
    Membership.kind: _relationship,
    Report.kind: _incident,
    Situation.kind: _report,
    WarningVersion.kind: _report,
    Placement.kind: _placement,
    Verification.kind: _opinion,
    ReportLink.kind: _link,
}
