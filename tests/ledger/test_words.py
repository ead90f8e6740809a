"""The file of words answers for a view, the newest first, and holds nothing of what was purged."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from benchmarks.ledger import SECRET, statement

from tocsin.ledger import Ledger, Signer
from tocsin.ledger.words import HeldWords, words_of
from tocsin.policy import Reader
from tocsin.tables.statements import Statement

OURS, THEIRS = Reader("cell"), Reader("north")
KINDS = ("figure", "report")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = Ledger(tmp_path / "ledger.db", "cell", Signer(SECRET))
    yield made
    made.close()


def told(number: int, source: str, *rel_to: str) -> Statement:
    tlp = "AMBER" if rel_to else "RED"
    one = statement(number, "figure:place")
    return msgspec.structs.replace(one, source=source, tlp=tlp, rel_to=rel_to)


def found(held: HeldWords, ledger: Ledger, reader: Reader, words: str, most: int = 9) -> list[str]:
    seen = held.newest(ledger.view(reader), words_of(words), KINDS, most)
    return [one.source for one in seen]


def test_words_are_found_by_their_beginning_whatever_the_accents(
    ledger: Ledger, tmp_path: Path
) -> None:
    ledger.append([told(1, "Radio de Ségou"), told(2, "segoukoro"), told(3, "A/RES 12")])
    held = HeldWords(tmp_path / "index" / "words.db", ledger)
    assert held.behind() == 3
    assert held.refresh() == 3
    assert found(held, ledger, OURS, "SÉGOU") == ["segoukoro", "Radio de Ségou"]
    assert found(held, ledger, OURS, "ségou radio") == ["Radio de Ségou"]
    assert found(held, ledger, OURS, "gou") == []
    assert found(held, ledger, OURS, "a/res 12") == ["A/RES 12"]
    assert found(held, ledger, OURS, 'radio" OR *') == []  # nothing asked is a question of its own
    ledger.append([told(4, "segou encore")])
    assert (held.behind(), held.refresh(), held.behind()) == (1, 1, 0)
    assert found(held, ledger, OURS, "segou", 2) == ["segou encore", "segoukoro"]
    assert held.newest(ledger.view(OURS), ["segou"], ("report",), 9) == []


def test_a_reader_is_told_the_same_whatever_is_hidden(tmp_path: Path) -> None:
    answers = []
    for hidden in (0, 130):  # more than are looked at in one go
        ledger = Ledger(tmp_path / f"{hidden}.db", "cell", Signer(SECRET))
        many = [told(n, "moura hidden") for n in range(hidden)]
        ledger.append([told(1000, "moura one", "north"), *many, told(1001, "moura two", "north")])
        held = HeldWords(tmp_path / f"{hidden}.words", ledger)
        held.refresh()
        assert len(found(held, ledger, OURS, "moura", 200)) == hidden + 2
        answers.append(found(held, ledger, THEIRS, "moura"))
        ledger.close()
    assert answers == [["moura two", "moura one"]] * 2


def test_what_is_torn_or_of_another_log_is_built_again(ledger: Ledger, tmp_path: Path) -> None:
    ledger.append([told(1, "moura")])
    path = tmp_path / "words.db"
    path.write_bytes(b"no database" * 1000)
    held = HeldWords(path, ledger)
    with pytest.raises(sqlite3.DatabaseError):
        held.behind()
    assert held.refresh() == 1
    other = Ledger(tmp_path / "other.db", "cell", Signer(SECRET))
    other.append([told(2, "gao"), told(3, "gao")])
    there = HeldWords(path, other)
    assert (there.behind(), there.refresh()) == (2, 2)
    assert found(there, other, OURS, "moura") == []
    other.close()
