"""Sentences that several products share: the count, what may come, who is warned, what is new.

Every choice of words is a rule over what the picture holds, and every rule has a branch for
*nobody knows*.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from tocsin.briefs.facts import Fact, Line, Listing, Months, Quoted, Term, Value, Words
from tocsin.geo import EXERCISE
from tocsin.knowledge.actors import registry_of
from tocsin.knowledge.digest import Digest, News, digest
from tocsin.language import likelihood_span
from tocsin.products.document import Chart, Handling, Item, Items, Paragraph, Section
from tocsin.products.picture import Picture
from tocsin.products.sourcing import Sources
from tocsin.tables.bodies import Words as Told
from tocsin.tables.when import end_of
from tocsin.warning.running import Deadline, next_deadline
from tocsin.warning.standing import Standing

Shown = tuple[Standing, Deadline | None]


def headline(picture: Picture) -> Line:
    """The sentence that a reader takes away: the brief's own, or that nothing is counted."""
    if picture.gist is not None:
        return capital(picture.gist.headline)
    return Line("**{place}**: nobody counts here as of this date", place_field(picture))


def place_field(picture: Picture) -> dict[str, Value]:
    """The field that names the place."""
    return {"place": picture.scope.place.names}


def capital(line: Line) -> Line:
    """A line as the start of a sentence."""
    return replace(line, capital=True)


def counted(picture: Picture) -> tuple[Line, ...]:
    """The sentences under the headline."""
    return picture.gist.standfirst if picture.gist else ()


def coming(picture: Picture) -> tuple[Line, ...]:
    """What may come: the likelihood in word and number, the middle half, the baseline."""
    if picture.gist is None or picture.gist.prospect is None:
        return (Line("No forecast reaches the coming quarter from the months that are known."),)
    return picture.gist.prospect.lines


def confidence(picture: Picture) -> Line | None:
    """Confidence, apart from likelihood."""
    if picture.gist is None or picture.gist.prospect is None:
        return None
    return picture.gist.prospect.confidence


def unseen(picture: Picture, most: int = 20) -> tuple[Item, ...]:
    """What the data cannot show, the gravest first."""
    if picture.gist is None:
        line = Line("No count of violence covers {place}: it is unknown, which is not zero.",
                    place_field(picture))  # fmt: skip
        return (Item(line),)
    return tuple(Item(capital(line)) for line in picture.gist.unseen[:most])


def unseen_section(picture: Picture, most: int = 20) -> Section:
    """The section on it, which has the same rank as what may come."""
    return Section("unseen", Line("What we cannot see"), (Items(unseen(picture, most)),))


def end_of_day(day: date) -> datetime:
    """The moment that a product's clock stands at."""
    return end_of(day) if day <= datetime.now(UTC).date() else datetime.combine(day, time(), UTC)


def news_since(picture: Picture, since: date) -> Digest:
    """What the record says as of the day, with what became known after `since`."""
    return digest(picture.statements, since, picture.as_of)


def news_item(one: News, sources: Sources) -> Item:
    """One thing that became known."""
    keys = sources.cited(one.cited)
    when = one.on.removeprefix("../")
    template = "until {when} – {told}" if one.on.startswith("../") else "{when} – {told}"
    fields: dict[str, Value] = {
        "when": sources.dated(when, keys), "told": sources.quote(one.text, keys),
    }  # fmt: skip
    return Item(Line(template, fields))


def newest(found: Sequence[News], most: int) -> Sequence[News]:
    """The last things that became known, the newest first."""
    return tuple(reversed(found[-most:])) if most else ()


def boarded(picture: Picture) -> list[Shown]:
    """Open warnings with who must do what by when, most urgent first."""
    now = end_of_day(picture.as_of)
    return [(held, next_deadline(held, picture.rules.clocks, now)) for held in picture.open]


