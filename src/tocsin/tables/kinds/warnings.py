"""Warnings and what becomes of them: each step is a statement of its own, nothing is edited.

Steps stand under the warning's subject (`warning:PROBLEM/ABOUT/DAY`), so that its history is its
file: warning → acknowledgement → decision → response → feedback → closure, and beside them
escalations, holds, dissent and deliveries.
"""

from typing import Annotated, ClassVar, Literal

import msgspec

from tocsin.tables.bodies import Body, Count, Line, Number, Slug, Words
from tocsin.tables.when import When

AlertLevel = Literal["watch", "elevated", "alert", "imminent"]
LEVELS: tuple[AlertLevel, ...] = ("watch", "elevated", "alert", "imminent")
Confidence = Literal["low", "moderate", "high"]
NoActionReason = Literal[
    "no_asset",
    "no_access",
    "no_mandate",
    "no_consent",
    "not_credible",
    "too_late",
    "handled_by_others",
]
Chance = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Firing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An indicator that fired: which rule, on what, against which threshold, and on whose word.

    `statements` are ids of the ledger, `snapshots` ids of the lake; one of them is never empty.
    """

    indicator: Slug
    title: Words
    rule: str  # the rule as it was applied, in one line
    area: str
    value: Number | None = None
    threshold: Number | None = None
    unit: str = ""
    statements: tuple[str, ...] = ()
    snapshots: tuple[str, ...] = ()
    reconstructed: bool = False
    note: Words = Words()


class WarningVersion(Body, frozen=True, kw_only=True):
    """A warning as it stands: dated, addressed: a harm may come (with `opportunity`, an opening).

    A new version supersedes the one before under the same subject. `clock_from` is the moment
    from which the addressee's clock runs: the issue, or the last rise of the level.
    """

    kind: ClassVar[str] = "warning"

    problem: Slug
    about: Slug  # the area or record warned about: an admin unit, a camp, an agreement
    title: Words
    level: AlertLevel
    state: Literal["draft", "issued"] = "issued"
    version: Annotated[int, msgspec.Meta(ge=1)] = 1
    area: str = ""  # country or admin unit in which it lies
    country: str = ""
    window_from: When
    window_to: When
    clock_from: When
    likelihood_low: Chance
    likelihood_high: Chance
    likelihood_basis: Literal["stated", "learned"] = "stated"
    severity: Words = Words()
    confidence: Confidence = "low"
    confidence_why: Words = Words()
    firings: tuple[Firing, ...] = ()
    not_known: tuple[str, ...] = ()  # indicators that could not be judged
    rules: str = ""  # hash of the rule texts
    addressees: tuple[Slug, ...] = ()  # roles
    opportunity: bool = False
    covered_by: str = ""  # the larger warning that covers this one: no message of its own
    change: Literal["new", "raised", "lowered", "uncovered", "evidence", "text"] = "new"


class Alert(Body, frozen=True, kw_only=True):
    """Somebody in the field says that harm may come (prevention) or has just come (event)."""

    kind: ClassVar[str] = "alert"

    nature: Literal["prevention", "event"]
    area: Slug
    threat: Slug  # attack_on_civilians, attack_on_camp, blockade, electoral_violence …
    text: Words
    reporter: Slug = "reporter"  # a handle, never a name
    expected_within_hours: Count | None = None


class Acknowledgement(Body, frozen=True, kw_only=True):
    """The addressee has it. It covers the version named, and stops that version's first clock."""

    kind: ClassVar[str] = "acknowledgement"

    version: int
    role: Slug
    note: Words = Words()


class Decision(Body, frozen=True, kw_only=True):
    """What the addressee decides; no action needs its reason."""

    kind: ClassVar[str] = "decision"

    version: int
    role: Slug
    decision: Literal["act", "act_differently", "monitor", "no_action"]
    reason: NoActionReason | None = None
    option: str = ""
    note: Words = Words()

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.decision == "no_action") != (self.reason is not None):
            raise ValueError("no action needs a reason, and only no action - at `$.reason`")


class Response(Body, frozen=True, kw_only=True):
    """What was done, by whom (a role or an organisation), and what came of it."""

    kind: ClassVar[str] = "response"

    role: Slug
    action: Words
    effect: Literal["", "prevented", "reduced", "none", "not_known"] = ""
    note: Words = Words()


class Feedback(Body, frozen=True, kw_only=True):
    """What the reporter of an alert was told of what became of it."""

    kind: ClassVar[str] = "feedback"

    to: Slug  # the reporter's handle
    alert: str = ""  # id of the alert
    text: Words


class Closure(Body, frozen=True, kw_only=True):
    """The end of a warning, and what came of the harm."""

    kind: ClassVar[str] = "closure"

    how: Literal["closed", "expired", "superseded"]
    outcome: Literal["occurred", "did_not_occur", "averted", "unknown"] = "unknown"
    note: Words = Words()
    statements: tuple[str, ...] = ()  # what shows the outcome
    by: str = ""  # subject of the warning that replaces it


class Escalation(Body, frozen=True, kw_only=True):
    """A clock ran out: the warning goes to the next role. `due` is when, by the rules."""

    kind: ClassVar[str] = "escalation"

    version: int
    rung: Annotated[int, msgspec.Meta(ge=1)]
    why: Literal["unacknowledged", "undecided"]
    from_role: Slug
    to_role: Slug
    due: When


class Hold(Body, frozen=True, kw_only=True):
    """The release authority keeps a warning's text from going out, or lets it go again.

    Nothing else changes: evidence, clocks and the duty board stay as they are.
    """

    kind: ClassVar[str] = "hold"

    held: bool
    role: Slug
    reason: Line


class Dissent(Body, frozen=True, kw_only=True):
    """An analyst disagrees; the note travels with the warning."""

    kind: ClassVar[str] = "dissent"

    text: Words


class Silence(Body, frozen=True, kw_only=True):
    """No new messages about a problem in an area, until a date, for a reason. Clocks run on."""

    kind: ClassVar[str] = "silence"

    problem: str = ""  # empty: every problem
    area: str = ""  # empty: every area; a country covers its areas
    until: When
    reason: Line


class Delivery(Body, frozen=True, kw_only=True):
    """What was sent to which role, how, and whether it arrived. No address is kept here.

    An attempt is `intended` before it is made; its outcome follows. An intention without an
    outcome is an attempt during which the node died: it is made again under the same `message`.
    """

    kind: ClassVar[str] = "delivery"

    message: Slug  # the message's own id: the same for every attempt
    role: Slug
    channel: Literal["email", "webhook", "file", "sms", "cap", "atom"]
    outcome: Literal["intended", "sent", "failed", "bounced", "withheld"]
    attempt: Annotated[int, msgspec.Meta(ge=1)] = 1
    detail: str = ""
    step: str = ""  # id of the statement that the message tells of
    to: str = ""  # the channel's name in the node's own list


WARNING_KINDS: tuple[type[Body], ...] = (
    Acknowledgement, Alert, Closure, Decision, Delivery, Dissent, Escalation, Feedback, Hold,
    Response, Silence, WarningVersion,
)  # fmt: skip
