"""Statements come in with their originator's signature, by a key that this node trusts for it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.ledger.conftest import figure
from typer.testing import CliRunner

from tocsin.cli.main import app
from tocsin.errors import CheckFailed, IdentityConflict, TocsinError, UnknownName, UsageError
from tocsin.ledger import Ledger, Signer
from tocsin.ledger.exchange import to_lines
from tocsin.ledger.trusting import (
    fingerprint,
    key_line,
    parse_key,
    trust_key,
    trusted_keys,
    withdraw_key,
)
from tocsin.ledger.verifying import verify
from tocsin.policy import Reader
from tocsin.tables.kinds import NodeKey
from tocsin.tables.statements import Statement

NORTH = Signer(b"\x11" * 32)
NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)


def run(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["ledger", *map(str, arguments)])
    if code == 0 and result.exception:
        raise result.exception
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture
def north(tmp_path: Path) -> Ledger:
    """A partner's ledger."""
    return Ledger(tmp_path / "north" / "ledger.db", "north", NORTH)


@pytest.fixture
def sent(north: Ledger, tmp_path: Path):
    """Write what the partner signs to a file."""

    def write(*statements: Statement, name: str = "sent.jsonl") -> Path:
        north.append(statements)
        signed = (north.view(Reader(one.origin)).statement(one.id) for one in statements)
        path = tmp_path / name
        path.write_bytes(b"".join(to_lines(signed)))
        return path

    return write


def key_file(tmp_path: Path, organisation: str = "north", signer: Signer = NORTH) -> Path:
    path = tmp_path / f"{organisation}.key"
    path.write_text(key_line(organisation, signer.public))
    return path


class TestImport:
    def test_a_stranger_is_refused_by_name_and_a_partner_is_not(self, sent, tmp_path: Path) -> None:
        path = sent(figure(1, origin="north"), figure(2, origin="north"))
        with pytest.raises(CheckFailed) as refused:
            run("import", path)
        told = str(refused.value)
        assert "sent.jsonl:1" in told
        assert "of north" in told
        assert fingerprint(NORTH.public)[:19] in told
        assert "tocsin ledger trust add" in told
        assert json.loads(run("show", "--json")) == []
        run("trust", "add", "north", key_file(tmp_path))
        assert "2 written" in run("import", path)
        assert "0 written, 2 already there" in run("import", path)
        run("verify")

    def test_a_key_speaks_for_one_organisation(self, sent, tmp_path: Path) -> None:
        run("trust", "add", "north", key_file(tmp_path))
        for origin in ("south", "local"):
            path = sent(figure(1, origin=origin), name=f"{origin}.jsonl")
            with pytest.raises(CheckFailed, match="which speaks for north"):
                run("import", path)

    def test_nothing_is_written_if_one_line_is_not_trusted(self, sent, tmp_path: Path) -> None:
        run("trust", "add", "north", key_file(tmp_path))
        path = sent(figure(1, origin="north"))
        other = Ledger(tmp_path / "south.db", "south", Signer(b"\x12" * 32))
        (added,) = other.append([figure(2, origin="south")]).added
        lines = to_lines([other.view(Reader("south")).statement(added)])
        path.write_bytes(path.read_bytes() + b"".join(lines))
        with pytest.raises(CheckFailed, match=r"sent\.jsonl:2"):
            run("import", path)
        assert "figure" not in run("show")

    def test_a_line_that_nobody_signed_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "bare.jsonl"
        bare = next(iter(to_lines([figure(1, origin="north")])))
        path.write_bytes(bare)
        with pytest.raises(CheckFailed, match="signed by nobody"):
            run("import", path)

    def test_a_withdrawn_key_brings_nothing_new_and_keeps_what_is_there(
        self, sent, tmp_path: Path
    ) -> None:
        run("trust", "add", "north", key_file(tmp_path))
        before = sent(figure(1, origin="north"), name="before.jsonl")
        run("import", before)
        run("trust", "remove", fingerprint(NORTH.public)[:9], "--note", "stolen")
        # Its holder may write any date: an old one does not help.
        after = sent(figure(2, origin="north", known_at="2010-01-01"), name="after.jsonl")
        with pytest.raises(CheckFailed, match="withdrawn on"):
            run("import", after)
        assert "0 written, 1 already there" in run("import", before)
        found = json.loads(run("verify", "--json"))
        assert (found["sound"], found["unchecked"]) == (True, 0)
        until = {one["organisation"]: one.get("until") for one in found["keys"]}
        assert until["local"] is None
        assert until["north"]
        run("trust", "add", "north", key_file(tmp_path))
        assert "1 written" in run("import", after)

    def test_ones_own_export_comes_home(self, tmp_path: Path) -> None:
        entry = tmp_path / "one.yml"
        entry.write_text(
            "statements:\n  - {kind: alias, subject: actor:z, known_at: 2023, source: s, "
            "body: {name: Z}}\n"
        )
        run("add", entry)
        path = tmp_path / "own.jsonl"
        run("export", "--out", path)
        assert "0 written, 1 already there" in run("import", path)


