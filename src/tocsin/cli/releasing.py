"""`tocsin share preview` and what goes with it: who may know, before anything leaves."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.agreeing import Yes
from tocsin.cli.asking import AsJson, ReaderName, print_json
from tocsin.cli.words import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from tocsin.workflow.granting import Released
    from tocsin.workflow.releasing import Preview
    from tocsin.workflow.tearing import Torn

_PREVIEW = say(
    "Say who will see a record, why, and what each of them gets. Nothing is released without it."
    "\n\nExample: tocsin share preview 01890a5d-ac96-774b-bcce-b302099a8057"
)
_RELEASE = say(
    "Release a record of your own to more readers. It shows the preview and asks; without a "
    "terminal, agree with --yes and the preview’s digest. RED takes two persons.\n\n"
    "Example: tocsin share release 01890a5d-ac96-774b-bcce-b302099a8057 --to group:north/border "
    "--reader NORTH:release-authority"
)
_GRANT = say(
    "Let a holder pass a record of yours on: to whom, until when, on which conditions.\n\n"
    "Example: tocsin share grant 01890a5d-ac96-774b-bcce-b302099a8057 --holder SOUTH --to EAST "
    "--until 2024-12-31 --reader NORTH:release-authority"
)
_REQUEST = say(
    "Ask a record’s originator for leave to pass it on, and say why.\n\n"
    "Example: tocsin share request 01890a5d-ac96-774b-bcce-b302099a8057 --to EAST "
    "--reason 'the convoy crosses their border on Friday'"
)
_ANSWER = say(
    "Answer a request to release: grant it, which shows the preview first, or refuse it.\n\n"
    "Example: tocsin share answer 01890a5d-ac96-774b-bcce-b302099a8057 --refuse "
    "--reason 'it would show who told us' --reader NORTH:release-authority"
)
_REQUESTS = say("List requests to release, with their answers.\n\nExample: tocsin share requests")
_NEED = say(
    "Say what a role, or one person, may read of what is not TLP:CLEAR; without arguments, list "
    "the rules.\n\n"
    "Examples: tocsin share need --role analyst --ceiling AMBER --kind incident --area MLI.gao\n\n"
    "tocsin share need --person a-3 --record 01890a5d-ac96-774b-bcce-b302099a8057"
)
_TEAR = say(
    "Make a tear line: a new, poorer record for wider release. Places and times are coarsened; "
    "names, numbers, coordinates and ids are taken out; what survives is shown, and written only "
    "once you agree to it.\n\n"
    "Example: tocsin share tear 01890a5d-ac96-774b-bcce-b302099a8057 --tlp GREEN "
    "--to group:north/ngos --fr 'Des hommes armés sont entrés dans un village.' --keep Des "
    "--reader NORTH:release-authority"
)
To = Annotated[
    list[str], typer.Option("--to", help=say("An organisation, or group:STEWARD/NAME; repeat it."))
]
Until = Annotated[str, typer.Option("--until", help=say("Last day on which it holds."))]
Reason = Annotated[str, typer.Option("--reason", help=say("Why; it is recorded."))]
StatementArgument = Annotated[str, typer.Argument(metavar="ID", help=say("Id of the statement."))]


def add_to(share: typer.Typer) -> None:
    """Add these commands to `tocsin share`."""
    share.command("preview", help=_PREVIEW)(preview)
    share.command("release", help=_RELEASE)(release)
    share.command("grant", help=_GRANT)(grant)
    share.command("request", help=_REQUEST)(request)
    share.command("answer", help=_ANSWER)(answer)
    share.command("requests", help=_REQUESTS)(requests)
    share.command("need", help=_NEED)(need)
    share.command("tear", help=_TEAR)(tear)


def preview(
    statement_id: StatementArgument, reader: ReaderName = "", as_json: AsJson = False
) -> None:
    from tocsin.workflow import releasing

    found = releasing.preview(statement_id, reader)
    if as_json:
        print_json(found)
    else:
        show_preview(found)


def release(
    statement_id: StatementArgument,
    to: To,
    tlp: Annotated[str, typer.Option("--tlp", help=say("A wider TLP (default: as it is)."))] = "",
    reason: Reason = "",
    by: Annotated[
        str, typer.Option("--by", help=say("For RED: your handle, never your name."))
    ] = "",
    yes: Yes = "",
    reader: ReaderName = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.cli.keeping import passphrase_of
    from tocsin.workflow import granting

    words = passphrase_of(by) if by else ""

    def act(agreed: str) -> "Released":
        return granting.release(
            statement_id, to, tlp=tlp, reason=reason, agreed=agreed, by=by, passphrase=words,
            reader=reader,
        )  # fmt: skip

    done = _previewed(act, yes, as_json)
    if as_json:
        return
    if done.waits:
        typer.echo(say("Agreed by {by}. A second person must run the same command.").format(by=by))
    elif done.statement:
        typer.echo(say("Released as {id}").format(id=done.statement))


def grant(
    statement_id: StatementArgument,
    holder: Annotated[str, typer.Option("--holder", help=say("Who may pass it on."))],
    to: To,
    until: Until = "",
    conditions: Annotated[
        str, typer.Option("--conditions", help=say("Under which conditions, in words."))
    ] = "",
    yes: Yes = "",
    reader: ReaderName = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import granting

    def act(agreed: str) -> "Released":
        return granting.grant(
            statement_id, holder, to, until=until, conditions=conditions, agreed=agreed,
            reader=reader,
        )  # fmt: skip

    done = _previewed(act, yes, as_json)
    if done.grant and not as_json:
        typer.echo(say("Granted: {id}").format(id=done.grant))


def request(
    statement_id: StatementArgument,
    to: To,
    reason: Reason,
    until: Until = "",
    reader: ReaderName = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import granting

    made = granting.request(statement_id, to, reason, until=until, reader=reader)
    if as_json:
        print_json({"request": made})
        return
    typer.echo(say("Asked: {id}. It goes to the originator with your next bundle.").format(id=made))


def answer(
    request_id: Annotated[str, typer.Argument(metavar="ID", help=say("Id of the request."))],
    reason: Reason,
    refuse: Annotated[bool, typer.Option("--refuse", help=say("Refuse it."))] = False,
    conditions: Annotated[
        str, typer.Option("--conditions", help=say("Under which conditions, in words."))
    ] = "",
    yes: Yes = "",
    reader: ReaderName = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import granting

    if refuse:
        granting.answer(request_id, granted=False, reason=reason, reader=reader)
        if as_json:
            print_json({"answer": "refused"})
        else:
            typer.echo(say("Refused."))
        return

    def act(agreed: str) -> "Released":
        done = granting.answer(
            request_id, granted=True, reason=reason, conditions=conditions, agreed=agreed,
            reader=reader,
        )  # fmt: skip
        assert done is not None
        return done

    done = _previewed(act, yes, as_json)
    if done.grant and not as_json:
        typer.echo(say("Granted: {id}").format(id=done.grant))


def requests(reader: ReaderName = "", as_json: AsJson = False) -> None:
    from tocsin.workflow import granting

    found = granting.requests(reader)
    if as_json:
        print_json(found)
        return
    for one in found:
        typer.secho(f"{one.id}  {one.asked_by} → {', '.join(one.to)}", bold=True)
        typer.echo(f"    {one.record}  {one.reason}")
        if one.answer is not None:
            typer.echo(f"    {say(ANSWERS[one.answer])}  {one.answer_reason}")
    if not found:
        typer.echo(say("Nobody has asked."), err=True)


def need(
    role: Annotated[str, typer.Option("--role", help=say("For whoever holds this role."))] = "",
    person: Annotated[
        str, typer.Option("--person", help=say("For one person: a handle, as in ORG:ROLE:HANDLE."))
    ] = "",
    ceiling: Annotated[
        str, typer.Option("--ceiling", help=say("The narrowest TLP they read."))
    ] = "RED",
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help=say("A topic: this kind; repeat it."))
    ] = None,
    subject: Annotated[
        list[str] | None,
        typer.Option(
            "--subject", help=say("A topic: this subject, or those that begin so: arms:*.")
        ),
    ] = None,
    area: Annotated[
        list[str] | None,
        typer.Option(
            "--area", help=say("ISO3 or an admin unit, with all that lies in it; repeat it.")
        ),
    ] = None,
    record: Annotated[
        list[str] | None,
        typer.Option(
            "--record", help=say("A record opened beside all that, by its id; repeat it.")
        ),
    ] = None,
    until: Annotated[
        str, typer.Option("--until", help=say("Last day on which those records are open."))
    ] = "",
    reason: Annotated[str, typer.Option("--reason", help=say("Why; it is recorded."))] = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import needing

    if role or person:
        found = [
            needing.set_need(
                role=role, person=person, ceiling=ceiling, kinds=tuple(kind or ()),
                subjects=tuple(subject or ()), areas=tuple(area or ()),
                records=tuple(record or ()), until=until, reason=reason,
            )
        ]  # fmt: skip
    else:
        found = needing.needs()
    if as_json:
        print_json(found)
        return
    for one in found:
        typer.secho(f"{one.role or one.person}", bold=True)
        topics = [*one.rule.kinds, *one.rule.subjects]
        typer.echo(f"    TLP:{one.rule.ceiling}  {', '.join([*topics, *one.rule.areas])}")
        for each in one.rule.records:
            typer.echo(f"    + {each}")
    if not found:
        typer.echo(say("Nobody is limited: every role reads up to its own ceiling."), err=True)


def tear(
    statement_id: StatementArgument,
    tlp: Annotated[
        str, typer.Option("--tlp", help=say("CLEAR, GREEN, AMBER, AMBER+STRICT or RED."))
    ],
    to: Annotated[
        list[str] | None,
        typer.Option("--to", help=say("An organisation, or group:STEWARD/NAME; repeat it.")),
    ] = None,
    fr: Annotated[str, typer.Option("--fr", help=say("Its text in French."))] = "",
    en: Annotated[str, typer.Option("--en", help=say("Its text in English."))] = "",
    keep: Annotated[
        list[str] | None,
        typer.Option(
            "--keep", help=say("Words that rules would take out and you keep; repeat it.")
        ),
    ] = None,
    place: Annotated[
        str, typer.Option("--place", help=say("How coarse a place: admin1, country or none."))
    ] = "admin1",
    time: Annotated[
        str, typer.Option("--time", help=say("How coarse a time: week, month, year or none."))
    ] = "month",
    pap: Annotated[
        str, typer.Option("--pap", help=say("A lower PAP than the record’s, on your own word."))
    ] = "",
    drop: Annotated[
        list[str] | None,
        typer.Option("--drop", help=say("A caveat that it need not carry on; repeat it.")),
    ] = None,
    yes: Yes = "",
    reader: ReaderName = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import tearing

    def act(agreed: str) -> "Torn":
        return tearing.tear(
            statement_id, tlp=tlp, to=to or (), fr=fr, en=en, keep=keep or (), place=place,
            time=time, pap=pap, drop=drop or (), agreed=agreed, reader=reader,
        )  # fmt: skip

    made = act(yes)
    if as_json:
        print_json(made)
        return
    if not made.statement:
        show_preview(made.preview, with_digest=False)
        if made.lowered:
            line = say("On your word it no longer carries: {lowered}")
            typer.secho(line.format(lowered=", ".join(made.lowered)), fg="yellow")
        if made.survives:
            typer.secho(say("These words stand in the record too:"), fg="yellow")
            for run in made.survives:
                typer.echo(f"    {run}")
        else:
            typer.echo(say("No words of the record stand in it."))
        if sys.stdin.isatty() and typer.confirm(say("Write it so?")):
            made = act(made.digest)
    if made.statement:
        typer.echo(say("Tear line {id}").format(id=made.statement))
    else:
        line = say("Nothing was written. To agree: --yes {digest}")
        typer.echo(line.format(digest=made.digest[:16]), err=True)


def _previewed(act: "Callable[[str], Released]", yes: str, as_json: bool) -> "Released":
    """Show the preview, and act only once somebody agrees to that very one."""
    done = act(yes)
    if as_json:
        print_json(done)
        return done
    if yes:
        return done
    show_preview(done.preview)
    if sys.stdin.isatty() and typer.confirm(say("Release it so?")):
        return act(done.preview.digest)
    typer.echo(
        say("Nothing was released. To agree: --yes {digest}").format(
            digest=done.preview.digest[:16]
        ),
        err=True,
    )
    return done


def show_preview(found: "Preview", *, with_digest: bool = True) -> None:
    """The marking, one line an organisation, and what they get.

    A tear line is agreed to by a digest of its own, which stands below: two would mislead.
    """
    from tocsin.workflow.releasing import WHY

    marked = [f"TLP:{found.tlp}", f"PAP:{found.pap}", *found.caveats]
    typer.secho(f"{found.kind} {found.subject}  {' '.join(marked)}", bold=True)
    for one in found.seers:
        mark = "✓" if one.sees else "·"
        why = say(WHY[one.why]).format(groups=", ".join(one.groups), tlp=found.tlp)
        typer.secho(f"  {mark} {one.organisation}  {why}", dim=not one.sees)
        if one.sees and one.roles:
            typer.secho(
                "      " + say("read there by: {roles}").format(roles=", ".join(one.roles)),
                dim=True,
            )
    for name in found.unknown:
        line = say("  {name} has no member that this node knows: it releases to nobody")
        typer.secho(line.format(name=name), fg="yellow")
    typer.echo(say("Each of them gets this, with its seals, and nothing else:"))
    typer.echo(f"  {found.content}")
    if with_digest:
        typer.echo(say("Preview {digest}").format(digest=found.digest[:16]))


ANSWERS = {"granted": "granted", "refused": "refused"}
