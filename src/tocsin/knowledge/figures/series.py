"""Context series of the lake as figures: what UNHCR, IDMC and the World Bank count, dated."""

from collections.abc import Iterator

import polars as pl

from tocsin.dossiers.identity import BLANK_ID, with_own_id
from tocsin.knowledge.places import place_words
from tocsin.knowledge.sentences import words
from tocsin.tables.bodies import Words
from tocsin.tables.kinds import Figure
from tocsin.tables.snapshots import Snapshot
from tocsin.tables.statements import Statement


class _Measure:
    """A publisher's measure that serves as a figure: its quantity, its words, its definition."""

    def __init__(
        self, quantity: str, title: str, definition: str = "", scope: str = "", **more: str
    ):
        self.quantity, self.title, self.scope = quantity, title, scope
        self.definition, self.bound = definition, more.get("bound", "exact")


_MEASURES: dict[tuple[str, str], _Measure] = {
    ("unhcr", "idps"): _Measure("idps", "Internally displaced, {place}, {year}"),
    ("unhcr", "returned_idps"): _Measure("returned_idps", "Returned displaced, {place}, {year}"),
    ("idmc", "idps"): _Measure(
        "idps",
        "Internally displaced, {place}, {year}",
        "Displaced by conflict and violence, rounded to thousands (IDMC).",
        "conflict_and_violence",
        bound="about",
    ),
    ("unhcr", "refugees"): _Measure(
        "refugees_hosted",
        "Refugees hosted, {place}, {year}",
        "Refugees of all origins, added up from UNHCR’s rows.",
    ),
    ("world_bank", "pop"): _Measure("population", "Population, {place}, {year}"),
}


_PERSONS = {"persons": 1, "thousand persons": 1000}


def figures_of_context(context: pl.DataFrame, snapshot: Snapshot) -> Iterator[Statement]:
    """Figures of a context table: stocks of one country at the end of a year.

    context : CONTEXT rows; refugees are added up over their countries of origin, other pairs of
    two countries are left out, as are measures that are no figure here. They are made for the
    question and never written to the ledger.
    """
    own = (pl.col("counterpart") == "") | (pl.col("counterpart") == pl.col("unit_id"))
    hosted = (
        context.filter(~own & (pl.col("measure") == "refugees"))
        .group_by("unit_id", "measure", "period_from", "period_to", "unit")
        .agg(pl.col("value").sum())
    )
    rows = pl.concat(
        [context.filter(own & (pl.col("measure") != "refugees")), hosted], how="diagonal"
    )
    rows = rows.drop_nulls("value").sort("unit_id", "measure", "period_to")
    for row in rows.iter_rows(named=True):
        measure = _MEASURES.get((snapshot.source, row["measure"]))
        if measure is not None and row["value"]:
            yield _figure(row, measure, snapshot)


def _figure(row: dict[str, object], measure: _Measure, snapshot: Snapshot) -> Statement:
    unit, end = str(row["unit_id"]), row["period_to"]
    year = str(end)[:4]
    body = Figure(
        quantity=measure.quantity,
        title=words(measure.title, place=place_words(unit), year=year),
        unit="persons",
        value=round(float(str(row["value"])) * _PERSONS[str(row["unit"])]),
        bound="about" if measure.bound == "about" else "exact",
        place=unit,
        scope=measure.scope,
        definition=words(measure.definition) if measure.definition else Words(),
        period_from=str(end),
        period_to=str(end),
    )
    return with_own_id(
        Statement(
            id=BLANK_ID,
            kind="figure",
            subject=f"figure:{snapshot.source}-{measure.quantity}-{unit.lower()}-{year}",
            known_at=snapshot.released_on.isoformat(),
            valid_from=str(end),
            valid_to=str(end),
            source=f"{snapshot.title} ({snapshot.version})",
            reliability="B",
            credibility=2,
            origin="tocsin",
            author=f"lake-{snapshot.source}",
            tlp="CLEAR",
            pap="CLEAR",
            body=body,
        )
    )
