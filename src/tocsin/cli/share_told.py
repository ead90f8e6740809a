"""How `tocsin share` tells what it did."""

from typing import TYPE_CHECKING

import typer

from tocsin.cli.words import say

if TYPE_CHECKING:
    from tocsin.workflow.carrying import FromFolder
    from tocsin.workflow.exchange_status import Standing
    from tocsin.workflow.sending import Exported
    from tocsin.workflow.syncing import Synced
    from tocsin.workflow.taking import Taken


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
        told = say("it has arrived") if ask.arrived else say("not known to have arrived")
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


def show_folder(found: "FromFolder") -> None:
    """What a folder of chunks brought of one bundle."""
    for number in found.arrived.damaged:
        typer.secho(
            say("Chunk {number} is damaged: copy it again.").format(number=number), fg="red"
        )
    if found.taken is not None:
        show_taken(found.taken)
        return
    missing = ", ".join(map(str, found.arrived.missing[:20]))
    typer.echo(
        say("{here} of {all} chunks are here; these are missing: {missing}").format(
            here=found.arrived.chunks - len(found.arrived.missing),
            all=found.arrived.chunks,
            missing=missing,
        )
    )


def show_synced(done: "Synced") -> None:
    """What a sync brought and sent, and what the link cost."""
    for taken in done.fetched:
        show_taken(taken)
    if done.sent is not None:
        show_exported(done.sent)
    elif not done.fetched:
        typer.echo(say("There is nothing new for {peer}.").format(peer=done.peer), err=True)
    if done.breaks:
        typer.echo(
            say("The link broke {times} times; {again} bytes were carried again.").format(
                times=done.breaks, again=done.again
            )
        )
