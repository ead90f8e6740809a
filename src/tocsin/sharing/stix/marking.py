"""Markings as STIX writes them, out and in.

TLP 2.0 goes out under the ids that its publisher fixed; PAP, releases and caveats as a statement
marking beside it. On the way in the narrowest of all markings holds, and one that is not known
closes the object to everyone but us.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, get_args

from tocsin.policy.markings import NARROWER
from tocsin.sharing.stix.naming import BEGINNING, EXTENSION, MAKER, stix_id
from tocsin.tables.statements import Statement, Tlp

TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
TLP_IDS: dict[str, str] = {
    "CLEAR": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "GREEN": "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "AMBER": "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "AMBER+STRICT": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    "RED": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
_OLD_IDS = {  # TLP 1.0, as STIX 2.0 and 2.1 fixed them
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": "CLEAR",
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": "GREEN",
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": "AMBER",
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "RED",
}
FIXED: dict[str, str] = _OLD_IDS | {value: name for name, value in TLP_IDS.items()}
CLOSED: Tlp = "AMBER+STRICT"  # with nobody named: the originator alone
_TLPS: dict[str, Tlp] = {name: name for name in get_args(Tlp)}


def tlp_marking(tlp: str) -> dict[str, Any]:
    """The marking definition of a TLP 2.0 label, as its publisher fixed it."""
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": TLP_IDS[tlp],
        "created": "2022-10-01T00:00:00.000Z",
        "name": f"TLP:{tlp}",
        "extensions": {
            TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": tlp.lower()}
        },
    }


class Limits(NamedTuple):
    """What limits a record beside its TLP."""

    pap: str
    rel_to: tuple[str, ...]
    caveats: tuple[str, ...]


def limits_of(one: Statement) -> Limits:
    """The limits of a statement."""
    return Limits(one.pap, tuple(sorted(one.rel_to)), tuple(sorted(one.caveats)))


@lru_cache(maxsize=4096)
def limits_id(limits: Limits) -> str:
    """The id of the marking definition that says these limits."""
    pap, rel_to, caveats = limits
    return stix_id("marking-definition", "limits", pap, " ".join(rel_to), " ".join(caveats))


def limits_marking(limits: Limits) -> dict[str, Any]:
    """A statement marking that says how a record is limited beside its TLP."""
    said = [f"PAP:{limits.pap}"]
    if limits.rel_to:
        said.append(f"releasable to {', '.join(limits.rel_to)}")
    if limits.caveats:
        said.append(f"caveats {', '.join(limits.caveats)}")
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": limits_id(limits),
        "created": BEGINNING,
        "created_by_ref": MAKER,
        "definition_type": "statement",
        "definition": {"statement": "; ".join(said)},
        "extensions": {EXTENSION: {"extension_type": "property-extension", "shared": "marking"}},
    }


class Markings:
    """What the marking definitions of one arrival mean, in the order in which they are met."""

    def __init__(self) -> None:
        self._meaning: dict[str, Tlp | None] = {key: _TLPS[tlp] for key, tlp in FIXED.items()}

    def learn(self, definition: Mapping[str, Any]) -> None:
        """Take note of a marking definition; the fixed ones keep their meaning."""
        key = str(definition.get("id"))
        if key not in FIXED:
            self._meaning[key] = _tlp_said_by(definition)

    def tlp_for(self, refs: Iterable[str]) -> Tlp:
        """The narrowest TLP of these markings; closed where one is not known, or there is none.

        >>> Markings().tlp_for([TLP_IDS["GREEN"], TLP_IDS["AMBER"]])
        'AMBER'
        >>> Markings().tlp_for([TLP_IDS["CLEAR"], "marking-definition--unknown"])
        'AMBER+STRICT'
        """
        found = [self._meaning.get(ref) for ref in refs]
        if not found:
            return CLOSED
        return max((one or CLOSED for one in found), key=NARROWER.index)


def _tlp_said_by(definition: Mapping[str, Any]) -> Tlp | None:
    """The TLP of a definition that is not one of the fixed ones; None if it says something else."""
    extensions = definition.get("extensions")
    extension = extensions.get(TLP_EXTENSION) if isinstance(extensions, dict) else None
    said = extension.get("tlp_2_0") if isinstance(extension, dict) else None
    if said is None and definition.get("definition_type") == "tlp":
        inner = definition.get("definition")
        said = inner.get("tlp") if isinstance(inner, dict) else None
    name = str(said or "").upper()
    return _TLPS.get("CLEAR" if name == "WHITE" else name)
