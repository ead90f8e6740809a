"""Warning problems: the harm watched for, to whom, where; what raises and what lowers a level."""

from typing import Annotated, Literal

import msgspec

from tocsin.tables.bodies import Slug, Words
from tocsin.tables.kinds.warnings import LEVELS, AlertLevel, Chance
from tocsin.tables.levels import Target
from tocsin.tables.statements import Pap, Tlp

Role = Slug
Hours = Annotated[float, msgspec.Meta(gt=0)]


class Criterion(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """When a level is entered: `any` of, `all` of, or `at_least` so many `of`, nested at will."""

    any: "tuple[Criterion | str, ...]" = ()
    all: "tuple[Criterion | str, ...]" = ()
    of: "tuple[Criterion | str, ...]" = ()
    at_least: int | None = None

    def __post_init__(self) -> None:
        given = [name for name in ("any", "all", "of") if getattr(self, name)]
        if len(given) != 1:
            raise ValueError("say exactly one of any, all, of")
        if ("of" in given) != (self.at_least is not None):
            raise ValueError("`of` goes with `at_least`")


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What must be so for the level to be reached, in words and as a rule."""

    text: Words
    when: Criterion | str


class Exit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The level is left when its entry has been known not to hold for `after_days`.

    What is unknown is not known to be quiet: it never lowers a level.
    """

    text: Words
    after_days: Annotated[int, msgspec.Meta(ge=1)]


class Level(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One alert level of a problem; `likelihood` is stated by its authors until one is learned."""

    entry: Entry
    exit: Exit
    likelihood: tuple[Chance, Chance]

    def __post_init__(self) -> None:
        if self.likelihood[0] > self.likelihood[1]:
            raise ValueError("the low end of the likelihood is above the high end")


class Where(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is warned about: every unit of a level, or every subject of a kind of statement.

    countries : ISO3 codes or regions such as SAHEL; empty for everywhere
    filter    : for statements, field → values, any of them, by the latest word on the subject
    """

    level: Literal["country", "admin1", ""] = ""
    kind: str = ""
    countries: tuple[str, ...] = ()
    filter: dict[str, tuple[str, ...]] = {}

    def __post_init__(self) -> None:
        if bool(self.level) == bool(self.kind):
            raise ValueError("say either level or kind")


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that can be done: who, how fast, at what cost, and what harm it could do."""

    text: Words
    owner: Role
    lead_time_hours: Hours
    cost: Literal["low", "medium", "high"]
    do_no_harm: Words


class Release(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The marking of the warnings of a problem."""

    tlp: Tlp = "AMBER+STRICT"
    pap: Pap = "AMBER"
    rel_to: tuple[Slug, ...] = ()


class Outcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The written rule by which a warning is judged.

    A harm in unit-months: at least `deaths` of `target` in one month of the window, in the area.
    A harm in statements: one of kind `kind` whose fields hold `filter`, under the same subject.
    `from_quiet`: only where the three months before had fewer than that (an onset).
    `otherwise`: field → values of the same kind that show that the harm did not come.
    `unscored`: why a scorecard cannot judge this problem, and what data it would take.
    """

    text: Words
    target: Target | None = None
    deaths: float | None = None
    from_quiet: bool = False
    kind: str = ""
    filter: dict[str, tuple[str, ...]] = {}
    otherwise: dict[str, tuple[str, ...]] = {}
    unscored: Words = Words()

    def __post_init__(self) -> None:
        if (self.target is not None) == bool(self.kind):
            raise ValueError("say either target and deaths, or kind and filter")
        if (self.target is None) != (self.deaths is None):
            raise ValueError("target goes with deaths")


class Scenarios(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How it may go."""

    best: Words
    likely: Words
    worst: Words


class Problem(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One warning problem, as its YAML file says it."""

    title: Words
    harm: Words
    to_whom: Words
    where: Where
    window_months: Annotated[int, msgspec.Meta(ge=1, le=24)]
    severity: Words
    levels: dict[AlertLevel, Level]
    options: dict[str, Option]
    addressees: tuple[Role, ...]
    outcome: Outcome
    scenarios: Scenarios
    change_our_mind: Words
    alternatives: Words
    release: Release = Release()
    chance: str = ""  # the hazard indicator whose value is the chance of this harm
    opportunity: bool = False
    issue: Literal["by_itself", "by_hand"] = "by_itself"
    opens_at: AlertLevel = "elevated"  # below it an area stands on the watch list, without clocks
    budget: Annotated[float, msgspec.Meta(gt=0)] = 1.0  # alarms per analyst-week
    inhibited_by: tuple[Slug, ...] = ()  # problems whose warning for the country covers this one

    def __post_init__(self) -> None:
        missing = [level for level in LEVELS if level not in self.levels]
        if missing:
            raise ValueError(f"a level is missing: {', '.join(missing)}")


class LevelClock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long a role has at one level, in hours."""

    acknowledge: Hours
    decide: Hours
    repeat: Hours


class Clocks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Clocks per level, exceptions per role, and the chain along which a warning escalates."""

    levels: dict[AlertLevel, LevelClock]
    chain: Annotated[tuple[Role, ...], msgspec.Meta(min_length=1)]
    roles: dict[Role, dict[AlertLevel, LevelClock]] = {}

    def of(self, level: AlertLevel, role: Role) -> LevelClock:
        """The clock of a role at a level."""
        return self.roles.get(role, {}).get(level, self.levels[level])


def rank(level: AlertLevel | None) -> int:
    """0 for no warning, 1 for watch … 4 for imminent.

    >>> rank(None), rank("imminent")
    (0, 4)
    """
    return 0 if level is None else LEVELS.index(level) + 1


def names_in(criterion: Criterion | str) -> tuple[str, ...]:
    """Every indicator that a criterion names, once, in order.

    >>> names_in(Criterion(any=("a", Criterion(all=("b", "a")))))
    ('a', 'b')
    """
    if isinstance(criterion, str):
        return (criterion,)
    inner = (*criterion.any, *criterion.all, *criterion.of)
    return tuple(dict.fromkeys(name for part in inner for name in names_in(part)))
