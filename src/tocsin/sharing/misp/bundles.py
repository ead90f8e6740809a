"""MISP events as STIX 2.1 bundles, by the package misp-stix, which MISP itself uses.

What it does not know of an event it leaves out or makes an object of its own kind of; the event is
kept whole beside what it makes (`keeping`).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from typing import Any

from tocsin.errors import CheckFailed, ToolMissing
from tocsin.sharing.misp.events import CARRIED
from tocsin.sharing.misp.taxonomies import Said, said_by
from tocsin.sharing.stix.reading import canonical_text, value_of

CONTAINERS = ("report", "grouping")
_ATTRIBUTE = "x-misp-attribute"


def bundled(event: dict[str, Any]) -> list[dict[str, Any]]:
    """The STIX objects that MISP would make of an event.

    Raises
    ------
    ToolMissing, if the package is not there.  CheckFailed, if it cannot read the event.
    """
    try:
        from misp_stix_converter import MISPtoSTIX21Parser  # noqa: PLC0415
    except ImportError:
        raise ToolMissing(
            "STIX objects of MISP events need the package misp-stix",
            remedy="Install it: pip install tocsin[misp]",
        ) from None
    for name in ("pymisp", "misp_stix_converter"):  # they write what they do not know to stderr
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    parser = MISPtoSTIX21Parser()
    try:
        parser.parse_misp_event({"Event": value_of(canonical_text(event).encode(), plain=True)})
        found = value_of(str(parser.bundle.serialize()).encode())
    except Exception as error:  # whatever it does not foresee of an event
        raise CheckFailed(
            "misp-stix cannot make STIX of the event: {kind}",
            where=str(event.get("uuid")),
            remedy="The event is kept as it came; its STIX objects are missing.",
            kind=type(error).__name__,
        ) from None
    return list(objects_of(found))


def objects_of(bundle: Any) -> Iterator[dict[str, Any]]:
    """The objects of a bundle."""
    listed = bundle.get("objects") if isinstance(bundle, dict) else None
    return (one for one in listed if isinstance(one, dict)) if listed else iter(())


def said_in(objects: Iterable[dict[str, Any]]) -> Said:
    """What the labels of the containers of a bundle say: misp-stix writes an event's tags there."""
    labels: list[str] = []
    for one in objects:
        listed = one.get("labels")
        if one.get("type") in CONTAINERS and isinstance(listed, list):
            labels += [label for label in listed if isinstance(label, str)]
    return said_by(labels)


def carried_by(one: dict[str, Any]) -> str:
    """The statement that an object of misp-stix carries whole; empty if it carries none."""
    value = one.get("x_misp_value")
    is_ours = one.get("type") == _ATTRIBUTE and one.get("x_misp_comment") == CARRIED
    return value if is_ours and isinstance(value, str) else ""


def markings_of(objects: Iterable[dict[str, Any]]) -> list[str]:
    """The markings of the containers of a bundle: what has none of its own has theirs."""
    found: list[str] = []
    for one in objects:
        listed = one.get("object_marking_refs")
        if one.get("type") in CONTAINERS and isinstance(listed, list):
            found += [ref for ref in listed if isinstance(ref, str)]
    return found
