"""`tocsin figures`: published numbers, compared and explained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.asking import (
    AsJson,
    AsOf,
    Language,
    ReaderName,
    ask,
    chosen,
    cited,
    colon,
    heading,
    nothing,
    print_json,
    said,
    show_remarks,
)
from tocsin.cli.words import say
from tocsin.language.text import Lang

if TYPE_CHECKING:
    from tocsin.knowledge.figures import FigureCard
    from tocsin.knowledge.figures.showing import Voice

_CHECK = say(
    "Compare all figures: sums, shares, changes, revisions, definitions, sources, stale series.\n\n"
    "Nothing is corrected. A slip of the pen that would explain a sum is asked, not applied.\n\n"
    "Examples: tocsin figures check --as-of 2023-06-30\n\n"
    "tocsin figures check --severity error --strict"
)
_SHOW = say(
    "Show figures in which every word occurs, with all that is said about each.\n\n"
    "Examples: tocsin figures show turnout --as-of 2023-06-30\n\n"
    "tocsin figures show civils tués 2022 --lang fr"
)
SEVERITY_NAMES = {
    "error": "error",
    "warning": "caution",
    "question": "question",
    "notice": "notice",
    "agrees": "agrees",
}


def register(app: typer.Typer) -> None:
    """Add `tocsin figures` to `app`."""
    group = typer.Typer(
        name="figures",
        help=say("Published numbers: compared, and explained where they differ."),
        no_args_is_help=True,
    )
    group.command("check", help=_CHECK)(check)
    group.command("show", help=_SHOW)(show)
    app.add_typer(group)


def check(
    as_of: AsOf = "",
    severity: Annotated[
        str,
        typer.Option(
            "--severity", help=say("Only this one: error, warning, question, notice, agrees.")
        ),
    ] = "",
    strict: Annotated[
        bool, typer.Option("--strict", help=say("Exit with 1 if there is an error."))
    ] = False,
    reader: ReaderName = "",
    lang: Language = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import record_reading

    found = record_reading.findings(ask(reader, as_of))
    shown = [one for one in found if severity in ("", one.severity)]
    if as_json:
        print_json(shown)
    else:
        spoken = chosen(lang)
        for one in shown:
            heading(f"[{said(SEVERITY_NAMES[one.severity], spoken)}] {one.text.in_(spoken)}")
            cited(one.cited, spoken)
        if not shown:
            nothing(spoken)
    if strict and any(one.severity == "error" for one in found):
        raise typer.Exit(1)


def show(
    query: Annotated[
        list[str], typer.Argument(help=say("Words that must all occur, in either language."))
    ],
    as_of: AsOf = "",
    reader: ReaderName = "",
    lang: Language = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import record_reading

    cards = record_reading.figures(ask(reader, as_of), " ".join(query))
    if as_json:
        print_json(cards)
        return
    spoken = chosen(lang)
    for card in cards:
        _print_card(card, spoken)
    if not cards:
        nothing(spoken)


def _print_card(card: FigureCard, lang: Lang) -> None:
    number = f"{card.shown.stated.in_(lang)}{_status(card.shown, lang)}"
    heading(f"{card.title.in_(lang)}{colon(lang)}{number}")
    typer.echo("    " + " · ".join([*_about(card, lang), card.subject]))
    _print_voice(card.shown, lang)
    for voice in card.others:
        typer.echo(f"  {voice.stated.in_(lang)}{_status(voice, lang)}")
        _print_voice(voice, lang)
    for one in card.findings:
        typer.echo(f"  [{said(SEVERITY_NAMES[one.severity], lang)}] {one.text.in_(lang)}")
    show_remarks(card.remarks, lang)


def _about(card: FigureCard, lang: Lang) -> list[str]:
    """What the number counts, and of when."""
    from tocsin.knowledge.sentences import dated

    days = [day for day in (card.period_from, card.period_to) if day]
    period = [" – ".join(dict.fromkeys(dated(day, lang) for day in days))] if days else []
    return [card.unit_name.in_(lang), *period]


def _status(voice: Voice, lang: Lang) -> str:
    return "" if voice.status == "stated" else f" ({said(voice.status, lang)})"


def _print_voice(voice: Voice, lang: Lang) -> None:
    for words in (voice.definition, voice.note):
        if words.in_(lang):
            typer.echo(f"    {words.in_(lang)}")
    if voice.exclusions:
        left_out = ", ".join(name.in_(lang) for name in voice.left_out)
        typer.echo("    " + said("leaves out: {names}", lang).format(names=left_out))
    if voice.party_interest:
        interest = said("with an interest in this number: {actor}", lang)
        typer.echo("    " + interest.format(actor=voice.interested.in_(lang)))
    cited([voice.cited], lang)
