"""Briefs on an invented country of squares: every number in these tests is invented."""

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import polars as pl
import pytest
from shapely.geometry import box

from tocsin.briefs import (
    Abroad,
    BriefInputs,
    Layer,
    Outlook,
    Part,
    Place,
    Skill,
    Words,
)
from tocsin.briefs.incidents import SCHEMA
from tocsin.tables import OBSERVATIONS, Snapshot
from tocsin.tables.months import month_of

AS_OF = date(2023, 6, 30)
LAST = month_of(date(2023, 5, 1))
Make = Callable[..., BriefInputs]


def snapshot(key: str = "invented", *, released: date = AS_OF, exercise: bool = False) -> Snapshot:
    return Snapshot(
        snapshot_id=f"{key}/1-000000000000",
        source=key,
        title="Invented counts",
        publisher="Nobody",
        version="1",
        released_on=released,
        licence="CC0 1.0",
        citation="Nobody, Anne and Bert Nowhere (2023). Invented counts.",
        url="https://example.org/counts",
        file_name="counts.csv",
        file_bytes=1,
        sha256="0" * 64,
        parts=(),
        exercise=exercise,
    )


def observed(
    unit: str, deaths: Sequence[int | None], level: str = "country", reconstructed: bool = False
) -> pl.DataFrame:
    """Months up to LAST; None is unknown. Events are a fifth of the deaths, rounded up."""
    rows = []
    for month, best in zip(range(LAST - len(deaths) + 1, LAST + 1), deaths, strict=True):
        known = best is not None
        rows.append(
            {
                "level": level,
                "unit_id": unit,
                "month": month,
                "target": "ged_all",
                "status": "observed" if known else "unknown",
                "low": None,
                "best": best,
                "high": None,
                "events": -(-best // 5) if best is not None else None,
                "snapshot": "invented/1-000000000000" if known else None,
                "reconstructed": reconstructed,
            }
        )
    return pl.DataFrame(rows, schema=OBSERVATIONS.schema)


@pytest.fixture
def make() -> Make:
    """A maker of inputs: `make(deaths, parts={...})`, with a forecast of its last twelve months."""

    def made(
        deaths: Sequence[int | None],
        parts: dict[str, Sequence[int | None]] | None = None,
        *,
        forecast: bool = True,
        exercise: bool = False,
        reconstructed: bool = False,
        undrawn: Sequence[str] = (),
        skill: Skill | None = None,
        **changes: object,
    ) -> BriefInputs:
        shares = parts if parts is not None else {"XEX.north": deaths, "XEX.south": [0] * 60}
        squares = {name: box(index, 0, index + 1, 1) for index, name in enumerate(shares)}
        layer = Layer(
            parts=tuple(
                Part(
                    name,
                    Words(f"{name.split('.')[1].title()}", f"{name.split('.')[1].title()} (fr)"),
                    None if name in undrawn else squares[name],
                )
                for name in shares
            ),
            abroad=(Abroad(Words("Elsewhere", "Ailleurs"), box(-3, 1, 9, 3)),),
            title="Invented squares",
            licence="CC0 1.0",
        )
        frames = [observed(n, d, "admin1", reconstructed) for n, d in shares.items()]
        plain: dict[str, object] = {
            "place": Place("XEX", "country", Words("Hadaria", "Hadarie"), "region"),
            "as_of": AS_OF,
            "reconstruct": reconstructed,
            "unit": observed("XEX", deaths, reconstructed=reconstructed),
            "parts": pl.concat(frames),
            "layer": layer,
            "snapshots": (
                snapshot(released=date(2025, 6, 1) if reconstructed else AS_OF, exercise=exercise),
            ),
            "outlook": outlook(deaths, skill) if forecast else None,
            "incidents": happened(),
        }
        return BriefInputs(**(plain | changes))  # type: ignore[arg-type]

    return made


def happened() -> pl.DataFrame:
    """Three invented events of the last month known; of one little is known."""
    rows = [
        ("e1", date(2023, 5, 4), date(2023, 5, 4), "Post 12", "N", "sb", "Army", "Band", 3, 30, 41),
        ("e2", date(2023, 5, 30), date(2023, 6, 1), "Well", None, "os", "Band", None, 1, 9, 9),
        ("e3", date(2023, 5, 31), date(2023, 5, 31), None, None, "ns", None, None, 0, 0, 2),
    ]  # fmt: skip
    told = [(LAST, *row, "invented/1-000000000000") for row in rows]
    return pl.DataFrame(told, schema=SCHEMA, orient="row")


def outlook(deaths: Sequence[int | None], skill: Skill | None) -> Outlook:
    recent = [value or 0 for value in deaths[-12:]]
    rng = np.random.default_rng(7)
    draws = rng.choice(recent, size=(7, 500))
    return Outlook("blend", "conflictology12", LAST, draws, draws[::-1].copy(), skill)


PEACE = [0] * 60
WAR = [40, 55, 61, 48, 90, 75] * 10
QUIET_AFTER_WAR = WAR[:54] + [0] * 6
SURGE = [*WAR[:57], 900, 1200, 2600]
SPIKE = [*WAR[:45], 9000, *WAR[:14]]
HUGE = [40_000, 55_123, 61_000] * 20


@pytest.fixture(
    params=[PEACE, WAR, QUIET_AFTER_WAR, SURGE, SPIKE, HUGE],
    ids=["peace", "war", "quiet after war", "surge", "spike", "huge"],
)
def deaths(request: pytest.FixtureRequest) -> list[int]:
    return list(request.param)
