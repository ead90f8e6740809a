"""Accounts put into groups that seem to tell of one event, for a person to look through.

Two groups are joined while it is likelier that all their accounts tell of one event than that each
group tells of its own: one likeness does not join what other accounts part. Then each account is
tried once more in every group near it. Cost grows with the accounts of one place and week, not with
their whole number.
"""

from collections.abc import Iterable, Sequence

from tocsin.intake.matching import Accounts, Trace, prior, weigh

SURE = 1.5  # log-odds that joining must win: a wrong merge costs more than a missed one
SWEEPS = 4


def groups(traces: Sequence[Trace]) -> list[set[str]]:
    """Ids of accounts, grouped by what they seem to tell of; in the order of `traces`."""
    by_id = {trace.id: trace for trace in traces}
    held = Accounts(traces)
    near = {trace.id: {other.id for other in held.near(trace)} for trace in traces}
    left, found = dict.fromkeys(by_id), []
    while left:
        chained, waiting = {(start := next(iter(left)))}, [start]
        while waiting:
            fresh = near[waiting.pop()] - chained
            waiting += sorted(fresh)
            chained |= fresh
        part = [name for name in by_id if name in chained]
        for name in part:
            del left[name]
        found += _Parting([by_id[name] for name in part], near).parted()
    return found


class _Parting:
    """Accounts that hang together by place and day, on their way into groups."""

    def __init__(self, traces: Sequence[Trace], near: dict[str, set[str]]):
        self._traces = {trace.id: trace for trace in traces}
        self._near = near
        self._groups: dict[str, frozenset[str]] = {one: frozenset([one]) for one in self._traces}
        self._scores: dict[frozenset[str], float] = {}

    def parted(self) -> list[set[str]]:
        self._join()
        for _ in range(SWEEPS):
            if not self._move():
                break
        return [set(group) for group in self._groups.values()]

    def _score(self, group: frozenset[str]) -> float:
        """The log-weight of one event told by these accounts."""
        if group not in self._scores:
            held = [self._traces[name] for name in sorted(group)]
            said = sum(weight for _, weight in weigh(held)) if len(held) > 1 else 0.0
            self._scores[group] = prior(len(held)) + said
        return self._scores[group]

    def _gain(self, one: frozenset[str], other: frozenset[str]) -> float:
        return self._score(one | other) - self._score(one) - self._score(other)

    def _join(self) -> None:
        """Join the two groups that win most by it, until none wins enough."""
        gains = {
            pair: self._gain(self._groups[pair[0]], self._groups[pair[1]])
            for pair in self._pairs(self._groups)
        }
        while gains:
            (one, other), best = max(gains.items(), key=lambda each: (each[1], each[0]))
            if best <= SURE:
                return
            self._groups[one] |= self._groups.pop(other)
            gains = {pair: gain for pair, gain in gains.items() if not {one, other} & set(pair)}
            for third in self._beside(one):
                pair = (min(one, third), max(one, third))
                gains[pair] = self._gain(self._groups[one], self._groups[third])

    def _pairs(self, names: Iterable[str]) -> set[tuple[str, str]]:
        return {(min(one, other), max(one, other)) for one in names for other in self._near[one]}

    def _beside(self, name: str) -> list[str]:
        """Groups that hold an account near one of this group."""
        around = set().union(*(self._near[one] for one in self._groups[name]))
        return [other for other, group in self._groups.items() if other != name and group & around]

    def _move(self) -> bool:
        """Try each account in the groups beside it, and alone; whether any moved."""
        moved = False
        for one in sorted(self._traces):
            home = next(name for name, group in self._groups.items() if one in group)
            alone, rest = frozenset([one]), self._groups[home] - {one}
            stays = self._gain(rest, alone) if rest else 0.0
            there = [
                (self._gain(self._groups[name], alone), name)
                for name in self._beside(home)
                if self._groups[name] & self._near[one]
            ]
            best, name = max(there, default=(-1.0, ""))
            if best > max(stays, SURE) + 1e-9:
                self._groups[name] |= alone
            elif rest and stays < SURE - 1e-9:
                self._groups[f"{one} alone"] = alone
            else:
                continue
            moved = True
            if rest:
                self._groups[home] = rest
            else:
                del self._groups[home]
        return moved
