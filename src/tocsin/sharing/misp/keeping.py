"""Somebody else's MISP event, kept whole as STIX objects: what nobody knows of it is kept too.

An event that is longer than one object may be is kept as a head and numbered parts of its text.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, TypeVar
from uuid import uuid5

from tocsin.sharing.misp.taxonomies import Said
from tocsin.sharing.stix.naming import NAMESPACE
from tocsin.sharing.stix.reading import canonical_text, value_of
from tocsin.tables.kinds import StixObject

_About = TypeVar("_About")
EVENT, PART = "x-misp-event", "x-misp-event-part"
LONGEST_PART = 150_000  # characters: written inside another JSON they may double
_CONFIDENCE = {"low": 15, "moderate": 50, "high": 85}  # STIX 2.1, appendix A: low, medium, high


def kept_objects(event: dict[str, Any], said: Said) -> Iterator[dict[str, Any]]:
    """The STIX objects that keep an event: its head, and its parts where it is long."""
    text = canonical_text(event)
    key, at = str(event["uuid"]).lower(), version_of(event)
    head: dict[str, Any] = _object(EVENT, key, at) | {"name": str(event["info"])[:500]}
    if said.likelihood is not None:
        head["x_tocsin_likelihood"] = list(said.likelihood)
    if said.confidence:
        head["confidence"] = _CONFIDENCE[said.confidence]
    if len(text) <= LONGEST_PART:
        yield head | {"x_misp_event": event}
        return
    parts = [text[at : at + LONGEST_PART] for at in range(0, len(text), LONGEST_PART)]
    digest = sha256(text.encode()).hexdigest()
    yield head | {"x_misp_parts": len(parts), "x_misp_sha256": digest}
    for number, part in enumerate(parts):
        name = str(uuid5(NAMESPACE, f"misp part\n{digest}\n{number}"))
        yield _object(PART, name, at) | {
            "x_misp_sha256": digest, "x_misp_number": number, "x_misp_text": part
        }  # fmt: skip


def _object(type_: str, key: str, at: str) -> dict[str, Any]:
    return {
        "type": type_,
        "spec_version": "2.1",
        "id": f"{type_}--{key}",
        "created": at,
        "modified": at,
    }


def version_of(event: dict[str, Any]) -> str:
    """When this version of an event was made, as STIX writes it; the beginning if it is not said.

    >>> version_of({"timestamp": "1767312000"}), version_of({"date": "2026-01-02"})
    ('2026-01-02T00:00:00.000Z', '2026-01-02T00:00:00.000Z')
    """
    stamp = str(event.get("timestamp", ""))
    if stamp.isascii() and stamp.isdecimal() and len(stamp) < 12:
        seconds = min(int(stamp), 253402300799)
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.000Z"
    try:
        day = datetime.strptime(str(event.get("date", "")), "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        day = datetime(1970, 1, 1, tzinfo=UTC)
    return f"{max(day, datetime(1970, 1, 1, tzinfo=UTC)):%Y-%m-%d}T00:00:00.000Z"


def events_kept(
    objects: Iterable[tuple[_About, StixObject]],
) -> Iterator[tuple[_About, dict[str, Any]]]:
    """The events that objects keep, each in its latest version, as they came.

    objects : each with something that stands for it, which comes with its event
    One whose parts are not all there is left out.
    """
    heads: dict[str, tuple[str, _About, dict[str, Any]]] = {}
    parts: dict[tuple[str, int], str] = {}
    for about, one in objects:
        if one.type not in (EVENT, PART):
            continue
        found = value_of(one.object.encode())
        if one.type == PART:
            place = (str(found.get("x_misp_sha256")), int(found.get("x_misp_number", -1)))
            parts[place] = str(found.get("x_misp_text"))
        elif one.id not in heads or heads[one.id][0] < (one.version or ""):
            heads[one.id] = (one.version or "", about, found)
    for _, about, head in heads.values():
        event = head.get("x_misp_event") or _joined(head, parts)
        if isinstance(event, dict):
            yield about, event


def _joined(head: dict[str, Any], parts: dict[tuple[str, int], str]) -> Any:
    digest, number = str(head.get("x_misp_sha256")), head.get("x_misp_parts")
    if not isinstance(number, int) or number > len(parts):
        return None
    text = "".join(parts.get((digest, at), "") for at in range(number)).encode()
    return value_of(text) if sha256(text).hexdigest() == digest else None
