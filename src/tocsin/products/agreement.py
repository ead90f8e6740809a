"""The agreement table: who stands where, what is owed by whom and since when, the conditions."""

from tocsin.briefs.facts import Line, Value
from tocsin.knowledge.agreements import AgreementCard, CommitmentLine, agreements, commitments
from tocsin.knowledge.caseload import caseloads
from tocsin.knowledge.conditions import conditions
from tocsin.products import telling
from tocsin.products.composing import column, compose
from tocsin.products.document import Block, Document, Item, Items, Row, Section, Table
from tocsin.products.picture import Picture
from tocsin.products.sourcing import Sources


def agreement(picture: Picture) -> Document:
    """Every agreement about the place: standings, commitments, programmes, conditions."""
    sources = Sources(picture)
    held, day = picture.statements, picture.as_of
    cards = agreements(held, day)
    owed = commitments(held, day)
    sections = [
        Section("parties", Line("Who stands where"), _parties(cards, sources)),
        Section("commitments", Line("What is owed"), _owed(owed, sources)),
        Section("programmes", Line("Former combatants"), _programmes(picture, sources)),
        Section("conditions", Line("Stated conditions"), _conditions(picture, sources)),
    ]
    warned = [one for one in picture.open if one.body.about.startswith("agreement")]
    if warned:
        items = [
            telling.warning_item(one, line, sources)
            for one, line in telling.boarded(picture)
            if one in warned
        ]
        sections.append(Section("warnings", Line("What is warned of"), (Items(tuple(items)),)))
    return compose(
        picture, sources, "agreement", Line("Agreement table"), _headline(picture, owed, sources),
        sections, warned=warned,
    )  # fmt: skip


def _headline(picture: Picture, owed: list[CommitmentLine], sources: Sources) -> Line:
    fields = telling.place_field(picture)
    if not owed:
        return Line("**{place}**: the record holds no commitment as of this date", fields)

    def count(name: str, lines: list[CommitmentLine]) -> Value:
        keys = sources.cited(line.cited for line in lines)
        return sources.amount(f"commitments.{name}", len(lines), "commitments", keys)

    done = [line for line in owed if line.status == "implemented"]
    stuck = [line for line in owed if line.overdue or line.status in ("blocked", "suspended")]
    told: dict[str, Value] = fields | {"all": count("all", owed)}
    if done:
        told["done"] = Line("{n} carried out", {"n": count("done", done)})
    else:
        told["done"] = Line("none carried out")
    if not stuck:
        return Line("{place}: of {all+}, {done}", told)
    told["stuck"] = count("stuck", stuck)
    return Line("{place}: of {all+}, {done}, {stuck} overdue, blocked or on hold", told)


def _parties(cards: list[AgreementCard], sources: Sources) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for card in cards:
        keys = sources.cited(one.cited for one in card.parties)
        rows = []
        for one in card.parties:
            own = sources.cited([one.cited])
            rows.append(
                Row(
                    (
                        Line("**{party}**", {"party": sources.quote(one.name, own)}),
                        Line("{said}", {"said": sources.quote(one.said, own)}),
                        Line("{since}", {"since": sources.dated(one.since, own)}),
                        Line("{note}", {"note": sources.quote(one.note, own)}),
                    ),
                    (one.name.in_("en"), one.status, one.since, one.note.in_("en")),
                )
            )
        if rows:
            blocks.append(
                Table(
                    f"parties-{card.subject.partition(':')[2]}",
                    Line("**{title}**", {"title": sources.quote(card.title, keys)}),
                    (
                        column("party", "Party", hxl="#org+name"),
                        column("standing", "Standing", hxl="#status"),
                        column("since", "Since", hxl="#date"),
                        column("note", "Note", hxl="#description"),
                    ),
                    tuple(rows),
                )
            )
    return tuple(blocks)


def _owed(owed: list[CommitmentLine], sources: Sources) -> tuple[Block, ...]:
    rows = []
    for line in owed:
        keys = sources.cited([line.cited])
        who = telling.names(sources.quote(one, keys) for one in line.responsible_names)
        due = Line("–")
        if line.deadline:
            due = Line("{due}", {"due": sources.dated(line.deadline, keys)})
        late = Line("–")
        if line.overdue and line.days is not None:
            days = sources.amount(f"{line.subject}.late", -line.days, "days", keys)
            late = Line("**{days+}**", {"days": days})
        rows.append(
            Row(
                (
                    Line("{title}", {"title": sources.quote(line.title, keys)}),
                    Line("{who}", {"who": who}),
                    due,
                    Line("{said}", {"said": sources.quote(line.said, keys)}),
                    late,
                    Line("{note}", {"note": sources.quote(line.note, keys)}),
                ),
                (
                    line.title.in_("en"),
                    ", ".join(one.in_("en") for one in line.responsible_names),
                    line.deadline, line.status,
                    -line.days if line.overdue and line.days is not None else None,
                    line.note.in_("en"),
                ),
            )
        )  # fmt: skip
    if not rows:
        return ()
    table = Table(
        "commitments",
        Line("**Commitments,** overdue first"),
        (
            column("commitment", "Commitment", hxl="#activity+name"),
            column("owed_by", "Owed by", hxl="#org+name"),
            column("due", "Due", hxl="#date+end"),
            column("state", "State", hxl="#status"),
            column("late", "Late", unit="days", hxl="#indicator+days_late"),
            column("note", "Note", hxl="#description"),
        ),
        tuple(rows),
    )
    return (table,)


def _programmes(picture: Picture, sources: Sources) -> tuple[Block, ...]:
    items = []
    for programme in caseloads(picture.statements, picture.as_of):
        keys = sources.cited(stage.cited for stage in programme.stages)
        for stage in programme.stages:
            own = sources.cited([stage.cited])
            persons = sources.amount(f"{programme.programme}.{stage.stage}.{stage.tranche}",
                                     stage.persons, "persons", own)  # fmt: skip
            fields: dict[str, Value] = {
                "title": sources.quote(programme.title, own), "n": persons,
                "stage": sources.quote(stage.said, own),
            }  # fmt: skip
            items.append(Item(Line("{title}: {n} {stage}", fields, capital=True)))
        items += [
            Item(Line("{told}", {"told": sources.quote(balance.text, keys)}))
            for balance in programme.balances
        ]
    return (Items(tuple(items)),) if items else ()


def _conditions(picture: Picture, sources: Sources) -> tuple[Block, ...]:
    items = []
    for one in conditions(picture.statements, picture.as_of):
        keys = sources.cited(
            [one.cited, *(part.cited for part in one.parts if part.cited is not None)]
        )
        items.append(Item(Line("{told}", {"told": sources.quote(one.text, keys)})))
    return (Items(tuple(items)),) if items else ()
