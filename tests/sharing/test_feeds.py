"""Atom feeds, read by a parser that is not ours: what may be released, and nothing else."""

import json
from pathlib import Path

import feedparser
import msgspec
import pytest
from lxml import etree
from tests.warning.conftest import ANALYST, at
from tests.warning.test_messages import ended, warned

from tocsin.policy import Reader
from tocsin.sharing.atom import render_atom
from tocsin.warning import steps
from tocsin.warning.cap import read_cap
from tocsin.warning.standing import standings
from tocsin.warning.steps import Author
from tocsin.workflow import membership, publishing, record_keeping

NOW = at("2023-07-01T00:00")


def public(title: str = "Attaque à Mopti & ailleurs <ici>", **fields):
    return warned(title, tlp="CLEAR", **fields)


def read(content: bytes):
    found = feedparser.parse(content)
    assert not found.bozo, found.get("bozo_exception")
    return found


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_an_independent_parser_reads_the_feed(lang: str) -> None:
    held = list(standings([public()], public().origin).values())
    found = read(render_atom(held, "cell", lang, NOW, "https://cell.example/feed"))
    assert found.version == "atom10"
    assert found.feed.language == lang
    assert found.feed.updated
    assert found.feed.author == "cell"
    (entry,) = found.entries
    assert "Attaque à Mopti & ailleurs <ici>" in entry.title.replace("&lt;", "<").replace(
        "&gt;", ">"
    ).replace("&amp;", "&")
    assert entry.id.startswith("urn:uuid:")
    assert next(each.href for each in entry.links if each.type == "application/cap+xml").startswith(
        "https://cell.example/feed/cap/"
    )
    assert "acknowledge" not in entry.content[0].value
    assert {each["term"] for each in entry.tags} >= {"alert", "mass-casualty", "issued"}


def test_an_update_and_an_end_stay_one_entry_and_move_its_date() -> None:
    first, second = public(), public(version=2)
    ids, dates, states = [], [], []
    decision = steps.decide(
        next(iter(standings([first], first.origin).values())),
        ANALYST,
        at("2023-06-03T10:00"),
        "monitor",
    )
    for history in ([first], [first, second], [first, second, decision, ended(second)]):
        held = list(standings(history, first.origin).values())
        (entry,) = read(render_atom(held, "cell", "en", NOW)).entries
        ids.append(entry.id)
        dates.append(entry.updated)
        states.append(entry.tags[-1]["term"])
    assert len(set(ids)) == 1
    assert dates == sorted(set(dates))
    assert states[0] == "issued"
    assert states[-1] == "closed"


def test_an_empty_feed_is_one_still() -> None:
    assert read(render_atom([], "cell", "fr", NOW)).entries == []


def test_only_what_may_be_released_leaves(own_store: Path, tmp_path: Path) -> None:
    ledger = record_keeping.open_ledger(to_write=True)
    org = ledger.org
    given = {
        "public": public("Publique"),
        "held": _as("held", public("Retenue")),
        "quiet": _as("quiet", public("Silence"), area="MLI.gao"),
        "partner": _as("partner", warned("Partenaire", tlp="AMBER")),
        "house": _as("house", warned("Maison", tlp="AMBER")),
        "draft": _as("draft", public("Brouillon"), state="draft"),
    }
    given["partner"] = msgspec.structs.replace(given["partner"], rel_to=("ecowas",))
    given = {name: msgspec.structs.replace(one, origin=org) for name, one in given.items()}
    ledger.append(given.values())
    authority = Author(org, "release-authority")
    held = standings([given["held"]], given["held"].origin)[given["held"].subject]
    when = at("2023-06-29T00:00")
    ledger.append([steps.hold(held, authority, when, True, "talks")])
    ledger.append([steps.silence(authority, when, "2023-07-15", "known", area="MLI.gao")])
    ledger.close()
    paths = publishing.write_feed(tmp_path / "all", at="2023-06-30T10:00Z")
    titles = {
        each.title
        for path in paths
        if path.name.endswith(".fr.atom")
        for each in read(path.read_bytes()).entries
    }
    assert titles == {"[alerte] Publique"}
    caps = [path for path in paths if path.suffix == ".xml"]
    assert [read_cap(path.read_bytes()).scope for path in caps] == ["Public"]
    everything = b"".join(path.read_bytes() for path in paths)
    for word in ("Retenue", "Silence", "Partenaire", "Maison", "Brouillon"):
        assert word.encode() not in everything
    theirs = publishing.write_feed(tmp_path / "theirs", reader="ecowas", at="2023-06-30T10:00Z")
    text = next(path for path in theirs if path.name.endswith(".fr.atom")).read_text("utf-8")
    assert "Partenaire" in text
    assert "Maison" not in text


