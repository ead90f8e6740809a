"""One parser for every way in: answers become a typed report, or problems that say what is wrong.

Nothing is guessed and nothing is silently dropped. What is wrong stops the submission; what is
odd lets it in with a doubt that the verifier sees.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, Literal

from tocsin.intake.forms_read import Form, Question
from tocsin.tables.kinds.reports import Harm, Observed, Report, Situation, Way
from tocsin.tables.when import moment_text

LONGEST_TEXT = 2000
MOST_PEOPLE = 1_000_000  # more in one report is a slip of the finger
SLOWEST = timedelta(days=60)  # a report that took longer is believed, with a doubt
_HARM = frozenset(Harm.__struct_fields__)
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
_INSTANCE = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Problem:
    """What keeps a submission out: the question, what is wrong, and the answer as given."""

    question: str
    wrong: str
    given: str = ""


@dataclass(frozen=True)
class Submission:
    """Answers by the names of their questions, as they came in."""

    form: str
    answers: Mapping[str, str]
    reporter: str
    way: Way
    received: datetime
    instance: str = ""
    version: str = ""
    created: datetime | None = None
    media: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What makes this submission one and the same, however often it is sent."""
        if self.instance:
            return _INSTANCE.sub("-", self.instance.removeprefix("uuid:"))[:100].strip("-")
        told = "\x1f".join(f"{key}={self.answers[key]}" for key in sorted(self.answers))
        return sha256(f"{self.form}\x1e{self.reporter}\x1e{told}".encode()).hexdigest()[:24]


@dataclass
class Checked:
    """What the checks made of a submission: a body, or the problems that keep it out."""

    body: Report | Situation | None = None
    problems: list[Problem] = field(default_factory=list)


def check(submission: Submission, form: Form) -> Checked:
    """The typed body of a submission, or every problem that it has.

    >>> from datetime import UTC
    >>> from tocsin.intake.forms_read import form_named
    >>> sent = Submission("incident", {"day_from": "2026-01-05", "place": "Old Ford",
    ...     "event": "threat", "how_known": "told"}, "m-1", "sheet",
    ...     datetime(2026, 1, 6, tzinfo=UTC))
    >>> check(sent, form_named("incident")).body.event
    'threat'
    """
    reading = _Reading(submission, form)
    answers = reading.answers()
    if reading.problems:
        return Checked(problems=reading.problems)
    shared: dict[str, Any] = {
        "form_version": form.version,
        "instance": submission.name,
        "reporter": submission.reporter,
        "way": submission.way,
        "received": moment_text(submission.received),
        "created": moment_text(submission.created) if submission.created else None,
    }
    reading.doubt_clocks(answers)
    if form.indicators:
        observed = reading.indicators()
        if reading.problems:
            return Checked(problems=reading.problems)
        return Checked(
            Situation(**shared, **answers, observed=observed, doubts=tuple(reading.doubts))
        )
    harm = Harm(**{name: answers.pop(name) for name in _HARM & answers.keys()})
    reading.doubt_harm(harm)
    return Checked(
        Report(**shared, **answers, harm=harm, doubts=tuple(reading.doubts), media=submission.media)
    )


