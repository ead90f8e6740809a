"""An invented MISP event, of an invented people, with what Tocsin has never heard of in it."""

from typing import Any

EVENT = "5c7e1b2a-0000-4000-8000-000000000001"
NORTH = "5c7e1b2a-0000-4000-8000-000000000002"


def part(number: int) -> str:
    return f"5c7e1b2a-0000-4000-8000-0000000001{number:02d}"


def tags(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "colour": "#ffffff", "x_unheard": 1} for name in names]


def attribute(number: int = 1, **fields: Any) -> dict[str, Any]:
    made = {"uuid": part(number), "type": "text", "category": "Other", "to_ids": False,
            "value": "a column was seen", "comment": "invented", "timestamp": "1767312000",
            "distribution": "5"}  # fmt: skip
    return made | fields


def event(**fields: Any) -> dict[str, Any]:
    made = {
        "id": "7", "uuid": EVENT, "info": "Invented: a column near Ville", "date": "2026-01-02",
        "timestamp": "1767312000", "published": True, "analysis": "2", "threat_level_id": "4",
        "distribution": "0", "Orgc": {"name": "NORTH", "uuid": NORTH},
        "Tag": tags("tlp:green", 'admiralty-scale:source-reliability="b"',
                    'admiralty-scale:information-credibility="3"', "PAP:GREEN", "odd:tag"),
        "Attribute": [attribute(), attribute(2, type="unheard-of", value="x", extra={"a": 1.10})],
        "Object": [{"uuid": part(3), "name": "unheard-object", "meta-category": "misc",
                    "timestamp": "1767312000", "distribution": "5",
                    "Attribute": [attribute(4, object_relation="x")]}],
        "Unheard": [{"of": None}],
    }  # fmt: skip
    return made | fields
