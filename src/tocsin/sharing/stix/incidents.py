"""The incident core extension of the OASIS common object repository: reports of incidents by it.

An incident object of STIX 2.1 is a stub; this extension says what kind it was, how far it has been
looked into and how many people it touched. A report is what one person told, so on its own it is
suspected and new; what a second person made of it goes out as an opinion beside it. Counts are of
people, each under a name of its own: a count that nobody made is left out, and 0 is a count.

Source: "Incident Core Extension Version 2.0 for STIX Version 2.1", the OASIS repository
cti-stix-common-objects.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from tocsin.tables.kinds.reports import Harm, Report

INCIDENT_CORE = "extension-definition--ef765651-680c-498d-9894-99799f2fa126"
_COUNTED = ("killed", "injured", "abducted", "missing", "detained", "displaced")


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """What the extension of an incident says, of what we know; the rest is in `unknown`.

    determination : suspected, successful-attempt, failed-attempt, blocked, low-value,
        false-positive; version 1 said confirmed
    counts : people or things touched, by the sender's name for them
    """

    determination: str = ""
    investigation_status: str = ""
    criticality: int | None = None
    incident_types: tuple[str, ...] = ()
    detection_methods: tuple[str, ...] = ()
    counts: dict[str, int] = {}
    unknown: tuple[str, ...] = ()


def incident_core(body: Report) -> dict[str, Any]:
    """The extension of the incident that a report tells of.

    >>> from tocsin.tables.kinds.reports import Harm
    >>> _counts(Harm(killed=3, displaced=0))
    {'individual-killed': 3, 'individual-displaced': 0}
    """
    told: dict[str, Any] = {
        "extension_type": "property-extension",
        "determination": "suspected",
        "investigation_status": "new",
        "incident_types": [body.event.replace("_", "-")],
        "detection_methods": ["user-reporting"],
    }
    if counts := _counts(body.harm):
        told["impacted_entity_counts"] = counts
    return told


def _counts(harm: Harm) -> dict[str, int]:
    found = {name: getattr(harm, name) for name in _COUNTED}
    return {f"individual-{name}": count for name, count in found.items() if count is not None}


def incident_in(found: Mapping[str, Any]) -> Incident | None:
    """What the extension of somebody's object says; None where it has none.

    Nothing in it need be as the specification wants it: what is not counts as unknown.

    >>> odd = {"extensions": {INCIDENT_CORE: {"determination": "suspected", "criticality": "x"}}}
    >>> incident_in(odd)
    Incident(determination='suspected', investigation_status='', criticality=None, \
incident_types=(), detection_methods=(), counts={}, unknown=('criticality',))
    """
    extensions = found.get("extensions")
    said = extensions.get(INCIDENT_CORE) if isinstance(extensions, Mapping) else None
    if not isinstance(said, Mapping):
        return None
    read: dict[str, Any] = {}
    unknown = []
    for name, value in said.items():
        if name == "extension_type":
            continue
        field = "counts" if name == "impacted_entity_counts" else name
        if field in _TYPES:
            try:
                read[field] = msgspec.convert(msgspec.to_builtins(value), _TYPES[field])
                continue
            except msgspec.ValidationError:
                pass
        unknown.append(str(name))
    return Incident(**read, unknown=tuple(sorted(unknown)))


_TYPES: dict[str, Any] = {
    "determination": str,
    "investigation_status": str,
    "criticality": int,
    "incident_types": tuple[str, ...],
    "detection_methods": tuple[str, ...],
    "counts": dict[str, int],
}
