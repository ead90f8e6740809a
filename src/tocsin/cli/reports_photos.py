"""`tocsin reports photos`: which photos a report names, and the photos themselves."""

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.asking import AsJson, AsOf, ReaderName, print_json
from tocsin.cli.words import say

_PHOTOS = say(
    "List the photos of a report; --out writes them, decrypted: delete them when you have seen "
    "them.\n\n"
    "Example: tocsin reports photos 01890a5d --out seen"
)


def add_to(group: typer.Typer) -> None:
    """Add `photos` to `tocsin reports`."""
    group.command("photos", help=_PHOTOS)(photos)


def photos(
    name: Annotated[str, typer.Argument(help=say("The report: its id, or its beginning or end."))],
    out: Annotated[
        Path | None, typer.Option("--out", help=say("Folder to write to."), file_okay=False)
    ] = None,
    as_of: AsOf = "",
    reader: ReaderName = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import viewing

    found = viewing.photos(name, reader, out, as_of)
    if as_json:
        print_json(found)
        return
    for one in found:
        state = one.get("file") or (
            f"{one['type']}  {one['size']}" if one["came"] else say("has not come")
        )
        typer.echo(f"{one['key']}  {state}")
    if not found:
        typer.echo(say("The report names no photo."), err=True)
