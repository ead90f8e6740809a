"""What a brief says of the record: what is new, what is owed, what comes, what is contested."""

from collections.abc import Iterable
from datetime import date

import msgspec

from tocsin.knowledge.actors.changes import TieChange, tie_changes
from tocsin.knowledge.agreements import OVER, CommitmentLine, commitments
from tocsin.knowledge.calendar import DONE, Plan, calendar
from tocsin.knowledge.cases import Range, case_cards
from tocsin.knowledge.figures.findings import Finding
from tocsin.knowledge.figures.reconcile import reconcile
from tocsin.knowledge.timeline import Moment, learned
from tocsin.tables.statements import Statement


class Digest(msgspec.Struct, frozen=True, kw_only=True):
    """The record on a day for a brief: each part with its statements, in both languages."""

    since: str
    as_of: str
    new: tuple[Moment, ...]
    commitments: tuple[CommitmentLine, ...]
    calendar: tuple[Plan, ...]
    contested: tuple[Range, ...]
    findings: tuple[Finding, ...]
    ties: tuple[TieChange, ...]


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
        new=tuple(learned(held, since, as_of)),
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
