"""What a comparison of figures finds: a rule, how grave it is, the statements, the words."""

from typing import Literal

import msgspec

from tocsin.knowledge.citing import Cited, cite
from tocsin.knowledge.record import Entry
from tocsin.tables.bodies import Words
from tocsin.tables.kinds import Figure
from tocsin.tables.when import last_moment

Severity = Literal["error", "warning", "question", "notice", "agrees"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "question", "notice", "agrees")

Rule = Literal[
    "sum", "share", "change", "difference", "product", "slip", "implied", "revision", "definition",
    "exclusion", "period", "sources", "stale",
]  # fmt: skip
FigureEntry = Entry[Figure]


class Finding(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One thing that a reader of these figures should know.

    `stated` and `computed` are the two numbers that were compared, where there are two;
    `cited` the statements involved, the one that the finding is about first.
    """

    rule: Rule
    severity: Severity
    outcome: str  # a short name of what was found: ties, wrong_base, contradict …
    text: Words
    cited: tuple[Cited, ...]
    subjects: tuple[str, ...]
    stated: float | None = None
    computed: float | None = None

    @property
    def statements(self) -> tuple[str, ...]:
        """Ids of the statements involved."""
        return tuple(one.statement for one in self.cited)


def finding(
    rule: Rule,
    severity: Severity,
    outcome: str,
    text: Words,
    involved: list[FigureEntry],
    *,
    stated: float | None = None,
    computed: float | None = None,
) -> Finding:
    """A finding about `involved`, the first being what it is about."""
    cited = dict.fromkeys(cite(entry.statement) for entry in involved)
    subjects = dict.fromkeys(entry.statement.subject for entry in involved)
    return Finding(
        rule=rule,
        severity=severity,
        outcome=outcome,
        text=text,
        cited=tuple(cited),
        subjects=tuple(subjects),
        stated=stated,
        computed=computed,
    )


_RANKS = {"final": 3, "revised": 2, "stated": 1, "provisional": 0}


def best(found: list[FigureEntry]) -> FigureEntry:
    """The figure to show first: final before revised before stated before provisional, then newest.

    A later word of the same rank wins, unless it only repeats another's; all others stay in the
    record.
    """
    return max(
        found,
        key=lambda entry: (
            _RANKS[entry.body.status],
            not entry.body.repeats,
            last_moment(entry.statement.known_at),
            entry.statement.id,
        ),
    )
