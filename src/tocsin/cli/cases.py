"""`tocsin cases`: claims side by side, evidence, steps, and the clock of denied access."""

from __future__ import annotations

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
    said,
    show_remarks,
)
from tocsin.cli.words import say
from tocsin.language.text import Lang

if TYPE_CHECKING:
    from tocsin.knowledge.cases import CaseCard, ClaimLine

_SHOW = say(
    "Show a case: each side's claim with its scope, never averaged; evidence, steps, denials.\n\n"
    "Examples: tocsin cases show moura --as-of 2023-06-30\n\n"
    "tocsin cases show moura --lang fr --json"
)
_LIST = say("List the cases of the record.\n\nExample: tocsin cases list --as-of 2023-06-30")


def register(app: typer.Typer) -> None:
    """Add `tocsin cases` to `app`."""
    group = typer.Typer(
        name="cases",
        help=say("Case files: claims kept apart, evidence, steps, denials of access."),
        no_args_is_help=True,
    )
    group.command("show", help=_SHOW)(show)
    group.command("list", help=_LIST)(list_)
    app.add_typer(group)


def show(
    name: Annotated[str, typer.Argument(help=say("The case: its title or subject."))],
    as_of: AsOf = "",
    on: On = "",
    reader: ReaderName = "",
    lang: Language = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import record_reading

    card = record_reading.case(ask(reader, as_of, on), name)
    if as_json:
        print_json(card)
        return
    _print_card(card, chosen(lang))


def list_(
    as_of: AsOf = "",
    on: On = "",
    reader: ReaderName = "",
    lang: Language = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import record_reading

    found = record_reading.cases(ask(reader, as_of, on))
    if as_json:
        print_json(found)
        return
    spoken = chosen(lang)
    for card in found:
        typer.echo(f"{card.subject}  {card.title.in_(spoken)}  {card.place_name.in_(spoken)}")
    if not found:
        nothing(spoken)


def _print_card(card: CaseCard, lang: Lang) -> None:
    from tocsin.knowledge.sentences import dated

    days = [dated(day, lang) for day in (card.period_from, card.period_to) if day]
    period = " – ".join(dict.fromkeys(days))
    heading(f"{card.title.in_(lang)}, {card.place_name.in_(lang)}, {period}")
    if card.summary.in_(lang):
        typer.echo(f"  {card.summary.in_(lang)}")
    for claims in card.ranges:
        heading(f"  {claims.about_name.in_(lang)}")
        for claim in claims.claims:
            _print_claim(claim, lang)
    for title, lines in (
        ("Evidence", card.evidence), ("Steps", card.steps), ("Access denied", card.denials),
        ("Movements", card.movements),
    ):  # fmt: skip
        if lines:
            heading(f"  {said(title, lang)}")
        for line in lines:
            typer.echo("    " + f"{getattr(line, 'on', '')} {line.text.in_(lang)}".strip())
            cited([line.cited], lang, "      ")
    show_remarks(card.remarks, lang)


def _print_claim(claim: ClaimLine, lang: Lang) -> None:
    party = f" – {said('a party to the conflict', lang)}" if claim.party else ""
    scope = f" ({claim.scope.in_(lang)})" if claim.scope.in_(lang) else ""
    stated, who = claim.stated.in_(lang), claim.claimant_name.in_(lang)
    counts = claim.value is not None or claim.low is not None or claim.high is not None
    told = f"{stated}{scope}{colon(lang)}{who}" if counts else stated
    typer.echo(f"    {told}{party}")
    cited([claim.cited], lang, "      ")
