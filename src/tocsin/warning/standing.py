"""Where a warning stands: its history, read in order. Nothing is stored; the log is the state."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from tocsin.tables.kinds.warnings import AlertLevel, WarningVersion
from tocsin.tables.statements import Statement
from tocsin.tables.when import last_moment
from tocsin.warning.problems import rank

PREFIX = "warning:"
State = Literal[
    "draft", "issued", "acknowledged", "decided", "responded", "closed", "expired", "superseded"
]
STEP_KINDS = (
    "acknowledgement", "closure", "decision", "delivery", "dissent", "escalation", "feedback",
    "hold", "response", "warning",
)  # fmt: skip


@dataclass
class Standing:
    """One warning and everything that was said of it by a clock."""

    subject: str
    versions: list[Statement] = field(default_factory=list)
    steps: dict[str, list[Statement]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The warning's name as people type it."""
        return self.subject.removeprefix(PREFIX)

    @property
    def current(self) -> Statement:
        """The newest version."""
        return self.versions[-1]

    @property
    def body(self) -> WarningVersion:
        """What the newest version says."""
        body = self.current.body
        assert isinstance(body, WarningVersion)
        return body

    @property
    def epoch(self) -> int:
        """The first version under the clock that runs now: steps on it still hold."""
        return version_of(self._clock_start)

    @property
    def clock_level(self) -> AlertLevel:
        """The level at which the present clock was set; a level that falls changes no clock."""
        body = self._clock_start.body
        assert isinstance(body, WarningVersion)
        return body.level

    @property
    def _clock_start(self) -> Statement:
        now = self.body.clock_from
        return next(
            (
                one
                for one in self.versions
                if getattr(one.body, "state", "") == "issued"
                and getattr(one.body, "clock_from", "") == now
            ),
            self.current,
        )

    def last(self, kind: str) -> Statement | None:
        """The newest step of a kind, whatever version it was on."""
        found = self.steps.get(kind)
        return found[-1] if found else None

    def last_now(self, kind: str) -> Statement | None:
        """The newest step of a kind that answers the clock that runs now."""
        found = [one for one in self.steps.get(kind, ()) if version_of(one) >= self.epoch]
        return found[-1] if found else None

    @property
    def acknowledged(self) -> Statement | None:
        """The acknowledgement that holds; a decision is one too."""
        both = [one for kind in ("acknowledgement", "decision") if (one := self.first_now(kind))]
        return min(both, key=lambda one: last_moment(one.known_at), default=None)

    def first_now(self, kind: str) -> Statement | None:
        """The first step of a kind that answers the clock that runs now."""
        found = [one for one in self.steps.get(kind, ()) if version_of(one) >= self.epoch]
        return found[0] if found else None

    @property
    def decided(self) -> Statement | None:
        """The decision that holds."""
        return self.last_now("decision")

    @property
    def closure(self) -> Statement | None:
        """The end, if there was one."""
        return self.last("closure")

    @property
    def is_open(self) -> bool:
        return self.closure is None

    @property
    def is_exercise(self) -> bool:
        """Whether it was raised under a clock set by hand."""
        return "EXERCISE" in self.current.caveats

    @property
    def held(self) -> bool:
        """Whether the release authority keeps its text back."""
        last = self.last("hold")
        return last is not None and bool(getattr(last.body, "held", False))

    @property
    def state(self) -> State:
        """The furthest step that holds."""
        if (closure := self.closure) is not None:
            how: State = closure.body.how  # type: ignore[attr-defined]
            return how
        if self.body.state == "draft":
            return "draft"
        if self.decided is not None and self.steps.get("response"):
            return "responded"
        if self.decided is not None:
            return "decided"
        return "issued" if self.acknowledged is None else "acknowledged"

    @property
    def urgency(self) -> tuple[int, int, str]:
        """Sort key of the duty board: undecided first, then by level, then the oldest."""
        return (self.decided is not None, -rank(self.body.level), self.body.clock_from)


def _heeded(said: Sequence[Statement], own: str) -> list[Statement]:
    """What counts of what organisations say of warnings: who raised one says what it is.

    The steps that count are that organisation's and the house's own, so that no partner closes,
    holds or acknowledges a warning of this house; a dissent is heard from anybody.
    """
    whose: dict[str, str] = {}
    for one in said:
        if one.kind == "warning" and (one.origin == own or one.subject not in whose):
            whose[one.subject] = one.origin
    return [
        one
        for one in said
        if one.origin == whose.get(one.subject)
        or (one.origin == own and one.kind != "warning")
        or one.kind == "dissent"
    ]


def standings(statements: Iterable[Statement], own: str) -> dict[str, Standing]:
    """Every warning by subject, from statements in the order in which they became known.

    own : the house whose steps count, beside those of who raised a warning
    """
    found: dict[str, Standing] = {}
    waiting: list[Statement] = []
    for one in _heeded(list(statements), own):
        if one.kind == "warning":
            found.setdefault(one.subject, Standing(one.subject)).versions.append(one)
        elif one.kind in STEP_KINDS:
            waiting.append(one)
    for held in found.values():
        held.versions.sort(key=version_of)
    for one in waiting:
        if (about := found.get(one.subject)) is not None and _counts(one, about):
            about.steps.setdefault(one.kind, []).append(one)
    for held in found.values():
        _set_aside_void_closures(held, found)
    return found


def _counts(one: Statement, held: Standing) -> bool:
    """A step taken in an exercise does nothing to a real warning."""
    return held.is_exercise or "EXERCISE" not in one.caveats


def _set_aside_void_closures(held: Standing, found: Mapping[str, Standing]) -> None:
    """An end without a decision is none, whoever wrote it into the ledger, and by what way.

    A closure ends a warning that was decided by then, or that another one, which exists, replaces.
    """
    closures = held.steps.get("closure")
    if not closures:
        return
    decided = min((known(one) for one in held.steps.get("decision", ())), default=None)
    sound = [
        one
        for one in closures
        if (decided is not None and decided <= known(one))
        or (_how(one) == "superseded" and one.body.by in found and one.body.by != held.subject)  # type: ignore[attr-defined]
    ]
    if len(sound) < len(closures):
        held.steps["void_closure"] = [one for one in closures if one not in sound]
        held.steps["closure"] = sound


def _how(one: Statement) -> str:
    return str(getattr(one.body, "how", ""))


def open_warnings(found: dict[str, Standing]) -> list[Standing]:
    """Those that are not closed, most urgent first."""
    return sorted((one for one in found.values() if one.is_open), key=lambda one: one.urgency)


def version_of(one: Statement) -> int:
    """The version that a step is on; steps that name none hold for all."""
    body: Any = one.body
    return int(getattr(body, "version", 10**9))


def known(one: Statement) -> datetime:
    """When a statement became known."""
    return last_moment(one.known_at)


def silences_in_force(silences: Iterable[Statement], now: datetime) -> list[Statement]:
    """Silences that hold at a moment; a later one on the same problem and area replaces it."""
    newest: dict[str, Statement] = {}
    for one in sorted(silences, key=lambda each: (known(each), each.id)):
        if known(one) <= now:
            newest[one.subject] = one
    return [
        one
        for one in newest.values()
        if now <= last_moment(one.body.until)  # type: ignore[attr-defined]
    ]


def silenced(
    silences: Iterable[Statement], problem: str, area: str, now: datetime
) -> Statement | None:
    """The silence in force on a problem in an area, if there is one; a country covers its areas."""
    for one in silences_in_force(silences, now):
        body: Any = one.body
        if body.problem in ("", problem) and (
            body.area in ("", area) or area.startswith(body.area + ".")
        ):
            return one
    return None
