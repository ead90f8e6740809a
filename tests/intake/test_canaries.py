"""Planted contacts are searched for in everything that a run of the whole intake leaves behind."""

import json
import logging
import re
from io import StringIO
from pathlib import Path

import pytest
from tests.intake.field import GATEWAY, message
from typer.testing import CliRunner

from tocsin.cli.main import app
from tocsin.vault import Vault
from tocsin.vault.contacts import Contacts

PHONE, MAIL, NAME = "+1 555 010 0163", "canary.bird@aviary.example", "Canaria Planted"
NEEDLES = (
    "5550100163", "555 010 0163", "0100163", "canary.bird", "aviary.example", "Canaria", "Planted",
)  # fmt: skip


def holds(content: bytes) -> list[str]:
    """Which of the planted words are in there, in the encodings that text is written in."""
    return [
        one
        for one in NEEDLES
        if any(one.encode(code) in content for code in ("utf-8", "utf-16-le", "utf-16-be"))
    ]


class Session:
    """Commands of one user on one store, with everything that they showed."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.shown: list[str] = []

    def run(self, *arguments: object, typed: str = "") -> str:
        done = CliRunner().invoke(app, [str(one) for one in arguments], input=typed or None)
        said = done.output + (repr(done.exception) + str(done.exception) if done.exception else "")
        self.shown.append(f"$ {arguments[:2]}\n{said}")
        return done.stdout


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """A run of everything in intake, good and bad, with a contact of each kind planted."""
    folder = tmp_path_factory.mktemp("canaries")
    log = StringIO()
    listener = logging.StreamHandler(log)
    logging.root.addHandler(listener)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logging.root, "level", logging.DEBUG)
        patch.setenv("TOCSIN_HOME", str(folder / "store"))
        patch.setenv("TOCSIN_LANG", "en")
        session = everything_in_intake(folder / "store", folder)
    logging.root.removeHandler(listener)
    session.shown.append(log.getvalue())
    return session


def everything_in_intake(own_store: Path, tmp_path: Path) -> Session:
    own_store.mkdir()
    (own_store / "channels.yml").write_text(GATEWAY)
    one = Session(own_store)
    inbound = tmp_path / "inbound"
    inbound.mkdir()
    (inbound / "sms.txt").write_text(
        f"{PHONE}\t{message('I,D0111,LOld Ford,TAV,K5,SS')}\n{PHONE}\tgibberish#XX\n"
        f"{MAIL}\t{message('S,D0111,LOld Ford,THOH,AMX')}\n",
        "utf-8",
    )
    (inbound / "kobo.csv").write_text(
        "day_from,place,event,how_known,_uuid,_submitted_by\n"
        f"2026-11-01,Old Ford,threat,told,k-1,{NAME}\n"
        f"2026-11-01,Old Ford,dragon,told,k-2,{NAME}\n",
        "utf-8",
    )
    for name in ("sms.txt", "kobo.csv", "missing.csv"):
        one.run("reports", "import", inbound / name)
        one.run("reports", "import", inbound / name, "--json")
    found = json.loads(one.run("reports", "list", "--json"))
    for held in found:
        name = held["id"]
        for command in ("show", "alike", "place"):
            one.run("reports", command, name)
            one.run("reports", command, name, "--json")
        one.run("reports", "answer", name, "--dry-run")
        one.run("reports", "verify", name, "verified", "--verifier", held["reporter"],
                "--reason", "no")  # fmt: skip
        one.run("reports", "verify", name, "verified", "--verifier", "v-2", "--reason", "seen")
        one.run("reports", "answer", name, "--text", f"call {PHONE}")
        one.run("reports", "answer", name, "--json")
        one.run("reports", "close", name, "kept_on_record")
        one.run("contacts", "language", held["reporter"], "en")
    one.run("ledger", "persons", "add", "duty-1", typed="four plain words here\n")
    one.run("contacts", "open", found[0]["reporter"], "--reason", f"call {PHONE}", "--person",
            "duty-1", "--person", "duty-2", typed="four plain words here\nx\n")  # fmt: skip
    for rest in (["inbox"], ["inbox", "--json"], ["watch", "--json"], ["reports", "coverage"],
                 ["contacts", "list", "--json"], ["ledger", "show", "--json"], ["ledger", "verify"],
                 ["duty", "--json"], ["reports", "lookup", "AAAA-AAAA"]):  # fmt: skip
        one.run(*rest)
    one.run("reports", "coverage", "--out", own_store / "coverage.csv")
    one.run("ledger", "export", "--out", own_store / "export.jsonl")
    one.run("ledger", "export", "--reader", "elsewhere:peer", "--out", own_store / "peer.jsonl")
    one.run("backup", "--out", own_store / "backup.age")
    return one


def test_no_command_no_error_and_no_log_shows_a_contact(session: Session) -> None:
    assert len(session.shown) > 40
    assert {one for said in session.shown for one in holds(said.encode())} <= set()


def test_no_file_but_the_gateways_own_letter_holds_a_contact(session: Session) -> None:
    files = [path for path in session.home.rglob("*") if path.is_file()]
    letters = session.home / "out" / "sms"
    leaks = {path: holds(path.read_bytes()) for path in files if letters not in path.parents}
    assert {str(path): found for path, found in leaks.items() if found} == {}
    assert not any(holds(path.name.encode()) for path in files)
    numbers = {re.search(r"To: (.*)", path.read_text())[1] for path in letters.glob("*")}  # type: ignore[index]
    assert numbers == {"+15550100163"}


def test_an_opened_backup_holds_no_contact(session: Session) -> None:
    sealed = (session.home / "backup.age").read_bytes()
    content = Vault(session.home / "vault").decrypt(sealed)
    assert b"statement" in content or len(content) > 1000
    assert holds(content) == []
    import zlib

    for start in re.finditer(rb"\x1f\x8b\x08|\x78[\x01\x9c\xda]", content):
        for bits in (31, 15):
            try:
                assert holds(zlib.decompressobj(bits).decompress(content[start.start() :])) == []
            except zlib.error:
                continue


def test_the_search_would_find_a_contact(session: Session) -> None:
    """The contacts are there, in the one box that only the vault's key opens."""
    box = Contacts(Vault(session.home / "vault"))
    held = {box.contact(handle).text for handle in box.ways()}  # type: ignore[union-attr]
    assert held == {PHONE, MAIL, NAME}
    assert all(holds(one.encode()) for one in held)
