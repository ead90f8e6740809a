"""The graph of actors on a day, and its plain forms: JSON and GraphML."""

from collections.abc import Iterable
from datetime import date
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import msgspec

from tocsin.knowledge.actors.changes import tie_text
from tocsin.knowledge.actors.registry import Registry, registry_of
from tocsin.knowledge.actors.ties import Tie, ties_on
from tocsin.tables.bodies import Words
from tocsin.tables.statements import Statement

_GRAPHML = "http://graphml.graphdrawing.org/xmlns"


class Node(msgspec.Struct, frozen=True, omit_defaults=True):
    """An actor that has a tie on the day."""

    subject: str
    label: Words
    name: Words
    type: str = ""


class Edge(msgspec.Struct, frozen=True, omit_defaults=True):
    """A tie: from, to, what kind, in which state, on whose word."""

    source: str
    target: str
    type: str
    status: str
    polarity: str
    text: Words
    statements: tuple[str, ...] = ()


class Graph(msgspec.Struct, frozen=True):
    """Actors and ties that hold on a day, in alphabetical order."""

    on: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def actor_graph(
    statements: Iterable[Statement],
    on: date,
    around: str = "",
    undated: Registry | None = None,
    steps: int = 1,
) -> Graph:
    """The graph of all ties on a day, or of those within `steps` of one actor.

    Raises
    ------
    UnknownName, if `around` is not a name of the record.
    """
    held = list(statements)
    registry = registry_of(held)
    ties = ties_on(held, on)
    if around:
        ties = _near(registry.lookup(around, undated).subject, ties, steps)
    subjects = sorted({subject for tie in ties for subject in tie.pair})
    return Graph(
        on=on.isoformat(),
        nodes=tuple(_node(subject, registry) for subject in subjects),
        edges=tuple(_edge(tie, registry) for tie in ties),
    )


def to_json(graph: Graph) -> bytes:
    """The graph as JSON: nodes and edges, texts in both languages."""
    formed: bytes = msgspec.json.format(msgspec.json.encode(graph), indent=2)
    return bytes(formed) + b"\n"


def to_graphml(graph: Graph) -> bytes:
    """The graph as GraphML (graphdrawing.org), which Gephi, yEd and networkx read."""
    root = Element("graphml", {"xmlns": _GRAPHML})
    for name, owner in (
        ("label_fr", "node"), ("label_en", "node"), ("type", "node"), ("type", "edge"),
        ("status", "edge"), ("polarity", "edge"), ("text_fr", "edge"), ("text_en", "edge"),
    ):  # fmt: skip
        SubElement(root, "key", {
            "id": f"{owner}.{name}", "for": owner, "attr.name": name, "attr.type": "string",
        })  # fmt: skip
    inside = SubElement(root, "graph", {"id": f"actors-{graph.on}", "edgedefault": "directed"})
    for node in graph.nodes:
        made = SubElement(inside, "node", {"id": node.subject})
        _data(made, "node", label_fr=node.label.fr, label_en=node.label.en, type=node.type)
    for index, edge in enumerate(graph.edges):
        made = SubElement(
            inside, "edge", {"id": f"e{index}", "source": edge.source, "target": edge.target}
        )
        _data(
            made, "edge", type=edge.type, status=edge.status, polarity=edge.polarity,
            text_fr=edge.text.fr, text_en=edge.text.en,
        )  # fmt: skip
    indent(root)
    return (
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        + bytes(tostring(root, encoding="utf-8"))
        + b"\n"
    )


def _data(owner: Element, kind: str, **values: str) -> None:
    for name, value in values.items():
        if value:
            SubElement(owner, "data", {"key": f"{kind}.{name}"}).text = value


def _near(subject: str, ties: list[Tie], steps: int) -> list[Tie]:
    reached = {subject}
    for _ in range(steps):
        reached |= {one for tie in ties if reached & set(tie.pair) for one in tie.pair}
    return [tie for tie in ties if set(tie.pair) <= reached]


def _node(subject: str, registry: Registry) -> Node:
    identity = registry.identities.get(subject)
    label = registry.words(subject)
    if identity is None:
        return Node(subject, label, label)
    return Node(subject, label, identity.name, identity.type)


def _edge(tie: Tie, registry: Registry) -> Edge:
    return Edge(
        source=tie.subject,
        target=tie.object,
        type=tie.type,
        status=tie.status,
        polarity=tie.polarity,
        text=tie_text(tie, registry),
        statements=tuple(dict.fromkeys(one.statement for one in tie.cited)),
    )
