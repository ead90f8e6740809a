"""Pictures to make products from: invented counts of Hadaria, and the shipped record of Mali.

Every count and warning in Hadaria is invented; nothing violent is invented about Mali.
"""

from collections.abc import Callable, Sequence
from datetime import date

import pytest
from tests.briefs.conftest import make

from tocsin.briefs import BriefInputs, Place, Words, build_brief
from tocsin.briefs.grounds import Grounds
from tocsin.briefs.scoping import Scope
from tocsin.dossiers import dossier_folder, read_dossier
from tocsin.knowledge.scope import about_countries
from tocsin.policy import MemoryView, Reader
from tocsin.products import Picture
from tocsin.tables.bodies import Words as Told
from tocsin.tables.kinds.warnings import Escalation, Firing, WarningVersion
from tocsin.tables.statements import Statement
from tocsin.tables.when import last_moment
from tocsin.warning.rulebook import shipped_rulebook
from tocsin.warning.standing import Standing, standings
from tocsin.warning.steps import Author, statement_of

__all__ = ["make"]
AS_OF = date(2023, 6, 30)
HADARIA = Place("XEX", "country", Words("Hadaria", "Hadarie"), "region")
WAR = [40, 55, 61, 48, 90, 75] * 10
Draw = Callable[..., Picture]


def warning(area: str, problem: str = "mass-casualty", **changes: object) -> Statement:
    """An invented warning in the invented country."""
    fields: dict[str, object] = {
        "problem": problem,
        "about": area,
        "title": Told(fr=f"Attaque : {area[4:].title()}", en=f"Attack: {area[4:].title()}"),
        "level": "alert",
        "area": area,
        "country": "XEX",
        "window_from": "2023-07-01",
        "window_to": "2023-09-30",
        "clock_from": "2023-06-29T06:00Z",
        "likelihood_low": 0.45,
        "likelihood_high": 0.8,
        "severity": Told(fr="Dizaines de morts.", en="Dozens of deaths."),
        "confidence": "moderate",
        "firings": (
            Firing(
                indicator="deaths", title=Told(fr="Morts dans la zone", en="Deaths in the area"),
                rule="deaths >= 25", area=area, value=61, threshold=25, unit="deaths",
                snapshots=("invented/1-000000000000",),
            ),
        ),
        "addressees": ("duty-officer",),
    }  # fmt: skip
    body = WarningVersion(**(fields | changes))  # type: ignore[arg-type]
    return statement_of(
        body, f"warning:{problem}/{area}/2023-06-29", last_moment("2023-06-29T06:00Z"),
        Author("cell", "watch", True), source="tocsin rules",
    )  # fmt: skip


def escalation(of: Statement) -> Statement:
    body = Escalation(
        version=1, rung=1, why="unacknowledged", from_role="duty-officer",
        to_role="analyst-in-charge", due="2023-06-29T12:00Z",
    )  # fmt: skip
    return statement_of(
        body, of.subject, last_moment("2023-06-29T12:05Z"), Author("cell", "watch", True),
        source="tocsin clocks",
    )  # fmt: skip


@pytest.fixture
def hadaria(make: Callable[..., BriefInputs]) -> Draw:
    """A picture of Hadaria: `hadaria(deaths, warned=[…])`."""

    def drawn(
        deaths: Sequence[int | None] | None = WAR,
        warned: Sequence[Statement] = (),
        **changes: object,
    ) -> Picture:
        scope = Scope(HADARIA, ("XEX",), ("XEX",), "country", "admin1")
        grounds = brief = None
        held: dict[str, Standing] = standings(warned, "cell")
        if deaths is not None:
            inputs = make(deaths, **changes)
            grounds, brief = Grounds(inputs), build_brief(inputs)
        held_snapshots = grounds.inputs.snapshots if grounds else ()
        return Picture(
            scope=scope, as_of=AS_OF, reconstruct=False, reader="cell", rules=shipped_rulebook(),
            grounds=grounds, brief=brief, standings=tuple(held.values()),
            snapshots={one.snapshot_id: one for one in held_snapshots},
        )  # fmt: skip

    return drawn


@pytest.fixture(scope="session")
def mali_statements() -> list[Statement]:
    """Every statement of the shipped dossier on Mali."""
    return list(read_dossier(dossier_folder("mali")).statements)


@pytest.fixture
def mali(mali_statements: list[Statement]) -> Draw:
    """A picture of the record on Mali as of a day; nothing is counted in it."""

    def drawn(day: str) -> Picture:
        as_of = date.fromisoformat(day)
        seen = MemoryView(mali_statements, Reader("cell"), as_of).statements()
        place = Place("MLI", "country", Words("Mali", "Mali"), "region")
        return Picture(
            scope=Scope(place, ("MLI",), ("MLI",), "country", "admin1"), as_of=as_of,
            reconstruct=False, reader="cell", rules=shipped_rulebook(),
            statements=tuple(about_countries(seen, ["MLI"])),
        )  # fmt: skip

    return drawn
