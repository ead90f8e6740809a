"""`tocsin share tag|links`: what records have to do with, and links across borders over it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.agreeing import Yes, once_looked_at, tell_written
from tocsin.cli.asking import AsJson, AsOf, Language, ReaderName, chosen, colon, print_json, said
from tocsin.cli.words import say

if TYPE_CHECKING:
    from tocsin.knowledge.linking import End
    from tocsin.language.text import Lang

_TAG = say(
    "Say what a record has to do with: a route, goods, an actor, a segment of border. Of your own "
    "record its readers read it; of a partner’s it stays in the house.\n\n"
    "Example: tocsin share tag 01890a5d-ac96-774b-bcce-b302099a8057 --goods rifles "
    "--border BFA/MLI:koro"
)
_LINKS = say(
    "Links between records of different houses or countries that share a route, goods, an actor, a "
    "segment of border, a case or a published event: the most telling first, each with the "
    "statements that say so. Only what you may see is linked, as it was known on the day.\n\n"
    "Examples: tocsin share links\n\n"
    "tocsin share links 01890a5d-ac96-774b-bcce-b302099a8057 --what goods --as-of 2024-03-31"
)
Many = list[str] | None


def add_to(share: typer.Typer) -> None:
    """Add these commands to `tocsin share`."""
    share.command("tag", help=_TAG)(tag)
    share.command("links", help=_LINKS)(links)


def tag(
    statement_id: Annotated[str, typer.Argument(metavar="ID", help=say("Id of the statement."))],
    route: Annotated[Many, typer.Option("--route", help=say("A route; repeat it."))] = None,
    goods: Annotated[Many, typer.Option("--goods", help=say("A kind of goods; repeat it."))] = None,
    actor: Annotated[
        Many, typer.Option("--actor", help=say("An actor: a name, or actor:NAME; repeat it."))
    ] = None,
    border: Annotated[
        Many,
        typer.Option("--border", help=say("Two countries, BFA/MLI or BFA/MLI:NAME; repeat it.")),
    ] = None,
    yes: Yes = "",
    reader: ReaderName = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import linking

    def act(agreed: str) -> tuple[str, ...]:
        return linking.tag(
            statement_id, routes=route or (), goods=goods or (), actors=actor or (),
            borders=border or (), agreed=agreed, reader=reader,
        )  # fmt: skip

    tell_written(once_looked_at(act, yes, as_json), as_json)


def links(
    name: Annotated[
        str, typer.Argument(metavar="[ID]", help=say("One record (default: all)."))
    ] = "",
    what: Annotated[
        str, typer.Option("--what", help=say("route, goods, actor, border, case or event."))
    ] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help=say("At most so many."))] = 50,
    as_of: AsOf = "",
    reader: ReaderName = "",
    lang: Language = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import linking

    found = linking.links(name, what, reader, as_of)
    if as_json:
        print_json(found[:limit])
        return
    spoken = chosen(lang)
    for one in found[:limit]:
        for each in one.common:
            typer.secho(f"{said(each.what, spoken)}{colon(spoken)}{each.value}", bold=True)
            typer.echo(f"    ← {each.said_by[0]}  {each.said_by[1]}")
        _show_end(one.one, spoken)
        _show_end(one.other, spoken)
    if len(found) > limit:
        line = said("and {more} more: --limit", spoken)
        typer.echo(line.format(more=len(found) - limit), err=True)
    if not found:
        typer.echo(said("Nothing that you may see is linked as of that date.", spoken), err=True)


def _show_end(one: End, lang: Lang) -> None:
    where = f" ({', '.join(one.countries)})" if one.countries else ""
    typer.echo(f"  {one.known[:10]}  {one.origin}{where}  {said(one.kind, lang)}  {one.id}")
