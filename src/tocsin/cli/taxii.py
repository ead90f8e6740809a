"""`tocsin taxii`: what partners' TAXII servers have is taken in, and what they may see is sent."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.asking import AsJson, Kind, Subject, print_json
from tocsin.cli.progress import bar_of
from tocsin.cli.stix import Named
from tocsin.cli.words import say

if TYPE_CHECKING:
    from tocsin.workflow.pulling import Pulled

_GROUP = say("Take in what is new on partners’ TAXII 2.1 servers.")
_ADD = say(
    "Name a server, and keep its token in the vault: typed, or one line of the standard input.\n\n"
    "Example: tocsin taxii add north https://taxii.north.example/taxii2/"
)
_REMOVE = say(
    "Forget a server and its token. What came from it stays.\n\nExample: tocsin taxii remove north"
)
_LIST = say(
    "List the servers; with SERVER, ask it for its collections.\n\n"
    "Examples: tocsin taxii list\n\ntocsin taxii list north"
)
_PULL = say(
    "Take in what is new on a server, of all collections that we may read or of one.\n\n"
    "It goes on where the last pull ended, also if that was stopped halfway.\n\n"
    "Example: tocsin taxii pull north"
)
_STATUS = say(
    "Show how far each collection was read, and how the last pull went.\n\n"
    "Example: tocsin taxii status"
)
_PUSH = say(
    "Add what a partner may see to its collection. The partner is named as the reader.\n\n"
    "Example: tocsin taxii push north --collection Incoming --reader NORTH:peer"
)
Server = Annotated[str, typer.Argument(metavar="SERVER", help=say("The server’s name here."))]
OneCollection = Annotated[
    str, typer.Option("--collection", help=say("Only this collection, by its id or title."))
]


def register(app: typer.Typer) -> None:
    """Add `tocsin taxii` to `app`."""
    group = typer.Typer(name="taxii", help=_GROUP, no_args_is_help=True)
    group.command("add", help=_ADD)(add)
    group.command("list", help=_LIST)(list_)
    group.command("pull", help=_PULL)(pull)
    group.command("push", help=_PUSH)(push)
    group.command("status", help=_STATUS)(status)
    group.command("remove", help=_REMOVE)(remove)
    app.add_typer(group)


def add(
    server: Server,
    address: Annotated[
        str,
        typer.Argument(metavar="ADDRESS", help=say("Of its discovery, or of one API root.")),
    ],
    user: Annotated[
        str,
        typer.Option("--user", help=say("A user name: the secret is its password (HTTP Basic).")),
    ] = "",
    authorities: Annotated[
        str, typer.Option("--authorities", help=say("A PEM file of certificates to trust."))
    ] = "",
) -> None:
    from tocsin.workflow import pulling

    secret = (
        typer.prompt(say("Secret"), hide_input=True)
        if sys.stdin.isatty()
        else sys.stdin.readline().rstrip("\r\n")
    )
    pulling.add_server(server, address, secret, user, authorities)
    typer.echo(say("{name}: kept. Ask what it has: tocsin taxii list {name}").format(name=server))


def remove(server: Server) -> None:
    from tocsin.workflow import pulling

    pulling.remove_server(server)


def list_(
    server: Annotated[
        str, typer.Argument(metavar="[SERVER]", help=say("The server’s name here."))
    ] = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import pulling

    if not server:
        found = [{"name": one.name, "address": one.address} for one in pulling.servers()]
        if as_json:
            print_json(found)
            return
        for one in found:
            typer.echo(f"{one['name']}  {one['address']}")
        if not found:
            typer.echo(say("No server is named yet: tocsin taxii add SERVER ADDRESS"), err=True)
        return
    listed = pulling.list_collections(server)
    if as_json:
        print_json(listed)
        return
    for each in listed.collections:
        rights = [
            word
            for word, has in ((say("read"), each.can_read), (say("write"), each.can_write))
            if has
        ]
        typer.echo(f"{each.id}  {each.title}  {', '.join(rights) or '-'}")
    for root in listed.elsewhere:
        said = say("{address} is at another host and is not called: add it as a server of its own")
        typer.secho(said.format(address=root), fg="yellow", err=True)


def pull(
    server: Server,
    collection: OneCollection = "",
    named: Named = False,
    again: Annotated[
        bool, typer.Option("--again", help=say("From the beginning, whatever was read before."))
    ] = False,
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import pulling

    with bar_of(say("Reading"), 0, quiet=as_json) as step:
        pulled = pulling.pull(server, collection, named=named, again=again, hear=step)
    if as_json:
        print_json([_plain(one) for one in pulled])
    else:
        for one in pulled:
            _tell(one)
        if not pulled:
            typer.echo(say("The server has no collection that we may read."), err=True)
    if any(one.problems for one in pulled):
        raise typer.Exit(1)


def _plain(one: "Pulled") -> dict[str, object]:
    return {
        "server": one.server,
        "collection": one.collection,
        "title": one.title,
        "objects": one.objects,
        "added": one.added,
        "known": one.known,
        "passed_by": one.passed_by,
        "refused": one.refused,
        "is_whole": one.is_whole,
        "problems": [problem.message(say) for problem in one.problems],
    }


def _tell(one: "Pulled") -> None:
    for problem in one.problems:
        typer.secho(problem.message(say), fg="red", err=True)
    told = say("{objects} objects: {added} written, {known} already there, {refused} refused")
    counts = told.format(objects=one.objects, added=one.added, known=one.known, refused=one.refused)
    typer.echo(f"{one.title or one.collection}: {counts}")
    if not one.is_whole and not one.problems:
        typer.echo(say("There is more; the next pull goes on from here."), err=True)


def status(as_json: AsJson = False) -> None:
    from tocsin.workflow import pulling

    found = pulling.standings()
    if as_json:
        print_json(found)
        return
    for one in found:
        state = say("whole") if one.is_whole else say("not whole")
        told = say("asked {at}, {state}; read until {until}; {added} written, {refused} refused")
        line = told.format(
            at=one.at,
            state=state,
            until=one.cursor.after or "-",
            added=one.added,
            refused=one.refused,
        )
        typer.echo(f"{one.server} · {one.title or one.collection}: {line}")
        if one.problem:
            typer.secho(f"    {say(one.problem).format_map(one.fields)}", fg="yellow")
    if not found:
        typer.echo(say("Nothing was pulled yet: tocsin taxii pull SERVER"), err=True)


def push(
    server: Server,
    collection: Annotated[
        str, typer.Option("--collection", help=say("To this collection, by its id or title."))
    ],
    reader: Annotated[str, typer.Option("--reader", help=say("For whom it is, as ORG:peer."))],
    kind: Kind = "",
    subject: Subject = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import pulling

    pushed = pulling.push(server, collection, reader, kind=kind, subject=subject)
    if as_json:
        print_json(pushed)
    else:
        told = say("{sent} sent: {accepted} taken in, {refused} refused, {pending} pending")
        typer.echo(
            told.format(
                sent=pushed.sent,
                accepted=pushed.accepted,
                refused=pushed.refused,
                pending=pushed.pending,
            )
        )
    if pushed.refused:
        raise typer.Exit(1)
