"""No English on a French page and no French on an English one: every page, every word shown."""

import re
import string
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import pytest
from litestar.testing import TestClient
from tests.conftest import mirror_folder
from tests.web.conftest import UNLIMITED
from tests.web.room.furnished import DAY, addresses, asked_by_south, furnish, shown_words

from tocsin.geo import built
from tocsin.language.text import french
from tocsin.language.typography import typeset
from tocsin.web.app import make_app
from tocsin.web.room import area_ready
from tocsin.workflow import arriving, granting
from tocsin.workflow.forecasting import model_names
from tocsin.workflow.letting_in import create_token
from tocsin.workflow.record_keeping import view

# Words that one language has and the other has not.
ENGLISH = re.compile(
    r"\b(the|and|of|with|from|by|was|were|not|this|that|which|who|what|when|has|have|been|known|is|"
    r"are|for|to|be|at|no|yes)\b",
    re.IGNORECASE,
)
FRENCH = re.compile(
    r"\b(le|la|les|des|du|un|une|et|ou|est|sont|dans|par|pour|avec|sur|qui|que|quand|aucune?|"
    r"jusqu|cette?|ces|ses|leur|aux?|ne|pas)\b",
    re.IGNORECASE,
)
KEY = re.compile(r"\b[a-z]{2,}(?:_[a-z]+)+\b")  # a code of the record, untold
MODELS = {name for level in ("country", "admin1", "priogrid") for name in model_names(level)}
HOLE = re.compile(r"\{[a-z_]*\}")  # a template that nobody filled


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[str]]]:
    home = tmp_path_factory.mktemp("words") / "store"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOCSIN_HOME", str(home))
        patch.setattr(area_ready, "PATIENCE", 120)
        named = furnish(home, mirror_folder())
        record = named["/share/{name:str}"][0].rpartition("/")[2]
        patch.setattr(granting, "requests", lambda reader="": [asked_by_south(record)])
        yield named


class Opened(list[str]):
    """Files that Python opens while `on`; SQLite opens its own."""

    on = False

    def note(self, event: str, told: tuple[Any, ...]) -> None:
        if self.on and event == "open":
            self.append(str(told[0]))


@pytest.fixture(scope="module")
def pages(furnished: dict[str, list[str]]) -> dict[tuple[str, str], list[str]]:
    """What every page shows, by address and language; as of the past, where there is a record,
    and as of now, where there are steps to take."""
    shown, opened = {}, Opened()
    sys.addaudithook(opened.note)
    tokens = {
        role: {"Authorization": f"Bearer {create_token(role=role, scopes=('pages',))[0]}"}
        for role in ("duty-officer", "release-authority", "auditor")
    }
    with TestClient(make_app(UNLIMITED)) as client:
        opened.on = True
        for path, role in addresses(furnished):
            for lang in ("fr", "en"):
                for at in _clocks(path):
                    asked = dict(parse_qsl(path.partition("?")[2]))
                    answer = client.get(
                        path.partition("?")[0],
                        headers=tokens[role] | {"Accept": "text/html"},
                        params=asked | {"lang": lang} | ({"at": at} if at else {}),
                    )
                    assert answer.status_code == 200, (path, answer.text[:300])
                    shown[f"{path} {at}", lang] = shown_words(answer.text)
        for path in ("/sign-in", "/first-run", "/no-such-page"):
            for lang in ("fr", "en"):
                told = client.get(path, headers={"Accept": "text/html"}, params={"lang": lang})
                shown[path, lang] = shown_words(told.text)
    opened.on = False
    assert any(one.endswith((".html", ".parquet")) for one in opened), "none noted"
    assert not [one for one in opened if Path(one).name.startswith("ledger.db")], (
        "to close the ledger's file lets go of the locks that SQLite holds for this process"
    )
    return shown


def _clocks(path: str) -> tuple[str, ...]:
    if path.startswith(("/areas/", "/actors/", "/cases/")) or path == "/mission":
        return (DAY,)
    if path.startswith(("/warnings/", "/share", "/statements", "/s/", "/reports", "/audit")):
        return ("",)
    if path in ("/areas", "/figures", "/calendar", "/timeline", "/agreements", "/actors"):
        return (DAY,)
    return ("", DAY)


