"""`tocsin calendar`: what is ahead, what slipped, what took place."""

from typing import Annotated

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

_HELP = say(
    "Show dated plans as they stand on a day: those ahead, those without a date, those done.\n\n"
    "Examples: tocsin calendar --as-of 2023-06-30\n\n"
    "tocsin calendar --ahead --as-of 2023-11-30 --lang fr"
)


def register(app: typer.Typer) -> None:
    """Add `tocsin calendar` to `app`."""
    app.command("calendar", help=_HELP)(calendar)


def calendar(
    ahead: Annotated[
        bool, typer.Option("--ahead", help=say("Only what has not taken place."))
    ] = False,
    as_of: AsOf = "",
    on: On = "",
    reader: ReaderName = "",
    lang: Language = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.knowledge.calendar import DONE
    from tocsin.workflow import record_reading

    plans = [
        plan
        for plan in record_reading.plans(ask(reader, as_of, on))
        if not (ahead and plan.status in DONE)
    ]
    if as_json:
        print_json(plans)
        return
    spoken = chosen(lang)
    for plan in plans:
        late = f" – {said('overdue', spoken)}" if plan.overdue else ""
        heading(f"{plan.title.in_(spoken)}{colon(spoken)}{plan.said.in_(spoken)}{late}")
        if plan.days is not None and plan.days >= 0 and plan.status not in DONE:
            typer.echo("    " + said("in {days} days", spoken).format(days=plan.days))
        if plan.slipped:
            typer.echo("    " + said("moved by {days} days", spoken).format(days=plan.slipped))
        for turn in plan.history:
            note = f". {turn.note.in_(spoken)}" if turn.note.in_(spoken) else ""
            typer.echo(f"  {turn.said.in_(spoken)}{note}")
            cited([turn.cited], spoken)
    if not plans:
        nothing(spoken)
