"""`tocsin places`: find a place, list a country's areas, say where a point lies."""

import json
from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.asking import AsJson
from tocsin.cli.words import lang, say

On = Annotated[str, typer.Option("--on", help=say("Day on which it holds (default: today)."))]
Country = Annotated[str, typer.Option("--country", help=say("A country (ISO3)."))]


def register(app: typer.Typer) -> None:
    """Add `tocsin places` and its commands to `app`."""
    places = typer.Typer(
        name="places",
        help=say("Places: names and positions, areas and their dates, boundaries of your own."),
        no_args_is_help=True,
    )
    places.command("find", help=_FIND)(find)
    places.command("areas", help=_AREAS)(areas)
    # Coordinates west or south of zero begin with a minus sign, which is not an option here.
    places.command("locate", help=_LOCATE, context_settings={"ignore_unknown_options": True})(
        locate
    )
    places.command("add", help=_ADD)(add)
    app.add_typer(places)


_FIND = say(
    "Find a place by its name, with or without accents, among towns and the places that"
    " ingested events name.\n\n"
    "Example: tocsin places find menaka --country MLI"
)
_AREAS = say(
    "List the first-level areas of a country on a day, and those without a shape.\n\n"
    "Example: tocsin places areas MLI --on 2016-06-30"
)
_LOCATE = say(
    "Say in which country, area and grid cell a point lies on a day (longitude first).\n\n"
    "Example: tocsin places locate -4.2 14.5"
)
_ADD = say(
    "Check a boundary file (GeoJSON) and use it from now on instead of the built shapes.\n\n"
    "Cercles of Mali or provinces of Burkina Faso are also put together into regions, as they"
    " stood on each day.\n\n"
    "Example: tocsin places add cercles.geojson --country MLI --level admin2"
)


def find(
    name: Annotated[str, typer.Argument(help=say("Name of the place."))],
    country: Country = "",
    limit: Annotated[int, typer.Option("--limit", help=say("Most places to show."))] = 10,
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import places

    found = places.find_places(name, country, limit)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    if not found:
        typer.echo(say("No place is known by that name."), err=True)
        raise typer.Exit(1)
    for place in found:
        where = place["unit_id"] or place["iso3"]
        position = f"{place['longitude']:.4f} {place['latitude']:.4f}"
        typer.echo(f"{place['name']}  {where}  {position}  {place['source']}")


def areas(
    country: Annotated[str, typer.Argument(help=say("A country (ISO3)."))],
    on: On = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import places

    rows = places.areas(country, lang(), on)
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        notes = []
        if row["counted_in"] != row["unit_id"]:
            notes.append(say("counted in {unit}").format(unit=row["counted_in"]))
        elif not row["shape"]:
            notes.append(say("no shape"))
        elif row["covers"]:
            notes.append(say("shape with {units}").format(units=", ".join(row["covers"])))
        typer.echo("  ".join([row["unit_id"], row["name"], *notes]))


def locate(
    longitude: Annotated[float, typer.Argument(help=say("Degrees east; west is negative."))],
    latitude: Annotated[float, typer.Argument(help=say("Degrees north; south is negative."))],
    on: On = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import places

    found = places.locate(longitude, latitude, on)
    if as_json:
        typer.echo(json.dumps(found))
        return
    for level, unit in found.items():
        typer.echo(f"{level}  {unit or say('not known')}")


def add(
    path: Annotated[Path, typer.Argument(help=say("A GeoJSON file in degrees (WGS 84)."))],
    country: Country = "",
    level: Annotated[
        str, typer.Option("--level", help=say("admin1, admin2 … (default: what the file says)."))
    ] = "",
    valid_from: Annotated[
        str, typer.Option("--valid-from", help=say("First day on which the areas hold."))
    ] = "",
    valid_to: Annotated[
        str, typer.Option("--valid-to", help=say("Last day on which the areas hold."))
    ] = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import places

    added = places.add_boundaries(path, country, level, valid_from, valid_to)
    if as_json:
        typer.echo(json.dumps(added))
        return
    typer.echo(say("{areas} areas of {country}, {level}: {path}").format(**added))
    if added["repaired"]:
        typer.echo(
            say("{repaired} areas whose outline crossed itself were repaired.").format(**added)
        )
