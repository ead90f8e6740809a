"""What reporters are told of their reports, and who opened or destroyed a contact: no contact here.

An answer is `intended` before it is sent and its outcome follows, as with warnings. An answer for
whom nobody knows the way back is `ready`: the reporter looks it up by the code of the receipt.
"""

from typing import Annotated, ClassVar, Literal, get_args

import msgspec

from tocsin.tables.bodies import Body, Line, Slug, Words
from tocsin.tables.kinds.house import Approval

Stage = Literal[
    "received",
    "verified",
    "partly",
    "not_confirmed",
    "known_already",
    "used",
    "acted",
    "weighed",
    "closed",
    "note",
]
STAGES: tuple[Stage, ...] = get_args(Stage)


class ReportAnswer(Body, frozen=True, kw_only=True):
    """A short answer to the reporter of a report, on its way or there. No address is kept here."""

    kind: ClassVar[str] = "report_answer"

    report: Slug
    stage: Stage
    step: Slug  # id of the statement that it tells of
    way: Literal["sms", "mail", "code"]
    outcome: Literal["intended", "sent", "failed", "bounced", "ready"]
    message: Slug  # the same for every attempt
    code: Slug  # of the receipt, by which the reporter can ask
    text: Words
    lang: Literal["fr", "en"]
    attempt: Annotated[int, msgspec.Meta(ge=1)] = 1
    detail: str = ""


class ContactStep(Body, frozen=True, kw_only=True):
    """A contact was opened by two persons, or destroyed by one: who, why and when; never what."""

    kind: ClassVar[str] = "contact_step"

    handle: Slug
    action: Literal["opened", "purged"]
    reason: Line
    approvals: Annotated[tuple[Approval, ...], msgspec.Meta(min_length=1)]

    def __post_init__(self) -> None:
        super().__post_init__()
        hands = {one.by for one in self.approvals}
        keys = {one.public for one in self.approvals}
        if self.action == "opened" and min(len(hands), len(keys)) < 2:
            raise ValueError("a contact is opened by two persons - at `$.approvals`")


def contact_word(action: str, handle: str, reason: str, word: Approval) -> bytes:
    """What a person signs before a contact is opened or destroyed: which, why, who and when."""
    parts = ("tocsin contact v1", action, handle, reason, word.by, word.enrolled_at, word.at)
    return "\n".join(parts).encode()


ANSWER_KINDS: tuple[type[Body], ...] = (ContactStep, ReportAnswer)
