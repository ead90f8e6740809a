"""Who reporters are: opened by two, destroyed at a word, found nowhere else."""

import contextlib
import json
import os
import sys
from pathlib import Path
from subprocess import run as start

import pytest
from tests.intake.field import GATEWAY, OTHER_PHONE, PHONE, answered, letters, run, send

from tocsin.errors import UnknownName, UsageError, VaultClosed
from tocsin.vault import Vault
from tocsin.vault.contacts import OLD_CONTACT, OLD_KEY, Contact, Contacts, wipe

TOLD = "I,D0111,LOld Ford,TAV,K5,SS"
ONE, TWO = "four plain words here", "another four plain words"
WHY = "must be warned by voice"


@pytest.fixture
def handle(own_store: Path, tmp_path: Path) -> str:
    """Two persons are enrolled, and one reporter has written."""
    run("ledger", "persons", "add", "duty-1", typed=ONE + "\n")
    run("ledger", "persons", "add", "release-2", typed=TWO + "\n")
    return str(send(tmp_path, (PHONE, TOLD))[0]["reporter"])


def opened(handle: str, typed: str, *persons: str, reason: str = WHY) -> str:
    named = [part for one in persons for part in ("--person", one)]
    return run("contacts", "open", handle, "--reason", reason, *named, typed=typed).stdout


