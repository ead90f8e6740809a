"""Event files in UCDP's layout about Hadaria, an invented country in the open ocean."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

COLUMNS = (
    "id",
    "relid",
    "year",
    "active_year",
    "code_status",
    "type_of_violence",
    "conflict_dset_id",
    "conflict_new_id",
    "conflict_name",
    "dyad_dset_id",
    "dyad_new_id",
    "dyad_name",
    "side_a_dset_id",
    "side_a_new_id",
    "side_a",
    "side_b_dset_id",
    "side_b_new_id",
    "side_b",
    "number_of_sources",
    "source_article",
    "source_office",
    "source_date",
    "source_headline",
    "source_original",
    "where_prec",
    "where_coordinates",
    "where_description",
    "adm_1",
    "adm_2",
    "latitude",
    "longitude",
    "geom_wkt",
    "priogrid_gid",
    "country",
    "country_id",
    "region",
    "event_clarity",
    "date_prec",
    "date_start",
    "date_end",
    "deaths_a",
    "deaths_b",
    "deaths_civilians",
    "deaths_unknown",
    "best",
    "high",
    "low",
    "gwnoa",
    "gwnob",
)

Row = dict[str, str]


def row(number: int = 1, **changes: str) -> Row:
    """One invented event in the 49 columns."""
    event = dict.fromkeys(COLUMNS, "") | {
        "id": str(100 + number),
        "relid": f"HAD-2023-1-1-{number}",
        "year": "2023",
        "active_year": "true",
        "code_status": "Clear",
        "type_of_violence": "1",
        "conflict_new_id": "1",
        "conflict_name": "Hadaria: Government",
        "dyad_new_id": "1",
        "dyad_name": "Government of Hadaria - Blue Front",
        "side_a_new_id": "1",
        "side_a": "Government of Hadaria",
        "side_b_new_id": "2",
        "side_b": "Blue Front",
        "number_of_sources": "1",
        "source_article": '"Hadaria Herald,2023-10-03,Clash\nnear the harbour"',
        "where_prec": "1",
        "where_coordinates": "Port Sel",
        "where_description": "près du marché",
        "adm_1": "Coast",
        "latitude": "-30.25",
        "longitude": "-20.75",
        "geom_wkt": "POINT (-20.75 -30.25)",
        "priogrid_gid": str(119 * 720 + 318 + 1),
        "country": "Hadaria",
        "region": "Invented",
        "event_clarity": "1",
        "date_prec": "1",
        "date_start": "2023-10-02 00:00:00.000",
        "date_end": "2023-10-02 00:00:00.000",
        "deaths_a": "0",
        "deaths_b": "1",
        "deaths_civilians": "2",
        "deaths_unknown": "0",
        "best": "3",
        "high": "5",
        "low": "2",
    }
    assert changes.keys() <= event.keys()
    return event | changes


def text(rows: list[Row], delimiter: str = ",", newline: str = "\n") -> str:
    """The rows as a CSV file."""
    out = io.StringIO(newline="")
    columns = list(rows[0])
    writer = csv.DictWriter(out, columns, delimiter=delimiter, lineterminator=newline)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


Write = Callable[..., Path]
