"""A view over a list of statements, by the same rules as the store: small, pure, and the oracle."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from tocsin.errors import UnknownName
from tocsin.language import fold
from tocsin.policy.decision import may_read
from tocsin.policy.markings import marking_of
from tocsin.policy.predicate import facts_of
from tocsin.policy.readers import Reader
from tocsin.tables.kinds import Recall
from tocsin.tables.searching import searchable
from tocsin.tables.statements import Statement, replaced_by
from tocsin.tables.when import end_of, last_moment, surely_from


class MemoryView:
    """What `reader` may see of `statements`, as of two clocks. See `tables.views.View`."""

    def __init__(
        self,
        statements: Iterable[Statement],
        reader: Reader,
        known_at: date | datetime | None = None,
        recorded_at: date | datetime | None = None,
    ):
        self.reader = reader
        self.known_at = None if known_at is None else end_of(known_at)
        held = list(statements)
        self._recalls = [one for one in held if isinstance(one.body, Recall)]
        self._seen = sorted(
            (one for one in held if self._is_seen(one, recorded_at)),
            key=lambda one: (last_moment(one.known_at), one.id),
        )
        origins = {one.id: one.origin for one in self._seen}
        self._replaced = {
            target
            for one in self._seen
            if (target := replaced_by(one)) and origins.get(target) == one.origin
        }

    def _is_seen(self, one: Statement, recorded_at: date | datetime | None) -> bool:
        if not may_read(self.reader, facts_of(one)):
            return False
        if one.origin != self.reader.org and self._is_recalled(one):
            return False
        if self.known_at is not None and last_moment(one.known_at) > self.known_at:
            return False
        if recorded_at is None or one.recorded_at is None:
            return True
        return last_moment(one.recorded_at) <= end_of(recorded_at)

    def _is_recalled(self, one: Statement) -> bool:
        """Whatever the date asked about: a recall is there to protect, and looks back."""
        return any(
            replaced_by(each) == one.id
            and each.origin == one.origin
            and may_read(self.reader, facts_of(one)._replace(marking=marking_of(each)))
            for each in self._recalls
        )

    def statements(
        self,
        kind: str | Sequence[str] | None = None,
        subject: str | None = None,
        *,
        on: date | None = None,
        text: str = "",
        limit: int | None = None,
    ) -> list[Statement]:
        """Current statements; see `View.statements`."""
        kinds = {kind} if isinstance(kind, str) else None if kind is None else set(kind)
        words = fold(text).split()
        found = [
            one
            for one in self._seen
            if one.id not in self._replaced
            and one.kind != "retraction"
            and (kinds is None or one.kind in kinds)
            and _is_about(one, subject)
            and (on is None or _holds_on(one, on))
            and (not words or _has_words(one, words))
        ]
        return found if limit is None else found[:limit]

    def count(
        self,
        kind: str | Sequence[str] | None = None,
        subject: str | None = None,
        *,
        on: date | None = None,
        text: str = "",
    ) -> int:
        """How many `statements` would give."""
        return len(self.statements(kind, subject, on=on, text=text))

    def subjects(self, kind: str | None = None) -> list[str]:
        """Subjects that have a current statement."""
        return sorted({one.subject for one in self.statements(kind)})

    def history(self, subject: str) -> list[Statement]:
        """Everything about a subject, corrections and retractions too."""
        return [one for one in self._seen if one.subject == subject]

    def statement(self, statement_id: str) -> Statement:
        """One statement, current or not."""
        for one in self._seen:
            if one.id == statement_id:
                return one
        raise no_such_statement(statement_id)

    def named(self, text: str) -> Statement:
        """The one statement that a person names; see `View.named`."""
        part = part_of_id(text)
        found = sorted(
            (one for one in self._seen if part and is_named(one.id, part)), key=lambda one: one.id
        )
        return the_only_one(found[: MOST_ALIKE + 1], text)


ID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
_PART = re.compile(r"^[0-9a-f-]{4,36}$")
MOST_ALIKE = 10  # candidates that are told


def is_whole_id(text: str) -> bool:
    """Whether a text is a statement's whole id."""
    return bool(ID.match(text))


def part_of_id(text: str) -> str:
    """The characters of an id that a person typed or read off paper; empty if they are none.

    >>> part_of_id("… 9A8057"), part_of_id("01890A5D-AC96"), part_of_id("9a")
    ('9a8057', '01890a5d-ac96', '')
    """
    part = text.strip(" \t….·").lower()
    return part if _PART.match(part) else ""


def is_named(statement_id: str, part: str) -> bool:
    """Whether an id is the one, begins with the part, or ends in it.

    >>> is_named("01890a5d-ac96-774b-bcce-b302099a8057", "099a8057")
    True
    """
    return statement_id.startswith(part) or statement_id.endswith(part)


def the_only_one(found: Sequence[Statement], text: str) -> Statement:
    """The statement, if the reader may see one of that name and not several.

    Raises
    ------
    UnknownName, which lists the candidates where there are several.
    """
    if not found:
        raise no_such_statement(text)
    if len(found) == 1:
        return found[0]
    lines = [f"  {one.id}  {one.kind} {one.subject}" for one in found[:MOST_ALIKE]]
    raise UnknownName(
        "several statements are named {name}:\n{candidates}",
        remedy="Give more of the id, or the whole.",
        name=text,
        candidates="\n".join(lines + ["  …"] * (len(found) > MOST_ALIKE)),
    )


def no_such_statement(statement_id: str) -> UnknownName:
    """The same words whether a statement does not exist or may not be seen."""
    return UnknownName(
        "no statement has the id {id}",
        remedy="Find it with: tocsin ledger show --text WORDS",
        id=statement_id,
    )


def _is_about(one: Statement, subject: str | None) -> bool:
    if subject is None:
        return True
    if subject.endswith("*"):
        return one.subject.startswith(subject[:-1])
    return one.subject == subject


def _holds_on(one: Statement, on: date) -> bool:
    start = datetime(on.year, on.month, on.day, tzinfo=UTC)
    begins = one.valid_from is None or surely_from(one.valid_from) <= end_of(on)
    ends = one.valid_to is not None and last_moment(one.valid_to) < start
    return begins and not ends


def _has_words(one: Statement, words: list[str]) -> bool:
    text = fold(searchable(one))
    return all(word in text for word in words)
