"""Immutable Parquet snapshots with their manifests."""

from tocsin.lake.boundaries import boundary_files, write_boundaries
from tocsin.lake.disk import file_sha256
from tocsin.lake.keeping import ArrayCache
from tocsin.lake.node import DEFAULT_ORGANISATION, Node, name_node, read_node
from tocsin.lake.store import Draft, Lake

__all__ = [
    "DEFAULT_ORGANISATION",
    "ArrayCache",
    "Draft",
    "Lake",
    "Node",
    "boundary_files",
    "file_sha256",
    "name_node",
    "read_node",
    "write_boundaries",
]
