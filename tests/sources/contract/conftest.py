"""A small invented file for every source, in the layout in which it is published.

Nothing in them happened. Whatever has deaths lies in Hadaria, a country that does not exist, or in
the open ocean; where a layout knows only real countries, every count is zero.
"""

import gzip
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tocsin.lake import Lake
from tocsin.sources import Ingest, Orders, Outcome
from tocsin.sources.registry import source

CANDIDATE = (
    "id,relid,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,"
    "conflict_name,dyad_dset_id,dyad_new_id,dyad_name,side_a_dset_id,side_a_new_id,side_a,"
    "side_b_dset_id,side_b_new_id,side_b,number_of_sources,source_article,source_office,"
    "source_date,source_headline,source_original,where_prec,where_coordinates,where_description,"
    "adm_1,adm_2,latitude,longitude,geom_wkt,priogrid_gid,country,country_id,region,event_clarity,"
    "date_prec,date_start,date_end,deaths_a,deaths_b,deaths_civilians,deaths_unknown,best,high,low,"
    "gwnoa,gwnob"
)


def ged_row(number: int, start: str, best: str = "4", status: str = "Clear") -> str:
    year = start[:4]
    return (
        f"{number},HAD-{year}-1-{number},{year},1,{status},1,9001,9001,Hadaria: Government,9002,"
        "9002,Government of Hadaria - Front de l’Aube,9003,9003,Government of Hadaria,9004,9004,"
        'Front de l’Aube,1,"""Invented wire,2023-10-02,Nothing happened""",Invented wire,'
        f"{start},Nothing happened,nobody,1,Senkoro,Senkoro town,Plateau,,3.4,-34.4,"
        "POINT (-34.4 3.4),134212,Hadaria,9005,Africa,1,1,"
        f"{start} 00:00:00.000,{start} 00:00:00.000,1,2,1,0,{best},6,3,,"
    )


ACLED = (
    "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,"
    "assoc_actor_1,inter1,actor2,assoc_actor_2,inter2,interaction,civilian_targeting,iso,region,"
    "country,admin1,admin2,admin3,location,latitude,longitude,geo_precision,source,source_scale,"
    "notes,fatalities,tags,timestamp"
)


def acled_row(number: int, kind: str, sub: str, inter1: str, inter2: str, deaths: str = "2",
              targeting: str = "") -> str:  # fmt: skip
    return (
        f"HAD{number},12 June 2023,2023,1,Political violence,{kind},{sub},Front,,{inter1},"
        f"Somebody,,{inter2},{inter1}-{inter2},{targeting},,Nowhere,Hadaria,Plateau,,,Senkoro,3.4,"
        f"-34.4,1,Invented wire,National,A person is named here,{deaths},,1687000000"
    )


REAL = "Mali,Niger,Chad,Togo,Ghana,Benin,Senegal,Guinea,Gambia,Nigeria,Cameroon,Algeria,Libya,Egypt"
REAL += ",Sudan,Kenya,Uganda,Angola,Zambia,Nepal,France,Spain"


def csv(*lines: str) -> bytes:
    return ("\n".join(lines) + "\n").encode()


def parquet(**columns: list[Any]) -> bytes:
    out = io.BytesIO()
    pl.DataFrame(columns).write_parquet(out)
    return out.getvalue()


MAPPING = """\
title: Incident log of an invented coalition
publisher: Invented coalition of observers
licence: invented, free to use
citation: Invented coalition of observers (2023). Incident log.
version: "2023-06"
released_on: 2023-06-30
columns:
  event_id: No
  date_start: Day
  place: Place
  latitude: Lat
  longitude: Lon
  violence: Kind
  best: Dead
constants:
  country: Hadaria
violence:
  fight: sb
ignore: ["*"]
exercise: true
"""

