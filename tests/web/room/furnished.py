"""A store that holds one of everything that a page can show, and the address of every page."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.evaluation.test_account import UNITS, judged, setting
from tests.warning.conftest import HERE, counts_of
from tests.web.room.test_releasing import SAID

from tocsin.evaluation.account import account
from tocsin.intake.sms import checksum
from tocsin.lake.node import name_node
from tocsin.tables.months import last_known_month
from tocsin.tables.when import moment_text
from tocsin.warning.rulebook import shipped_rulebook
from tocsin.web.room.routes import PAGES
from tocsin.workflow import arriving, granting, membership, record_reading, scorecards, watchkeeping
from tocsin.workflow import judged as kept
from tocsin.workflow.receiving import receive
from tocsin.workflow.record_keeping import add_statement, open_ledger

DAY = "2023-06-30"
PLACES = ("SAHEL", "MLI", "MLI.mopti", "150114")
NAMED = ("AFG", "BEN", "CIV", "GHA", "GIN", "SEN", "TGO", "ZMB")
FILES = ("GEDEvent_v23_0_10.csv", "ged_25_1_admin1_month_2010_2024H1.parquet")
REQUEST = "req-1"


def furnish(home: Path, mirror: Path | None) -> dict[str, list[str]]:
    """Fill an empty store; for every page with a name in its address, which to open.

    mirror : official files for the maps; without them the areas are empty ones
    """
    name_node(home, "node-x")
    record_reading.load_dossier("mali")
    told = add_statement(SAID).ids[0]
    membership.create_group("border", ("south", "west"), since="2023-01-01")
    _reported(home)
    raise_one_warning()
    _judged(home)
    if mirror is not None:
        for one in arriving.ingest([mirror / "ucdp" / name for name in FILES]):
            assert one.status == "kept", one
    warned = [one["id"] for one in watchkeeping.warnings(everything=True)]
    assert warned
    return {
        "/areas/{name:str}": [f"/areas/{place}" for place in PLACES],
        "/areas/{name:str}/events": ["/areas/MLI/events"],
        "/warnings/{name:path}": [f"/warnings/{warned[0]}"],
        "/actors/{name:str}": ["/actors/actor:cma"],
        "/cases/{name:str}": ["/cases/case:moura"],
        "/share/{name:str}": [f"/share/{told}", f"/share/{told}?to1=SOUTH"],
        "/share/{name:str}/tear": [f"/share/{told}/tear"],
        "/share/{name:str}/recall": [f"/share/{told}/recall"],
        "/share/requests/{name:str}": [f"/share/requests/{REQUEST}"],
        "/statements/{name:str}": [f"/statements/{told}"],
        "/s/{name:str}": [f"/s/{told[-12:]}"],
        "/search": ["/search", "/search?q=moura"],
        "/audit": ["/audit?check=1"],
    }


def addresses(named: dict[str, list[str]]) -> list[tuple[str, str]]:
    """(address, role that may open it) of every page; one that nobody thought of is an error."""
    found = []
    for one in PAGES:
        assert "{" not in one.path or one.path in named, f"name an example of {one.path}"
        role = "duty-officer"
        if role not in one.access.roles:
            role = next(
                each for each in ("release-authority", "auditor") if each in one.access.roles
            )
        found += [(path, role) for path in named.get(one.path, [one.path])]
    return found


def asked_by_south(record: str) -> granting.Asked:
    """A request of an invented partner, as a page shows one."""
    return granting.Asked(
        id=REQUEST,
        record=record,
        asked_by="south",
        to=("west",),
        reason="their border",
        on="2023-08",
    )


def _reported(home: Path) -> None:
    for number, day in enumerate(("01", "02")):
        said = f"I,D{day}11,LGao,TAV,K{number + 2},SS"
        sent = home.parent / f"{day}.txt"
        sent.write_text(f"m-{number}\t{said}#{checksum(said)}\n", "utf-8")
        receive(sent, at=f"2025-11-{day}T12:00:00Z")


def raise_one_warning() -> None:
    """Two alerts, and one pass of the watch over an area where people were killed for years."""
    for source in ("elders-1", "elders-2"):
        watchkeeping.write_alert(
            {
                "nature": "prevention", "area": HERE, "threat": "attack_on_civilians",
                "text": {"fr": "On les attend demain.", "en": "They are expected tomorrow."},
                "reporter": source,
            },
            at=moment_text(datetime.now(UTC) - timedelta(minutes=12)),
        )  # fmt: skip
    now = datetime.now(UTC)
    last = last_known_month(now.date())
    counts: Any = {
        ("admin1", "ged_all"): counts_of({HERE: [9.0] * 40}, last),
        ("country", "ged_all"): counts_of({"XEX": [9.0] * 40}, last, "country"),
    }
    ledger = open_ledger(to_write=True)
    try:
        assert watchkeeping.make_pass(ledger, now, counts, shipped_rulebook())
    finally:
        ledger.close()


def _judged(home: Path) -> None:
    import polars as pl

    real = dict(zip(UNITS["country"], NAMED, strict=True))  # a page says what each is called
    rows = judged().with_columns(pl.col("unit_id").replace(real))
    kept.keep_evaluation(account(rows, setting(), rounds=5), as_of=DAY, reconstruct=True)
    scorecards.responses("2023-01", "2023-12", home.parent / "out", langs=("en",))


def shown_words(html: str) -> list[str]:
    """What a person may see or hear of a page: texts, and attributes that are read out."""
    from lxml import html as parsing

    tree = parsing.fromstring(html)
    found: list[str] = []
    for one in tree.iter():
        if not isinstance(one.tag, str) or one.tag in ("script", "style", "pre", "code"):
            continue  # no words, or the record as it was written
        if one.get("lang") not in (None, tree.get("lang")):
            continue  # the switch to the other language, and what says which language it is in
        found += [one.get(name, "") for name in ("aria-label", "title", "placeholder", "alt",
                                                 "data-h", "data-stale")]  # fmt: skip
        found.append(one.text or "")
        found += [child.tail or "" for child in one]
    return [words for each in found if (words := re.sub(r"\s+", " ", each).strip())]