class TestTwoPersons:
    def test_two_persons_open_it_and_the_record_says_so_without_the_contact(
        self, handle: str
    ) -> None:
        shown = opened(handle, f"{ONE}\n{TWO}\n", "duty-1", "release-2")
        assert shown.strip() == PHONE
        steps = run("ledger", "show", "--kind", "contact_step", "--json").stdout
        body = json.loads(steps)[0]["body"]
        assert (body["action"], body["reason"]) == ("opened", WHY)
        assert [one["by"] for one in body["approvals"]] == ["duty-1", "release-2"]
        assert PHONE not in steps
        assert "15550100199" not in steps
        run("ledger", "verify")

    @pytest.mark.parametrize(
        ("persons", "typed", "error", "match"),
        [
            (("duty-1",), f"{ONE}\n", UsageError, "two persons"),
            (("duty-1", "duty-1"), f"{ONE}\n{ONE}\n", UsageError, "two persons"),
            (("duty-1", "release-2"), f"{ONE}\n{ONE}\n", UsageError, "one person, two handles"),
            (("duty-1", "release-2"), f"{ONE}\nwrong words\n", VaultClosed, "not the passphrase"),
            (("duty-1", "nobody"), f"{ONE}\n{TWO}\n", UnknownName, "nobody is enrolled"),
        ],
    )
    def test_one_person_opens_nothing_and_nothing_is_written(
        self, handle: str, persons: tuple[str, ...], typed: str, error: type, match: str
    ) -> None:
        with pytest.raises(error, match=match):
            opened(handle, typed, *persons)
        assert json.loads(run("ledger", "show", "--kind", "contact_step", "--json").stdout) == []

    @pytest.mark.parametrize("reason", ["", " ", f"call {PHONE}", "the one with 0100199"])
    def test_a_reason_is_given_and_tells_no_number(self, handle: str, reason: str) -> None:
        with pytest.raises(UsageError, match=r"say why|tells the contact"):
            opened(handle, f"{ONE}\n{TWO}\n", "duty-1", "release-2", reason=reason)

    def test_the_words_are_written_before_the_contact_is_shown(
        self, handle: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from tocsin.ledger import Ledger

        def full(*_: object) -> None:
            raise OSError("disk full")

        monkeypatch.setattr(Ledger, "append", full)
        with pytest.raises(OSError, match="disk full"):
            opened(handle, f"{ONE}\n{TWO}\n", "duty-1", "release-2")


class TestPurge:
    def test_one_contact_is_destroyed_and_the_others_stay(
        self, handle: str, own_store: Path, tmp_path: Path
    ) -> None:
        send(tmp_path, (OTHER_PHONE, TOLD))
        old = {path.name: path.read_bytes() for path in (own_store / "vault").glob("contacts-*")}
        run("contacts", "purge", handle, "--reason", "asked for it", "--person", "duty-1",
            typed=ONE + "\n")  # fmt: skip
        left = [one["handle"] for one in answered("contacts", "list")]
        assert len(left) == 1
        assert handle not in left
        assert not old.keys() & {path.name for path in (own_store / "vault").iterdir()}
        with pytest.raises(UnknownName):
            opened(handle, f"{ONE}\n{TWO}\n", "duty-1", "release-2")
        run("ledger", "verify")

    def test_a_purge_that_was_cut_short_is_ended(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        contacts = Contacts(Vault(tmp_path / "vault"))
        contacts.handle_key()
        contacts.keep({"r-a": Contact(PHONE), "r-b": Contact(OTHER_PHONE)})
        before = {path: path.read_bytes() for path in contacts.folder.glob("contacts-1*")}
        contacts.forget("r-a")
        for path, content in before.items():  # as if the old pair had not been destroyed yet
            path.write_bytes(content)
        assert list(contacts.ways()) == ["r-b"]
        assert not any(path.exists() for path in before)


class TestWipe:
    def test_at_a_word_every_contact_is_gone_and_the_record_stays(
        self, handle: str, own_store: Path, tmp_path: Path
    ) -> None:
        (own_store / "channels.yml").write_text(GATEWAY)
        run("reports", "answer")
        assert letters(own_store)
        copies = {path: path.read_bytes() for path in (own_store / "vault").glob("contacts-*")}
        before = run("reports", "list", "--json").stdout
        assert "1 letters" in run("contacts", "wipe", "--panic", typed="wipe\n").stdout
        assert letters(own_store) == []
        assert answered("contacts", "list") == []
        assert run("reports", "list", "--json").stdout == before
        run("ledger", "verify")
        box = next(path for path in copies if ".key" not in path.name)
        box.write_bytes(copies[box])  # a copy of the box alone is of no use to anybody
        assert Contacts(Vault(own_store / "vault")).contact(handle) is None
        box.unlink()
        again = send(tmp_path, (PHONE, TOLD.replace("K5", "K6")))
        assert handle in {one["reporter"] for one in again}
        assert len({one["reporter"] for one in again}) == 2  # under a new key: no link to before

    def test_it_needs_no_passphrase_and_one_word(
        self, own_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TOCSIN_VAULT_PASSPHRASE", "the long passphrase of the vault")
        send(tmp_path, (PHONE, TOLD))
        monkeypatch.delenv("TOCSIN_VAULT_PASSPHRASE")
        with pytest.raises(UsageError, match="nothing was wiped"):
            run("contacts", "wipe", "--panic", typed="yes\n")
        with pytest.raises(UsageError, match="destroys every contact"):
            run("contacts", "wipe", typed="wipe\n")
        assert list((own_store / "vault").glob("contacts-*"))
        told = run("contacts", "wipe", "--panic", typed="effacer\n", code=1).output
        assert "is closed" in told  # what an older store may hold needs the vault's key
        assert not list((own_store / "vault").glob("contacts-*"))

    @pytest.mark.parametrize("steps", range(8))
    def test_killed_at_any_step_it_is_irrevocable_or_untouched_and_ends_later(
        self, tmp_path: Path, steps: int
    ) -> None:
        folder = tmp_path / "vault"
        contacts = Contacts(Vault(folder))
        contacts.handle_key()
        contacts.keep({"r-a": Contact(PHONE)})
        box = (folder / "contacts-1.age").read_bytes()
        script = (
            "import os, sys, pathlib\n"
            "from tocsin.vault import contacts\n"
            "left = int(sys.argv[2])\n"
            "def count(was):\n"
            "    def step(*given, **named):\n"
            "        global left\n"
            "        if left == 0: os._exit(9)\n"
            "        left -= 1\n"
            "        return was(*given, **named)\n"
            "    return step\n"
            "contacts.os.fsync = count(os.fsync)\n"
            "pathlib.Path.touch = count(pathlib.Path.touch)\n"
            "pathlib.Path.unlink = count(pathlib.Path.unlink)\n"
            "pathlib.Path.write_text = count(pathlib.Path.write_text)\n"
            "contacts.wipe(pathlib.Path(sys.argv[1]))\n"
        )
        done = start(
            [sys.executable, "-c", script, str(folder), str(steps)], env=os.environ, check=False
        )
        assert done.returncode in (0, 9)
        if steps:
            held = Contacts(Vault(folder))
            assert held.ways() == {}
            (folder / "contacts-1.age").write_bytes(box)  # a copy of the box opens with no key
            with contextlib.suppress(VaultClosed):
                assert held.contact("r-a") is None
        wipe(folder)
        assert sorted(path.name for path in folder.glob("contacts-*")) == []
        assert Contacts(Vault(folder)).contact("r-a") is None


def test_an_older_store_moves_its_contacts_and_keeps_its_handles(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "vault")
    vault.keep(OLD_KEY, b"k" * 32)
    vault.keep(OLD_CONTACT + "r-old", PHONE.encode())
    contacts = Contacts(vault)
    assert contacts.handle_key() == b"k" * 32
    assert contacts.contact("r-old") == Contact(PHONE)
    assert not [name for name in vault.names() if name.startswith("reporter")]


def test_a_list_shows_handles_and_ways_alone(handle: str) -> None:
    shown = run("contacts", "list").stdout
    assert shown.split() == [handle, "sms", "-"]
