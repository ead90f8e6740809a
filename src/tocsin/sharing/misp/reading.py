"""The MISP events of a file, and what an event that came says of itself.

Nothing that stands in it is believed beyond its form: sizes and depth are bounded, and what cannot
be understood as a marking closes.
"""

from base64 import b64decode
from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from uuid import UUID

from tocsin.errors import UnreadableFile
from tocsin.sharing.misp.events import CARRIED, event_of
from tocsin.sharing.misp.reach import GROUP, INHERIT, OWN, Reach, ReachMap, reach_in
from tocsin.sharing.misp.taxonomies import Said, said_by
from tocsin.sharing.stix.reading import canonical_text, value_of
from tocsin.tables.statements import Statement

LARGEST = 64 << 20  # bytes of a file
_DEPTH = 40
_LISTS = (
    "Attribute", "Object", "ShadowAttribute", "EventReport", "Note", "Opinion", "Relationship"
)  # fmt: skip


def is_bundle(found: Any) -> bool:
    """Whether it is a STIX bundle rather than an event."""
    return isinstance(found, dict) and found.get("type") == "bundle"


def document_in(text: bytes, name: str) -> Any:
    """The JSON of a file, with every digit of its numbers.

    Raises
    ------
    UnreadableFile, if it is none, too large or too deep.
    """
    try:
        if len(text) > LARGEST:
            raise ValueError(f"larger than {LARGEST} bytes")
        found = value_of(text)
    except (ValueError, RecursionError) as error:
        raise _no_events(name, str(error) or "nested too deeply") from None
    if _is_too_deep(found):
        raise _no_events(name, "nested too deeply")
    return found


def events_in(found: Any, name: str) -> Iterator[dict[str, Any]]:
    """The events of a document: one, a list, or a server's answer.

    Raises
    ------
    UnreadableFile, if it holds no events.

    >>> event = {"info": "x", "uuid": "5c7e1b2a-0000-4000-8000-000000000001"}
    >>> [one["info"] for one in events_in({"response": [{"Event": event}, event]}, "a.json")]
    ['x', 'x']
    """
    if isinstance(found, dict) and "response" in found:
        found = found["response"]
    for one in found if isinstance(found, list) else [found]:
        event = one["Event"] if isinstance(one, dict) and "Event" in one else one
        if not isinstance(event, dict) or not isinstance(event.get("info"), str):
            raise _no_events(name, "an event has an `info` and a `uuid`")
        if not _is_uuid(event.get("uuid")):
            raise _no_events(name, "an event has an `info` and a `uuid`")
        yield event


def _no_events(name: str, problem: str) -> UnreadableFile:
    return UnreadableFile(
        "it holds no MISP events: {problem}",
        where=name,
        remedy="Export the event from MISP as MISP JSON, or as STIX 2.1.",
        problem=problem,
    )


def _is_uuid(value: Any) -> bool:
    try:
        return isinstance(value, str) and str(UUID(value)) == value.lower()
    except ValueError:
        return False


def _is_too_deep(found: Any) -> bool:
    waiting = [(found, 0)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, dict | list):
            if depth > _DEPTH:
                return True
            inner = value.values() if isinstance(value, dict) else value
            waiting += [(one, depth + 1) for one in inner]
    return False


def parts_of(event: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Everything in an event that may have tags and a distribution of its own, itself first."""
    waiting: list[Any] = [event]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            for name in _LISTS:
                listed = one.get(name)
                waiting += listed if isinstance(listed, list) else []


def tags_in(event: dict[str, Any]) -> list[str]:
    """The tags of an event and of all its parts."""
    return [
        tag["name"]
        for part in parts_of(event)
        for tag in (part["Tag"] if isinstance(part.get("Tag"), list) else [])
        if isinstance(tag, dict) and isinstance(tag.get("name"), str)
    ]


def said_of(event: dict[str, Any]) -> Said:
    """What the tags of an event and of all its parts say."""
    return said_by(tags_in(event))


def reach_of(event: dict[str, Any], known: ReachMap) -> Reach:
    """Whom an event that came may reach here: the narrowest of all its parts."""
    distributions = []
    for part in parts_of(event):
        is_whole = part is event
        number = _distribution(part.get("distribution", OWN if is_whole else INHERIT))
        if is_whole and number == INHERIT:
            number = OWN  # there is nothing that an event inherits from
        distributions.append((number, part.get("SharingGroup")))
    return reach_in(distributions, said_of(event).tlp, known)


def _distribution(said: Any) -> int:
    """The number of a distribution; what is none means the sender alone."""
    text = str(said)
    return int(text) if text in ("0", "1", "2", "3", "4", "5") else OWN


def narrowed(event: dict[str, Any], bounds: dict[str, Any]) -> dict[str, Any]:
    """An event that goes no further than its marking here; in the whole and in every part.

    bounds : the distribution that its marking gives (`reach.distribution_out`)

    >>> narrowed({"distribution": "3", "Attribute": [{"distribution": 5}]}, {"distribution": "1"})
    {'distribution': '1', 'Attribute': [{'distribution': 5}]}
    """
    made: dict[str, Any] = deepcopy(event)
    widest = str(bounds["distribution"])
    group = bounds.get("SharingGroup", {}).get("uuid")
    for part in parts_of(made):
        said = _distribution(part.get("distribution", OWN if part is made else INHERIT))
        if said in (OWN, INHERIT):
            continue
        if said == GROUP:
            theirs = part.get("SharingGroup")
            if isinstance(theirs, dict) and group and theirs.get("uuid") == group:
                part["SharingGroup"] = bounds["SharingGroup"]  # as the table has it
                continue
            part.pop("SharingGroup", None)
            part.pop("sharing_group_id", None)
            part["distribution"] = str(OWN)
        elif said > (int(widest) if widest in "0123" else OWN):
            part["distribution"] = widest if widest in "0123" else str(OWN)
    return made


def carried_in(event: dict[str, Any]) -> list[str]:
    """The statements that an event carries whole, as they were written."""
    return [_carried(one) for one in parts_of(event) if one.get("comment") == CARRIED]


def _carried(attribute: dict[str, Any]) -> str:
    value = attribute.get("data") if "data" in attribute else attribute.get("value")
    if not isinstance(value, str):
        return ""
    if "data" not in attribute:
        return value
    try:
        return b64decode(value, validate=True).decode()
    except ValueError:
        return ""


def holds_more(event: dict[str, Any], carried: list[Statement]) -> bool:
    """Whether an event says more than the statements that it carries: somebody added to it.

    What a server writes of its own (numbers, times, distributions) is not more.
    """
    made = [event_of(one, ReachMap()) for one in carried]
    if event.get("uuid") not in {one["uuid"] for one in made}:
        return True
    ours = {_gist(part) for one in made for part in parts_of(one)}
    tags = {tag for one in made for tag in tags_in(one)}
    more = any(_gist(part) not in ours for part in parts_of(event))
    return more or not set(tags_in(event)) <= tags


def _gist(part: dict[str, Any]) -> str:
    said = (part.get("value"), part.get("info"))
    # MISP and its programs leave out spaces at the ends of what they keep.
    trimmed = [one.strip() if isinstance(one, str) else one for one in said]
    return canonical_text([str(part.get("uuid")), *trimmed])
