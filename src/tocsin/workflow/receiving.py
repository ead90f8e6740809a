"""Reports from people arrive: each submission becomes a statement once, under a handle."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tocsin.errors import UsageError
from tocsin.tables.statements import Statement
from tocsin.tables.when import moment_text
from tocsin.workflow.contacts import Handles
from tocsin.workflow.words import moment

if TYPE_CHECKING:
    from tocsin.intake.exports import Row
    from tocsin.ledger import Ledger
    from tocsin.tables.views import View

ACCOUNTS = ("report", "situation")
BATCH = 500  # submissions in one transaction


@dataclass
class Received:
    """What became of a file of submissions."""

    added: int = 0
    known: int = 0
    mended: int = 0
    ids: list[str] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)  # line, question, wrong, given


def receive(
    path: Path,
    form: str = "incident",
    mapping: Path | None = None,
    at: str = "",
    on_step: Callable[[int], object] | None = None,
) -> Received:
    """Read a file of submissions and write each as a statement, once, however often it comes.

    Raises
    ------
    UnreadableFile, if the file is none; rows that cannot be read are listed as refused.
    """
    from tocsin.intake import form_named
    from tocsin.intake.exports import Orders, SheetMapping, read_file, read_mapping

    now = moment(at)
    orders = Orders(
        form_named(form), now, mapping=read_mapping(mapping) if mapping else SheetMapping()
    )
    return take_in(read_file(path, orders), now, on_step)


def take_in(
    rows: Iterable[Row], now: datetime, on_step: Callable[[int], object] | None = None
) -> Received:
    """Write the submissions among `rows`; what is already held is counted, not written again."""
    from tocsin.intake import check, form_as_filled
    from tocsin.workflow.record_keeping import open_ledger, reader_named

    made = Received()
    ledger = open_ledger(to_write=True)
    handles = Handles()
    waiting: list[Statement] = []
    try:
        view = ledger.view(reader_named(), None, None)
        held = _Held(view)
        for row in rows:
            if row.submission is None:
                made.refused.append({"line": row.line, "wrong": row.wrong, "remedy": row.remedy})
                continue
            sent = replace(row.submission, reporter=handles.handle(row.submission.reporter))
            checked = check(sent, form_as_filled(sent.form, sent.version))
            if checked.body is None:
                made.refused += [
                    {"line": row.line, "question": one.question, "wrong": one.wrong,
                     "given": one.given} for one in checked.problems
                ]  # fmt: skip
                continue
            subject = f"report:{sent.form}/{sent.name}"
            if subject in held:
                made.known += 1
                continue
            held.add(subject)
            waiting.append(statement_about(checked.body, subject, now, "reporter", ledger))
            made.mended += row.mended
            if len(waiting) == BATCH:
                handles.flush()
                _append(ledger, waiting, made, on_step)
        handles.flush()
        _append(ledger, waiting, made, on_step)
    finally:
        ledger.close()
    return made


def _append(
    ledger: Ledger,
    waiting: list[Statement],
    made: Received,
    on_step: Callable[[int], object] | None,
) -> None:
    """Write what waits, in one transaction; then it counts as received."""
    if waiting:
        ledger.append(waiting)
        made.ids += [one.id for one in waiting]
        made.added += len(waiting)
        waiting.clear()
        if on_step:
            on_step(made.added)


def statement_about(
    body: Any, subject: str, now: datetime, author: str, ledger: Ledger, grade: str = ""
) -> Statement:
    """A statement about a report, for the organisation alone, graded F6 until somebody can say."""
    import msgspec

    from tocsin.ledger.exchange import as_entered
    from tocsin.ledger.identity import BLANK_ID
    from tocsin.tables.statements import statement_from_fields
    from tocsin.workflow.record_keeping import own_organisation

    graded = grade.strip().upper() or "F6"
    if len(graded) != 2 or graded[0] not in "ABCDEF" or graded[1] not in "123456":
        raise UsageError(
            "{grade} is no grade", remedy="A letter A to F and a digit 1 to 6: B2", grade=grade
        )
    fields = {
        "id": BLANK_ID,
        "kind": type(body).kind,
        "subject": subject,
        "known_at": moment_text(now),
        "source": f"report by {body.reporter}" if hasattr(body, "reporter") else "verification",
        "origin": own_organisation(),
        "author": author,
        "reliability": graded[0],
        "credibility": int(graded[1]),
        "body": msgspec.to_builtins(body),
    }
    if day := getattr(body, "day_from", None):
        fields["valid_from"] = day
    return as_entered(statement_from_fields(fields), ledger.signer)


class _Held:
    """Submissions that the record holds: asked for one by one, read at once when there are many."""

    FEW = 20

    def __init__(self, view: View) -> None:
        self._view = view
        self._asked = 0
        self._all: set[str] | None = None
        self._now: set[str] = set()

    def __contains__(self, subject: str) -> bool:
        if subject in self._now:
            return True
        self._asked += 1
        if self._asked > self.FEW and self._all is None:
            self._all = {one for kind in ACCOUNTS for one in self._view.subjects(kind)}
        if self._all is not None:
            return subject in self._all
        return bool(self._view.statements(ACCOUNTS, subject, limit=1))

    def add(self, subject: str) -> None:
        """One more, written by this very run."""
        self._now.add(subject)
