"""`tocsin reports events|first|record`: reports beside published events, and past verdicts."""

import csv
from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.asking import AsJson, AsOf, Language, ReaderName, chosen, nothing, print_json, said
from tocsin.cli.words import say

_EVENTS = say(
    "Published events that a report may tell of, as of a day, with what speaks for and against.\n\n"
    "Nothing is linked by itself: tocsin reports link ID SOURCE:EVENT\n\n"
    "Example: tocsin reports events 01890a5d --as-of 2026-12-31"
)
_FIRST = say(
    "What the field knew first: each report linked with a published event, and how many days before"
    " its release the report was known.\n\n"
    "Examples: tocsin reports first --as-of 2026-12-31\n\ntocsin reports first --out first.csv"
)
_RECORD = say(
    "How often reports of a source, or of a grade, were upheld by a second person.\n\n"
    "A grade counts if it was given before the verdict. Below ten verdicts a source is new: F.\n\n"
    "Examples: tocsin reports record\n\ntocsin reports record --grade B2\n\n"
    "tocsin reports record --source m-12 --as-of 2026-06-30"
)


def add_to(group: typer.Typer) -> None:
    """Add the commands to `tocsin reports`."""
    group.command("events", help=_EVENTS)(events)
    group.command("first", help=_FIRST)(first)
    group.command("record", help=_RECORD)(record)


def events(
    name: Annotated[str, typer.Argument(help=say("The report: its id, or its beginning or end."))],
    as_of: AsOf = "",
    reader: ReaderName = "",
    lang: Language = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import field_first

    found = field_first.events_like(name, reader, as_of)
    if as_json:
        print_json(found)
        return
    for one in found:
        told = "  ".join(f"{field} {weight:+.1f}" for field, weight in one["evidence"].items())
        typer.echo(
            f"{one['event']:<28} {one['likelihood']:.2f}  {one['day']}  {one['place']}  "
            f"{one['killed']}  ({one['released']})"
        )
        typer.echo(f"    {told}")
    if not found:
        nothing(chosen(lang))


def first(
    as_of: AsOf = "",
    recorded: Annotated[
        str, typer.Option("--recorded", help=say("As this node had written it by that day."))
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help=say("Write the table as CSV."), dir_okay=False)
    ] = None,
    reader: ReaderName = "",
    lang: Language = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import field_first

    rows = field_first.first(reader, as_of, recorded)
    told = field_first.summary(rows)
    if out is not None:
        columns = ["report", "event", "place", "day", "report_known", "event_released", "lag_days"]
        with out.open("w", newline="", encoding="utf-8") as file:
            table = csv.DictWriter(file, columns)
            table.writeheader()
            table.writerows(rows)
        typer.echo(str(out))
    elif as_json:
        print_json({"rows": rows, "summary": told})
    elif not rows:
        nothing(chosen(lang))
    else:
        for row in rows:
            lag = "—" if row["lag_days"] is None else f"{row['lag_days']:+d}"
            typer.echo(
                f"{row['report'][:18]}  {row['event']:<28} {row['report_known']}  "
                f"{row['event_released'] or '—':<10} {lag:>6}  {row['place']}"
            )
        typer.echo(
            say(
                "{linked} linked, {released} released; the field knew first of {field_first}, on "
                "the median {median_lag_days} days before."
            ).format(**told)
        )


def record(
    source: Annotated[str, typer.Option("--source", help=say("Only this handle."))] = "",
    grade: Annotated[str, typer.Option("--grade", help=say("Only this grade, such as B2."))] = "",
    as_of: AsOf = "",
    reader: ReaderName = "",
    lang: Language = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import corroborating

    found = corroborating.record(source, grade, reader, as_of)
    if as_json:
        print_json(found)
        return
    spoken = chosen(lang)
    for one in found:
        share = "—" if one["share"] is None else f"{one['share']:.0%}"
        new = f"  {said('new: F', spoken)}" if one["few"] and one["of"] == "source" else ""
        typer.echo(
            f"{one['about']:<18} {one['upheld']}/{one['upheld'] + one['refuted']}  {share}  "
            f"({one['low']:.0%}–{one['high']:.0%}){new}"
        )
    if not found:
        nothing(spoken)
