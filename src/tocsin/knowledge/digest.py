"""What a brief says of the record: what is new, what is owed, what comes, what is contested."""

from collections.abc import Iterable
from datetime import date

import msgspec

from tocsin.knowledge.actors.changes import TieChange, tie_changes
from tocsin.knowledge.agreements import OVER, CommitmentLine, commitments
from tocsin.knowledge.calendar import DONE, Plan, calendar
from tocsin.knowledge.cases import Range, case_cards
from tocsin.knowledge.citing import Cited
from tocsin.knowledge.figures.findings import Finding
from tocsin.knowledge.figures.reconcile import reconcile
from tocsin.knowledge.labels import CAMP, named
from tocsin.knowledge.record import entries
from tocsin.knowledge.sentences import words
from tocsin.knowledge.timeline import Moment, learned
from tocsin.tables.bodies import Words
from tocsin.tables.kinds import Camp
from tocsin.tables.statements import Statement


class News(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One thing that became known, on whose word; many camps with one fate are one thing."""

    on: str
    kind: str
    text: Words
    cited: tuple[Cited, ...]


class Digest(msgspec.Struct, frozen=True, kw_only=True):
    """The record on a day for a brief: each part with its statements, in both languages."""

    since: str
    as_of: str
    new: tuple[News, ...]
    commitments: tuple[CommitmentLine, ...]
    calendar: tuple[Plan, ...]
    contested: tuple[Range, ...]
    findings: tuple[Finding, ...]
    ties: tuple[TieChange, ...]


MANY = 4  # camps that share date, source and fate, from which on they share a line


def news(statements: Iterable[Statement], since: date, as_of: date) -> list[News]:
    """What became known after `since`, in that order."""
    held = list(statements)
    camps = {entry.statement.id: entry.body for entry in entries(held, Camp)}
    groups: dict[tuple[str, ...], list[Moment]] = {}
    for one in learned(held, since, as_of):
        camp = camps.get(one.cited.statement)
        fate = (one.cited.statement,) if camp is None else (
            one.on, one.cited.source, one.cited.known_at, camp.status
        )  # fmt: skip
        groups.setdefault(fate, []).append(one)
    found: list[News] = []
    for moments in groups.values():
        together = [camps[one.cited.statement] for one in moments if len(moments) >= MANY]
        if together:
            places = sorted((camp.place for camp in together), key=lambda place: place.en)
            text = words(
                "{count} camps, {status}: {places}",
                count=len(together), status=named(together[0].status, CAMP), places=tuple(places),
            )  # fmt: skip
            found.append(_told(moments, text))
        else:
            found += [_told([one], one.text) for one in moments]
    return found


def _told(moments: list[Moment], text: Words) -> News:
    first = moments[0]
    return News(on=first.on, kind=first.kind, text=text, cited=tuple(one.cited for one in moments))


def digest(statements: Iterable[Statement], since: date, as_of: date) -> Digest:
    """What changed after `since`, and what is open, ahead and contested at the end of `as_of`.

    new : what became known since, in that order.  commitments : those that are not over.
    calendar : plans ahead or without a date.  contested : claims of more than one side.
    findings : everything but what simply agrees.  ties : what formed, broke or flipped since.
    """
    held = list(statements)
    return Digest(
        since=since.isoformat(),
        as_of=as_of.isoformat(),
        new=tuple(news(held, since, as_of)),
        commitments=tuple(line for line in commitments(held, as_of) if line.status not in OVER),
        calendar=tuple(plan for plan in calendar(held, as_of) if plan.status not in DONE),
        contested=tuple(
            claims
            for card in case_cards(held, as_of)
            for claims in card.ranges
            if len({claim.claimant for claim in claims.claims}) > 1
        ),
        findings=tuple(one for one in reconcile(held, as_of) if one.severity != "agrees"),
        ties=tuple(tie_changes(held, since, as_of)),
    )
