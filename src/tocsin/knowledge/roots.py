"""How many independent sources stand behind records, counted over what one reader may see.

Records of one source are linked, never merged. Only a record's own originator is believed about
where it comes from: what anybody else says of it stands under a name that nothing else bears. So a
hostile partner can make its own record count for nothing, and nobody else's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Node = tuple[str, str]  # whose word names it, and what: a record's id, a token, a handle
Why = Literal["one_source", "one_token", "corrects", "copied", "stems_from", "derived", "retelling"]
SAME = frozenset({"one_source", "one_token", "corrects"})


@dataclass(frozen=True)
class Tie:
    """One word that two records have to do with each other; `statement` is where it stands.

    Of two that are the same source it says no more; else `child` was made from `parent`.
    """

    why: Why
    child: Node
    parent: Node
    statement: str = ""
    contested: bool = False


@dataclass(frozen=True)
class Voice:
    """A record that is counted. What was only told to somebody may come from any other."""

    node: Node
    only_told: bool = False


@dataclass(frozen=True)
class Counted:
    """How many roots, if every tie holds and if the contested ones fall; what each holds."""

    fewest: int
    if_contested_fall: int
    groups: tuple[tuple[Node, ...], ...]  # the records of each root


def count_roots(voices: Sequence[Voice], ties: Iterable[Tie]) -> Counted:
    """The fewest independent sources that there may be behind these records.

    A record that was made from others adds no root beside theirs, and does not make theirs one. A
    circle of records made from each other is one root. What was only told adds none beside what
    somebody saw, and is one among itself.

    >>> a, b, c = Voice(("north", "a")), Voice(("south", "b")), Voice(("east", "c"))
    >>> of_a = Tie("stems_from", b.node, a.node)
    >>> count_roots([a, b, c], [of_a, Tie("stems_from", c.node, b.node)]).fewest
    1
    >>> count_roots([a, c, b], [of_a, Tie("stems_from", b.node, c.node)]).fewest
    2
    """
    held = list(ties)
    fewest, groups = _counted(voices, held)
    standing = [one for one in held if not one.contested]
    other = fewest if len(standing) == len(held) else _counted(voices, standing)[0]
    return Counted(fewest, other, groups)


def tied_to(start: Iterable[Node], ties: Iterable[Tie]) -> set[Node]:
    """Everything that ties bring together with these, whichever way they go."""
    beside: dict[Node, list[Node]] = {}
    for one in ties:
        beside.setdefault(one.child, []).append(one.parent)
        beside.setdefault(one.parent, []).append(one.child)
    return _reached(start, beside)


def _counted(voices: Sequence[Voice], ties: list[Tie]) -> tuple[int, tuple[tuple[Node, ...], ...]]:
    of = _sources([one.node for one in voices], ties)
    firsthand = [one for one in voices if not one.only_told] or list(voices[:1])
    found = {root for one in firsthand for root in of[one.node]}
    by_root: dict[Node, list[Node]] = {}
    for one in voices:
        for root in sorted(of[one.node]):
            by_root.setdefault(root, []).append(one.node)
    # Records that nobody here can see may all stem from one: no more roots than who speaks.
    most = len({min(of[one.node]) for one in firsthand})
    return min(len(found), max(most, 1)) if firsthand else 0, tuple(map(tuple, by_root.values()))


def _sources(nodes: Iterable[Node], ties: list[Tie]) -> dict[Node, frozenset[Node]]:
    """By record: the records from which it comes in the end, itself if from no other."""
    alike = _Alike()
    for one in ties:
        if one.why in SAME:
            alike.join(one.child, one.parent)
    made_from: dict[Node, list[Node]] = {}
    for one in ties:
        child, parent = alike.first(one.child), alike.first(one.parent)
        if one.why not in SAME and child != parent:
            made_from.setdefault(child, []).append(parent)
    circle = _circles(made_from)
    outward: dict[Node, list[Node]] = {}
    for child, parents in made_from.items():
        here = circle.get(child, child)
        others = [there for one in parents if (there := circle.get(one, one)) != here]
        outward.setdefault(here, []).extend(others)
    found = {}
    for node in nodes:
        first = alike.first(node)
        reached = _reached([circle.get(first, first)], outward)
        found[node] = frozenset(one for one in reached if not outward.get(one))
    return found


class _Alike:
    """Nodes that are one source, joined; the least of them stands for all."""

    def __init__(self) -> None:
        self._up: dict[Node, Node] = {}

    def first(self, node: Node) -> Node:
        while (up := self._up.get(node, node)) != node:
            self._up[node] = self._up.get(up, up)
            node = up
        return node

    def join(self, one: Node, other: Node) -> None:
        low, high = sorted((self.first(one), self.first(other)))
        if low != high:
            self._up[high] = low


def _circles(made_from: Mapping[Node, Sequence[Node]]) -> dict[Node, Node]:
    """Each node that lies on a circle, with the least of that circle (Kosaraju's two passes)."""
    order: list[Node] = []
    seen: set[Node] = set()
    for start in sorted(made_from):
        stack: list[tuple[Node, bool]] = [(start, False)]
        while stack:
            node, is_done = stack.pop()
            if is_done:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                stack.append((node, True))
                stack += [(one, False) for one in made_from.get(node, ()) if one not in seen]
    back: dict[Node, list[Node]] = {}
    for child, parents in made_from.items():
        for parent in parents:
            back.setdefault(parent, []).append(child)
    found: dict[Node, Node] = {}
    left = set(order)
    for start in reversed(order):
        if start in left:
            ring = _reached([start], back, left)
            left -= ring
            if len(ring) > 1:
                found |= dict.fromkeys(ring, min(ring))
    return found


def _reached(
    start: Iterable[Node], edges: Mapping[Node, Sequence[Node]], among: set[Node] | None = None
) -> set[Node]:
    found = set(start)
    waiting = list(found)
    while waiting:
        for one in edges.get(waiting.pop(), ()):
            if one not in found and (among is None or one in among):
                found.add(one)
                waiting.append(one)
    return found
