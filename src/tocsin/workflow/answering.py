"""Those who report hear what became of it: once for each step, by the way that it came.

Who is written to is known only while a letter leaves: the contact is taken from the vault there,
and is in no list, no log and no statement. Where nobody knows the way back, the answer waits to be
looked up by the code of the receipt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tocsin.errors import SettingsError, UnknownName, UsageError
from tocsin.settings import read_settings
from tocsin.tables.statements import Statement
from tocsin.tables.when import last_moment
from tocsin.workflow.reaching import channels_path, open_desk, read_channels
from tocsin.workflow.using import uses_of
from tocsin.workflow.verifying import Account, account_among, accounts_of, owed
from tocsin.workflow.watchkeeping import is_exercise
from tocsin.workflow.words import moment

if TYPE_CHECKING:
    from tocsin.ledger import Ledger
    from tocsin.sharing.answers import Owed
    from tocsin.sharing.channels import Channel
    from tocsin.sharing.letters import Letter
    from tocsin.sharing.posting import Desk
    from tocsin.sharing.transport import Sent
    from tocsin.tables.bodies import Words
    from tocsin.vault.contacts import Contact

Post = Callable[["Desk", "Channel", str, "Letter"], "Sent"]
LIFE = timedelta(days=30)  # what could not be sent by then helps nobody


@dataclass
class Answered:
    """What a round did: report, step, way and outcome of each answer; never to whom."""

    answers: list[dict[str, Any]] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)  # why answers could not go, without whom


def answer_due(
    at: str = "", *, name: str = "", words: str = "", post: Post | None = None
) -> Answered:
    """Tell reporters what is owed to them now, each step once; with `name` of one report alone.

    words : said to the one reporter in place of what is owed

    Raises
    ------
    UnknownName, if there is no such report.  UsageError, if the words do not fit.
    """
    from filelock import FileLock, Timeout

    from tocsin.workflow.record_keeping import open_ledger, reader_named

    now, done = moment(at), Answered()
    if is_exercise(now):
        return done  # people are not told of what happened on an invented day
    ledger = open_ledger(to_write=True)
    try:
        with FileLock(channels_path().with_name("answering.lock"), timeout=0 if not name else 30):
            seen = ledger.view(reader_named(), None)
            held = list(accounts_of(seen))
            if name:
                held = [account_among(held, name)]
            round_ = _Round(ledger, now, post, done)
            for one, debt in _debts(held, uses_of(seen, ledger.org), words, now):
                round_.answer(one, debt, words)
            round_.flush()
    except Timeout:
        pass  # another pass on this machine is at it: it tells everyone
    finally:
        ledger.close()
    return done


def look_up(code: str) -> list[dict[str, str]]:
    """What a reporter sees by the code of a receipt: how far it has got, the newest first.

    Raises
    ------
    UnknownName, if there is no such receipt.
    """
    from tocsin.workflow.record_keeping import open_ledger, reader_named

    ledger = open_ledger()
    try:
        asked = code.strip().upper()
        found = [
            one
            for one in ledger.view(reader_named()).statements(kind="report_answer")
            if one.origin == ledger.org  # no partner speaks to our reporters
            and one.body.code == asked  # type: ignore[attr-defined]
            and one.body.outcome in ("sent", "ready")  # type: ignore[attr-defined]
        ]
    finally:
        ledger.close()
    if not found:
        raise UnknownName("no receipt has this code", remedy="Check it: four signs, a dash, four.")
    return [
        {
            "at": one.known_at,
            "stage": one.body.stage,  # type: ignore[attr-defined]
            "fr": one.body.text.fr,  # type: ignore[attr-defined]
            "en": one.body.text.en,  # type: ignore[attr-defined]
        }
        for one in reversed(found)
    ]


def preview(name: str, words: str = "", reader: str = "") -> Words | None:
    """The answer that a report owes now, in both languages; None if it owes none."""
    from tocsin.sharing.answers import answer_words, code_of
    from tocsin.workflow.record_keeping import own_organisation, view

    seen = view(reader)
    one = account_among(list(accounts_of(seen)), name)
    if words:
        return answer_words("note", code_of(one.report.id), words)
    debt = owed(one, uses_of(seen, own_organisation()))
    return answer_words(debt.stage, code_of(one.report.id)) if debt else None


def _debts(
    held: list[Account], uses: Mapping[str, Any], words: str, now: datetime
) -> Iterator[tuple[Account, Owed]]:
    from tocsin.sharing.answers import Owed

    for one in held:
        if words:
            yield one, Owed("note", one.report.id, one.report.known_at)
        elif (debt := owed(one, uses)) and now - last_moment(debt.since) < LIFE:
            yield one, debt


class _Round:
    """One round of answers: channels are read once, and one whose other side is out waits."""

    def __init__(self, ledger: Ledger, now: datetime, post: Post | None, done: Answered):
        self.ledger = ledger
        self.now = now
        self.post = post
        self.done = done
        self.channels = read_channels()
        self.out: set[str] = set()
        self._ready: list[Statement] = []
        self._desk: Desk | None = None

    def answer(self, one: Account, debt: Owed, words: str) -> None:
        """Tell one reporter of one step, if it is time."""
        from tocsin.sharing.answers import answer_words, code_of, message_name
        from tocsin.workflow.contacts import open_contacts

        code = code_of(one.report.id)
        said = answer_words(debt.stage, code, words)
        step = f"{debt.step}|{words}" if words else debt.step
        message = message_name(one.report.id, debt.stage, step)
        attempt, begun, may_go = _progress(one, message, self.now)
        if not may_go:
            return
        # From here to the end of `_send` is the only place that knows who is written to.
        contact = open_contacts().contact(str(one.report.body.reporter))  # type: ignore[attr-defined]
        lang = (contact.lang if contact else "") or read_settings().lang
        fields = {"report": one.report.id, "stage": debt.stage, "step": debt.step, "code": code,
                  "message": message, "text": said, "lang": lang, "attempt": attempt}  # fmt: skip
        if contact is None or not contact.way:
            self._note(one, fields | {"way": "code", "outcome": "ready"})
        elif contact.way not in self.out:
            self._send(one, fields | {"way": contact.way}, contact, begun)

    def _send(self, one: Account, fields: dict[str, Any], contact: Contact, begun: bool) -> None:
        from tocsin.sharing import posting
        from tocsin.sharing.answers import answer_letter, channel_for
        from tocsin.sharing.channels import Channels

        try:
            channel = channel_for(self.channels or Channels(), contact.way, contact.address)
            self._desk = self._desk or open_desk(self.channels or Channels())
            posting.require_ready(self._desk, channel)
            if not begun:
                self._write(one, fields | {"outcome": "intended"})
            letter = answer_letter(channel, fields["text"].in_(fields["lang"]), fields["message"])
            sent = (self.post or posting.post)(self._desk, channel, fields["message"], letter)
        except SettingsError as error:
            self.out.add(contact.way)
            self.done.waiting.append(error.message())
            return
        if sent.outcome == "failed":
            self.out.add(contact.way)
        self._note(one, fields | {"outcome": sent.outcome, "detail": sent.detail})

    def _note(self, one: Account, fields: dict[str, Any]) -> None:
        self._write(one, fields)
        self.done.answers.append(
            {"id": one.report.id, "stage": fields["stage"], "way": fields["way"],
             "outcome": fields["outcome"], "detail": fields.get("detail", "")}
        )  # fmt: skip

    def _write(self, one: Account, fields: dict[str, Any]) -> None:
        """Write an intention or an outcome.

        What is only to be looked up waits for `flush`: nothing goes out that it must come before.
        """
        from tocsin.tables.kinds.answers import ReportAnswer
        from tocsin.warning.steps import Author, statement_of

        part = "intended" if fields["outcome"] == "intended" else "outcome"
        key = f"{fields['message']}|{fields['attempt']}|{part}"
        written = statement_of(
            ReportAnswer(**fields), one.report.subject, max(self.now, _known(one.report)),
            Author(self.ledger.org, "watch"), source="tocsin answer", key=key,
        )  # fmt: skip
        if fields["way"] == "code":
            self._ready.append(written)
        else:
            self.ledger.append([written])

    def flush(self) -> None:
        """Write the answers that are to be looked up, together."""
        if self._ready:
            self.ledger.append(self._ready)
            self._ready = []


def _progress(one: Account, message: str, now: datetime) -> tuple[int, bool, bool]:
    """The number of the next attempt, whether it has begun, and whether it is time for it."""
    from tocsin.sharing.outbox import pause_after

    said: list[Any] = [each for each in one.answers if each.body.message == message]  # type: ignore[attr-defined]
    if not said:
        return 1, False, True
    last = max(said, key=lambda each: (each.body.attempt, each.body.outcome != "intended"))
    number = last.body.attempt
    if last.body.outcome == "intended":
        return number, True, True  # the node died at it: the same attempt is made again
    failed = last.body.outcome == "failed"
    return number + 1, False, failed and now >= _known(last) + pause_after(number)


def _known(one: Statement) -> datetime:
    return last_moment(one.known_at)


def require_words(words: str) -> str:
    """Words of one's own for a reporter; they may hold no number that leads to somebody.

    Raises
    ------
    UsageError, if they do.
    """
    if sum(letter.isdigit() for letter in words) > 6:
        raise UsageError(
            "an answer holds no telephone number",
            remedy="Say it without; a number is passed on by voice.",
        )
    return words
