"""`tocsin mission` and `tocsin territory`: what a mission still can, and who holds what."""

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
)
from tocsin.cli.words import say
from tocsin.language.text import Lang

if TYPE_CHECKING:
    from tocsin.knowledge.mission import MissionCard

_MISSION = say(
    "Show a mission on a day: mandate and countdown, strength and what is leaving, capabilities, "
    "camps, the host's consent.\n\n"
    "Examples: tocsin mission MINUSMA --as-of 2023-06-30\n\n"
    "tocsin mission MINUSMA --as-of 2023-11-30 --lang fr"
)
_TERRITORY = say(
    "Show who holds what on a day, says whom, and where sources disagree.\n\n"
    "Examples: tocsin territory --as-of 2023-08-31\n\n"
    "tocsin territory --area MLI.menaka"
)


def register(app: typer.Typer) -> None:
    """Add the two commands to `app`."""
    app.command("mission", help=_MISSION)(mission)
    app.command("territory", help=_TERRITORY)(territory)


def mission(
    name: Annotated[str, typer.Argument(help=say("The mission's name."))],
    as_of: AsOf = "",
    on: On = "",
    reader: ReaderName = "",
    lang: Language = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import record_reading

    card = record_reading.mission(ask(reader, as_of, on), name)
    if as_json:
        print_json(card)
        return
    _print_card(card, chosen(lang))


def _print_card(card: MissionCard, lang: Lang) -> None:
    heading(card.name.in_(lang))
    if card.mandate is not None:
        typer.echo(f"  {card.mandate.text.in_(lang)}")
        for task in card.mandate.tasks:
            alone = f" – {said('no successor in the record', lang)}" if task.orphaned else ""
            typer.echo(f"    {task.task.in_(lang)} ({task.instrument}){alone}")
    if card.residual is not None:
        typer.echo(f"  {card.residual.text.in_(lang)}")
        cited(card.residual.cited, lang)
    heading(f"  {said('Contributors', lang)}")
    for one in card.contributors:
        typer.echo(f"    {one.since} {one.name.in_(lang)}{colon(lang)}{one.said.in_(lang)}")
        cited([one.cited], lang, "      ")
    heading(f"  {said('Capabilities', lang)}")
    for capability in card.capabilities:
        gap = f" – {said('nobody else brings it', lang)}" if capability.gap else ""
        typer.echo(f"    {capability.since} {capability.text.in_(lang)}{gap}")
        cited([capability.cited], lang, "      ")
    counts = said("Camps: {open} open, {gone} closed, handed over or left", lang)
    heading("  " + counts.format(open=card.camps_open, gone=card.camps_gone))
    for camp in card.camps:
        notes = [said("in the area of an armed actor", lang)] if camp.at_risk else []
        notes += [said("no word since", lang)] if camp.unreported else []
        mark = f" – {', '.join(notes)}" if notes else ""
        typer.echo(
            f"    {camp.since} {camp.place.in_(lang)}{colon(lang)}{camp.said.in_(lang)}{mark}"
        )
        cited([camp.cited], lang, "      ")
    heading(f"  {said('Consent of the host', lang)}")
    for step in card.consent:
        line = f"{step.on} {step.said.in_(lang)} ({step.strength:+d}). {step.note.in_(lang)}"
        typer.echo(f"    {line}")
        cited([step.cited], lang, "      ")


def territory(
    area: Annotated[str, typer.Option("--area", help=say("A country or area (MLI.menaka)."))] = "",
    as_of: AsOf = "",
    on: On = "",
    reader: ReaderName = "",
    lang: Language = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import record_reading

    found = record_reading.held_territory(ask(reader, as_of, on), area)
    if as_json:
        print_json(found)
        return
    spoken = chosen(lang)
    for one in found.judgements:
        heading(one.text.in_(spoken))
        if one.note.in_(spoken):
            typer.echo(f"    {one.note.in_(spoken)}")
        cited([one.cited], spoken)
    for disagreement in found.disagreements:
        typer.echo(f"≠ {disagreement.text.in_(spoken)}")
    if not found.judgements:
        nothing(spoken)
