"""`tocsin share root|roots`: from which source records come, and how many stand behind them."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tocsin.cli.agreeing import Yes, once_looked_at, tell_written
from tocsin.cli.asking import AsJson, AsOf, Language, ReaderName, chosen, print_json, said
from tocsin.cli.words import say
from tocsin.language.text import Lang

_ROOT = say(
    "Say from which source records of your own come, to those who read them, and without saying "
    "who that is: so that nobody counts one source twice. Several records get one token; with "
    "--from a record stems from another; with --withdraw what was said is taken back.\n\n"
    "Examples: tocsin share root 01890a5d-ac96-774b-bcce-b302099a8057 "
    "01890a5d-ac96-774b-bcce-b302099a8058\n\n"
    "tocsin share root 01890a5d-ac96-774b-bcce-b302099a8057 --from "
    "01890a5d-ac96-774b-bcce-b302099a8059"
)
_ROOTS = say(
    "How many independent sources stand behind records, over all nodes whose word you may see, and "
    "why they are not more. A tie that somebody contests counts, and what would be without it is "
    "shown beside: tocsin ledger annotate ID --stance contests\n\n"
    "Example: tocsin share roots 01890a5d-ac96-774b-bcce-b302099a8057"
)
# Why two records have one root, in words.
WHY = {
    "one_source": "the same reporter",
    "one_token": "one source, says its originator",
    "corrects": "corrects it",
    "copied": "nearly the same words",
    "stems_from": "made from it, says its originator",
    "derived": "made from it in this house",
    "retelling": "linked as a retelling",
}
Ids = Annotated[list[str], typer.Argument(metavar="ID...", help=say("Ids of records."))]


def add_to(share: typer.Typer) -> None:
    """Add these commands to `tocsin share`."""
    share.command("root", help=_ROOT)(root)
    share.command("roots", help=_ROOTS)(roots)


def root(
    ids: Ids,
    parent: Annotated[
        str, typer.Option("--from", metavar="ID", help=say("The record that it was made from."))
    ] = "",
    tear_line: Annotated[
        bool,
        typer.Option("--tear-line", help=say("A tear line too may show that it has a parent.")),
    ] = False,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help=say("Take back what this statement says of a root."))
    ] = False,
    reason: Annotated[str, typer.Option("--reason", help=say("Why; it is recorded."))] = "",
    yes: Yes = "",
    reader: ReaderName = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.errors import UsageError
    from tocsin.workflow import rooting

    if (parent or withdraw) and len(ids) != 1:
        raise UsageError("this is said of one record at a time", remedy="Name one id.")
    if withdraw:
        gone = rooting.withdraw_root(ids[0], reason, reader)
        print_json({"retraction": gone}) if as_json else typer.echo(gone)
        return

    def act(agreed: str) -> tuple[str, ...]:
        if parent:
            return rooting.tell_parent(ids[0], parent, agreed=agreed, reader=reader)
        return rooting.tell_one_root(ids, tear_line=tear_line, agreed=agreed, reader=reader)

    tell_written(once_looked_at(act, yes, as_json), as_json)


def roots(
    ids: Ids,
    as_of: AsOf = "",
    reader: ReaderName = "",
    lang: Language = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import rooting

    found = rooting.roots_behind(ids, reader, as_of)
    if as_json:
        print_json(found)
        return
    spoken = chosen(lang)
    line = said("records: {records}, root sources: {roots}", spoken)
    typer.echo(line.format(records=len(found["records"]), roots=found["roots"]))
    for one in found["records"]:
        typer.echo(f"  {one['root']}  {one['id']}  {one['origin']}  {one['subject']}")
    show_ties(found, spoken)


def show_ties(found: dict[str, Any], lang: Lang) -> None:
    """One line a tie: which records, why, whose word, and the statement where it stands."""
    for one in found["ties"]:
        if one["why"] == "one_source":
            continue
        contested = f"  ({said('contested', lang)})" if one["contested"] else ""
        typer.echo(
            f"    {one['record']} → {one['other']}  {said(WHY[one['why']], lang)}{contested}"
        )
        if one["statement"]:
            typer.echo(f"      ← {one['by']}  {one['statement']}")
    if found["roots_if_contested_fall"] != found["roots"]:
        line = said("without the contested ties: {roots}", lang)
        typer.echo(line.format(roots=found["roots_if_contested_fall"]))
