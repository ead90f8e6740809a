"""`tocsin actors`: who is who, who stands with whom on which day, what changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.asking import (
    AsJson,
    AsOf,
    Language,
    On,
    ReaderName,
    ask,
    chosen,
    cited,
    colon,
    heading,
    nothing,
    print_json,
    quoted,
    said,
)
from tocsin.cli.words import say
from tocsin.errors import UsageError
from tocsin.language.text import Lang

if TYPE_CHECKING:
    from tocsin.knowledge.actors import ActorCard, Graph
    from tocsin.knowledge.actors.cards import TieLine

_SHOW = say(
    "Show an actor: names, ties on a day (declared apart from done), presence, territory.\n\n"
    "Names are found whatever their date: CAM, CMA, GSIM, EIGS.\n\n"
    "Examples: tocsin actors show CMA --as-of 2023-06-30\n\n"
    "tocsin actors show JNIM --on 2019-01"
)
_GRAPH = say(
    "Write the graph of actors on a day, as a picture (svg), JSON or GraphML.\n\n"
    "Example: tocsin actors graph --as-of 2023-06-30 --out svg > actors.svg"
)
_CHANGES = say(
    "List ties that formed, broke or flipped between two days.\n\n"
    "Example: tocsin actors changes --from 2019-01 --to 2020-06"
)
_RESOLVE = say(
    "Say what names in event files mean. What is not exact is suggested, never taken.\n\n"
    "Examples: tocsin actors resolve GSIM 'Al-Mourabitun'\n\n"
    "tocsin actors resolve --file names.txt --country MLI"
)
_CONFIRM = say(
    "Write down that a name means an actor: a person's word, as a new alias.\n\n"
    "Example: tocsin actors confirm 'Al-Mourabitun' actor:al-mourabitoun --source 'team review'"
)
_LIST = say("List the names of the record.\n\nExample: tocsin actors list --as-of 2023-06-30")
_FORMATS = ("svg", "json", "graphml")


def register(app: typer.Typer) -> None:
    """Add `tocsin actors` to `app`."""
    group = typer.Typer(
        name="actors",
        help=say("Actors: names, dated ties, what changed between two days."),
        no_args_is_help=True,
    )
    group.command("show", help=_SHOW)(show)
    group.command("list", help=_LIST)(list_)
    group.command("graph", help=_GRAPH)(graph)
    group.command("changes", help=_CHANGES)(changes)
    group.command("resolve", help=_RESOLVE)(resolve)
    group.command("confirm", help=_CONFIRM)(confirm)
    app.add_typer(group)


def show(
    name: Annotated[str, typer.Argument(help=say("A name, alias or acronym."))],
    as_of: AsOf = "",
    on: On = "",
    reader: ReaderName = "",
    lang: Language = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import record_reading

    card = record_reading.actor(ask(reader, as_of, on), name)
    if as_json:
        print_json(card)
        return
    _print_card(card, chosen(lang))


def _print_card(card: ActorCard, lang: Lang) -> None:
    from tocsin.knowledge.places import place_words
    from tocsin.knowledge.sentences import dated

    label = card.label.in_(lang)
    short = f" ({label})" if card.short and label != card.name.in_(lang) else ""
    heading(f"{card.name.in_(lang)}{short}  {card.subject}")
    if card.description.in_(lang):
        typer.echo(f"  {card.description.in_(lang)}")
    cited(card.cited, lang)
    if card.names:
        also = ", ".join(name.name for name in card.names if name.name != label)
        typer.echo("  " + said("Also called: {names}", lang).format(names=also))
    on = dated(card.on, lang)
    _print_ties(said("Ties on {date}", lang).format(date=on), card.ties, lang)
    _print_ties(said("Declared, not done", lang), card.declared, lang)
    for presence in card.presences:
        wording = quoted(presence.wording.in_(lang), lang)
        typer.echo(f"  {place_words(presence.area).in_(lang)}{colon(lang)}{wording}")
        cited([presence.cited], lang)
    for holding in card.holdings:
        typer.echo(f"  {holding.text.in_(lang)}. {holding.note.in_(lang)}".rstrip())
        cited([holding.cited], lang)


def _print_ties(title: str, lines: tuple[TieLine, ...], lang: Lang) -> None:
    if not lines:
        return
    heading(f"  {title}")
    for line in lines:
        words = line.wording.in_(lang)
        wording = f" {quoted(words, lang)}" if words else ""
        typer.echo(f"  {line.text.in_(lang)}{wording}")
        if line.note.in_(lang):
            typer.echo(f"    {line.note.in_(lang)}")
        cited(line.cited, lang)


def list_(
    as_of: AsOf = "", reader: ReaderName = "", lang: Language = "", as_json: AsJson = False
) -> None:
    from tocsin.workflow import record_reading

    found = record_reading.actors(ask(reader, as_of)).identities
    if as_json:
        print_json(
            [
                {"subject": one.subject, "name": one.name, "short": one.short, "type": one.type}
                for one in found.values()
            ]
        )
        return
    spoken = chosen(lang)
    for subject in sorted(found):
        one = found[subject]
        short = f" ({one.short})" if one.short else ""
        typer.echo(f"{subject}  {one.name.in_(spoken)}{short}")


def graph(
    as_of: AsOf = "",
    on: On = "",
    around: Annotated[
        str, typer.Option("--around", help=say("Only this actor and those it has ties with."))
    ] = "",
    out: Annotated[
        str, typer.Option("--out", help=say("svg, json or graphml, or a file that ends so."))
    ] = "svg",
    reader: ReaderName = "",
    lang: Language = "",
) -> None:
    from tocsin.workflow import record_reading

    form = out.rpartition(".")[2].lower()
    if form not in _FORMATS:
        raise UsageError(
            "no form of a graph is named {form}", remedy="Forms: svg, json, graphml.", form=form
        )
    content = _rendered(
        record_reading.graph(ask(reader, as_of, on), around), form, chosen(lang)
    )  # fmt: skip
    if out == form:
        typer.echo(content.decode(), nl=False)
        return
    Path(out).write_bytes(content)
    typer.echo(out)


def _rendered(found: Graph, form: str, lang: Lang) -> bytes:
    from tocsin.knowledge.actors import render_svg, to_graphml, to_json

    if form == "svg":
        return render_svg(found, lang)
    return to_json(found) if form == "json" else to_graphml(found)


def changes(
    first: Annotated[str, typer.Option("--from", help=say("First day."))],
    last: Annotated[str, typer.Option("--to", help=say("Last day."))],
    as_of: AsOf = "",
    reader: ReaderName = "",
    lang: Language = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import record_reading

    found = record_reading.ties_changed(ask(reader, as_of), first, last)
    if as_json:
        print_json(found)
        return
    spoken = chosen(lang)
    for one in found:
        heading(one.text.in_(spoken))
        cited([source for tie in (*one.before, *one.after) for source in tie.cited], spoken)
    if not found:
        nothing(spoken)


def resolve(
    names: Annotated[list[str] | None, typer.Argument(help=say("Names to resolve."))] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help=say("A text file with one name a line."))
    ] = None,
    country: Annotated[
        str, typer.Option("--country", help=say("Country of the events (ISO3)."))
    ] = "",
    as_of: AsOf = "",
    reader: ReaderName = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import record_reading

    given = list(names or [])
    if file is not None:
        given += [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
    found = record_reading.resolve(ask(reader, as_of), given, country)
    if as_json:
        print_json(found)
        return
    for one in found:
        if one.how == "exact":
            typer.echo(f"{one.name}  =  {one.subject}")
        elif one.candidates:
            near = ", ".join(f"{c.subject} ({c.name}, {c.likeness:g} %)" for c in one.candidates)
            typer.echo(f"{one.name}  ?  {near}")
        else:
            typer.echo(f"{one.name}  –  {say('not resolved')}")


def confirm(
    name: Annotated[str, typer.Argument(help=say("The name as published."))],
    actor: Annotated[str, typer.Argument(help=say("The actor that it means."))],
    source: Annotated[str, typer.Option("--source", help=say("On whose word."))],
    reader: ReaderName = "",
) -> None:
    from tocsin.workflow import record_reading

    made = record_reading.confirm_name(name, actor, source, reader)
    typer.echo(say("{name} now means {actor} ({id}).").format(name=name, actor=actor, id=made))
