"""The commands as a user runs them."""

import json
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tocsin.cli.main import app
from tocsin.errors import NotLookedAt, TocsinError, UnknownName, UsageError, VaultClosed
from tocsin.workflow import feeds

FIRST, SECOND = "a lamp under seven rivers", "eleven goats on the moon"
FIGURES = """
defaults: {source: "Bulletin de la vallée", reliability: B, credibility: 2}
statements:
  - kind: figure
    subject: "figure:displaced"
    known_at: 2023-06-23
    body: {quantity: displaced, title: {fr: "Déplacés", en: "Displaced"}, unit: persons, value: 12}
  - kind: alias
    subject: "actor:zed"
    known_at: 2023-07
    tlp: CLEAR
    body: {name: "Zédistes"}
"""
WRONG = """
statements:
  - kind: figure
    subject: "figure:displaced"
    known_at: 2023-13
    source: a
    body: {quantity: displaced, title: {fr: "Déplacés"}, unit: persons, value: 12}
  - kind: alias
    subject: "actor:zed"
    known_at: 2023
    source: a
    body: {nam: "Zédistes"}
"""


def run(*arguments: object, code: int = 0, typed: str = "") -> Result:
    result = CliRunner().invoke(app, ["ledger", *map(str, arguments)], input=typed)
    if isinstance(result.exception, NotLookedAt):  # others would read it: look, then agree
        return run(*arguments, "--yes", result.exception.fields["digest"], code=code, typed=typed)
    if code == 0 and result.exception:
        raise result.exception
    assert result.exit_code == code, result.output
    return result


def shown(*arguments: object) -> list[dict]:
    return json.loads(run("show", "--json", *arguments).stdout)


