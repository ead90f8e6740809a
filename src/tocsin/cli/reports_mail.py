"""`tocsin reports import FOLDER --mail`: a folder of mail, each file once."""

from pathlib import Path
from typing import Any

import typer

from tocsin.cli.asking import colon, print_json
from tocsin.cli.words import lang, say


def take(folder: Path, form: str, *, as_json: bool) -> None:
    """Take in a folder of mail and tell, file by file, what became of it and who needs an answer.

    Raises
    ------
    typer.Exit with code 1, if somebody must be asked again.
    """
    import msgspec

    from tocsin.workflow import mailing

    found = mailing.take_mail(folder, form)
    if as_json:
        print_json([msgspec.to_builtins(one) | {"reply_needed": one.reply_needed} for one in found])
    else:
        told = say("Reports received: {added}; known already: {known}; refused: {refused}.")
        for one in found:
            counts = told.format(added=one.added, known=one.known, refused=len(one.refused))
            answer = f" → {say('answer the sender')}" if one.reply_needed else ""
            typer.echo(f"{one.file}: {say(one.wrong) if one.wrong else counts}{answer}")
            for row in one.refused:
                typer.echo(f"  {row['line']}: {refusal(row)}")
    if any(one.reply_needed for one in found):
        raise typer.Exit(1)


def refusal(row: dict[str, Any]) -> str:
    """What is wrong with a row: the question in the reader's words, and the answer as given."""
    from tocsin.workflow import forms

    question, given = row.get("question"), row.get("given")
    about = f"{forms.told(question, lang())} [{question}]{colon(lang())}" if question else ""
    return f"{about}{say(row['wrong'])}" + (f" ({given})" if given else "")
