"""The case dossier: each side's claim kept apart, evidence, steps, the clock of denied access."""

from collections.abc import Sequence

from tocsin.briefs.facts import Line, Term, Value
from tocsin.errors import UsageError
from tocsin.knowledge.cases import CaseCard, ClaimLine, StepLine, case_card, case_cards
from tocsin.products.composing import column, compose
from tocsin.products.document import (
    Block,
    Document,
    Item,
    Items,
    Paragraph,
    Row,
    Section,
    Table,
)
from tocsin.products.picture import Picture
from tocsin.products.sourcing import Sources


def casefile(picture: Picture, case: str = "") -> Document:
    """One case as it stands on the day; without a name the only one, if there is only one.

    Raises
    ------
    UsageError, if no case is named and there is not just one.  UnknownName.
    """
    sources = Sources(picture)
    card = _card(picture, case)
    own = [sources.statement(one) for one in picture.statements if one.subject == card.subject][:1]
    steps = sorted((*card.steps, *card.movements), key=lambda step: step.on)
    summary = _quoted(card, sources, own)
    sections = [
        Section("summary", Line("What it is about"), summary),
        Section("claims", Line("Who says what"), _claims(card, sources)),
        Section("evidence", Line("Evidence"), _evidence(card, sources)),
        Section("steps", Line("Steps"), _steps(steps, sources)),
        Section("access", Line("Access"), _access(card, sources)),
        Section("remarks", Line("What others say of it"), _remarks(card, sources)),
    ]
    title: dict[str, Value] = {"title": sources.quote(card.title, own), "day": picture.as_of}
    return compose(
        picture, sources, "casefile", Line("Case dossier"),
        Line("{title}, as the record stood on {day}", title), sections,
        subject=card.subject.partition(":")[2],
    )  # fmt: skip


def _card(picture: Picture, name: str) -> CaseCard:
    if name:
        return case_card(picture.statements, name, picture.as_of)
    found = case_cards(picture.statements, picture.as_of)
    if len(found) != 1:
        raise UsageError(
            "which case is meant is not said",
            remedy="Name one: --case NAME. The record holds: {known}.",
            known=", ".join(card.subject.partition(":")[2] for card in found) or "-",
        )
    return found[0]


def _quoted(card: CaseCard, sources: Sources, own: Sequence[str]) -> tuple[Block, ...]:
    if not card.summary.in_("en"):
        return ()
    told: dict[str, Value] = {"told": sources.quote(card.summary, own)}
    return (Paragraph(Line("{told}", told), "lead"),)


def _claims(card: CaseCard, sources: Sources) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for one in card.ranges:
        rows = [_claim(claim, sources) for claim in one.claims]
        keys = sources.cited(claim.cited for claim in one.claims)
        blocks.append(
            Table(
                f"claims-{one.about}",
                Line("**{about},** side by side", {"about": sources.quote(one.about_name, keys)},
                     capital=True),
                (
                    column("claimant", "Who says so", hxl="#org+name"),
                    column("number", "Number", unit="persons", hxl="#affected"),
                    column("scope", "Whom it counts", hxl="#description"),
                    column("party", "Party to the conflict", hxl="#indicator+party"),
                    column("grade", "Grade", hxl="#indicator+grade"),
                    column("known", "Known", hxl="#date+reported"),
                ),
                tuple(rows),
            )
        )  # fmt: skip
    if blocks:
        blocks.append(
            Paragraph(Line("Claims that count different people are never averaged."), "note")
        )
    return tuple(blocks)


def _claim(claim: ClaimLine, sources: Sources) -> Row:
    keys = sources.cited([claim.cited])
    party = Line("{word}", {"word": Term("a party")}) if claim.party else Line("–")
    return Row(
        (
            Line("**{who}**", {"who": sources.quote(claim.claimant_name, keys)}),
            Line("{stated}", {"stated": sources.quote(claim.stated, keys)}),
            Line("{scope}", {"scope": sources.quote(claim.scope, keys)}),
            party,
            Line("{grade}", {"grade": sources.plain(claim.cited.grade, keys)}),
            Line("{known}", {"known": sources.dated(claim.cited.known_at, keys)}),
        ),
        (
            claim.claimant_name.in_("en"),
            claim.value if claim.value is not None else claim.stated.in_("en"),
            claim.scope.in_("en"), claim.party, claim.cited.grade, claim.cited.known_at,
        ),
    )  # fmt: skip


def _evidence(card: CaseCard, sources: Sources) -> tuple[Block, ...]:
    items = []
    for one in card.evidence:
        keys = sources.cited([one.cited])
        beneath = (
            Line("{note}", {"note": sources.quote(one.note, keys)}) if one.note.in_("en") else None
        )
        items.append(
            Item(Line("{told}", {"told": sources.quote(one.text, keys)}, capital=True), beneath)
        )
    return (Items(tuple(items)),) if items else ()


def _steps(steps: Sequence[StepLine], sources: Sources) -> tuple[Block, ...]:
    items = []
    for one in steps:
        keys = sources.cited([one.cited])
        told: dict[str, Value] = {
            "when": sources.dated(one.on, keys), "told": sources.quote(one.text, keys),
        }  # fmt: skip
        items.append(Item(Line("{when} – {told}", told)))
    return (Items(tuple(items)),) if items else ()


def _access(card: CaseCard, sources: Sources) -> tuple[Block, ...]:
    items = []
    for one in card.denials:
        keys = sources.cited([one.cited])
        what = Line("{what}", {"what": sources.quote(one.what, keys)})
        items.append(Item(Line("{told}", {"told": sources.quote(one.text, keys)}), what))
    return (Items(tuple(items)),) if items else ()


def _remarks(card: CaseCard, sources: Sources) -> tuple[Block, ...]:
    items = []
    for one in card.remarks:
        keys = sources.cited([one.cited])
        told: dict[str, Value] = {
            "said": sources.quote(one.said, keys), "text": sources.quote(one.text, keys),
        }  # fmt: skip
        items.append(Item(Line("{said}: {text}", told, capital=True)))
    return (Items(tuple(items)),) if items else ()
