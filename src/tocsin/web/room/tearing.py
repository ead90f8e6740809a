"""A tear line made on its page: every gap that rules propose is confirmed or struck by a person."""

from typing import Any, get_args

from tocsin.errors import UsageError
from tocsin.policy.markings import NARROWER
from tocsin.policy.passing import PAP_NARROWER
from tocsin.web.room.asking import Asked
from tocsin.web.room.sharing import named_in

# What rules find, and how coarse a place or a time may be, in words.
FOUND = {
    "address": "an address", "id": "an identifier", "coordinates": "coordinates",
    "phone": "a telephone number", "code": "a code", "number": "a number", "time": "a moment",
    "name": "a name",
}  # fmt: skip
COARSE = {
    "admin1": "the region", "country": "the country", "none": "left out", "week": "the week",
    "month": "the month", "year": "the year",
}  # fmt: skip


def choices(asked: Asked, name: str) -> dict[str, Any]:
    """What rules find in a record's sentences, and how coarse its place and time may be."""
    from tocsin.sharing.tearing import PlaceLevel, TimeLevel
    from tocsin.web.room.sharing import whom
    from tocsin.workflow import releasing, tearing

    proposal = tearing.propose(name, asked.reader)
    now = releasing.preview(name, asked.reader)
    return {
        "title": asked.say("A tear line"),
        "why": releasing.WHY,
        "parent": proposal.parent,
        "texts": [
            (lang, proposal.parts(lang), getattr(proposal.text, lang)) for lang in ("fr", "en")
        ],
        "found": [
            {
                "number": number,
                "what": asked.say(FOUND[what]),
                "text": said,
                "choice": asked.word(f"w{number}"),
            }
            for number, (what, said) in enumerate(proposal.found, start=1)
        ],
        "whom": whom(asked, now),
        "to": named_in(asked),
        "paps": PAP_NARROWER[: PAP_NARROWER.index(proposal.parent.pap)],
        "caveats": [
            (one, asked.word(f"c{number}"))
            for number, one in enumerate(droppable(proposal.parent), start=1)
        ],
        "tlps": [one for one in NARROWER if one != "RED"],
        "places": [(one, asked.say(COARSE[one])) for one in get_args(PlaceLevel)],
        "times": [(one, asked.say(COARSE[one])) for one in get_args(TimeLevel)],
        "torn": None,
        "trouble": "",
    }


def torn(asked: Asked, name: str, agreed: str = "") -> Any:
    """The tear line that a form asks for; written only if it is the one that was agreed to.

    Raises
    ------
    UsageError, if something that was found has no choice yet.  As `workflow.tearing.tear`.
    """
    from tocsin.workflow import tearing

    proposal = tearing.propose(name, asked.reader)
    keep = [one.strip() for one in asked.word("keep").split(";") if one.strip()]
    for number, (_, said) in enumerate(proposal.found, start=1):
        choice = asked.word(f"w{number}")
        if choice not in ("out", "keep"):
            raise UsageError(
                "nobody has said yet what becomes of “{words}”",
                remedy="Take it out, or keep it on your own word.",
                words=said,
            )
        if choice == "keep":
            keep.append(said)
    return tearing.tear(
        name, tlp=asked.word("tlp"), to=named_in(asked), fr=asked.word("fr"), en=asked.word("en"),
        keep=keep, place=asked.word("place") or "admin1", time=asked.word("time") or "month",
        pap=asked.word("pap"), agreed=agreed, reader=asked.reader,
        drop=[
            one
            for number, one in enumerate(droppable(proposal.parent), start=1)
            if asked.word(f"c{number}") == "drop"
        ],
    )  # fmt: skip


def droppable(parent: Any) -> list[str]:
    """Caveats that a person may take off a tear line; that of an exercise stays."""
    return [one for one in parent.caveats if one != "EXERCISE"]


def write(asked: Asked, name: str) -> str:
    """Write the tear line that was shown; its id."""
    return str(torn(asked, name, asked.word("agreed")).statement)
