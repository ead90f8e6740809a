"""Search over everything that a reader may read: statements by group, releases, the room's pages.

Every word must begin a word of what is found, accents and case aside; texts are held in both
languages, and either does. Nothing is counted beyond what is shown, so that an answer costs little
and tells nothing of what a reader may not see.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

from tocsin.ledger.locked import is_encrypted
from tocsin.ledger.words import HeldWords, words_file, words_of
from tocsin.settings import read_settings
from tocsin.tables.kinds import HOUSE_KINDS, KINDS

if TYPE_CHECKING:
    from datetime import date

    from tocsin.knowledge.actors import Registry
    from tocsin.ledger.reading import StoreView
    from tocsin.tables.snapshots import Snapshot
    from tocsin.tables.statements import Statement

# A reader's groups, in the order in which they are shown; what is in none of them comes last.
GROUPS: dict[str, tuple[str, ...]] = {
    "warnings": ("warning", "acknowledgement", "decision", "dissent", "response", "closure",
                 "escalation"),
    "cases": ("case", "claim", "evidence", "step"),
    "actors": ("actor", "alias", "organisation", "relation", "membership"),
    "agreements": ("agreement", "agreement_status", "provision", "mediation", "ddr_caseload",
                   "condition"),
    "commitments": ("commitment", "commitment_status"),
    "calendar": ("calendar_item", "polling_status"),
    "figures": ("figure", "denial"),
    "mission": ("mandate", "camp", "capability", "contributor", "consent", "presence", "movement",
                "control_assessment"),
    "reports": ("report", "situation", "alert", "observation_note", "tear_line"),
}  # fmt: skip
OTHER, BY_ID = "other", "by_id"
ASKED = {"information_request", "information_answer"}  # read by people, though entered by a step
LED = ("warnings", "cases", "actors")  # groups whose first kind has cards, and comes first
_NAMED = ("actor", "agreement", "alias", "calendar_item", "case", "commitment", "ddr_caseload",
          "organisation")  # fmt: skip
SOON = 20_000  # statements that a question takes in by itself; more are taken in beside it


@dataclass(frozen=True)
class Group:
    """What was found of one group: the last written first; whether there is more."""

    name: str
    found: tuple[Statement, ...]
    more: bool


def kinds_of(group: str) -> tuple[str, ...]:
    """The kinds of a group."""
    if group != OTHER:
        return GROUPS[group]
    named = {kind for kinds in GROUPS.values() for kind in kinds} | (HOUSE_KINDS - ASKED)
    return tuple(sorted(kind for kind in KINDS if kind not in {*named, "retraction"}))


def search(
    query: str, reader: str = "", as_of: str = "", within: str = "", most: int = 6
) -> list[Group]:
    """What a reader may see of what holds all the words, by group.

    within : one group alone.  most : of each
    """
    from tocsin.workflow.record_keeping import view

    words = words_of(query)
    if not words:
        return []
    seen, file = view(reader, as_of), _held_words()
    shows = _showing(as_of, seen)
    names = [within] if within in {*GROUPS, OTHER} else [*GROUPS, OTHER]
    found = []
    if not within and (alike := [one for one in seen.alike(query) if shows(one)]):
        found.append(Group(BY_ID, tuple(alike), more=False))  # read off a printed product
    for name in names:
        kinds, held = kinds_of(name), list[Any]()
        for some in (kinds[:1], kinds[1:]) if name in LED else (kinds,):
            if len(held) <= most:
                held += _newest(file, seen, words, some, most + 1 - len(held), shows)
        if held:
            found.append(Group(name, tuple(held[:most]), len(held) > most))
    return found


def names(reader: str = "", as_of: str = "") -> Registry:
    """Who and what is called how, as a reader may see it: enough to tell a statement in words."""
    from tocsin.knowledge.actors import registry_of
    from tocsin.workflow.record_keeping import view

    return registry_of(view(reader, as_of).statements(_NAMED))


def releases(query: str, known_by: date | None = None) -> list[Snapshot]:
    """Releases of the lake whose source, title, publisher, licence or citation has all words."""
    from tocsin.workflow import arriving

    words = words_of(query)
    return [
        one for one in arriving.snapshots()
        if words and (known_by is None or one.released_on <= known_by)
        and holds(words, f"{one.source} {one.title} {one.publisher} {one.licence} {one.citation}")
    ]  # fmt: skip


def holds(words: Sequence[str], text: str) -> bool:
    """Whether every word begins a word of a text.

    >>> holds(words_of("Segou"), "Ville de Ségou"), holds(words_of("gou"), "Ségou")
    (True, False)
    """
    there = words_of(text)
    return all(any(one.startswith(word) for one in there) for word in words)


def _showing(as_of: str, seen: StoreView) -> Callable[[Statement], bool]:
    """Of warnings, others see those alone that the board shows them: not a text held back."""
    from tocsin.tables.months import parse_day
    from tocsin.tables.when import end_of
    from tocsin.workflow.record_keeping import open_ledger
    from tocsin.workflow.watchkeeping import read_standings

    ledger = open_ledger()
    if seen.reader.org == ledger.org:
        return lambda _: True
    until = end_of(parse_day(as_of)) if as_of else None
    open_to_them = frozenset(read_standings(ledger, seen.reader, until))
    return lambda one: not one.subject.startswith("warning:") or one.subject in open_to_them


def _newest(
    file: HeldWords | None, seen: StoreView, words: Sequence[str], kinds: Sequence[str], most: int,
    shows: Callable[[Statement], bool],
) -> list[Statement]:  # fmt: skip
    if file is not None:
        return file.newest(seen, words, kinds, most, shows)
    # Without the file of words every text is looked through, which takes seconds for a million.
    found = seen.statements(kind=kinds, text=" ".join(words))
    kept = [one for one in reversed(found) if shows(one) and holds(words, _text_of(one))]
    return kept[:most]


def _text_of(one: Statement) -> str:
    from tocsin.tables.searching import searchable

    return searchable(one)


def _held_words() -> HeldWords | None:
    """The words of the ledger as it stands now; None while the file is being built, or cannot be.

    It is built beside the questions where there is much to take in.
    """
    from tocsin.workflow.record_keeping import open_ledger

    ledger = open_ledger()
    if isinstance(ledger.where, Path) and is_encrypted(
        ledger.where
    ):  # its words are not to lie beside it in the clear
        return None
    held = HeldWords(words_file(read_settings().home), ledger)
    try:
        behind = held.behind()
        if behind > SOON:
            _builder().begin(held)
            return None
        if behind:
            held.refresh()
    except sqlite3.OperationalError:
        return None  # somebody is at it, or there is no room
    except sqlite3.DatabaseError:
        _builder().begin(held)  # it is torn: it is built again
        return None
    except OSError:
        return None
    return held


class _Builder:
    """One build at a time in one process."""

    def __init__(self) -> None:
        self._alone = Lock()

    def begin(self, held: HeldWords) -> None:
        if self._alone.acquire(blocking=False):
            Thread(target=self._build, args=(held,), name="words", daemon=True).start()

    def _build(self, held: HeldWords) -> None:
        try:
            held.refresh()
        except (OSError, sqlite3.Error):
            pass  # the next question tries again, and is answered without it
        finally:
            self._alone.release()


@cache
def _builder() -> _Builder:
    return _Builder()


def make_words_ready() -> Any:
    """Begin to hold the words of the ledger, so that the first search need not wait."""
    from tocsin.workflow.record_reading import has_record

    return _held_words() if has_record() else None
