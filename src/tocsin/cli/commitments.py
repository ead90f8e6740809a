"""`tocsin commitments`: agreements, what they owe, conditions and caseloads."""

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
    from tocsin.knowledge.agreements import CommitmentLine
    from tocsin.workflow.record_reading import Agreed

_HELP = say(
    "Show what was undertaken and where it stands on a day: overdue, open, blocked, over.\n\n"
    "With --agreements also each party's standing, the count of former combatants and the stated "
    "conditions.\n\n"
    "Examples: tocsin commitments --as-of 2023-06-30\n\n"
    "tocsin commitments --agreements --on 2024-02-01 --lang fr"
)


def register(app: typer.Typer) -> None:
    """Add `tocsin commitments` to `app`."""
    app.command("commitments", help=_HELP)(commitments)


def commitments(
    open_only: Annotated[
        bool, typer.Option("--open", help=say("Only those that are not over."))
    ] = False,
    with_agreements: Annotated[
        bool,
        typer.Option("--agreements", help=say("Also agreements, caseloads and conditions.")),
    ] = False,
    as_of: AsOf = "",
    on: On = "",
    reader: ReaderName = "",
    lang: Language = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.knowledge.agreements import OVER
    from tocsin.workflow import record_reading

    question = ask(reader, as_of, on)
    lines = [
        line for line in record_reading.owed(question) if not (open_only and line.status in OVER)
    ]
    around = record_reading.agreed(question) if with_agreements else None
    if as_json:
        print_json(lines if around is None else {"commitments": lines, **vars(around)})
        return
    spoken = chosen(lang)
    if around is not None:
        _print_agreed(around, spoken)
    for line in lines:
        _print_line(line, spoken)
    if not lines:
        nothing(spoken)


def _print_line(line: CommitmentLine, lang: Lang) -> None:
    late = f" – {said('overdue', lang)}" if line.overdue else ""
    heading(f"{line.title.in_(lang)}{colon(lang)}{line.said.in_(lang)}{late}")
    who = ", ".join(name.in_(lang) for name in line.responsible_names)
    parts = [said("owed by {who}", lang).format(who=who)]
    if line.deadline is not None:
        from tocsin.knowledge.sentences import dated

        parts.append(said("due {date}", lang).format(date=dated(line.deadline, lang)))
    typer.echo(f"    {', '.join(parts)}")
    if line.note.in_(lang):
        typer.echo(f"    {line.note.in_(lang)}")
    cited([line.cited], lang)


def _print_agreed(around: Agreed, lang: Lang) -> None:
    from tocsin.knowledge.sentences import dated
    from tocsin.language import number

    for card in around.agreements:
        heading(card.title.in_(lang))
        for party in card.parties:
            since = dated(party.since, lang)
            typer.echo(f"  {party.name.in_(lang)}{colon(lang)}{party.said.in_(lang)} ({since})")
            cited([party.cited], lang, "      ")
        typer.echo(
            "  "
            + said(
                "{all} commitments: {done} carried out, {late} overdue, {blocked} blocked",
                lang,
            ).format(
                all=card.commitments,
                done=card.implemented,
                late=card.overdue,
                blocked=card.blocked,
            )
        )
    for programme in around.programmes:
        heading(programme.title.in_(lang))
        for balance in programme.balances:
            typer.echo(f"  {balance.text.in_(lang)}")
        for stage in programme.stages:
            if stage.interested.in_(lang):
                interest = said("with an interest in this number: {actor}", lang)
                who = interest.format(actor=stage.interested.in_(lang))
                counted = f"{number(stage.persons, lang)} {stage.said.in_(lang)}"
                typer.echo(f"  {counted}{colon(lang)}{who}")
            cited([stage.cited], lang)
    for condition in around.conditions:
        heading(condition.text.in_(lang))
        for part in condition.parts:
            mark = "✓" if part.met else "·"
            typer.echo(f"  {mark} {part.name.in_(lang)} {part.since or ''}".rstrip())
        if condition.note.in_(lang):
            typer.echo(f"    {condition.note.in_(lang)}")
        cited([condition.cited], lang)
