"""One report from its short message to the answer its sender gets, as a user would take it there.

The country, its places and everything in it are invented (Hadaria, the exercise).
"""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.intake.field import GATEWAY, OTHER_PHONE, PHONE, answered, letters, run, send

from tocsin.exercise import files
from tocsin.sharing.answers import code_of
from tocsin.vault.contacts import Contacts
from tocsin.workflow import contacts as chapter
from tocsin.workflow import watchkeeping

THIRD_PHONE = "+1 555 010 0107"
AREA = "XEX.fleuve"


@pytest.fixture
def hadaria(own_store: Path, tmp_path: Path) -> Path:
    """A store with the exercise's country and a gateway for answers."""
    for name, content in files().items():
        (tmp_path / name).write_bytes(content)
    run("ingest", tmp_path / "hadaria-events.csv")
    (own_store / "channels.yml").write_text(GATEWAY)
    return own_store


class Watched:
    """Every look into the contacts, and from where."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch):
        self.looks: list[str] = []
        self.step = ""
        monkeypatch.setattr(watchkeeping, "TICK", timedelta(seconds=1))  # of five minutes
        was = Contacts.contact

        def contact(box: Contacts, handle: str) -> object:
            self.looks.append(self.step)
            return was(box, handle)

        monkeypatch.setattr(Contacts, "contact", contact)
        monkeypatch.setattr(chapter, "open_contact", self.never)

    @staticmethod
    def never(*_: object) -> None:
        raise AssertionError("a contact was opened on the way")

    def run(self, *arguments: object, code: int = 0) -> str:
        self.step = " ".join(str(one) for one in arguments[:2])
        if self.step == "watch":
            # A pass sees what was known when its tick began: the next whole second does.
            time.sleep(1.02 - time.time() % 1)
        shown = run(*arguments, code=code).output
        digits = "".join(one for one in shown if one.isdigit())
        assert PHONE not in shown
        assert "15550100199" not in digits
        return shown


@pytest.mark.geodata
def test_from_message_to_the_answer_that_somebody_will_act(
    hadaria: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = Watched(monkeypatch)
    today = f"{datetime.now(UTC):%d%m}"
    came = send(
        tmp_path,
        (PHONE, f"I,D{today},LKalanso,TAV,K5,SS"),
        (OTHER_PHONE, f"I,D{today},LKalanso,TAV,K5,ST"),
        (THIRD_PHONE, f"I,D{today},LKalanso,TTR,SH"),
    )
    # (ids of one moment have no order: each is known by how its sender came to know)
    by = {answered("reports", "show", one["id"])["said"]["how_known"]: one for one in came}
    first, retold, third = by["saw"], by["told"], by["heard"]
    assert first["reporter"] != retold["reporter"]
    watched.run("watch")  # everybody hears that it came
    assert len(letters(hadaria)) == 3

    # placed by a person; verified by a second one; the retelling is linked, not merged
    for one in (first, retold, third):
        asked = ("reports", "place", one["id"], "--country", "XEX")
        ranked = json.loads(watched.run(*asked, "--json"))
        assert ranked[0]["name"] == "Kalanso"
        watched.run(*asked, "--pick", 1)
    assert retold["id"] in watched.run("reports", "alike", first["id"], "--json")
    watched.run("reports", "link", retold["id"], first["id"], "--as", "retelling")
    for one in (first, retold):
        watched.run("reports", "verify", one["id"], "verified", "--verifier", "v-2",
                    "--grade", "B2", "--reason", "reached the village chief")  # fmt: skip

    # one source twice is one source: the watch list, and no warning yet
    watched.run("watch")
    assert answered("duty") == []
    watched.run("reports", "verify", third["id"], "partly", "--verifier", "v-2", "--grade", "C3",
                "--reason", "seen from far")  # fmt: skip
    watched.run("watch")
    warning = answered("duty")[0]
    assert (warning["level"], warning["area"]) == ("alert", AREA)
    told = answered("warnings", "show", warning["id"])
    behind = {each["id"] for one in told["firings"] for each in one.get("statements", ())}
    assert {first["id"], third["id"]} <= behind

    # the decision, and what its sender hears
    watched.run("warnings", "acknowledge", warning["id"])
    watched.run(
        "warnings", "decide", warning["id"], "--decision", "act", "--option", "warn-villages"
    )
    watched.run("watch")
    watched.run("watch")
    assert answered("reports", "show", first["id"])["told"] == [
        "received", "verified", "used", "acted",
    ]  # fmt: skip
    mine = [one for one in letters(hadaria) if "+15550100199" in one]
    assert len(mine) == 4
    assert all(code_of(first["id"]) in one for one in mine)
    assert "decided to act" in mine[-1]
    assert not [one for one in mine if "Kalanso" in one or "attack" in one]
    watched.run("reports", "close", first["id"], "used_in_warning")
    watched.run("reports", "answer")
    assert answered("reports", "show", first["id"])["told"][-1] == "closed"
    run("ledger", "verify")

    # the handle was resolved by the step that sends, and by no other
    assert set(watched.looks) == {"watch", "reports answer"}
