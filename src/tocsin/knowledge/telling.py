"""Every statement as one line, in both languages: what a timeline, a digest and a feed show."""

from dataclasses import dataclass
from functools import singledispatch

from tocsin.knowledge.actors.changes import ends_of, status_name, tie_name
from tocsin.knowledge.actors.registry import Registry
from tocsin.knowledge.figures.values import bounded, stated
from tocsin.knowledge.labels import (
    ABOUT,
    AGREEMENT,
    CALENDAR,
    CAMP,
    CAPABILITY,
    CAPABILITY_TYPES,
    COMMITMENT,
    CONSENT,
    CONTRIBUTOR,
    DDR,
    EVIDENCE,
    FIGURE_STATUS,
    LEVEL,
    MANDATE,
    MEDIATION,
    MEMBERSHIP,
    STEP,
    named,
)
from tocsin.knowledge.places import place_words
from tocsin.knowledge.sentences import Amount, Dated, words
from tocsin.tables import kinds as k
from tocsin.tables.bodies import Body, Words
from tocsin.tables.statements import Statement


@dataclass(frozen=True)
class _Teller:
    """What a line needs beside the body: whose statement it is, and everybody's names."""

    statement: Statement
    registry: Registry

    def name(self, subject: str) -> Words:
        return self.registry.words(subject)

    @property
    def own(self) -> Words:
        return self.registry.words(self.statement.subject)


def told(statement: Statement, registry: Registry) -> Words:
    """One statement as a line. A kind without words of its own is named with its subject."""
    return _line(statement.body, _Teller(statement, registry))


def said(note: Words) -> bool:
    """Whether a pair of texts holds anything."""
    return bool(note.fr or note.en)


def _with(line: Words, note: Words) -> Words:
    return words("{line}. {note}", line=line, note=note) if said(note) else line


@singledispatch
def _line(body: Body, by: _Teller) -> Words:
    return words(
        "{kind}: {subject}", kind=body.kind.replace("_", " "), subject=by.statement.subject
    )


@_line.register
def _(body: k.Actor | k.Organisation, by: _Teller) -> Words:
    del by
    return words("{name} enters the record", name=body.name)


@_line.register
def _(body: k.Alias, by: _Teller) -> Words:
    return words("{who} is also called {name}", who=by.own, name=body.name)


@_line.register
def _(body: k.Relation, by: _Teller) -> Words:
    template = "{one} {tie} {other}" if body.status == "done" else "{one} {tie} {other} ({status})"
    one, other = ends_of(body.type, by.statement.subject, body.object, by.registry)
    line = words(
        template, one=one, tie=tie_name(body.type), other=other,
        status=status_name(body.status),
    )  # fmt: skip
    return _with(line, body.note)


@_line.register
def _(body: k.Membership, by: _Teller) -> Words:
    line = words(
        "{one} {verb} {other}", one=by.own, verb=named(body.status, MEMBERSHIP),
        other=by.name(body.organisation),
    )  # fmt: skip
    return _with(line, body.note)


@_line.register
def _(body: k.Presence, by: _Teller) -> Words:
    del by
    return words("{area}: presence of {wording}", area=place_words(body.area), wording=body.wording)


@_line.register
def _(body: k.ControlAssessment, by: _Teller) -> Words:
    line = words(
        "{actor} {level} {area}", actor=by.name(body.actor), level=named(body.level, LEVEL),
        area=body.area_name if said(body.area_name) else place_words(body.area),
    )  # fmt: skip
    return _with(line, body.note)


@_line.register
def _(body: k.Agreement | k.Provision, by: _Teller) -> Words:
    del by
    return body.title


@_line.register
def _(body: k.AgreementStatus, by: _Teller) -> Words:
    line = words(
        "{agreement}: {party} {status}", agreement=by.name(body.agreement),
        party=by.name(body.party) if body.party else "", status=named(body.status, AGREEMENT),
    )  # fmt: skip
    return _with(line, body.note)


@_line.register
def _(body: k.Commitment, by: _Teller) -> Words:
    del by
    if body.deadline is None:
        return words("Commitment: {title}", title=body.title)
    return words("Commitment: {title}, by {date}", title=body.title, date=Dated(body.deadline))


@_line.register
def _(body: k.CommitmentStatus, by: _Teller) -> Words:
    line = words(
        "{title}: {value}", title=by.name(body.commitment), value=named(body.status, COMMITMENT)
    )
    return _with(line, body.note)


