"""`tocsin peer`: partners' nodes, and whether anybody compared the fingerprints."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.asking import AsJson, print_json
from tocsin.cli.words import say

if TYPE_CHECKING:
    from tocsin.sharing.peers import KnownPeer

_GROUP = say("Partners’ nodes, with which this one exchanges bundles.")
_CARD = say(
    "Write this node’s card, for partners to add, and show the fingerprint to read to them.\n\n"
    "Example: tocsin peer card --out our.card"
)
_ADD = say(
    "Take a partner’s card. Nothing is exchanged before `tocsin peer trust`.\n\n"
    "Example: tocsin peer add north.card --note 'handed over by the liaison officer'"
)
_LIST = say(
    "List the peers, their fingerprints and whether they are trusted.\n\nExample: tocsin peer list"
)
_TRUST = say(
    "Rely on a peer: FINGERPRINT is what the partner reads out, by another way than the card "
    "came.\n\n"
    "Example: tocsin peer trust NORTH '3b6a 27bc ceb6 a42d 62a3 a8d0 2a6f 0d73'"
)
_REMOVE = say(
    "Exchange nothing more with a peer. What came from it stays here and still verifies.\n\n"
    "Example: tocsin peer remove NORTH --note 'left the bloc'"
)
_ROTATE = say(
    "Change this node’s keys; peers learn of it with their next bundle. With PEER and CARD: take a "
    "partner’s new card, if its charter or its old key vouches for it.\n\n"
    "Examples: tocsin peer rotate\n\ntocsin peer rotate NORTH north-new.card"
)
_CHARTER = say(
    "Make or renew the organisation’s charter: root keys, some of which must sign together, "
    "appoint the key that vouches for this node. Give each root folder, on a stick, "
    "to another person.\n\n"
    "Example: tocsin peer charter --root /media/a --root /media/b --root /media/c --threshold 2"
)
_COMPROMISE = say(
    "Say since when this node’s key is not its own alone, and change it. Peers take nothing new "
    "from the old one, whatever date it bears.\n\n"
    "Example: tocsin peer compromise --since 2026-11-20 --reason 'laptop seized'"
)
Roots = Annotated[
    list[Path] | None, typer.Option("--root", help=say("A folder with a root key. Repeat it."))
]
Note = Annotated[str, typer.Option("--note", help=say("How it was checked, or why; recorded."))]
Name = Annotated[str, typer.Argument(help=say("The peer’s organisation."))]


def register(app: typer.Typer) -> None:
    group = typer.Typer(name="peer", help=_GROUP, no_args_is_help=True)
    group.command("card", help=_CARD)(card)
    group.command("add", help=_ADD)(add)
    group.command("list", help=_LIST)(list_)
    group.command("trust", help=_TRUST)(trust)
    group.command("remove", help=_REMOVE)(remove)
    group.command("rotate", help=_ROTATE)(rotate)
    group.command("charter", help=_CHARTER)(charter)
    group.command("compromise", help=_COMPROMISE)(compromise)
    app.add_typer(group)


def card(
    out: Annotated[Path | None, typer.Option("--out", help=say("File to write."))] = None,
    address: Annotated[
        str,
        typer.Option("--address", help=say("Where partners’ nodes reach this one (https://…).")),
    ] = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import peering

    made, shown = peering.own_card(out, address)
    if as_json or out is None:
        print_json(made)
    typer.echo(say("Fingerprint: {fingerprint}").format(fingerprint=shown), err=out is None)


def add(
    card_file: Annotated[Path, typer.Argument(metavar="CARD", help=say("The partner’s card."))],
    note: Note = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import peering

    made, shown = peering.add_peer(card_file, note)
    if as_json:
        print_json({"peer": made, "fingerprint": shown})
        return
    typer.echo(line_of(made))
    if made.status == "added":
        typer.echo(
            say(
                "Ask {name} to read its fingerprint to you, by another way than the card came; "
                "then: tocsin peer trust {name} FINGERPRINT"
            ).format(name=made.organisation)
        )


def list_(as_json: AsJson = False) -> None:
    from tocsin.workflow import peering

    found = peering.known_peers()
    if as_json:
        print_json(found)
        return
    for one in found:
        typer.echo(line_of(one))
        if one.note:
            typer.secho(f"    {one.note}", dim=True)
    if not found:
        typer.echo(say("This node has no peers yet: tocsin peer add CARD"), err=True)


def trust(
    name: Name,
    fingerprint: Annotated[str, typer.Argument(help=say("As the partner reads it out."))],
    note: Note = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import peering

    made = peering.trust_peer(name, fingerprint, note)
    print_json(made) if as_json else typer.echo(line_of(made))


def remove(name: Name, note: Note = "", as_json: AsJson = False) -> None:
    from tocsin.workflow import peering

    gone = peering.remove_peer(name, note)
    print_json(gone) if as_json else typer.echo(line_of(gone))


def rotate(
    name: Annotated[
        str, typer.Argument(metavar="[PEER]", help=say("The peer’s organisation."))
    ] = "",
    card_file: Annotated[
        Path | None, typer.Argument(metavar="[CARD]", help=say("The partner’s new card."))
    ] = None,
    as_json: AsJson = False,
) -> None:
    from tocsin.errors import UsageError
    from tocsin.workflow import rotating

    if bool(name) != (card_file is not None):
        raise UsageError(
            "a peer and its card go together",
            remedy="Write: tocsin peer rotate PEER CARD, or nothing for this node’s own keys.",
        )
    if card_file is not None:
        made = rotating.rotate_peer(name, card_file)
        print_json(made) if as_json else typer.echo(line_of(made))
        return
    shown = rotating.rotate_own()
    if as_json:
        print_json({"key": shown})
    else:
        typer.echo(say("This node now signs with the key {key}.").format(key=shown))


def charter(
    roots: Roots = None,
    threshold: Annotated[
        int, typer.Option("--threshold", min=1, max=9, help=say("How many of them must sign."))
    ] = 2,
    years: Annotated[
        int, typer.Option("--years", min=1, max=20, help=say("How long it holds."))
    ] = 5,
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import rotating

    made = rotating.charter(roots or [], threshold, years)
    if as_json:
        print_json(made)
        return
    typer.echo(
        say("Charter {version}: {threshold} of {roots} root keys; it holds until {day}").format(
            version=made.version,
            threshold=made.threshold,
            roots=made.roots,
            day=made.valid_to[:10],
        )
    )
    typer.echo(say("Fingerprint: {fingerprint}").format(fingerprint=made.fingerprint))


def compromise(
    since: Annotated[str, typer.Option("--since", help=say("A date or a moment (UTC)."))],
    reason: Annotated[str, typer.Option("--reason", help=say("Why; partners read it."))] = "",
    roots: Roots = None,
    organisation: Annotated[
        bool,
        typer.Option("--organisation", help=say("The organisation’s key; its roots must sign.")),
    ] = False,
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import rotating

    shown = rotating.compromise(since, reason, roots, organisation=organisation)
    if as_json:
        print_json({"key": shown})
    else:
        typer.echo(say("This node now signs with the key {key}.").format(key=shown))


def line_of(peer: "KnownPeer") -> str:
    """A peer as one line: its fingerprint, whose node it is, its state and since when."""
    from tocsin.cli.words import lang
    from tocsin.language.dates import day
    from tocsin.tables.when import last_moment

    states = {
        "added": say("not compared yet, since {since}"),
        "trusted": say("trusted since {since}"),
        "removed": say("removed on {since}"),
    }
    since = day(last_moment(peer.since).date(), lang())
    state = states[peer.status].format(since=since)
    return f"{peer.fingerprint}  {peer.organisation}  {state}"