COUNTRY_MONTH = (
    "country_iso3,year_month,ucdp_event_count,ucdp_fatalities_best,ucdp_state_based_events,"
    "ucdp_non_state_events,ucdp_one_sided_events,note"
)
UNHCR = (
    "year,coo_name,coo,coo_iso,coa_name,coa,coa_iso,refugees,asylum_seekers,returned_refugees,idps,"
    "returned_idps,stateless,ooc,oip,hst"
)
WDI = (
    "iso3,gwcode,year,pop,NY.GDP.MKTP.KD,NY.GDP.MKTP.KD.ZG,NY.GDP.PCAP.KD,NY.GDP.PCAP.KD.ZG,infmort,"
    "infmort_yearadj,infmort_imputed"
)


def country_year() -> bytes:
    """All columns of the layout, with one invented country."""
    declaration = source("ucdp_country_year").declaration
    columns = [*declaration.reads, *declaration.ignores]

    def row(name: str, year: str, deaths: str) -> str:
        given = {"country_cy": name, "country_id_cy": "9005", "year_cy": year, "version": "25.1"}
        sums = {
            f"{kind}_{bound}_cy": deaths
            for kind in ("sb_total_deaths", "cumulative_total_deaths_in_orgvio")
            for bound in ("best", "low", "high")
        }
        return ",".join({**given, **sums}.get(column, "0") for column in columns)

    return csv(",".join(columns), row("Hadaria", "2022", "12"), row("Hadaria", "2023", "0"),
               row("Atlantis", "2023", "1"))  # fmt: skip


@dataclass(frozen=True)
class Invented:
    """A file as published, with one row that must be set aside for `reason` (if any)."""

    name: str
    content: bytes
    kept: int
    reason: str = ""
    beside: dict[str, str] = field(default_factory=dict)
    released_on: date | None = None


