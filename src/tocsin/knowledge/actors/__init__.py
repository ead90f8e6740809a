"""Actors: who they are, how they stand to each other on a day, and what changed."""

from tocsin.knowledge.actors.attribution import Attribution, attribute, attribute_with
from tocsin.knowledge.actors.cards import ActorCard, actor_card
from tocsin.knowledge.actors.changes import TieChange, tie_changes
from tocsin.knowledge.actors.drawing import render_svg
from tocsin.knowledge.actors.graph import Graph, actor_graph, to_graphml, to_json
from tocsin.knowledge.actors.registry import Registry, Resolution, registry_of, resolve_names
from tocsin.knowledge.actors.ties import Tie, members_on, ties_on

__all__ = [
    "ActorCard",
    "Attribution",
    "Graph",
    "Registry",
    "Resolution",
    "Tie",
    "TieChange",
    "actor_card",
    "actor_graph",
    "attribute",
    "attribute_with",
    "members_on",
    "registry_of",
    "render_svg",
    "resolve_names",
    "tie_changes",
    "ties_on",
    "to_graphml",
    "to_json",
]