def varied(found: Sequence[Shown], most: int) -> list[Shown]:
    """The most urgent, each problem once before any comes twice."""
    seen: set[str] = set()
    first: list[Shown] = []
    again: list[Shown] = []
    for one in found:
        (again if one[0].body.problem in seen else first).append(one)
        seen.add(one[0].body.problem)
    return [*first, *again][:most]


def level(held: Standing) -> Term:
    """The alert level as a word."""
    return Term("opening" if held.body.opportunity else held.body.level)


def likelihood(held: Standing, keys: Sequence[str]) -> Line:
    """The likelihood of a warning as words and numbers, each word once."""
    body = held.body
    name = f"likelihood.{held.id}"

    def end(which: str, value: float, unit: str) -> Fact:
        return Fact(id=f"{name}.{which}", value=value, unit=unit, sources=tuple(keys))

    low, high = body.likelihood_low, body.likelihood_high
    words = Words(likelihood_span(low, high, "en")[0], likelihood_span(low, high, "fr")[0])
    fields: dict[str, Value] = {
        "word": words, "low": end("low", low, "probability"),
        "high": end("high", high, "probability"),
    }  # fmt: skip
    return Line("{word} ({low} to {high})" if words.en else "from {low} to {high}", fields)


def worded(probability: Fact) -> Fact:
    """A probability as word and number."""
    return Fact(
        id=probability.id, value=probability.value, unit="likelihood",
        sources=probability.sources, months=probability.months, place=probability.place,
    )  # fmt: skip


def warning_item(
    held: Standing, line: Deadline | None, sources: Sources, *, inline: bool = False
) -> Item:
    """One warning: level, what may come, until when, how likely, how sure, who must answer.

    inline : in one line, where room is scarce
    """
    key = sources.statement(held.current)
    body = held.body
    fields: dict[str, Value] = {
        "level": level(held),
        "title": sources.quote(body.title, [key]),
        "until": sources.dated(body.window_to, [key]),
        "likelihood": likelihood(held, [key]),
        "confidence": Term(body.confidence),
    }
    told = Line(
        "**{level}** – **{title}**: {likelihood} by {until}. Confidence: {confidence}.",
        fields, capital=True,
    )  # fmt: skip
    wait = waiting(held, line, sources)
    if not inline or wait is None:
        return Item(told, wait)
    return Item(Line("{told} {wait}", {"told": told, "wait": wait}, capital=True))


def waiting(
    held: Standing, line: Deadline | None, sources: Sources, *, short: bool = False
) -> Line | None:
    """Whose turn it is, or what was decided; `short` in a column that says whose turn it is."""
    key = sources.statement(held.current)
    if held.decided is not None:
        decided = sources.statement(held.decided)
        return Line(
            "Decided on {when}.",
            {"when": sources.dated(held.decided.known_at, [decided])},
        )
    if line is None:
        return None
    due = line.due.strftime("%Y-%m-%dT%H:%MZ")
    keys = [key, sources.rules()]
    late = bool(held.steps.get("escalation"))
    template = (
        "Nobody answered in time; {role} must answer by {due}."
        if late
        else "{role} must answer by {due}."
    )
    if short and not late:
        template = "{role}, by {due}"
    return Line(template, {"role": role(line.role), "due": moment(due, keys)}, capital=True)


def role(name: str) -> Term:
    """A role in words."""
    return Term(name.replace("-", " "))


def moment(when: str, keys: Sequence[str]) -> Quoted:
    """A moment with its hour, in universal time."""
    from tocsin.knowledge.sentences import dated  # noqa: PLC0415

    hour = f" {when[11:16]} UTC" if len(when) > 11 else ""
    return Quoted(dated(when, "en") + hour, dated(when, "fr") + hour, tuple(keys))