def test_a_feed_for_an_organisation_holds_what_its_groups_open(
    own_store: Path, tmp_path: Path
) -> None:
    ledger = record_keeping.open_ledger(to_write=True)
    listed = membership.create_group("border", ("ecowas",), since="2023-01-01")
    shared = msgspec.structs.replace(
        warned("Frontière", tlp="AMBER"), origin=ledger.org, rel_to=(f"group:{listed.name}",)
    )
    ledger.append([shared])
    ledger.close()
    shown = {}
    for reader in ("ecowas", "stranger"):
        paths = publishing.write_feed(tmp_path / reader, reader=reader, at="2023-06-30T10:00Z")
        shown[reader] = "Frontière" in "".join(path.read_text("utf-8") for path in paths)
    assert shown == {"ecowas": True, "stranger": False}


def test_a_held_warning_changes_nothing_for_others(own_store: Path, tmp_path: Path) -> None:
    """Byte by byte: an outsider cannot tell that a held warning is there."""
    ledger = record_keeping.open_ledger(to_write=True)
    one = msgspec.structs.replace(public("Publique"), origin=ledger.org)
    ledger.append([one])
    name = "warnings.fr.atom"
    publishing.write_feed(tmp_path / "before", at="2023-06-30T10:00Z")
    other = msgspec.structs.replace(_as("held", public("Retenue")), origin=ledger.org)
    ledger.append([other])
    held = standings([other], other.origin)[other.subject]
    authority = Author(ledger.org, "release-authority")
    ledger.append([steps.hold(held, authority, at("2023-06-29T00:00"), True, "talks")])
    publishing.write_feed(tmp_path / "after", at="2023-06-30T10:00Z")
    assert (tmp_path / "before" / name).read_bytes() == (tmp_path / "after" / name).read_bytes()
    from tocsin.workflow.watchkeeping import read_standings

    seen = read_standings(ledger, Reader("ecowas", "peer"), NOW)
    assert set(seen) == {one.subject}
    ledger.close()


def _as(name: str, one, **fields):
    body = msgspec.structs.replace(one.body, about=name, **fields)
    subject = f"warning:mass-casualty/{name}/2023-06-30"
    return steps.statement_of(
        body, subject, at("2023-06-28T10:00"), ANALYST, source="rules",
        release=steps.Release(tlp=one.tlp),
    )  # fmt: skip


def test_every_address_in_the_feed_is_one_it_wrote(own_store: Path, tmp_path: Path) -> None:
    ledger = record_keeping.open_ledger(to_write=True)
    ledger.append([msgspec.structs.replace(public(), origin=ledger.org)])
    ledger.close()
    paths = publishing.write_feed(tmp_path, at="2023-06-30T10:00Z")
    written = {path.relative_to(tmp_path).as_posix() for path in paths}
    links = {
        each.get("href")
        for path in paths
        if path.suffix == ".atom"
        for each in etree.parse(path).iter("{http://www.w3.org/2005/Atom}link")
    }
    assert links
    assert links <= written
    assert json.dumps(sorted(written))
