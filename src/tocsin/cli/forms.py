"""`tocsin forms`: what reporters are asked, for a phone, on paper, in a short message."""

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.asking import AsJson, Language, chosen, print_json
from tocsin.cli.words import say

_HELP = say("The forms of reports from the field: on a phone, on paper, in a short message.")
_LIST = say("List the forms, or one form's questions.\n\nExamples: tocsin forms list\n\n"
            "tocsin forms list incident --lang fr")  # fmt: skip
_EXPORT = say(
    "Write a form as XLSForm (Kobo), XForm (ODK) and as paper in both languages.\n\n"
    "Example: tocsin forms export incident --out forms"
)


def register(app: typer.Typer) -> None:
    """Add `tocsin forms` to `app`."""
    group = typer.Typer(help=_HELP, no_args_is_help=True)
    group.command("list", help=_LIST)(list_forms)
    group.command("export", help=_EXPORT)(export)
    app.add_typer(group, name="forms")


def list_forms(
    form: Annotated[str, typer.Argument(help=say("The form; without it, all of them."))] = "",
    lang: Language = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import forms

    spoken = chosen(lang)
    rows = forms.form_lines(form, spoken)
    if as_json:
        print_json(rows)
        return
    for row in rows:
        typer.echo(f"{row['code']:<3} {row['name']:<20} {row['label']}")


def export(
    form: Annotated[str, typer.Argument(help=say("The form: incident or situation."))],
    out: Annotated[Path, typer.Option("--out", help=say("Folder to write to."))] = Path(),
    version: Annotated[
        str, typer.Option("--version", help=say("An older version; without it, the newest."))
    ] = "",
) -> None:
    from tocsin.workflow import forms

    for path in forms.write_form(form, out, version):
        typer.echo(str(path))
