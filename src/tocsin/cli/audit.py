"""`tocsin ledger verify|head|prove|reads`: for the node's auditor, who reads seals, not bodies."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.asking import AsJson, ReaderName, print_json
from tocsin.cli.trust import line_of
from tocsin.cli.words import say

if TYPE_CHECKING:
    from tocsin.tables.kinds import Purge


def add_to(group: typer.Typer) -> None:
    """Add the auditor's commands to `tocsin ledger`."""
    group.command("verify", help=_VERIFY)(verify)
    group.command("head", help=_HEAD)(head)
    group.command("prove", help=_PROVE)(prove)
    group.command("reads", help=_READS)(reads)


_VERIFY = say(
    "Check every statement, its hash and signature, and the order, beginning and end of the log. "
    "The first bad leaf is named; the exit code is 1. The keys that are trusted are listed.\n\n"
    "Example: tocsin ledger verify --against head-of-june.json"
)
_HEAD = say(
    "Print the signed head of the log, for an auditor to keep elsewhere.\n\n"
    "Example: tocsin ledger head --out head-of-june.json"
)
_PROVE = say(
    "Prove that a statement is in the log, or that a head kept earlier is its beginning. For the "
    "auditor of this node, who is asked for where no reader is named.\n\n"
    "Examples: tocsin ledger prove 01890a5d-ac96-774b-bcce-b302099a8057\n\n"
    "tocsin ledger prove --since head-of-june.json"
)


_READS = say(
    "Show who was served what by TAXII and by the API, and when, from the read log. Only the "
    "auditor of this node may ask.\n\n"
    "Example: tocsin ledger reads --reader cell:auditor --since 2026-06-01 --org north"
)


def verify(
    signatures: Annotated[
        bool, typer.Option("--signatures/--no-signatures", help=say("Check each signature too."))
    ] = True,
    against: Annotated[
        Path | None, typer.Option("--against", help=say("A head that the auditor kept."))
    ] = None,
    processes: Annotated[
        int | None, typer.Option("--processes", min=1, help=say("How many work at once."))
    ] = None,
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import record_keeping, safe_keeping, trusting

    result = record_keeping.verify_ledger(
        signatures=signatures, against=against, processes=processes
    )
    keys = trusting.keys_and_trust(vault_open=False)
    purges = safe_keeping.purges_in_words()
    if as_json:
        plain = record_keeping.verification_as_plain(result)
        proved = [{"purge": one, "proved": safe_keeping.is_proved(one)} for one in purges]
        print_json(plain | {"purges": proved, "keys": keys})
    else:
        for finding in result.findings:
            line = say("leaf {leaf}: {problem} {id}")
            typer.secho(
                line.format(leaf=finding.leaf, problem=say(finding.problem), id=finding.id),
                fg="red",
                err=True,
            )
        verdict = (
            say("Sound: {size} statements, {purged} of them purged; root {root}")
            if result.is_sound
            else say("Not sound: the first bad leaf is {bad} of {size}")
        )
        typer.echo(
            verdict.format(
                size=result.size,
                purged=result.purged,
                root=result.root,
                bad=result.first_bad_leaf,
            )
        )
        if result.unchecked:
            line = say("{count} statements are signed by keys that are not known here")
            typer.echo(line.format(count=result.unchecked))
        for one in purges:
            typer.echo(_purge_line(one))
        for key in keys:
            typer.echo(f"  {line_of(key)}")
    if not result.is_sound:
        raise typer.Exit(1)


def _purge_line(purge: "Purge") -> str:
    from tocsin.workflow import safe_keeping

    who = ", ".join(f"{one.by} ({one.enrolled_at[:10]})" for one in purge.approvals)
    template = (
        say("  purged: {id}, by two keys: {who} (with the day each was enrolled)")
        if safe_keeping.is_proved(purge)
        else say("  purged: {id}, on the word of {who}, which no two keys signed")
    )
    return template.format(id=purge.statement, who=who or ", ".join(purge.approved_by))


def head(
    out: Annotated[Path | None, typer.Option("--out", help=say("File to write."))] = None,
) -> None:
    from tocsin.workflow import record_keeping

    text = record_keeping.head_as_json()
    if out is None:
        typer.echo(text)
    else:
        out.write_text(text, encoding="utf-8")


def prove(
    statement_id: Annotated[str, typer.Argument(help=say("Id of the statement."))] = "",
    since: Annotated[
        Path | None, typer.Option("--since", help=say("A head that the auditor kept."))
    ] = None,
    reader: ReaderName = "",
) -> None:
    from tocsin.workflow import proving

    typer.echo(json.dumps(proving.proof(statement_id, since, reader)))


def reads(
    since: Annotated[str, typer.Option("--since", help=say("From this day or moment (UTC)."))] = "",
    until: Annotated[str, typer.Option("--until", help=say("To this day or moment (UTC)."))] = "",
    org: Annotated[str, typer.Option("--org", help=say("Only what this one was served."))] = "",
    what: Annotated[
        str, typer.Option("--what", help=say("Only what begins so: objects, or /api/v1/figures."))
    ] = "",
    reader: ReaderName = "",
    as_json: AsJson = False,
) -> None:
    import msgspec

    from tocsin.workflow import auditing

    found = auditing.reads(reader, since=since, until=until, org=org, what=what)
    if as_json:
        print_json([msgspec.to_builtins(one) for one in found])
        return
    for one in found:
        span = f" ({one.first} – {one.last})" if one.first else ""
        asked = f"?{one.asked}" if one.asked else ""
        who = f"{one.org}:{one.role} ({one.token})"
        typer.echo(f"{one.at}  {who}  {one.what}{asked}  {one.served}{span}")
