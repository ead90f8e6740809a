"""`tocsin stix`: what a reader may see, for partners who speak STIX 2.1, and what they send."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.asking import AsJson, AsOf, Kind, OutFile, ReaderName, Subject, print_json
from tocsin.cli.progress import bar_of
from tocsin.cli.words import say

if TYPE_CHECKING:
    from tocsin.workflow.standards import Taken

_GROUP = say("Speak STIX 2.1 with partners’ programs.")
_EXPORT = say(
    "Write what a reader may see as a STIX 2.1 bundle.\n\n"
    "Each object carries its statement whole, so that another node takes it in unchanged.\n\n"
    "Example: tocsin stix export --reader ecowas:peer --out for-ecowas.json"
)
_IMPORT = say(
    "Take in a STIX file of any length, 2.1 or 2.0.\n\n"
    "What another node signed comes in as its statement, if its key is trusted here. Any other "
    "object is kept whole, under its own marking; without a marking that is known it is for this "
    "node alone.\n\n"
    "Example: tocsin stix import from-opencti.json"
)
_CHECK = say(
    "Say what would become of a STIX file, and write nothing.\n\n"
    "Example: tocsin stix check from-opencti.json"
)
_SHOW = say(
    "List somebody else’s objects that are kept here, and what incidents say by the official "
    "extension.\n\n"
    "Example: tocsin stix show --type incident"
)
Named = Annotated[
    bool, typer.Option("--named", help=say("Take in TLP:RED: its sender named this node."))
]
StixFile = Annotated[Path, typer.Argument(help=say("A STIX file (JSON)."))]


def register(app: typer.Typer) -> None:
    """Add `tocsin stix` to `app`."""
    group = typer.Typer(name="stix", help=_GROUP, no_args_is_help=True)
    group.command("export", help=_EXPORT)(export)
    group.command("import", help=_IMPORT)(import_)
    group.command("check", help=_CHECK)(check)
    group.command("show", help=_SHOW)(show)
    app.add_typer(group)


def export(
    out: OutFile = None,
    kind: Kind = "",
    subject: Subject = "",
    history: Annotated[
        bool, typer.Option("--history", help=say("Also what was corrected or withdrawn since."))
    ] = False,
    as_of: AsOf = "",
    reader: ReaderName = "",
) -> None:
    from tocsin.workflow import standards

    for piece in standards.export_stix(out, reader, as_of, kind, subject, history=history):
        sys.stdout.buffer.write(piece)


def import_(file: StixFile, named: Named = False, as_json: AsJson = False) -> None:
    from tocsin.workflow import standards

    with bar_of(say("Writing"), 0, quiet=as_json) as step:
        taken = standards.import_stix(file, named=named, on_step=step)
    tell_taken(taken, say("{added} written, {known} already there"), as_json)


def check(file: StixFile, as_json: AsJson = False) -> None:
    from tocsin.workflow import standards

    tell_taken(standards.check_stix(file), say("{added} would be taken in"), as_json)


def show(
    type_: Annotated[
        str, typer.Option("--type", help=say("Only objects of this type, as incident."))
    ] = "",
    as_of: AsOf = "",
    reader: ReaderName = "",
    as_json: AsJson = False,
) -> None:
    import msgspec

    from tocsin.workflow import standards

    found = standards.foreign_objects(reader, as_of, type_)
    if as_json:
        print_json([msgspec.to_builtins(one) for one in found])
        return
    for one in found:
        typer.echo(f"{one.id}  TLP:{one.tlp}  {one.version}  {one.name}".rstrip())
        if said := one.incident:
            parts = [said.determination, said.investigation_status, *said.incident_types]
            parts += [f"{name} {count}" for name, count in said.counts.items()]
            typer.echo("  " + ", ".join(part for part in parts if part))
            if said.unknown:
                typer.echo(say("  kept unread: {names}").format(names=", ".join(said.unknown)))


def tell_taken(taken: "Taken", summary: str, as_json: bool) -> None:
    """Print what became of objects; the exit code is 1 if one was refused."""
    if as_json:
        print_json(
            {
                "objects": taken.objects,
                "added": taken.added,
                "known": taken.known,
                "passed_by": taken.passed_by,
                "refused": taken.refused,
                "problems": [problem.message(say) for problem in taken.problems],
            }
        )
    else:
        for problem in taken.problems:
            typer.secho(problem.message(say), fg="red", err=True)
        typer.echo(summary.format(added=taken.added, known=taken.known))
        told = say("{objects} objects; {passed_by} say nothing of their own, {refused} refused")
        typer.echo(
            told.format(objects=taken.objects, passed_by=taken.passed_by, refused=taken.refused)
        )
    if taken.refused:
        raise typer.Exit(1)