def at_the_partner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on the commands are run at a partner's that trusts this node's key."""
    run("trust", "own", "--out", tmp_path / "our.key")
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "partner"))
    run("trust", "add", "local", tmp_path / "our.key")


@pytest.fixture
def figures(tmp_path: Path) -> Path:
    path = tmp_path / "figures.yml"
    path.write_text(FIGURES, encoding="utf-8")
    return path


def test_a_file_is_added_once_and_shown_as_of_a_day(figures: Path):
    assert "2 written, 0 already there" in run("add", figures).output
    assert "0 written, 2 already there" in run("add", figures).output
    assert [one["subject"] for one in shown()] == ["figure:displaced", "actor:zed"]
    assert [one["subject"] for one in shown("--as-of", "2023-07-30")] == ["figure:displaced"]
    assert [one["subject"] for one in shown("--text", "ZEDISTES")] == ["actor:zed"]
    assert [one["subject"] for one in shown("--subject", "act*")] == ["actor:zed"]
    assert shown("--recorded-by", "2020-01-01") == []
    assert "12 persons" in run("show").output
    assert "2 of 2 statements" in run("show").output


def test_what_is_wrong_is_named_by_file_line_and_field_and_nothing_is_written(
    figures: Path, tmp_path: Path
):
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(WRONG, encoding="utf-8")
    result = run("add", figures, wrong, code=1)
    assert "wrong.yml:5: field known_at: '2023-13' is not a date" in result.output
    assert "wrong.yml:12: field body: Object contains unknown field `nam`" in result.output
    assert "Did you mean name?" in result.output
    assert shown() == []


def test_another_organisation_sees_no_trace(figures: Path):
    run("add", figures)
    hidden, public = shown()
    assert [one["id"] for one in shown("--reader", "south")] == [public["id"]]
    assert "1 of 1 statements" in run("show", "--reader", "south").output
    assert shown("--reader", "south", "--text", "deplaces") == []
    exported = run("export", "--reader", "south").stdout
    assert hidden["id"] not in exported
    said = []
    for name in (hidden["id"], "01890a5d-ac96-774b-bcce-b302099a8057"):
        with pytest.raises(UnknownName) as error:
            run("show", name, "--reader", "south")
        said.append(error.value.message().replace(name, "ID"))
    assert said[0] == said[1]


def test_export_and_import_are_the_same_both_ways(figures: Path, tmp_path: Path, monkeypatch):
    run("add", figures)
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    run("export", "--out", first)
    at_the_partner(tmp_path, monkeypatch)
    assert "2 written" in run("import", first).output
    assert "0 written, 2 already there" in run("import", first).output
    run("export", "--out", second)
    assert second.read_bytes() == first.read_bytes()
    assert b"recorded_at" not in first.read_bytes()
    run("verify")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"value":12', b'"value":13'),
        (b'"salt":"', b'"salt":"0'),
        (b'"tlp":"CLEAR"', b'"tlp":"GREEN"'),
    ],
)
def test_a_changed_line_is_not_taken_in(figures: Path, tmp_path: Path, monkeypatch, old, new):
    run("add", figures)
    path = tmp_path / "out.jsonl"
    run("export", "--out", path)
    path.write_bytes(path.read_bytes().replace(old, new))
    at_the_partner(tmp_path, monkeypatch)
    with pytest.raises(TocsinError, match="its hash differs"):
        run("import", path)
    assert [one["kind"] for one in shown()] == ["node_key"]


def test_one_statement_by_its_fields(tmp_path: Path):
    body = tmp_path / "alias.json"
    body.write_text('{"name": "CAM"}')
    given = ("--kind", "alias", "--subject", "actor:cma", "--known", "2023-07", "--source", "s")
    run("add", *given, "--body", f"@{body}", "--field", "tlp=GREEN", "--field", "rel_to=a,b")
    (one,) = shown()
    assert one["rel_to"] == ["a", "b"]
    assert one["body"] == {"name": "CAM"}
    for wrong in ("{", "@nowhere"):
        with pytest.raises(UsageError, match="not JSON"):
            run("add", *given, "--body", wrong)
    with pytest.raises(UsageError, match="nothing to add"):
        run("add")


def test_a_retraction_leaves_a_history(figures: Path):
    run("add", figures)
    name = shown("--kind", "alias")[0]["id"]
    run("retract", name, "--reason", "entered twice")
    assert shown("--kind", "alias") == []
    history = json.loads(run("history", "actor:zed", "--json").stdout)
    assert [one["kind"] for one in history] == ["alias", "retraction"]


def test_only_roles_that_write_and_only_for_their_own(figures: Path):
    with pytest.raises(UsageError, match="does not write"):
        run("add", figures, "--reader", "local:auditor")
    with pytest.raises(UsageError, match="writes for local"):
        run("add", figures, "--reader", "south")
    figures.write_text(FIGURES.replace("kind: alias", "kind: alias\n    origin: south"))
    with pytest.raises(UsageError, match="speaks for south"):
        run("add", figures)
    assert shown() == []


def test_the_auditor_keeps_a_head_and_is_told_of_the_first_bad_leaf(
    figures: Path, tmp_path: Path, own_store: Path
):
    run("add", figures)
    kept = tmp_path / "head.json"
    run("head", "--out", kept)
    run("retract", shown("--kind", "alias")[0]["id"], "--reason", "twice")
    assert "Sound: 3 statements" in run("verify", "--against", kept).output
    proof = json.loads(run("prove", "--since", kept).stdout)
    assert (proof["old"]["size"], proof["new"]["size"]) == (2, 3)
    raw = sqlite3.connect(own_store / "ledger" / "ledger.db")
    raw.execute("DROP TRIGGER statements_no_update")
    raw.execute("UPDATE statements SET folded = 'x' WHERE seq = 1")
    raw.commit()
    raw.close()
    result = run("verify", code=1)
    assert "leaf 1: a column says other than the content" in result.output
    found = json.loads(run("verify", "--json", code=1).stdout)
    assert (found["sound"], found["first_bad_leaf"]) == (False, 1)


def test_a_purge_takes_two_runs_by_two_persons_and_reaches_backups(
    figures: Path, tmp_path: Path, own_store: Path, monkeypatch
):
    run("add", figures)
    old_backup = tmp_path / "old.age"
    assert "2 statements backed up" in top("backup", "--out", old_backup)
    kept_copy = old_backup.read_bytes()
    name = shown("--kind", "figure")[0]["id"]
    run("persons", "add", "duty-1", typed=FIRST)
    run("persons", "add", "release-2", typed=SECOND)
    why = ("--reason", "names_a_person")
    with pytest.raises(VaultClosed, match="not the passphrase of duty-1"):
        run("purge", name, "--by", "duty-1", *why, typed=SECOND)
    asked = run("purge", name, "--by", "duty-1", *why, typed=FIRST).output
    assert "A second person" in asked
    with pytest.raises(UsageError, match="already"):
        run("purge", name, "--by", "duty-1", typed=FIRST)
    with pytest.raises(UnknownName, match="nobody is enrolled as stranger"):
        run("purge", name, "--by", "stranger", typed=FIRST)
    with pytest.raises(VaultClosed, match="not the passphrase of release-2"):
        run("purge", name, "--by", "release-2", typed="a guess of twelve")
    feeds.bring_up_to_date("local")
    assert "Déplacés".encode() in (own_store / "feeds" / "taxii.db-wal").read_bytes()
    assert holds(own_store, "Déplacés")
    done = run("purge", name, "--by", "release-2", typed=SECOND).output
    assert not holds(own_store, "Déplacés")
    assert "Its hash stays" in done
    assert f"Backup written anew: {old_backup}" in done.replace("\n", "")
    verified = run("verify").output
    assert "1 of them purged" in verified
    assert f"purged: {name}, by two keys: duty-1" in verified
    assert json.loads(run("verify", "--json").stdout)["purges"][0]["proved"]

    # An old copy of the backup that turns up later does not bring the content back.
    old_backup.write_bytes(kept_copy)
    (own_store / "ledger" / "ledger.db").unlink()
    for left in (own_store / "ledger").glob("ledger.db-*"):
        left.unlink()
    told = top("restore", old_backup)
    assert "2 statements restored and verified" in told
    assert f"Purged again: {name}" in told
    assert not list((own_store / "feeds").glob("taxii.db*")), "it served the ledger before"
    assert [one["kind"] for one in shown()] == ["alias", "purge"]
    run("verify")


def holds(store: Path, text: str) -> bool:
    """Whether any file of the ledger, or of what is served from it, holds this text."""
    files = [*store.glob("ledger/*"), *store.glob("feeds/*"), *store.glob("index/*")]
    return any(text.encode() in path.read_bytes() for path in files if path.is_file())


def test_one_person_under_two_handles_is_refused():
    run("persons", "add", "duty-1", typed=FIRST)
    with pytest.raises(UsageError, match="one person, two handles"):
        run("persons", "add", "release-2", typed=FIRST)
    with pytest.raises(UsageError, match="at least 12 characters"):
        run("persons", "add", "release-2", typed="short")
    with pytest.raises(UsageError, match="enrolled already"):
        run("persons", "add", "duty-1", typed=SECOND)
    assert [one["handle"] for one in json.loads(run("persons", "list", "--json").stdout)] == [
        "duty-1"
    ]


def test_who_leaves_takes_an_unanswered_request_along(figures: Path):
    run("add", figures)
    name = shown("--kind", "figure")[0]["id"]
    run("persons", "add", "duty-1", typed=FIRST)
    run("purge", name, "--by", "duty-1", "--reason", "unlawful", typed=FIRST)
    run("persons", "remove", "duty-1")
    run("persons", "add", "release-2", typed=FIRST)
    # The first word is gone: this is a first word again, and needs its reason.
    with pytest.raises(UsageError, match="no reason"):
        run("purge", name, "--by", "release-2", typed=FIRST)
    with pytest.raises(UnknownName):
        run("persons", "remove", "duty-1")


def test_kinds_are_listed_with_their_fields():
    assert "figure" in run("kinds").output
    assert "quantity" in run("kinds", "figure").output
    assert json.loads(run("kinds", "alias", "--json").stdout)["alias"]
    with pytest.raises(UnknownName):
        run("kinds", "rumour")


def top(*arguments: object) -> str:
    result = CliRunner().invoke(app, [*map(str, arguments)])
    if result.exception:
        raise result.exception
    return result.output
