"""`tocsin share`: what is released, previewed, sent, taken in and recalled."""

from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli import linking, releasing, rooting, subscribing
from tocsin.cli.asking import AsJson, ReaderName, print_json
from tocsin.cli.share_told import (
    show_exported,
    show_folder,
    show_standing,
    show_synced,
    show_taken,
)
from tocsin.cli.words import say

_GROUP = say("Share under the originator’s control: release, preview, send, take in, recall.")
_EXPORT = say(
    "Write a bundle for a peer: what it may see and was not sent yet, signed, and encrypted to it "
    "alone.\n\n"
    "Examples: tocsin share export NORTH --out north.tocsin\n\n"
    "tocsin share export NORTH --to /media/stick"
)
_IMPORT = say(
    "Take in a bundle. Each statement must bear its originator’s signature and be released to "
    "this node; the others are set aside, each with its reason.\n\n"
    "Example: tocsin share import from-north.tocsin"
)
_STATUS = say(
    "How the exchange with each peer stands: sent, confirmed, received, missing, contradicted, and "
    "who has not confirmed a recall or a correction.\n\n"
    "Example: tocsin share status NORTH"
)
_RECALL = say(
    "Ask every holder of a record of your own to withdraw it. Its peers are told with the next "
    "bundle, whatever group they have left since, and answer with a signed receipt. Nobody can be "
    "forced to delete.\n\n"
    "Example: tocsin share recall 01890a5d-ac96-774b-bcce-b302099a8057 --reason 'names a person'"
)
_SYNC = say(
    "Exchange with a peer’s node over HTTP: fetch what waits there, bring what is new. A link that "
    "breaks goes on where it broke.\n\n"
    "Example: tocsin share sync NORTH --token-file north.token"
)
_FLASH = say(
    "Write a flash of at most 160 characters for a peer, to be typed into a phone. Its tag shows "
    "the peer that it is yours, whole, and of today. It is no signature.\n\n"
    "Example: tocsin share flash NORTH 'Convoy of 12 trucks at the bridge, heading east'"
)
_FLASH_READ = say(
    "Check a flash that came by SMS.\n\n"
    "Example: tocsin share flash-read 'T1 NORTH 261124 1310 Convoy at the bridge #K7QF-2M9T-XPA4'"
)

app = typer.Typer(name="share", help=_GROUP, no_args_is_help=True)
PeerName = Annotated[str, typer.Argument(metavar="PEER", help=say("The peer’s organisation."))]


def register(root: typer.Typer) -> None:
    app.command("export", help=_EXPORT)(export)
    app.command("import", help=_IMPORT)(import_)
    app.command("sync", help=_SYNC)(sync)
    app.command("status", help=_STATUS)(status)
    app.command("recall", help=_RECALL)(recall)
    app.command("flash", help=_FLASH)(flash)
    app.command("flash-read", help=_FLASH_READ)(flash_read)
    releasing.add_to(app)
    rooting.add_to(app)
    linking.add_to(app)
    subscribing.add_to(app)
    root.add_typer(app)


def export(
    peer: PeerName,
    out: Annotated[Path | None, typer.Option("--out", help=say("File to write."))] = None,
    to: Annotated[
        Path | None,
        typer.Option("--to", help=say("A folder, such as a stick: chunks and a manifest.")),
    ] = None,
    mail: Annotated[
        str, typer.Option("--mail", help=say("A mail channel: the bundle goes as an attachment."))
    ] = "",
    again: Annotated[
        bool,
        typer.Option("--again", help=say("Also what was sent before and is not confirmed yet.")),
    ] = False,
    days: Annotated[
        int, typer.Option("--days", min=1, max=60, help=say("How long it may travel."))
    ] = 30,
    as_json: AsJson = False,
) -> None:
    from tocsin.errors import UsageError
    from tocsin.workflow import carrying, sending

    if sum((out is not None, to is not None, bool(mail))) != 1:
        raise UsageError(
            "a bundle goes one way", remedy="Give one of: --out FILE, --to FOLDER, --mail CHANNEL."
        )
    made: Any
    if to is not None:
        on_stick = carrying.export_chunks(peer, to, again=again, days=days)
        made = None if on_stick is None else on_stick.made
    elif mail:
        made = carrying.mail_to(peer, mail, again=again, days=days)
    else:
        assert out is not None
        made = sending.export_to(peer, out, again=again, days=days)
    if as_json:
        print_json(made)
    elif made is None:
        typer.echo(say("There is nothing new for {peer}.").format(peer=peer), err=True)
    else:
        show_exported(made)


def import_(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help=say("A bundle, a folder of chunks, or a saved mail.")),
    ],
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import carrying, taking

    found: list[Any]
    if file.is_dir():
        parts = list(carrying.import_folder(file))
        found = [one.taken for one in parts if one.taken is not None]
        if as_json:
            print_json(parts)
        else:
            for part in parts:
                show_folder(part)
    else:
        is_mail = file.suffix.lower() == ".eml"
        found = list(carrying.import_mail(file)) if is_mail else [taking.take_bundle(file)]
        if as_json:
            print_json(found if is_mail else found[0])
        else:
            for one in found:
                show_taken(one)
    if any(one.findings for one in found):
        raise typer.Exit(1)


def sync(
    peer: PeerName,
    token_file: Annotated[
        Path | None,
        typer.Option(
            "--token-file",
            help=say("The token that the peer made; kept in the vault."),
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    authorities: Annotated[
        str, typer.Option("--authorities", help=say("A PEM file of certificates to trust."))
    ] = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import syncing

    token = "" if token_file is None else token_file.read_text("ascii").strip()
    done = syncing.sync_with(peer, token, authorities)
    print_json(done) if as_json else show_synced(done)
    if any(one.findings for one in done.fetched):
        raise typer.Exit(1)


def flash(
    peer: PeerName,
    text: Annotated[str, typer.Argument(help=say("What it says, in one SMS."))],
) -> None:
    from tocsin.workflow import flashing

    typer.echo(flashing.flash_for(peer, text))


def flash_read(
    said: Annotated[str, typer.Argument(metavar="SMS", help=say("The flash as it came."))],
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import flashing

    found = flashing.read(said)
    if as_json:
        print_json(found)
        return
    typer.echo(f"{found.sender}  {found.made_at[:16]}  {found.text}")
    typer.echo(say("The tag fits: its text is whole. It is no signature; confirm it by a bundle."))


def status(
    peer: Annotated[
        str, typer.Argument(metavar="[PEER]", help=say("One peer (default: every peer)."))
    ] = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import exchange_status

    found = exchange_status.exchange_status(peer)
    if as_json:
        print_json(found)
        return
    for one in found:
        show_standing(one)
    if not found:
        typer.echo(say("This node has no peers yet: tocsin peer add CARD"), err=True)


def recall(
    statement: Annotated[str, typer.Argument(metavar="ID", help=say("The record’s id."))],
    reason: Annotated[str, typer.Option("--reason", help=say("Why; its holders read it."))],
    reader: ReaderName = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import recalling

    made = recalling.recall(statement, reason, reader)
    if as_json:
        print_json(made)
        return
    if made.sent_to:
        typer.echo(
            say("Recalled. This node sent it to {peers}: send each its next bundle.").format(
                peers=", ".join(made.sent_to)
            )
        )
    else:
        typer.echo(say("Recalled. This node had sent it to nobody."))
    typer.echo(
        say(
            "Nobody can be forced to delete; who confirms that it is withdrawn is listed by: "
            "tocsin share status"
        )
    )
