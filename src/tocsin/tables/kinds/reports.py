"""Reports from people, what a second person made of them, and which tell of the same thing.

A report stands under the subject `report:FORM/INSTANCE`; its verifications and links stand there
too, so that the history of the subject is the file of the report.
"""

from typing import Annotated, ClassVar, Literal, get_args

import msgspec

from tocsin.tables.bodies import Body, Count, Line, Slug, Words
from tocsin.tables.when import When

Way = Literal["odk", "kobo", "sheet", "sms", "mail", "web"]
Status = Literal[
    "triaged",
    "under_verification",
    "verified",
    "partly",
    "unverifiable",
    "false",
    "duplicate",
]
STATUSES: tuple[Status, ...] = get_args(Status)
Latitude = Annotated[float, msgspec.Meta(ge=-90, le=90)]
Longitude = Annotated[float, msgspec.Meta(ge=-180, le=180)]


class Harm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """People, as the reporter counts them; None was not said, 0 was."""

    killed: Count | None = None
    killed_low: Count | None = None
    killed_high: Count | None = None
    killed_civilians: Count | None = None
    injured: Count | None = None
    abducted: Count | None = None
    missing: Count | None = None
    detained: Count | None = None
    displaced: Count | None = None


class _Submitted(Body, frozen=True, kw_only=True):
    """What both forms share: which form, by which handle, by which way, on whose clock."""

    form_version: Line
    instance: Slug
    reporter: Slug  # a handle, never a name or a number
    way: Way
    received: When  # by the node's clock
    created: When | None = None  # by the clock of the device, which may be wrong
    place: Line  # as people call it
    country: str = ""
    area: str = ""  # an admin unit, once a person has confirmed it
    doubts: tuple[Slug, ...] = ()  # what the checks found odd; nothing was changed for it


class Report(_Submitted, frozen=True, kw_only=True):
    """An incident, as it was reported."""

    kind: ClassVar[str] = "report"

    day_from: When
    day_to: When | None = None
    day_precision: Literal["exact", "near", "month", ""] = ""
    place_precision: Literal["exact", "near", "area", ""] = ""
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    border: Literal["here", "there", "crossing", "far", ""] = ""
    event: Slug
    event_other: str = ""
    weapon: str = ""
    target: str = ""
    perpetrator: str = ""  # as people call them
    attribution: Literal["claimed", "recognised", "supposed", "unidentified", ""] = ""
    other_side: str = ""
    harm: Harm = Harm()
    how_known: Literal["saw", "heard", "told"]
    sources: Count | None = None
    told: str = ""
    note: str = ""
    media: tuple[Slug, ...] = ()


class Observed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One indicator of a week: whether anybody could look, and what there was."""

    indicator: Slug
    state: Literal["observed", "not_observed", "could_not_observe", "not_asked"]
    level: Literal["low", "medium", "high", ""] = ""
    direction: Literal["up", "same", "down", ""] = ""


class Situation(_Submitted, frozen=True, kw_only=True):
    """An area and a week: what was seen of conflict and of peace, and what could not be seen."""

    kind: ClassVar[str] = "situation"

    week: When  # its last day
    observed: tuple[Observed, ...] = ()
    outlook: Literal["better", "same", "worse", "unsure", ""] = ""
    # Why something could not be observed; asked since the form's version 2026.2.
    gap: Literal[
        "no_access", "no_network", "no_monitor", "insecurity", "denied", "other", ""
    ] = ""  # fmt: skip
    note: str = ""


class Verification(Body, frozen=True, kw_only=True):
    """What a second person made of a report; the grade is the envelope's."""

    kind: ClassVar[str] = "verification"

    report: Slug  # the id of the statement judged
    status: Status
    verifier: Slug  # a handle, and not the reporter's
    reason: Words


class ReportLink(Body, frozen=True, kw_only=True):
    """Two accounts that have to do with each other. They are linked, never merged."""

    kind: ClassVar[str] = "report_link"

    report: Slug
    other: Slug  # another report's statement id, or an event of a source: ucdp_ged:12345
    relation: Literal["same_event", "retelling", "update", "contradicts", "unrelated"]
    reason: Words = Words()


class Placement(Body, frozen=True, kw_only=True):
    """Where a report's place lies, as a person confirmed it from a ranked list."""

    kind: ClassVar[str] = "placement"

    report: Slug
    place: Line  # its name in the gazetteer
    country: str = ""
    area: str = ""  # an admin unit
    latitude: Latitude
    longitude: Longitude
    precision: Literal["exact", "near", "area"]
    likeness: Annotated[float, msgspec.Meta(ge=0, le=100)]
    listed_by: Line  # whose gazetteer


class ReportMedia(Body, frozen=True, kw_only=True):
    """A photo that came with a report, before it or after it; it lies encrypted in the store."""

    kind: ClassVar[str] = "report_media"

    instance: Slug  # the submission that it belongs to
    key: Slug  # as the report names it; its file's own name is not kept
    sha256: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]  # without what was stripped
    size: Count  # bytes
    type: Literal["image/jpeg", "image/png"]
    stripped: bool  # whether it told of a position, a device or a time


class ReportClosure(Body, frozen=True, kw_only=True):
    """Nothing more is to be done on a report: what became of it, and that the reporter heard."""

    kind: ClassVar[str] = "report_closure"

    report: Slug
    outcome: Literal["used_in_warning", "kept_on_record", "not_used"]
    told_reporter: bool = False
    note: Words = Words()


REPORT_KINDS: tuple[type[Body], ...] = (
    Placement,
    Report,
    ReportClosure,
    ReportLink,
    ReportMedia,
    Situation,
    Verification,
)
