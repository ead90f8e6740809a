"""`tocsin share subscribe|subscriptions|unsubscribe`: who is told of what is new."""

from __future__ import annotations

from typing import Annotated

import typer

from tocsin.cli.asking import AsJson, ReaderName, print_json
from tocsin.cli.words import lang as terminal_lang
from tocsin.cli.words import say

_SUBSCRIBE = say(
    "Let somebody be told of new records by a channel of channels.yml: of these kinds, subjects "
    "and areas, until a day. `tocsin watch` sends them, each once, to who may see them at that "
    "moment.\n\nExamples: tocsin share subscribe chief-mail --area MLI --kind report "
    "--kind warning --from-level alert\n\n"
    "tocsin share subscribe partner-folder --for NORTH:peer --until 2027-06-30"
)
_LIST = say(
    "The subscriptions of the house, and how far each has got.\n\n"
    "Example: tocsin share subscriptions"
)
_END = say("End a subscription.\n\nExample: tocsin share unsubscribe 01890a5d")
Many = list[str] | None


def add_to(share: typer.Typer) -> None:
    """Add these commands to `tocsin share`."""
    share.command("subscribe", help=_SUBSCRIBE)(subscribe)
    share.command("subscriptions", help=_LIST)(subscriptions)
    share.command("unsubscribe", help=_END)(unsubscribe)


def subscribe(
    channel: Annotated[str, typer.Argument(help=say("A channel of channels.yml."))],
    who: Annotated[
        str,
        typer.Option(
            "--for",
            help=say("Whose rights count, as ORG:ROLE (default: of the channel’s organisation)."),
        ),
    ] = "",
    kind: Annotated[Many, typer.Option("--kind", help=say("Only this kind; repeat it."))] = None,
    subject: Annotated[
        Many,
        typer.Option("--subject", help=say("Only about this, or all that begin so: actor:*")),
    ] = None,
    area: Annotated[
        Many, typer.Option("--area", help=say("Only there: MLI, or MLI.gao; repeat it."))
    ] = None,
    from_level: Annotated[
        str,
        typer.Option("--from-level", help=say("Of warnings nothing below this level.")),
    ] = "watch",
    until: Annotated[str, typer.Option("--until", help=say("Last day on which it holds."))] = "",
    lang: Annotated[
        str, typer.Option("--lang", help=say("fr or en (default: the terminal's language)."))
    ] = "",
    reader: ReaderName = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import subscribing

    made = subscribing.subscribe(
        channel, who, kinds=kind or (), subjects=subject or (), areas=area or (),
        from_level=from_level, until=until, lang=lang or terminal_lang(), reader=reader,
    )  # fmt: skip
    print_json({"subscription": made}) if as_json else typer.echo(made)


def subscriptions(reader: ReaderName = "", as_json: AsJson = False) -> None:
    from tocsin.workflow import subscribing

    found = subscribing.subscriptions(reader)
    if as_json:
        print_json(found)
        return
    for one in found:
        what = " ".join((*one.get("kinds", ()), *one.get("subjects", ()), *one.get("areas", ())))
        over = f"  ({say('over')})" if one["over"] else ""
        typer.secho(f"{one['id']}  {one['reader']} → {one['channel']}{over}", bold=True)
        line = say("    {what}: {told} told, {notices} notices")
        typer.echo(
            line.format(what=what or say("everything"), told=one["told"], notices=one["notices"])
        )
        if one["last"] == "withheld":
            why = say(subscribing.WITHHELD.get(one["detail"], one["detail"]))
            typer.echo(f"    {say('withheld')}: {why}")
        elif one["last"] in ("failed", "bounced"):
            typer.echo(f"    {say(one['last'])} {one['detail']}".rstrip())
    if not found:
        typer.echo(say("Nobody has subscribed."), err=True)


def unsubscribe(
    name: Annotated[
        str, typer.Argument(metavar="ID", help=say("The subscription: the beginning of its id."))
    ],
    reason: Annotated[str, typer.Option("--reason", help=say("Why; it is recorded."))] = "",
    reader: ReaderName = "",
) -> None:
    from tocsin.workflow import subscribing

    typer.echo(subscribing.unsubscribe(name, reason, reader))
