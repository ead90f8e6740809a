"""`tocsin share preview` and what goes with it: who may know, before anything leaves."""

from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.asking import AsJson, ReaderName, print_json
from tocsin.cli.words import say

if TYPE_CHECKING:
    from tocsin.workflow.releasing import Preview

_PREVIEW = say(
    "Say who will see a record, why, and what each of them gets. Nothing is released without it."
    "\n\nExample: tocsin share preview 01890a5d-ac96-774b-bcce-b302099a8057"
)
StatementArgument = Annotated[str, typer.Argument(metavar="ID", help=say("Id of the statement."))]


def add_to(share: typer.Typer) -> None:
    """Add these commands to `tocsin share`."""
    share.command("preview", help=_PREVIEW)(preview)


def preview(
    statement_id: StatementArgument, reader: ReaderName = "", as_json: AsJson = False
) -> None:
    from tocsin.workflow import releasing

    found = releasing.preview(statement_id, reader)
    if as_json:
        print_json(found)
    else:
        show_preview(found)


def show_preview(found: "Preview") -> None:
    """The marking, one line an organisation, and what they get."""
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
    typer.echo(say("Preview {digest}").format(digest=found.digest[:16]))


WHY = {
    "its_own": "its own record",
    "everybody": "TLP:CLEAR is for everybody",
    "named": "named in rel_to",
    "by_group": "belongs to {groups}",
    "kept": "keeps what a group before it had",
    "caveat": "it carries a caveat that this version does not understand",
    "before_joining": "belongs to {groups}, but it became known outside its time there",
    "not_released": "not released to it, nor to a group to which it belongs",
}
