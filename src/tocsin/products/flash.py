"""The flash: half a page and 160 characters, for whoever will read nothing else today."""

from tocsin.briefs.facts import Line, Value
from tocsin.knowledge.digest import news
from tocsin.products import telling
from tocsin.products.document import Document, Items, Paragraph, Section, with_numbers
from tocsin.products.picture import Picture
from tocsin.products.sourcing import Sources

WARNINGS = 3
NEWS = 2
BLIND = 2
SINCE = 7  # days of news


def flash(picture: Picture) -> Document:
    """What was, what may come, who is warned, what is new, what nobody sees: half a page."""
    sources = Sources(picture)
    urgent = telling.boarded(picture)
    shown = telling.varied(urgent, WARNINGS)
    sections = [
        Section(
            "coming",
            Line("What may come"),
            tuple(_coming(picture)),
        ),
        Section("warnings", Line("What is warned of"), _warned(picture, sources, shown)),
        *_new(picture, sources),
        telling.unseen_section(picture, BLIND),
    ]
    exercise = telling.is_exercise(picture, [held for held, _ in urgent])
    return with_numbers(
        Document(
            product="flash",
            kind=Line("Flash"),
            place=picture.scope.place,
            as_of=picture.as_of,
            handling=telling.handled(sources, exercise),
            headline=telling.headline(picture),
            sections=tuple(sections),
            sources=sources.held,
            reconstruction=bool(picture.gist and picture.gist.reconstruction),
            exercise=exercise,
            reader=picture.reader,
            pages=0.5,
            short=_short(picture, sources, shown),
        )
    )


def _coming(picture: Picture) -> list[Paragraph]:
    found = [telling.paragraph([*telling.counted(picture)[:1], *telling.coming(picture)[:1]])]
    if (sure := telling.confidence(picture)) is not None:
        found.append(Paragraph(sure, "note"))
    return found


def _warned(
    picture: Picture, sources: Sources, shown: list[telling.Shown]
) -> tuple[Items | Paragraph, ...]:
    if not shown:
        return (Paragraph(Line("No warning on {place} is open.", telling.place_field(picture))),)
    items = Items(
        tuple(telling.warning_item(held, line, sources, inline=True) for held, line in shown)
    )
    told = {held.subject for held, _ in shown}
    keys = [sources.statement(held.current) for held in picture.open if held.subject not in told]
    if not keys:
        return (items,)
    more = sources.amount("warnings.more", len(keys), "warnings", keys)
    return (items, Paragraph(Line("{more} more are open.", {"more": more}), "note"))


def _new(picture: Picture, sources: Sources) -> list[Section]:
    found = news(picture.statements, telling.ago(picture, SINCE), picture.as_of)
    items = tuple(telling.news_item(one, sources) for one in telling.newest(found, NEWS))
    if not items:
        return []
    return [Section("new", Line("New in seven days"), (Items(items),))]


def _short(picture: Picture, sources: Sources, shown: list[telling.Shown]) -> tuple[Line, ...]:
    """Sentences for a telephone, the most urgent first; what does not fit is left out whole."""
    lines = [Line("{place} {day}", {"place": picture.scope.place.names, "day": picture.as_of})]
    gist = picture.gist
    if gist is not None:
        lines.append(
            Line("{deaths+} in three months, {before} before",
                 {"deaths": gist.count, "before": gist.before})
        )  # fmt: skip
        if gist.prospect is not None:
            p: Value = telling.worded(gist.prospect.probability)
            lines.append(Line("deadlier next quarter: {p}", {"p": p}))
    for held, _ in shown:
        key = sources.statement(held.current)
        lines.append(
            Line("{level}: {title}",
                 {"level": telling.level(held), "title": sources.quote(held.body.title, [key])})
        )  # fmt: skip
    return tuple(lines)
