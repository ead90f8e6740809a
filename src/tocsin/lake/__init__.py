"""Immutable Parquet snapshots with their manifests."""

from tocsin.lake.node import DEFAULT_ORGANISATION, Node, name_node, read_node
from tocsin.lake.store import Draft, Lake, file_sha256

__all__ = [
    "DEFAULT_ORGANISATION",
    "Draft",
    "Lake",
    "Node",
    "file_sha256",
    "name_node",
    "read_node",
]
