"""MISP's tags for grades, markings and likelihood, both ways.

Source: the public MISP taxonomies admiralty-scale, tlp, PAP and estimative-language. Of several
tags that say the same thing the one that binds most counts: the narrowest marking, the lowest
grade.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeVar, get_args

from tocsin.language.likelihood import BANDS
from tocsin.policy.markings import NARROWER
from tocsin.tables.kinds.warnings import WarningVersion
from tocsin.tables.statements import Credibility, Pap, Reliability, Statement, Tlp

_T = TypeVar("_T")
_TLPS: dict[str, Tlp] = {name.lower(): name for name in get_args(Tlp)} | {
    "white": "CLEAR",
    "ex:chr": "RED",
}
_PAPS: dict[str, Pap] = {name.lower(): name for name in get_args(Pap)} | {"white": "CLEAR"}
_PAP_ORDER: tuple[Pap, ...] = get_args(Pap)
_RELIABILITIES: dict[str, Reliability] = {name.lower(): name for name in get_args(Reliability)} | {
    "g": "E"  # deliberately deceptive: we have no lower grade
}
_CREDIBILITIES: dict[str, Credibility] = {str(one): one for one in get_args(Credibility)}
# The taxonomy's words for the bands of `tocsin.language.likelihood`, in their order.
LIKELIHOODS = (
    "almost-no-chance",
    "very-unlikely",
    "unlikely",
    "roughly-even-chance",
    "likely",
    "very-likely",
    "almost-certain",
)
CONFIDENCES = ("low", "moderate", "high")
_MACHINE = re.compile(r'^([A-Za-z-]+):([A-Za-z-]+)="([^"]*)"\Z')
_SHORT = re.compile(r"^(tlp|pap):(.+)\Z", re.IGNORECASE)


class Said(NamedTuple):
    """What the tags of an event say; None where they say nothing that we know."""

    tlp: Tlp | None = None
    pap: Pap | None = None
    reliability: Reliability | None = None
    credibility: Credibility | None = None
    likelihood: tuple[float, float] | None = None
    confidence: str = ""


def said_by(tags: Iterable[str]) -> Said:
    """What tags say.

    >>> said_by(["tlp:green", 'admiralty-scale:source-reliability="b"', "PAP:RED"])[:3]
    ('GREEN', 'RED', 'B')
    >>> said_by(["tlp:green", "tlp:unheard-of"]).tlp
    'AMBER+STRICT'
    """
    tlps: list[Tlp] = []
    paps: list[Pap] = []
    grades: dict[str, list[str]] = {}
    for tag in tags:
        name = tag.strip()
        if found := _SHORT.match(name):
            value = found[2].strip().strip('"').lower()
            if found[1].lower() == "tlp":
                tlps.append(_TLPS.get(value, "AMBER+STRICT"))
            else:
                paps.append(_PAPS.get(value, "RED"))
        elif machine := _MACHINE.match(name):
            grades.setdefault(f"{machine[1]}:{machine[2]}".lower(), []).append(machine[3].lower())
    return Said(
        tlp=max(tlps, key=NARROWER.index) if tlps else None,
        pap=max(paps, key=_PAP_ORDER.index) if paps else None,
        reliability=_lowest(grades.get("admiralty-scale:source-reliability"), _RELIABILITIES),
        credibility=_lowest(grades.get("admiralty-scale:information-credibility"), _CREDIBILITIES),
        likelihood=_likelihood(grades.get("estimative-language:likelihood-probability")),
        confidence=_confidence(grades.get("estimative-language:confidence-in-analytic-judgment")),
    )


def _lowest(values: list[str] | None, known: Mapping[str, _T]) -> _T | None:
    """The last of the known grades in their order, which is the lowest."""
    order = list(dict.fromkeys(known.values()))
    found = [known[one] for one in values or [] if one in known]
    return max(found, key=order.index) if found else None


def _likelihood(values: list[str] | None) -> tuple[float, float] | None:
    """From the lowest to the highest of what is said."""
    found = [BANDS[LIKELIHOODS.index(one)] for one in values or [] if one in LIKELIHOODS]
    return (min(one.low for one in found), max(one.high for one in found)) if found else None


def _confidence(values: list[str] | None) -> str:
    known = [one for one in CONFIDENCES if one in (values or [])]
    return known[0] if known else ""


def tags_of(one: Statement) -> list[str]:
    """The tags that tell the markings, the grades and the likelihood of a statement.

    What MISP has no taxonomy for goes under a name of ours: whom it is for, and its caveats.
    """
    tags = [
        f"tlp:{one.tlp.lower()}",
        f"PAP:{one.pap}",
        f'admiralty-scale:source-reliability="{one.reliability.lower()}"',
        f'admiralty-scale:information-credibility="{one.credibility}"',
        *(f'tocsin:releasable-to="{name}"' for name in sorted(one.rel_to)),
        *(f'tocsin:caveat="{name}"' for name in sorted(one.caveats)),
    ]
    body = one.body
    if isinstance(body, WarningVersion):
        if body.likelihood_low is not None and body.likelihood_high is not None:
            tags += likelihood_tags(body.likelihood_low, body.likelihood_high)
        tags.append(f'estimative-language:confidence-in-analytic-judgment="{body.confidence}"')
    return tags


def likelihood_tags(low: float, high: float) -> list[str]:
    """The words in whose ranges the two ends of an interval lie.

    >>> likelihood_tags(0.2, 0.4)
    ['estimative-language:likelihood-probability="unlikely"']
    """
    places = [max((at for at, one in enumerate(BANDS) if end >= one.low), default=0)
              for end in (low, high)]  # fmt: skip
    words = dict.fromkeys(LIKELIHOODS[place] for place in places)
    return [f'estimative-language:likelihood-probability="{word}"' for word in words]
