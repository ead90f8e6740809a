"""What every page is asked with: a reader, a clock, a language; and the links that keep them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from tocsin.errors import UsageError
from tocsin.language import Lang, plural, text, typeset
from tocsin.tables.months import parse_day
from tocsin.tables.when import moment_text
from tocsin.workflow.arriving import is_exercise_store
from tocsin.workflow.record_keeping import own_organisation

EARLIEST = date(1990, 1, 1)


@dataclass(frozen=True)
class Asked:
    """One question put to a page.

    `at` is empty for the present, else the day as of which the reader asks, as 2023-06-30.
    `words` are what else the address or a form carried.
    """

    handle: str
    organisation: str
    role: str
    lang: Lang
    path: str
    at: str = ""
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    words: Mapping[str, str] = field(default_factory=dict)
    csrf: str = ""
    exercise: bool = field(default_factory=is_exercise_store)  # every page says so

    @property
    def reader(self) -> str:
        """The reader as commands name one: ORG:ROLE:HANDLE, for need-to-know is a person's too."""
        return f"{self.organisation}:{self.role}:{self.handle}"

    @property
    def is_own(self) -> bool:
        """Whether the reader is of the house: its own business is for no other's eyes."""
        return self.organisation == own_organisation()

    @property
    def live(self) -> bool:
        """Whether the clock is the present: only then can anything be acknowledged or decided."""
        return not self.at

    @property
    def day(self) -> date:
        """The as-of day."""
        return parse_day(self.at) if self.at else self.now.date()

    @property
    def moment(self) -> datetime:
        """The as-of moment: now, or the end of the day asked for."""
        if self.live:
            return self.now
        return datetime(self.day.year, self.day.month, self.day.day, 23, 59, 59, tzinfo=UTC)

    @property
    def as_of(self) -> str:
        """The as-of day as commands take it: empty for the present."""
        return "" if self.live else self.day.isoformat()

    @property
    def as_of_moment(self) -> str:
        """The as-of moment as commands take it, as 2023-06-30T23:59:59Z: empty for the present."""
        return "" if self.live else moment_text(self.moment)

    @property
    def colon(self) -> str:
        """A colon as the language sets it."""
        return typeset(" :", "fr") if self.lang == "fr" else ":"

    def word(self, name: str) -> str:
        """What the address or a form carried under a name; empty if nothing."""
        return self.words.get(name, "").strip()

    def say(self, template: str, **fields: object) -> str:
        """A sentence in the reader's language, typeset."""
        words = text(template, self.lang)
        # A word of the record is shown as it stands: a brace in it is no field of ours.
        return typeset(words.format(**fields) if fields else words, self.lang)

    def say_count(self, count: float, one: str, many: str, **fields: object) -> str:
        """As `say`, in the form that goes with a count: French counts 0 and 1 as one."""
        return self.say(plural(count, one, many, self.lang), count=count, **fields)

    def to(self, path: str, **more: str) -> str:
        """An address within the room that keeps the clock."""
        asked = {"at": self.at, **more}
        kept = {name: value for name, value in asked.items() if value}
        return f"{path}?{urlencode(kept)}" if kept else path

    def here(self, **more: str) -> str:
        """This page again, with something else asked."""
        kept = {name: value for name, value in self.words.items() if name not in ("lang", "at")}
        return self.to(self.path, **(kept | more))

    def on_clock(self, days: int) -> str:
        """This page with the clock moved by so many days; never past today."""
        day = min(self.day + timedelta(days=days), self.now.date())
        return self.here(at=max(day, EARLIEST).isoformat())

    def at_present(self) -> str:
        """This page with the clock at the present."""
        return self.here(at="")


def clock_of(text: str, now: datetime) -> str:
    """The day that `?at=` asks for, as 2023-06-30; empty for the present.

    Raises
    ------
    UsageError, if it is no day, or lies in the future.

    >>> clock_of("2023-06", datetime(2026, 1, 1, tzinfo=UTC))
    '2023-06-30'
    """
    if not text.strip():
        return ""
    day = parse_day(text.strip())
    if day > now.date():
        raise UsageError(
            "the clock cannot be set to the future", remedy="Choose a day up to today."
        )
    return "" if day == now.date() else day.isoformat()
