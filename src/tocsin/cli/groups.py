"""`tocsin groups`: named groups of organisations, their dated members, their signed lists."""

from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.agreeing import Yes, once_looked_at, show_joining
from tocsin.cli.asking import AsJson, print_json
from tocsin.cli.words import lang, say
from tocsin.errors import UsageError

if TYPE_CHECKING:
    from tocsin.workflow.membership import Belonging, Shown

_GROUP = say("Groups that records are released to: who belongs, since when, until when.")
_CREATE = say(
    "Begin a group. This node is its steward: only its signed lists count, here and elsewhere.\n\n"
    "Example: tocsin groups create border --member NORTH --member SOUTH --history from-joining"
)
_ADD = say(
    "Let organisations join. What was known before is theirs only if the group’s rule says so. "
    "What they could read then is shown first; without a terminal, agree with --yes and its "
    "digest.\n\n"
    "Example: tocsin groups add border EAST --since 2024-03-01"
)
_REMOVE = say(
    "Take organisations out: after that day they get nothing through the group, from anyone who "
    "holds the new list.\n\n"
    "Example: tocsin groups remove border SOUTH --until 2024-06-30"
)
_SHOW = say(
    "Show groups as this node knows them: members, dates, number of the list.\n\n"
    "Example: tocsin groups show north/border"
)
_SPLIT = say(
    "End a group and begin others from its members.\n\n"
    "Example: tocsin groups split bloc --into east=NORTH,EAST --into west=SOUTH,WEST"
)
Name = Annotated[
    str, typer.Argument(metavar="NAME", help=say("The group, as NAME or STEWARD/NAME."))
]
Members = Annotated[
    list[str], typer.Argument(metavar="ORGANISATION...", help=say("Organisations."))
]
HistoryRule = Annotated[
    str,
    typer.Option(
        "--history",
        help=say("from-joining, or all: what a joining member gets of what was known before."),
    ),
]


def register(root: typer.Typer) -> None:
    """Add `tocsin groups`."""
    app = typer.Typer(name="groups", help=_GROUP, no_args_is_help=True)
    app.command("create", help=_CREATE)(create)
    app.command("add", help=_ADD)(add)
    app.command("remove", help=_REMOVE)(remove)
    app.command("show", help=_SHOW)(show)
    app.command("split", help=_SPLIT)(split)
    root.add_typer(app)


def create(
    name: Name,
    member: Annotated[
        list[str] | None, typer.Option("--member", help=say("A first member; may be repeated."))
    ] = None,
    history: HistoryRule = "from-joining",
    since: Annotated[
        str, typer.Option("--since", help=say("Day from which they belong (default: now)."))
    ] = "",
    note: Annotated[str, typer.Option("--note", help=say("What it is for; recorded."))] = "",
    yes: Yes = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import joining

    def write(agreed: str) -> "Shown":
        return joining.create_group(
            name, tuple(member or ()), history=history, since=since, note=note, agreed=agreed
        )

    _tell([once_looked_at(write, yes, as_json, show_joining)], as_json)


def add(
    name: Name,
    organisations: Members,
    since: Annotated[
        str, typer.Option("--since", help=say("Day from which they belong (default: now)."))
    ] = "",
    yes: Yes = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import joining

    def write(agreed: str) -> "Shown":
        return joining.add_members(name, tuple(organisations), since=since, agreed=agreed)

    _tell([once_looked_at(write, yes, as_json, show_joining)], as_json)


def remove(
    name: Name,
    organisations: Members,
    until: Annotated[
        str, typer.Option("--until", help=say("Last day on which they belong (default: now)."))
    ] = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import membership

    _tell([membership.remove_members(name, tuple(organisations), until=until)], as_json)


def show(
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help=say("One group (default: every group)."))
    ] = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import membership

    found = membership.shown_groups(name)
    _tell(found, as_json)
    if not found and not as_json:
        typer.echo(say("This node knows no groups."), err=True)


def split(
    name: Name,
    into: Annotated[
        list[str], typer.Option("--into", help=say("A new group and its members, as NAME=A,B."))
    ],
    on: Annotated[
        str, typer.Option("--on", help=say("Last day of the old group (default: now)."))
    ] = "",
    history: Annotated[
        str,
        typer.Option(
            "--history", help=say("all, or from-joining: whether they keep what the old group had.")
        ),
    ] = "all",
    yes: Yes = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import joining

    parts = dict(_part(one) for one in into)

    def write(agreed: str) -> "list[Shown]":
        return joining.split_group(name, parts, on=on, history=history, agreed=agreed)

    _tell(once_looked_at(write, yes, as_json, show_joining), as_json)


def _part(text: str) -> tuple[str, tuple[str, ...]]:
    name, found, members = text.partition("=")
    if not found or not name.strip():
        raise UsageError(
            "{text!r} is not a part of a group", remedy="Write it as east=A,B.", text=text
        )
    return name.strip(), tuple(one.strip() for one in members.split(",") if one.strip())


def _tell(found: "list[Shown]", as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    for one in found:
        _tell_group(one)


def _tell_group(one: "Shown") -> None:
    rules = {
        "all": say("a joining member gets all"),
        "from-joining": say("a joining member gets what becomes known from then on"),
    }
    typer.secho(f"group:{one.name}", bold=True)
    line = say("  kept by {steward}, list {version}; {rule}")
    typer.echo(line.format(steward=one.steward, version=one.version, rule=rules[one.history]))
    if one.until is not None:
        typer.echo(say("  ended on {day}").format(day=_day(one.until)))
    if one.split_from is not None:
        typer.echo(say("  split from {name}").format(name=one.split_from))
    if one.contradicted:
        typer.secho(
            say(
                "  its steward signed several lists under this number: only who stands in each "
                "counts"
            ),
            fg="red",
        )
    for each in one.members:
        typer.secho(f"    {each.organisation}  {_time(each)}", dim=not each.belongs)


def _time(one: "Belonging") -> str:
    since = _day(one.since)
    if one.until is None:
        return say("since {since}").format(since=since)
    return say("from {since} to {until}").format(since=since, until=_day(one.until))


def _day(when: str) -> str:
    from tocsin.language.dates import day
    from tocsin.tables.when import last_moment

    return day(last_moment(when).date(), lang())
