"""`tocsin misp`: what a reader may see, for partners who run MISP, and their events."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.agreeing import Yes, once_looked_at
from tocsin.cli.asking import AsJson, AsOf, Kind, OutFile, ReaderName, Subject
from tocsin.cli.progress import bar_of
from tocsin.cli.stix import Named, tell_taken
from tocsin.cli.words import say

if TYPE_CHECKING:
    from tocsin.workflow.standards import Taken

_GROUP = say("Speak with partners who run MISP.")
_EXPORT = say(
    "Write what a reader may see as MISP events.\n\n"
    "Without --map every event is for the organisation that takes it in, and for nobody else.\n\n"
    "Example: tocsin misp export --reader north:peer --out for-north.json"
)
_IMPORT = say(
    "Take in events that MISP exported, as MISP JSON or as STIX 2.1.\n\n"
    "An event for a community or a sharing group is for this node alone, unless --map says who "
    "that is; who would read it is shown first. Each is kept whole.\n\n"
    "Example: tocsin misp import event.json --map communities.yml"
)
_CHECK = say(
    "Say what would become of MISP events, and write nothing.\n\n"
    "Example: tocsin misp check event.json"
)
MapFile = Annotated[
    Path | None, typer.Option("--map", help=say("Who MISP’s communities and groups are (YAML)."))
]
EventFile = Annotated[Path, typer.Argument(metavar="FILE", help=say("MISP events (JSON)."))]


def register(app: typer.Typer) -> None:
    """Add `tocsin misp` to `app`."""
    group = typer.Typer(name="misp", help=_GROUP, no_args_is_help=True)
    group.command("export", help=_EXPORT)(export)
    group.command("import", help=_IMPORT)(import_)
    group.command("check", help=_CHECK)(check)
    app.add_typer(group)


def export(
    out: OutFile = None,
    kind: Kind = "",
    subject: Subject = "",
    map_file: MapFile = None,
    stix: Annotated[
        bool, typer.Option("--stix", help=say("As the STIX bundle that misp-stix makes of them."))
    ] = False,
    as_of: AsOf = "",
    reader: ReaderName = "",
) -> None:
    from tocsin.workflow import bridging

    for piece in bridging.export_misp(
        out, reader, as_of, kind, subject, map_file=map_file, stix=stix
    ):
        sys.stdout.buffer.write(piece)


def import_(
    file: EventFile,
    map_file: MapFile = None,
    named: Named = False,
    yes: Yes = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import bridging

    def act(agreed: str) -> "Taken":
        with bar_of(say("Writing"), 0, quiet=as_json) as step:
            return bridging.import_misp(
                file, map_file=map_file, named=named, agreed=agreed, on_step=step
            )

    taken = once_looked_at(act, yes, as_json)
    tell_taken(taken, say("{added} written, {known} already there"), as_json)


def check(
    file: EventFile, map_file: MapFile = None, named: Named = False, as_json: AsJson = False
) -> None:
    from tocsin.workflow import bridging

    taken = bridging.check_misp(file, map_file=map_file, named=named)
    tell_taken(taken, say("{added} would be taken in"), as_json)