def timeline_chart(picture: Picture) -> Chart | None:
    """Deaths by month with the forecast beside its baseline."""
    from tocsin.briefs.timeline import draw_timeline  # noqa: PLC0415

    brief = picture.brief
    if brief is None:
        return None
    timeline = brief.timeline
    caption = "**Recorded deaths by month,** forecast (fan) and baseline (dotted)"
    if timeline.fan is None:
        caption = "**Recorded deaths and events by month**"
    elif timeline.baseline is None:
        caption = "**Recorded deaths by month,** with the baseline as forecast (fan)"
    sources = (*brief.count.sources, *brief.cited("forecast"))
    return Chart(
        "timeline", Line(caption),
        lambda lang, width, height, narrow: draw_timeline(timeline, lang, width, height, narrow),
        sources, (500.0, 190.0),
    )  # fmt: skip


def map_chart(picture: Picture) -> Chart | None:
    """Deaths by area over twelve months: disc against the ring of the year before."""
    from tocsin.briefs.mapping import draw_map  # noqa: PLC0415

    brief = picture.brief
    if brief is None or not any(part.shape is not None for part in brief.area_map.layer.parts):
        return None
    told = brief.area_map
    keys = tuple(
        dict.fromkeys(
            key for fact in brief.series if fact.id.startswith("deaths.year.")
            for key in fact.sources
        )
    )  # fmt: skip
    return Chart(
        "map",
        Line(
            "**Where, over twelve months,** deaths by {part}", {"part": Term(brief.place.parts)}
        ),
        # Drawn once for all files that show it at a size: labels are slow to place.
        cache(lambda lang, width, height, narrow: draw_map(told, lang, width, height)),  # noqa: ARG005
        (*keys, *brief.cited("boundaries")), (420.0, 270.0), (320.0, 250.0),
    )  # fmt: skip


def scale_chart(picture: Picture) -> Chart | None:
    """The likelihood on its scale of words."""
    from tocsin.briefs.smallcharts import draw_scale  # noqa: PLC0415

    brief = picture.brief
    if brief is None or brief.prospect is None:
        return None
    prospect = brief.prospect
    beside = prospect.baseline.value if prospect.baseline else None
    return Chart(
        "scale", Line("**Deadlier than the last quarter?** Likelihood on its scale of words"),
        lambda lang, width, height, narrow: draw_scale(  # noqa: ARG005
            prospect.probability.known, beside, lang, width
        ),
        prospect.probability.sources, (300.0, 40.0), (300.0, 40.0),
    )  # fmt: skip


def handled(sources: Sources, exercise: bool) -> Handling:
    """The marking of the product; an exercise says so in its caveats too."""
    found = sources.handling()
    return replace(found, caveats=(*found.caveats, "EXERCISE")) if exercise else found


def is_exercise(picture: Picture, held: Iterable[Standing]) -> bool:
    """Whether anything in the product is invented or raised under a clock set by hand.

    A product on the invented country is one even where nothing is counted yet.
    """
    return (
        EXERCISE.iso3 in picture.scope.countries
        or bool(picture.gist and picture.gist.exercise)
        or any(one.is_exercise for one in held)
    )


def quarter(picture: Picture) -> Months | None:
    """The last three months known."""
    return Months(*picture.brief.window.quarter) if picture.brief else None


def month(number: int) -> Months:
    """One month."""
    return Months(number, number)


def months(first: int, last: int) -> Months:
    """Several months."""
    return Months(first, last)


def names(found: Iterable[Words | Quoted]) -> Listing:
    """Several names joined."""
    return Listing(tuple(found))


def paragraph(lines: Iterable[Line], style: str = "body") -> Paragraph:
    """Several sentences as one paragraph."""
    told = [line for line in lines if line.template]
    fields: dict[str, Value] = {f"s{index}": capital(line) for index, line in enumerate(told)}
    template = " ".join(f"{{{name}}}" for name in fields)
    return Paragraph(Line(template, fields), style)  # type: ignore[arg-type]


def actor_name(picture: Picture, subject: str) -> Told:
    """What an actor is called."""
    return registry_of(picture.statements).words_of(subject)


def ago(picture: Picture, days: int) -> date:
    """The day so many days before the picture's."""
    return picture.as_of - timedelta(days=days)
