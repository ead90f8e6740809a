"""What a reader may see decides what a product says: nothing hidden or later leaves a trace."""

import json
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import msgspec
import pytest
from tests.knowledge.test_commands import HIDDEN, fill, run
from tests.ledger.conftest import new_id

from tocsin.dossiers import with_own_id
from tocsin.products import as_plain
from tocsin.tables.kinds import CalendarItem, Words
from tocsin.tables.statements import Statement
from tocsin.tables.when import end_of, last_moment
from tocsin.workflow.producing import compare, document_of

__all__ = ["fill"]
PRODUCTS = [
    ["flash", "MLI"],
    ["sitrep", "MLI", "--period", "week"],
    ["sitrep", "MLI", "--period", "day"],
    ["assessment", "MLI"],
    ["product", "make", "closures", "MLI"],
    ["product", "make", "agreement", "MLI"],
    ["product", "make", "casefile", "MLI", "--case", "moura"],
    ["product", "make", "bulletin", "SAHEL"],
]
DAY = "2023-07-20"
pytestmark = pytest.mark.geodata
Fill = Callable[[Iterable[Statement]], None]


@pytest.fixture(scope="module")
def mali() -> list[Statement]:
    from tocsin.dossiers import dossier_folder, read_dossier

    return list(read_dossier(dossier_folder("mali")).statements)


def written(out: Path, *more: str) -> list[tuple[str, bytes]]:
    """Every file of every product, with its name."""
    for words in PRODUCTS:
        code, said = run(
            *words, "--as-of", DAY, "--lang", "fr", "--tables", "--out", str(out), *more
        )
        assert code == 0, said
    return [(path.name, path.read_bytes()) for path in sorted(out.iterdir())]


def test_files_are_the_same_without_what_was_learned_later_or_may_not_be_seen(
    mali: list[Statement], fill: Fill, tmp_path: Path
) -> None:
    known = [one for one in mali if last_moment(one.known_at) <= end_of(date.fromisoformat(DAY))]
    made = []
    for held, name in ((mali, "full"), (known, "known"), ([*known, *HIDDEN], "hidden")):
        fill(held)
        made.append(written(tmp_path / name, "--reader", "org-b"))
    assert len(made[0]) > 40
    assert [name for name, _ in made[0]] == [name for name, _ in made[1]]
    for other in made[1:]:
        for (name, content), (_, beside) in zip(made[0], other, strict=True):
            assert content == beside, name


def plan(title: str, tlp: str, *rel_to: str) -> Statement:
    """A plan on the calendar, which is invented and hurts nobody."""
    return with_own_id(
        Statement(
            id=new_id(), kind="calendar_item", subject=f"calendar:{title}",
            known_at="2023-07-18", valid_from="2023-07-18", source="Invented bulletin",
            origin="local", author="analyst", tlp=tlp, pap="CLEAR" if tlp == "CLEAR" else "GREEN",
            rel_to=rel_to,
            body=CalendarItem(title=Words(fr=title, en=title), type="other", place="MLI",
                              status="planned", planned="2023-08-01"),
        )
    )  # fmt: skip


OPEN, BOTH, PARTNER, OWN = (
    plan("open-plan", "CLEAR"),
    plan("plan-for-both", "GREEN", "partner", "ngo"),
    plan("plan-for-the-partner", "AMBER", "partner"),
    plan("plan-of-ours", "AMBER+STRICT"),
)


@pytest.mark.parametrize("name", ["sitrep"])
def test_two_readers_products_differ_exactly_as_the_comparison_says(
    fill: Fill, tmp_path: Path, name: str
) -> None:
    fill([OPEN, BOTH, PARTNER, OWN])
    code, said = run(
        "product", "compare", name, "MLI", "--as-of", DAY, "--reader", "partner:peer",
        "--other", "ngo:peer", "--json",
    )  # fmt: skip
    assert code == 0, said
    told = json.loads(said)
    sides = {}
    for reader in ("partner", "ngo"):
        out = tmp_path / reader
        code, said = run(name, "MLI", "--as-of", DAY, "--lang", "en", "--reader", f"{reader}:peer",
                         "--out", str(out))  # fmt: skip
        assert code == 0, said
        sides[reader] = json.loads(next(out.glob("*.json")).read_text("utf-8"))
    keys = {
        reader: {key for one in made["sources"] for key in one["keys"]}
        for reader, made in sides.items()
    }
    assert keys["partner"] - keys["ngo"] == {PARTNER.id}
    assert keys["ngo"] - keys["partner"] == set()
    assert PARTNER.id in told["reader"]["only"]
    assert not [one for one in told["other"]["only"] if one in {PARTNER.id, BOTH.id, OWN.id}]
    text = {reader: json.dumps(made) for reader, made in sides.items()}
    assert "plan-for-the-partner" in text["partner"]
    assert "plan-for-the-partner" not in text["ngo"]
    assert not any("plan-of-ours" in one or OWN.id in one for one in text.values())
    assert sides["partner"]["handling"].startswith("TLP:AMBER")
    assert sides["ngo"]["handling"].startswith("TLP:GREEN")


LEVELS = (("CLEAR", ()), ("GREEN", ("partner", "ngo")), ("AMBER", ("partner",)),
          ("AMBER+STRICT", ()))  # fmt: skip
