"""The analytical brief as a document: what its page says, for an editor to go on with.

Its HTML, PDF and JSON are the page that `briefs` lays out; its DOCX and its tables are made from
this, out of the same facts and sentences.
"""

from dataclasses import replace

from tocsin.briefs.contents import Brief, Contest
from tocsin.briefs.facts import Line, Months, Value
from tocsin.errors import NotEnoughData
from tocsin.products import telling
from tocsin.products.composing import areas_table, column, compose
from tocsin.products.document import Block, Document, Paragraph, Row, Section, Table
from tocsin.products.picture import Picture
from tocsin.products.sourcing import Sources


def analytical(picture: Picture) -> Document:
    """What was counted, where, between whom, what may come, and what nobody sees.

    Raises
    ------
    NotEnoughData, for a place where nothing is counted as of that day.
    """
    brief = picture.brief
    if brief is None:
        raise NotEnoughData(
            "nothing is counted in {place} as of {day}",
            remedy="Fetch or ingest a release that covers it, or ask with --reconstruct.",
            place=picture.scope.place.names.en,
            day=picture.as_of.isoformat(),
        )
    sections = [
        Section("count", Line("What is counted"), _counted(picture, brief)),
        Section("where", Line("Where"), _where(picture)),
        Section("who", Line("Who fights"), _fighting(brief)),
        Section("coming", Line("What may come"), _coming(picture)),
        telling.unseen_section(picture),
    ]
    made = compose(
        picture, Sources(picture), "brief", Line("Early-warning brief"),
        telling.headline(picture), sections, pages=1.0,
    )  # fmt: skip
    # A brief's marking is the one it was asked for: it holds nothing of the record.
    return replace(made, page=brief, handling=replace(made.handling, tlp=brief.tlp))


def _counted(picture: Picture, brief: Brief) -> tuple[Block, ...]:
    blocks: list[Block] = [telling.paragraph(brief.standfirst, "lead")]
    if (chart := telling.timeline_chart(picture)) is not None:
        blocks.append(chart)
    quarter = Months(*brief.window.quarter)
    fields: dict[str, Value] = {
        "months": quarter, "deaths": brief.count, "events": brief.events,
    }  # fmt: skip
    caption = (
        Line("**Count, {months}:** {deaths+}", fields)
        if brief.events.value is None
        else Line("**Count, {months}:** {deaths+}, {events+}", fields)
    )
    rows = [
        Row(
            (replace(one.label, capital=True), Line("{change}", {"change": one.change})),
            (one.label.plain("en"), None if one.change.value is None or one.change.before is None
             else one.change.value - one.change.before),
        )
        for one in brief.comparisons
    ]  # fmt: skip
    table = Table(
        "comparisons", caption,
        (column("compared_with", "Compared with"),
         column("change", "Change", unit="deaths", numeric=True)),
        tuple(rows),
    )  # fmt: skip
    return (*blocks, table)


def _where(picture: Picture) -> tuple[Block, ...]:
    found = (telling.map_chart(picture), areas_table(picture))
    return tuple(one for one in found if one is not None)


def _fighting(brief: Brief) -> tuple[Block, ...]:
    """Pairs of sides with their deaths and events, or types of violence with their events."""
    told = brief.fighting
    if told is None:
        return ()
    pairs = any(row.beside is not None for row in told.rows)
    columns = [
        column("who", "Who"),
        column("deaths", "Deaths", unit="deaths", numeric=True)
        if pairs
        else column("events", "Events", unit="events", numeric=True),
    ]
    if pairs:
        columns.append(column("events", "Events", unit="events", numeric=True))
    rows = tuple(_contest(row, pairs) for row in told.rows)
    return (Table("sides", told.title, tuple(columns), rows, told.why),)


def _contest(row: Contest, pairs: bool) -> Row:
    cells = [replace(row.label, capital=True), Line("{n}", {"n": row.counted})]
    values: list[str | float | int | None] = [row.label.plain("en"), row.counted.value]
    if pairs:
        cells.append(Line("{n}", {"n": row.beside}) if row.beside is not None else Line("–"))
        values.append(None if row.beside is None else row.beside.value)
    return Row(tuple(cells), tuple(values))


def _coming(picture: Picture) -> tuple[Block, ...]:
    blocks: list[Block] = []
    if (scale := telling.scale_chart(picture)) is not None:
        blocks.append(scale)
    blocks.append(telling.paragraph(telling.coming(picture)))
    if (sure := telling.confidence(picture)) is not None:
        blocks.append(Paragraph(sure))
    return tuple(blocks)
