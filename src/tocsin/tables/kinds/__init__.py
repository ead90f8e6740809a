"""Every kind of statement, one typed body each: `KINDS` maps the name to the Struct."""

from tocsin.tables.bodies import Body, Words
from tocsin.tables.kinds.actors import (
    Actor,
    Alias,
    ControlAssessment,
    Membership,
    Organisation,
    Presence,
    Relation,
)
from tocsin.tables.kinds.agreements import (
    Agreement,
    AgreementStatus,
    CalendarItem,
    Commitment,
    CommitmentStatus,
    Condition,
    DdrCaseload,
    Mediation,
    PollingStatus,
    Provision,
)
from tocsin.tables.kinds.answers import ANSWER_KINDS, ContactStep, ReportAnswer
from tocsin.tables.kinds.asking import ASKING_KINDS
from tocsin.tables.kinds.cases import Case, Claim, Denial, Evidence, Step
from tocsin.tables.kinds.figures import Annotation, Derivation, Figure, ObservationNote
from tocsin.tables.kinds.foreign import StixObject
from tocsin.tables.kinds.house import Approval, NodeKey, Purge, Retraction
from tocsin.tables.kinds.mission import Camp, Capability, Consent, Contributor, Mandate, Movement
from tocsin.tables.kinds.reports import REPORT_KINDS
from tocsin.tables.kinds.sharing import SHARING_KINDS
from tocsin.tables.kinds.subscribing import SUBSCRIBING_KINDS
from tocsin.tables.kinds.travel import Confirmed, Peer, Recall, Receipt
from tocsin.tables.kinds.warnings import WARNING_KINDS

_ALL: tuple[type[Body], ...] = (
    Actor, Agreement, AgreementStatus, Alias, Annotation, CalendarItem, Camp, Capability, Case,
    Claim, Commitment, CommitmentStatus, Condition, Consent, Contributor, ControlAssessment,
    DdrCaseload, Denial, Evidence, Figure, Mandate, Mediation, Membership, Movement, NodeKey,
    ObservationNote, Organisation, Peer, PollingStatus, Presence, Provision, Purge, Recall, Receipt,
    Relation, Retraction, Step, StixObject,
    *ANSWER_KINDS, *ASKING_KINDS, *REPORT_KINDS, *SHARING_KINDS, *SUBSCRIBING_KINDS, *WARNING_KINDS,
)  # fmt: skip
KINDS: dict[str, type[Body]] = {body.kind: body for body in _ALL}
# What the ledger says about itself: written by commands of their own, never entered by hand.
HOUSE_KINDS = frozenset(
    {NodeKey.kind, Peer.kind, Purge.kind, Recall.kind, Receipt.kind}
    | {one.kind for one in (*ANSWER_KINDS, *ASKING_KINDS, *SHARING_KINDS, *SUBSCRIBING_KINDS)}
)

__all__ = [
    "HOUSE_KINDS",
    "KINDS",
    "Actor",
    "Agreement",
    "AgreementStatus",
    "Alias",
    "Annotation",
    "Approval",
    "Body",
    "CalendarItem",
    "Camp",
    "Capability",
    "Case",
    "Claim",
    "Commitment",
    "CommitmentStatus",
    "Condition",
    "Confirmed",
    "Consent",
    "ContactStep",
    "Contributor",
    "ControlAssessment",
    "DdrCaseload",
    "Denial",
    "Derivation",
    "Evidence",
    "Figure",
    "Mandate",
    "Mediation",
    "Membership",
    "Movement",
    "NodeKey",
    "ObservationNote",
    "Organisation",
    "Peer",
    "PollingStatus",
    "Presence",
    "Provision",
    "Purge",
    "Recall",
    "Receipt",
    "Relation",
    "ReportAnswer",
    "Retraction",
    "Step",
    "StixObject",
    "Words",
]
