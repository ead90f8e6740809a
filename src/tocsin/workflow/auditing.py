"""For the node's auditor: who was served what by TAXII and by the API, and when."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tocsin.errors import CheckFailed
from tocsin.policy import parse_reader
from tocsin.sharing.feeds import stamp
from tocsin.tables.when import first_moment, last_moment, micros
from tocsin.workflow.feeds import read_log
from tocsin.workflow.record_keeping import own_organisation

AUDITOR = "auditor"


class ReadLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One answer that was served.

    what : an address of the API, or a part of the TAXII collection
    first, last : when the first and the last object served had been added; TAXII alone
    served : objects or lines; 0 where nothing had changed for the caller
    asked : the words of the question
    """

    at: str
    org: str
    role: str
    token: str
    what: str
    served: int
    first: str = ""
    last: str = ""
    asked: str = ""


def reads(
    reader: str, *, since: str = "", until: str = "", org: str = "", what: str = ""
) -> Iterator[ReadLine]:
    """The read log, the oldest first, for an auditor of the node's own organisation.

    since, until : moments or days; a day counts from its first, or to its last, moment
    org : whom it was served; what : what it was, or how that begins

    Raises
    ------
    CheckFailed, if somebody else asks.  UsageError, if a moment makes no sense.
    """
    asking = parse_reader(reader or own_organisation())
    if asking.org != own_organisation() or asking.role != AUDITOR:
        raise CheckFailed(
            "the read log is for the auditor of this node",
            remedy="Ask as the auditor: --reader {own}:auditor",
            own=own_organisation(),
        )
    begin = micros(first_moment(since)) if since else 0
    end = micros(last_moment(until)) if until else None
    return _lines(begin, end, org, what)


def _lines(begin: int, end: int | None, org: str, what: str) -> Iterator[ReadLine]:
    for one in read_log().reads(begin, org):
        if (end is None or one.at <= end) and one.what.startswith(what):
            yield ReadLine(
                at=stamp(one.at), org=one.org, role=one.role, token=one.token, what=one.what,
                served=one.served, first=stamp(one.first) if one.first else "",
                last=stamp(one.last) if one.last else "", asked=one.asked,
            )  # fmt: skip
