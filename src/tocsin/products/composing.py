"""What every product is put together from at the end: marking, clock, sources, numbers."""

from collections.abc import Sequence

from tocsin.briefs.facts import Line, Term
from tocsin.products import telling
from tocsin.products.document import Column, Document, Row, Section, Table, with_numbers
from tocsin.products.picture import Picture
from tocsin.products.sourcing import Sources
from tocsin.warning.standing import Standing

LONGEST = 12  # rows of a table on a page; the rest is counted


def compose(
    picture: Picture, sources: Sources, product: str, kind: Line, headline: Line,
    sections: Sequence[Section], *, warned: Sequence[Standing] = (), pages: float | None = None,
    short: tuple[Line, ...] = (), subject: str = "", tables: tuple[Table, ...] = (),
) -> Document:  # fmt: skip
    """The document with its marking and its footnotes.

    warned : the warnings that it speaks of

    Raises
    ------
    CheckFailed, if a number has no source.
    """
    exercise = telling.is_exercise(picture, warned)
    return with_numbers(
        Document(
            product=product,
            kind=kind,
            place=picture.scope.place,
            as_of=picture.as_of,
            handling=telling.handled(sources, exercise),
            headline=headline,
            sections=tuple(section for section in sections if section.blocks),
            sources=sources.held,
            reconstruction=bool(picture.brief and picture.brief.reconstruction),
            exercise=exercise,
            reader=picture.reader,
            pages=pages,
            short=short,
            subject=subject,
            tables=tables,
        )
    )


def column(key: str, title: str, *, unit: str = "", hxl: str = "", numeric: bool = False) -> Column:
    """A column; its title is a template of the house."""
    return Column(key, Line("{title}", {"title": Term(title)}), unit, hxl, numeric)


def warnings_table(sources: Sources, shown: Sequence[telling.Shown]) -> Table:
    """Open warnings: level, what, until when, how likely, how sure, whose turn it is."""
    rows = []
    for held, line in shown:
        key = sources.statement(held.current)
        body = held.body
        wait = telling.waiting(held, line, sources, short=True) or Line("–")
        rows.append(
            Row(
                (
                    Line("**{level}**", {"level": telling.level(held)}, capital=True),
                    Line("{title}", {"title": sources.quote(body.title, [key])}),
                    Line("{until}", {"until": sources.dated(body.window_to, [key])}),
                    telling.likelihood(held, [key]),
                    Line("{sure}", {"sure": Term(body.confidence)}),
                    wait,
                ),
                (
                    body.level, body.title.in_("en"), body.window_to,
                    f"{body.likelihood_low:.3f}-{body.likelihood_high:.3f}", body.confidence,
                    line.role if line else "",
                ),
                unit_id=body.area,
            )
        )  # fmt: skip
    return Table(
        "warnings",
        Line("**Open warnings,** undecided first, then by level"),
        (
            column("level", "Level", hxl="#severity"),
            column("warning", "Warning", hxl="#event+name"),
            column("until", "Until", hxl="#date+end"),
            column("likelihood", "Likelihood", hxl="#indicator+likelihood"),
            column("confidence", "Confidence", hxl="#indicator+confidence"),
            column("waits_for", "Whose turn", hxl="#contact+role"),
        ),
        tuple(rows),
    )


def areas_table(picture: Picture) -> Table | None:
    """Areas of the place: deaths of the quarter, of the year and of the year before, the change."""
    brief, grounds = picture.brief, picture.grounds
    if brief is None or grounds is None or len(grounds.inputs.layer.parts) < 2:
        return None
    window = brief.window
    rows = []
    for part in grounds.inputs.layer.parts:
        history = grounds.parts.get(part.unit_id)
        unit = part.unit_id
        name = Line("{name}", {"name": part.names})
        if history is None:
            unknown = Line("{word}", {"word": Term("unknown")})
            rows.append(Row((name, *[unknown] * 4), (part.names.en, *[None] * 4), unit))
            continue
        now = grounds.part_deaths(f"deaths.quarter.{unit}", unit, window.quarter)
        year = grounds.part_deaths(f"deaths.year.{unit}", unit, window.year)
        before = grounds.part_deaths(f"deaths.year_before.{unit}", unit, window.year_before)
        change = Line("–")
        if year.value is not None and before.value is not None:
            fact = grounds.fact(
                f"change.year.{unit}", year.value, "change", window.year, before=before.value,
                place=unit, sources=tuple(dict.fromkeys((*year.sources, *before.sources))),
            )  # fmt: skip
            change = Line("{change}", {"change": fact})
        rows.append(
            Row(
                (name, *(Line("{n}", {"n": one}) for one in (now, year, before)), change),
                (part.names.en, now.value, year.value, before.value,
                 None if year.value is None or before.value is None
                 else year.value - before.value),
                unit,
            )
        )  # fmt: skip
    rows.sort(key=lambda row: (-(row.values[2] or -1), row.unit_id))  # type: ignore[operator]
    return Table(
        "areas",
        Line("**Area by area,** recorded deaths, quarter and year to {month}",
             {"month": telling.month(window.last)}),
        (
            column("area", "Area", hxl="#adm1+name"),
            column("quarter", "Three months", unit="deaths", hxl="#affected+killed+quarter",
                   numeric=True),
            column("year", "Twelve months", unit="deaths", hxl="#affected+killed+year",
                   numeric=True),
            column("year_before", "Twelve before", unit="deaths",
                   hxl="#affected+killed+year_before", numeric=True),
            column("change", "Change", unit="deaths", hxl="#indicator+change", numeric=True),
        ),
        tuple(rows),
        Line("A zero is a zero in the count; it is not calm that somebody saw."),
    )  # fmt: skip