@pytest.fixture(scope="module")
def quoted(furnished: dict[str, list[str]]) -> list[str]:
    """What others have written, which a page shows as it stands: the longest first."""
    words: set[str] = {built.LICENCE, *MODELS}

    def gather(value: Any) -> None:
        if isinstance(value, str):
            words.add(re.sub(r"\s+", " ", value).strip())
        elif isinstance(value, dict):
            for name, each in value.items():
                if name not in ("fr", "en"):  # of a text in two languages only one is shown
                    gather(each)
        elif isinstance(value, list | tuple):
            for each in value:
                gather(each)

    for one in view("node-x:analyst").statements():
        gather(msgspec.to_builtins(one))
    for held in arriving.snapshots():
        words |= {held.title, held.publisher, held.citation, held.licence, held.snapshot_id}
        words.add(f"{held.publisher} · {held.version}")
        words.add(f"{held.title} {held.version}")
        words |= set(held.citation.replace(";", ".").split(". "))
    return sorted((one for one in words if len(one) > 5), key=len, reverse=True)


def _own_words(said: str, quoted: list[str]) -> str:
    """A text without what it quotes."""
    for one in quoted:
        if one in said:
            said = said.replace(one, " ")
    return said.strip(" ·›:.,;«»“”")


def _foreign(
    pages: dict[tuple[str, str], list[str]], lang: str, quoted: list[str], words: re.Pattern[str]
) -> list[str]:
    """Sentences of the other language's catalogue, and words that only the other language has."""
    own, others = _catalogue(lang)
    found = []
    for (path, spoken), shown in pages.items():
        for each in dict.fromkeys(shown) if spoken == lang else ():
            if _bare(each) in own:
                continue
            said = _own_words(each, quoted)
            if said in others - own or len({one.lower() for one in words.findall(said)}) >= 2:
                found.append(f"{path}: {each!r}")
    return found


def _bare(said: str) -> str:
    return said.strip(" \u202f\xa0·›:.,;")


@cache
def _catalogue(lang: str) -> tuple[frozenset[str], frozenset[str]]:
    """Sentences without holes: of a language, and of the other."""
    whole = [
        pair for pair in french().items()
        if not any(name for _, name, _, _ in string.Formatter().parse(pair[0]))
    ]  # fmt: skip
    english = frozenset(_bare(one) for one, _ in whole)
    own = frozenset(_bare(form) for _, one in whole for form in (one, typeset(one, "fr")))
    # Pages write some words with a capital.
    both = [found | {one[:1].upper() + one[1:] for one in found} for found in (own, english)]
    return (both[0], both[1]) if lang == "fr" else (both[1], both[0])


def test_no_english_on_a_french_page(
    pages: dict[tuple[str, str], list[str]], quoted: list[str]
) -> None:
    found = _foreign(pages, "fr", quoted, ENGLISH)
    assert not found, f"{len(found)}\n" + "\n".join(found)


def test_no_french_on_an_english_page(
    pages: dict[tuple[str, str], list[str]], quoted: list[str]
) -> None:
    found = _foreign(pages, "en", quoted, FRENCH)
    assert not found, f"{len(found)}\n" + "\n".join(found)


def test_no_code_or_hole_where_a_word_should_be(
    pages: dict[tuple[str, str], list[str]], quoted: list[str]
) -> None:
    found = [
        f"{path} {lang}: {each!r}"
        for (path, lang), shown in pages.items()
        for each in dict.fromkeys(shown)
        if (said := _own_words(each, quoted)) and "tocsin " not in said and "{time}" not in said
        if KEY.search(said) or HOLE.search(said)
    ]
    assert not found, f"{len(found)}\n" + "\n".join(found)


def test_a_french_page_writes_numbers_with_a_comma(
    pages: dict[tuple[str, str], list[str]], quoted: list[str]
) -> None:
    found = [
        f"{path}: {each!r}"
        for (path, lang), shown in pages.items()
        for each in dict.fromkeys(shown if lang == "fr" else ())
        if "doi:" not in each and "arXiv" not in each
        if re.search(r"(?<![\d.v])\d+\.\d+(?![\d.])", _own_words(each, quoted))
    ]
    assert not found, f"{len(found)}\n" + "\n".join(found)


def test_what_these_tests_look_for_is_found() -> None:
    """A French page on which an English sentence, two English words or a code were left."""
    page = '<html lang="fr"><body><p>{}</p><a lang="en">Sign out</a></body></html>'
    for left, is_foreign in (
        ("Sign out", True), ("Known by the end of May", True), ("Se déconnecter", False),
        ("<q>the long quoted words</q>", False),
    ):  # fmt: skip
        shown = {("/x", "fr"): shown_words(page.replace("{}", left))}
        assert bool(_foreign(shown, "fr", ["the long quoted words"], ENGLISH)) is is_foreign, left
    assert KEY.search("état : no_action")
    assert HOLE.search("{count} énoncés")