MADE: list[tuple[str, str, dict[str, str]]] = [
    ("flash", "MLI", {}), ("sitrep", "MLI", {"period": "week"}),
    ("sitrep", "MLI", {"period": "day"}), ("assessment", "MLI", {}), ("closures", "MLI", {}),
    ("agreement", "MLI", {}),
    ("casefile", "MLI", {"case": "moura"}), ("bulletin", "SAHEL", {}),
]  # fmt: skip


def marked(statements: Iterable[Statement]) -> list[Statement]:
    """The record with its statements marked in turn for all, for two, for one, for nobody else."""
    kept = ("actor", "alias", "organisation")  # names, which the others need
    found = []
    for number, one in enumerate(statements):
        tlp, rel_to = LEVELS[0] if one.kind in kept else LEVELS[number % len(LEVELS)]
        pap = "CLEAR" if tlp == "CLEAR" else "GREEN"
        found.append(msgspec.structs.replace(one, tlp=tlp, pap=pap, rel_to=rel_to))
    return found


def words_in(told: object) -> set[str]:
    """Every text of a product's plain values."""
    if isinstance(told, dict):
        own = {told["text"]} if isinstance(told.get("text"), str) and "spans" in told else set()
        return own.union(*(words_in(one) for one in told.values()))
    return set().union(*map(words_in, told)) if isinstance(told, list) else set()


def test_what_a_partner_gets_and_what_ngos_get_differ_as_the_comparison_says(
    mali: list[Statement], fill: Fill
) -> None:
    """Every product: its sources and its sentences, beside the preview and beside the markings."""
    held = marked(mali)
    fill(held)
    rights = {one.id: (one.tlp, one.rel_to) for one in held}
    day = date.fromisoformat(DAY)
    apart = 0
    for name, area, options in MADE:
        plain = {}
        for org in ("partner", "ngo"):
            document, _ = document_of(name, area, day, reader=f"{org}:peer", options=options)
            plain[org] = as_plain(document, "en")
        keys = {org: {key for one in told["sources"] for key in one["keys"]}
                for org, told in plain.items()}  # fmt: skip
        for org, cited in keys.items():
            for key in cited & rights.keys():
                tlp, rel_to = rights[key]
                assert tlp == "CLEAR" or org in rel_to, f"{name}: {org} reads {key}"
        preview = compare(name, area, "partner:peer", "ngo:peer", as_of=DAY, **options)
        for side, one, other in (("reader", "partner", "ngo"), ("other", "ngo", "partner")):
            said = preview[side]["only"]
            assert {each for each in said if each in rights} == {
                each for each in keys[one] - keys[other] if each in rights
            }, name
            told = {each for each in said if each not in keys[one]}
            differs = words_in(plain[one]["sections"]) - words_in(plain[other]["sections"])
            assert {each for each in differs if each.strip("–- ")} - told == set(), name
            assert not told & words_in(plain[other]["sections"]), name
            assert preview[side]["handling"] == plain[one]["handling"]
        apart += keys["partner"] != keys["ngo"]
    assert apart >= 5, "most products hold something that only the partner may read"


def test_a_cap_on_the_marking_leaves_out_what_is_narrower(fill: Fill, tmp_path: Path) -> None:
    fill([OPEN, BOTH, PARTNER, OWN])
    for cap, held in (("CLEAR", 1), ("GREEN", 2), ("AMBER", 3), ("RED", 4)):
        out = tmp_path / cap
        assert run("sitrep", "MLI", "--as-of", DAY, "--tlp", cap, "--out", str(out))[0] == 0
        made = json.loads(next(out.glob("*.json")).read_text("utf-8"))
        assert len([key for one in made["sources"] for key in one["keys"]]) == held
        assert made["tlp"] == (cap if cap != "RED" else "AMBER+STRICT")


def test_an_editors_text_outlives_what_is_made_anew(fill: Fill, tmp_path: Path) -> None:
    fill([OPEN])
    words = ("flash", "MLI", "--as-of", DAY, "--lang", "en", "--out", str(tmp_path))
    code, said = run("product", "edit", *words)
    assert code == 0, said
    path = Path(said.strip())
    assert "[unseen]" in path.read_text("utf-8")
    kept = path.read_text("utf-8").replace("[new]", "[new]\n\nIn the editor's view, 3 of 4 agree.")
    path.write_text(kept, "utf-8")
    run("product", "edit", *words)
    assert path.read_text("utf-8") == kept, "what is there stays"
    for held in ([OPEN], [OPEN, plan("another", "CLEAR")]):
        fill(held)
        assert run(*words)[0] == 0
        made = {one.suffix: one.read_bytes() for one in tmp_path.glob("flash*") if one != path}
        page = made[".html"].decode()
        assert "In the editor’s view, 3 of 4 agree." in page
        assert "not drawn from the evidence" in page
        assert b"3 of 4" not in made[".json"], "the evidence stays apart from what is written on it"
        assert path.read_text("utf-8") == kept
    path.write_text("## Nowhere [nowhere]\n\nx\n", "utf-8")
    assert run(*words) == (
        1, f"{path.name}: no section has the key nowhere\nThe sections of this product are: "
        "headline, coming, warnings, new, unseen.",
    )  # fmt: skip
