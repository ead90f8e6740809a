"""`tocsin share`: what is released, previewed, sent, taken in and recalled."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli import releasing
from tocsin.cli.asking import AsJson, ReaderName, print_json
from tocsin.cli.words import say

if TYPE_CHECKING:
    from tocsin.workflow.exchange_status import Standing
    from tocsin.workflow.sending import Exported
    from tocsin.workflow.taking import Taken

_GROUP = say("Share under the originator’s control: release, preview, send, take in, recall.")
_EXPORT = say(
    "Write a bundle for a peer: what it may see and was not sent yet, signed, and encrypted to it "
    "alone.\n\n"
    "Example: tocsin share export NORTH --out north.tocsin"
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

app = typer.Typer(name="share", help=_GROUP, no_args_is_help=True)
PeerName = Annotated[str, typer.Argument(metavar="PEER", help=say("The peer’s organisation."))]


def register(root: typer.Typer) -> None:
    app.command("export", help=_EXPORT)(export)
    app.command("import", help=_IMPORT)(import_)
    app.command("status", help=_STATUS)(status)
    app.command("recall", help=_RECALL)(recall)
    releasing.add_to(app)
    root.add_typer(app)


def export(
    peer: PeerName,
    out: Annotated[Path, typer.Option("--out", help=say("File to write."))],
    again: Annotated[
        bool,
        typer.Option("--again", help=say("Also what was sent before and is not confirmed yet.")),
    ] = False,
    days: Annotated[
        int, typer.Option("--days", min=1, max=60, help=say("How long it may travel."))
    ] = 30,
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import sending

    made = sending.export_to(peer, out, again=again, days=days)
    if as_json:
        print_json(made)
    elif made is None:
        typer.echo(say("There is nothing new for {peer}.").format(peer=peer), err=True)
    else:
        show_exported(made)


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=say("The bundle."))],
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import taking

    taken = taking.take_bundle(file)
    if as_json:
        print_json(taken)
    else:
        show_taken(taken)
    if taken.findings:
        raise typer.Exit(1)


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


def show_standing(one: "Standing") -> None:
    """One peer: its two streams, what is missing, what contradicts itself."""
    typer.secho(one.peer, bold=True)
    typer.echo(
        say("  sent {sent}, of which it confirmed {confirmed}; received {received}").format(
            sent=one.sent, confirmed=one.confirmed, received=one.received
        )
    )
    for gap in one.missing:
        typer.echo(
            say("  not come: leaves {first} to {last} of its stream").format(
                first=gap.first, last=gap.last
            )
        )
    if one.streams_received > 1:
        typer.echo(
            say(
                "  it began its stream anew {times} times (a restored backup, or a hidden past)"
            ).format(times=one.streams_received - 1)
        )
    for ask in one.unconfirmed:
        told = say("arrived") if ask.arrived else say("not known to have arrived")
        typer.echo(
            say("  not confirmed: {kind} {id}, sent on {day}, {arrived}").format(
                kind=ask.kind, id=ask.about or ask.statement, day=ask.sent[:10], arrived=told
            )
        )
    for each in one.contradictions:
        told = say(PROBLEMS[each.problem]).format(peer=one.peer)
        typer.secho(f"  {each.found[:16]}  {told}", fg="red")


def show_exported(made: "Exported") -> None:
    """What a bundle holds, how large it is, until when it is taken in."""
    typer.echo(
        say("{statements} statements for {peer} in {bytes} bytes; taken in until {day}").format(
            statements=made.statements,
            peer=made.peer,
            bytes=made.bytes,
            day=made.expires_at[:10],
        )
    )


def show_taken(taken: "Taken") -> None:
    """What became of a bundle, and why something was set aside."""
    from tocsin.workflow.admitting import REASONS

    if taken.was_known:
        typer.echo(
            say("This bundle of {sender} was taken in before; nothing changes.").format(
                sender=taken.sender
            )
        )
        return
    typer.echo(
        say("From {sender}: {added} new, {known} known already, {aside} set aside").format(
            sender=taken.sender, added=taken.added, known=taken.known, aside=taken.set_aside
        )
    )
    for reason, count in sorted(taken.reasons.items()):
        typer.echo(f"  {count}  {say(REASONS[reason])}")
    for one in taken.examples[:5]:
        typer.secho(f"    {one.id} {one.origin}", dim=True)
    for problem in taken.findings:
        typer.secho(say(PROBLEMS[problem]).format(peer=taken.sender), fg="red", err=True)


PROBLEMS = {
    "forked": "{peer} tells two histories of what it sent here. Both are signed by it and kept.",
    "claims_more": "{peer} says that it holds more than this node ever sent it.",
    "holds_another": "{peer} holds another history than this node sent it.",
}