def invented_files() -> dict[str, Invented]:
    return {
        "ucdp_ged": Invented(
            "GEDEvent_v23_1.csv",
            csv(CANDIDATE, ged_row(1, "2022-05-02"), ged_row(2, "2022-05-03", best="-1")),
            1,
            "negative",
        ),
        "ucdp_candidate": Invented(
            "GEDEvent_v23_0_10.csv",
            csv(CANDIDATE, ged_row(1, "2023-10-02"), ged_row(2, "2023-10-03", best="x")),
            1,
            "not_a_number",
        ),
        "acled": Invented(
            "acled-export-2023-07-01.csv",
            csv(
                ACLED,
                acled_row(1, "Battles", "Armed clash", "State forces", "Rebel group"),
                acled_row(2, "Riots", "Mob violence", "Rioters", "Civilians", deaths="many"),
            ),
            1,
            "not_a_number",
        ),
        "generic_events": Invented(
            "log.csv",
            csv(
                "No,Day,Place,Lat,Lon,Kind,Dead,Remarks",
                "1,2023-06-02,Senkoro,3.4,-34.4,fight,4,none",
                "2,2023-06-31,Senkoro,3.4,-34.4,fight,4,no such day",
            ),
            1,
            "not_a_date",
            {"log.csv.mapping.yml": MAPPING},
        ),
        "ucdp_country_month": Invented(
            "ged_25_1_country_month.csv.gz",
            gzip.compress(
                csv(
                    COUNTRY_MONTH,
                    "XEX,2023-05,3.0,12.0,1.0,1.0,1.0,",
                    "XEX,2023-06,0.0,0.0,0.0,0.0,0.0,",
                    "XEX,2009-06,0.0,0.0,0.0,0.0,0.0,Hadaria+Atlantis merged",
                )
            ),
            2,
            "two_areas_in_one",
        ),
        "ucdp_admin1_month": Invented(
            "ged_25_1_admin1_month.parquet",
            parquet(
                country=["Hadaria", "Hadaria", "Atlantis"],
                unit=["Hadaria | Plateau region", "Hadaria | Delta region", "Atlantis | Core"],
                month=["2023-05", "2023-06", "2023-06"],
                n_events=[1, 2, 1],
                n_sb=[1, 1, 1],
                n_ns=[0, 1, 0],
                n_os=[0, 0, 0],
                deaths=[4, 9, 1],
            ),
            2,
            "unknown_place",
        ),
        "ucdp_country_year": Invented(
            "organizedviolencecy_v25_1.csv", country_year(), 2, "unknown_place"
        ),
        "views_country_month": Invented(
            "cm_actuals_2022.parquet",
            parquet(month_id=[505, 506, 507], country_id=[50, 50, 99999], ged_sb=[0.0, 0.0, 0.0]),
            2,
            "unknown_place",
        ),
        "views_priogrid_month": Invented(
            "pgm_actuals_2022.parquet",
            parquet(month_id=[505, 506, 0], priogrid_gid=[1, 1, 1], ged_sb=[7, 0, 0]),
            2,
            "too_small",
        ),
        "country_month_vintages": Invented(
            "country_month_deaths_as_of_2023-07-20.csv",
            csv(
                f"Unnamed: 0,Hadaria,{REAL}",
                f"2023-05-31,14{',0' * 22}",
                f"2023-06-30,{',0' * 22}",
                f"2023-07-31,-1{',0' * 22}",
            ),
            2,
            "negative",
        ),
        "unhcr": Invented(
            "unhcr.csv",
            csv(
                UNHCR,
                "2022.0,Hadaria,HAD,XEX,Hadaria,HAD,XEX,0,0,0,1200,0,0,0,,0",
                "2022.0,Unknown,UKN,UNK,Hadaria,HAD,XEX,30,5,0,0,0,0,0,,0",
                "2022.0,Hadaria,HAD,XEX,Somewhere,,Somewhere,30,5,0,0,0,0,0,,0",
            ),
            2,
            "unknown_place",
            released_on=date(2023, 6, 15),
        ),
        "idmc": Invented(
            "idmc.csv",
            csv(
                "year,coo_name,coo,coo_iso,coa_name,coa,coa_iso,total",
                "2022.0,Hadaria,HAD,XEX,Hadaria,HAD,XEX,1300",
                "2022.0,Hadaria,HAD,XEX,Atlantis,ATL,XEA,1300",
            ),
            1,
            "not_the_same_place",
            released_on=date(2023, 5, 11),
        ),
        "world_bank": Invented(
            "wdi.csv",
            csv(
                WDI,
                "XEX,9005,2021,3500.5,2000000000,1.5,571.4,-0.5,61.2,0.1,False",
                "XEX,9005,2022,-1,2000000000,1.5,571.4,-0.5,61.2,0.1,False",
            ),
            1,
            "negative",
            released_on=date(2023, 6, 30),
        ),
        "vdem": Invented(
            "V-Dem-CY-Core-v13.csv",
            csv(
                "country_text_id,year,v2x_polyarchy,v2x_libdem",
                "XEX,2021,0.25,0.125",
                "XEX,2022,1.5,0.1",
            ),
            1,
            "too_large",
        ),
    }


class Store:
    """A lake in a folder of its own, and files put into it as a user would."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.lake = Lake(folder / "store")

    def write(self, name: str, content: bytes | str) -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def ingest(self, name: str, content: bytes | str, **orders: Any) -> Outcome:
        path = self.write(name, content)
        (outcome,) = Ingest(self.lake, Orders(**orders)).paths([path])
        return outcome

    def ingest_invented(self, invented: Invented) -> Outcome:
        for name, text in invented.beside.items():
            self.write(name, text)
        return self.ingest(invented.name, invented.content, released_on=invented.released_on)

    def table(self, outcome: Outcome, name: str) -> pl.DataFrame:
        assert outcome.snapshot is not None
        return self.lake.scan(outcome.snapshot, name).collect()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


@pytest.fixture
def new_store(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Store]:
    """A store for each example of a property."""
    return lambda: Store(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="session")
def invented() -> dict[str, Invented]:
    return invented_files()


@pytest.fixture(scope="session")
def make_csv() -> Callable[..., bytes]:
    return csv


@pytest.fixture(scope="session")
def acled_header() -> str:
    return ACLED


@pytest.fixture(scope="session")
def acled_event() -> Callable[..., str]:
    return acled_row


@pytest.fixture(scope="session")
def a_mapping() -> str:
    return MAPPING