class _Reading:
    """One submission on its way through the checks."""

    def __init__(self, submission: Submission, form: Form):
        self.submission = submission
        self.form = form
        self.problems: list[Problem] = []
        self.doubts: list[str] = []

    def answers(self) -> dict[str, Any]:
        """The answers to the form's questions, in the types of the record."""
        given = self.submission.answers
        found: dict[str, Any] = {}
        known = set(self.form.names)
        suffixes = ("_level", "_direction")
        for name in given:
            if name not in known and not name.endswith(suffixes):
                self.problems.append(Problem(name, "the form has no such question", given[name]))
        for question in self.form.questions:
            text = clean(given.get(question.name, ""))
            if not text:
                if question.required:
                    self.problems.append(Problem(question.name, "this question needs an answer"))
                continue
            self._read(question, text, found)
        return found

    def _read(self, question: Question, text: str, found: dict[str, Any]) -> None:
        match question.type:
            case "text":
                if len(text) > LONGEST_TEXT:
                    self.doubts.append(f"{question.name}_cut")
                    text = text[:LONGEST_TEXT]
                found[question.name] = text
            case "count":
                found[question.name] = self._count(question, text)
            case "date":
                found[question.name] = self._day(question, text)
            case "one":
                found[question.name] = self._choice(question, text)
            case "point":
                self._point(question, text, found)
            case "media":
                pass  # named by the envelope of the submission, kept beside it

    def _wrong(self, question: Question, wrong: str, text: str) -> None:
        self.problems.append(Problem(question.name, wrong, text[:80]))

    def _count(self, question: Question, text: str) -> int | None:
        digits = re.sub(r"[\s\u00a0\u202f]", "", western_digits(text))
        if re.fullmatch(r"\d{1,7}(\.0)?", digits) and float(digits) <= MOST_PEOPLE:
            return int(float(digits))
        self._wrong(question, "this is not a whole number of people", text)
        return None

    def _day(self, question: Question, text: str) -> str | None:
        try:
            return date.fromisoformat(western_digits(text)[:10]).isoformat()
        except ValueError:
            self._wrong(question, "this is not a date such as 2026-01-31", text)
            return None

    def _choice(self, question: Question, text: str) -> str | None:
        options = self.form.options(question)
        for option in options:
            if text in (option.name, option.code):
                return option.name
        self._wrong(question, "this is none of the answers to choose from", text)
        return None

    def _point(self, question: Question, text: str, found: dict[str, Any]) -> None:
        try:
            latitude, longitude = (
                float(one) for one in western_digits(text).replace(",", " ").split()[:2]
            )
        except ValueError:
            self._wrong(question, "this is not a latitude and a longitude in degrees", text)
            return
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            self._wrong(question, "this is not a latitude and a longitude in degrees", text)
            return
        # A thousandth of a degree is a hundred metres: a place, not a house.
        found["latitude"], found["longitude"] = round(latitude, 3), round(longitude, 3)

    def indicators(self) -> tuple[Observed, ...]:
        """Every indicator of the form; one without an answer was not asked."""
        seen = []
        for indicator in self.form.indicators:
            read = [
                self._one_of(indicator.name, "state", default="not_asked"),
                self._one_of(f"{indicator.name}_level", "level"),
                self._one_of(f"{indicator.name}_direction", "direction"),
            ]
            state, level, direction = read
            if state != "observed" and (level or direction):
                self.doubts.append(f"{indicator.name}_unseen_but_judged")
            seen.append(Observed(indicator.name, state, level, direction))  # type: ignore[arg-type]
        return tuple(seen)

    def _one_of(
        self, name: str, listed: Literal["state", "level", "direction"], default: str = ""
    ) -> str:
        text = clean(self.submission.answers.get(name, ""))
        if not text:
            return default
        for option in self.form.choices[listed]:
            if text in (option.name, option.code):
                return option.name
        self.problems.append(Problem(name, "this is none of the answers to choose from", text[:80]))
        return default

    def doubt_clocks(self, answers: dict[str, Any]) -> None:
        """Mark clocks and days that cannot be right; the node's own clock is what counts."""
        received, created = self.submission.received, self.submission.created
        if created and not (-timedelta(days=1) <= received - created <= SLOWEST):
            self.doubts.append("device_clock")
        first = answers.get("day_from") or answers.get("week")
        if first and first > (received + timedelta(days=1)).date().isoformat():
            self.doubts.append("day_after_arrival")
        if first and first < (received - SLOWEST).date().isoformat():
            self.doubts.append("told_late")
        last = answers.get("day_to")
        if first and last and last < first:
            self.doubts.append("ends_before_it_begins")

    def doubt_harm(self, harm: Harm) -> None:
        """Mark counts that contradict each other."""
        low, best, high = harm.killed_low, harm.killed, harm.killed_high
        stated = [one for one in (low, best, high) if one is not None]
        if stated != sorted(stated):
            self.doubts.append("killed_out_of_order")
        if harm.killed_civilians is not None and harm.killed_civilians > max(stated, default=0):
            self.doubts.append("more_civilians_than_killed")


def western_digits(text: str) -> str:
    """Digits of any script as 0 to 9.

    >>> western_digits("٢٠٢٦-٠١-٣١"), western_digits("१२")
    ('2026-01-31', '12')
    """
    return "".join(
        str(unicodedata.digit(one)) if unicodedata.category(one) == "Nd" else one for one in text
    )


def clean(text: str) -> str:
    """Text in one Unicode form, without control signs and signs that hide or turn what follows."""
    return _UNSEEN.sub("", unicodedata.normalize("NFC", text)).strip()