@_line.register
def _(body: k.DdrCaseload, by: _Teller) -> Words:
    del by
    line = words("Former combatants: {n} {stage}", n=body.persons, stage=named(body.stage, DDR))
    return _with(line, body.note)


@_line.register
def _(body: k.Condition, by: _Teller) -> Words:
    return words(
        "{actor} would {would} if {condition}", actor=by.name(body.actor), would=body.would,
        condition=body.condition,
    )  # fmt: skip


@_line.register
def _(body: k.Mediation, by: _Teller) -> Words:
    del by
    return words("{title}: {value}", title=named(body.step, MEDIATION), value=body.note)


@_line.register
def _(body: k.CalendarItem, by: _Teller) -> Words:
    del by
    status = named(body.status, CALENDAR)
    if body.planned is not None:
        status = words("{status}: {date}", status=status, date=Dated(body.planned))
    return _with(words("{title}, {status}", title=body.title, status=status), body.note)


@_line.register
def _(body: k.PollingStatus, by: _Teller) -> Words:
    del by
    line = words(
        "{area}, vote: {status}", area=place_words(body.area),
        status=named(body.status, CALENDAR),
    )  # fmt: skip
    return _with(line, body.note)


@_line.register
def _(body: k.Mandate, by: _Teller) -> Words:
    line = words(
        "{mission}: {action} ({instrument})", mission=by.name(body.mission),
        action=named(body.action, MANDATE), instrument=body.instrument,
    )  # fmt: skip
    return _with(line, body.note)


@_line.register
def _(body: k.Capability, by: _Teller) -> Words:
    line = words(
        "{what} ({provider}): {status}", what=named(body.type, CAPABILITY_TYPES),
        provider=by.name(body.provider), status=named(body.status, CAPABILITY),
    )  # fmt: skip
    return _with(line, body.note)


@_line.register
def _(body: k.Contributor, by: _Teller) -> Words:
    line = words(
        "{who}: {does}", who=by.registry.words_of(body.contributor),
        does=named(body.status, CONTRIBUTOR),
    )  # fmt: skip
    return _with(line, body.note)


@_line.register
def _(body: k.Camp, by: _Teller) -> Words:
    del by
    line = words("Camp of {place}: {status}", place=body.place, status=named(body.status, CAMP))
    return _with(line, body.note)


@_line.register
def _(body: k.Consent, by: _Teller) -> Words:
    line = words("{who}: {does}", who=by.name(body.host), does=named(body.act, CONSENT))
    return _with(line, body.note)


@_line.register
def _(body: k.Movement, by: _Teller) -> Words:
    del by
    return words(
        "Convoy from {origin} to {destination}, attacked {attacked} times",
        origin=body.origin, destination=body.destination, attacked=body.attacked,
    )  # fmt: skip


@_line.register
def _(body: k.Figure, by: _Teller) -> Words:
    del by
    line = words("{title}: {value}", title=body.title, value=stated(body))
    if body.status not in FIGURE_STATUS:
        return line
    return words("{line} ({status})", line=line, status=named(body.status, FIGURE_STATUS))


@_line.register
def _(body: k.Case, by: _Teller) -> Words:
    del by
    return _with(body.title, body.summary)


@_line.register
def _(body: k.Claim, by: _Teller) -> Words:
    who = by.name(body.claimant)
    if body.value is None:
        return body.text if said(body.text) else words("{who}: {text}", who=who, text="–")
    return words(
        "{who}: {about}, {value} ({scope})", who=who, about=named(body.about, ABOUT),
        value=bounded(body.bound, Amount(body.value)), scope=body.scope,
    )  # fmt: skip


@_line.register
def _(body: k.Evidence, by: _Teller) -> Words:
    del by
    count = body.count if body.count is not None else ""
    return words("Evidence: {count} {kind}", count=count, kind=named(body.type, EVIDENCE))


@_line.register
def _(body: k.Step, by: _Teller) -> Words:
    del by
    return body.note if said(body.note) else named(body.type, STEP)


@_line.register
def _(body: k.Denial, by: _Teller) -> Words:
    return words("{who}: {text}", who=by.name(body.by), text=body.what)


@_line.register
def _(body: k.Annotation, by: _Teller) -> Words:
    del by
    return body.text