class TestDossiersOfThePackage:
    def exported(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """What a partner that loaded the shipped dossier exports; then a store of our own."""
        monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "partner"))
        CliRunner().invoke(app, ["dossier", "load", "mali"])
        path = tmp_path / "partner.jsonl"
        run("export", "--out", path)
        run("trust", "own", "--out", tmp_path / "partner.key")
        monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "ours"))
        line = (tmp_path / "partner.key").read_text().replace(" local ", " partner ")
        (tmp_path / "partner.key").write_text(line)
        run("trust", "add", "partner", tmp_path / "partner.key")
        return path

    def test_what_both_ship_is_taken_in_and_the_rest_left_out(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = self.exported(tmp_path, monkeypatch)
        foreign = Ledger(tmp_path / "x.db", "x", Signer(b"\x13" * 32))
        run("trust", "add", "x", key_file(tmp_path, "x", Signer(b"\x13" * 32)))
        (forged,) = foreign.append([figure(1, origin="tocsin")]).added
        lines = b"".join(to_lines([foreign.view(Reader("tocsin")).statement(forged)]))
        path.write_bytes(path.read_bytes() + lines)
        done = json.loads(run("import", path, "--json"))
        assert done["left_out"] == 1
        assert done["added"] > 300
        again = json.loads(CliRunner().invoke(app, ["dossier", "load", "mali", "--json"]).output)
        assert (again["added"], again["withdrawn"]) == (0, 0)


class TestKeys:
    def test_a_key_is_read_as_it_was_written(self) -> None:
        assert parse_key(key_line("north", NORTH.public)) == ("north", NORTH.public)
        assert parse_key(NORTH.public.hex().upper()) == ("", NORTH.public)
        for wrong in ("", "tocsin-key north", "abc", "north " + "0" * 63):
            with pytest.raises(UsageError, match="public key"):
                parse_key(wrong)

    def test_trust_is_said_once_and_ends_on_its_day(self, ledger: Ledger) -> None:
        first = trust_key(ledger, "north", NORTH.public, NOON)
        assert trust_key(ledger, "north", NORTH.public, NOON) == first
        assert first.until is None
        gone = withdraw_key(ledger, first.fingerprint, NOON.replace(month=7))
        assert (gone.since[:7], gone.until[:7]) == ("2024-06", "2024-07")  # type: ignore[index]
        assert trusted_keys(ledger)[first.key] == gone
        again = trust_key(ledger, "north", NORTH.public, NOON.replace(month=8))
        assert (again.since[:7], again.until) == ("2024-08", None)
        assert len(ledger.view(Reader("cell")).statements(NodeKey.kind)) == 3
        assert verify(ledger).is_sound

    def test_a_key_has_one_owner_and_the_own_one_stays(self, ledger: Ledger) -> None:
        trust_key(ledger, "north", NORTH.public, NOON)
        with pytest.raises(IdentityConflict, match="is that of north"):
            trust_key(ledger, "south", NORTH.public, NOON)
        own = ledger.signer.public
        with pytest.raises(IdentityConflict, match="is that of cell"):
            trust_key(ledger, "south", own, NOON)
        with pytest.raises(UsageError, match="own key"):
            withdraw_key(ledger, fingerprint(own), NOON)
        for unknown in ("ffff", "", "12"):
            with pytest.raises(UnknownName):
                withdraw_key(ledger, unknown, NOON)

    def test_only_the_nodes_own_signed_word_counts(self, ledger: Ledger, north: Ledger) -> None:
        """A partner's statement that a key is to be trusted changes nothing here."""
        third = Signer(b"\x14" * 32)
        body = NodeKey(organisation="cell", public=third.public.hex(), status="trusted")
        forged = figure(1, kind="node_key", subject="key:x", body=body, origin="cell")
        (name,) = north.append([forged]).added
        ledger.append([north.view(Reader("cell")).statement(name)])
        assert third.key_id not in trusted_keys(ledger)

    def test_house_kinds_are_not_entered_or_retracted_by_hand(self, tmp_path: Path) -> None:
        run("trust", "add", "north", key_file(tmp_path))
        (one,) = json.loads(run("show", "--kind", "node_key", "--json"))
        for words in (
            ["add", "--kind", "node_key", "--subject", "key:x", "--known", "2024", "--source", "s",
             "--body", json.dumps(one["body"])],
            ["retract", one["id"], "--reason", "r"],
        ):  # fmt: skip
            with pytest.raises(TocsinError, match="kind node_key"):
                run(*words)

    def test_a_file_that_names_another_organisation_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="the key of north, not of south"):
            run("trust", "add", "south", key_file(tmp_path))

    def test_the_list_begins_with_the_own_key(self, tmp_path: Path) -> None:
        run("trust", "add", "north", key_file(tmp_path), "--note", "by telephone")
        own, other = json.loads(run("trust", "list", "--json"))
        assert own["own"]
        assert (other["organisation"], other["note"]) == ("north", "by telephone")
        assert "trusted since" in run("trust", "list")
