"""Whose node this is: one small file in the store, made on first use."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from tocsin.errors import StoreDamaged, UsageError
from tocsin.lake.room import room_to_write

DEFAULT_ORGANISATION = "local"


class Node(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The organisation that keeps this store, and whether it is an exercise, for its whole life."""

    organisation: str
    made_at: datetime
    exercise: bool = False


def read_node(root: Path) -> Node | None:
    """The node of the store at `root`; None where none has been named.

    Raises
    ------
    StoreDamaged, if its file cannot be read.

    >>> read_node(Path("/nowhere")) is None
    True
    """
    path = root / "node.json"
    if not path.is_file():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Node)
    except (OSError, msgspec.MsgspecError) as error:
        raise StoreDamaged(
            "the node's file cannot be read ({why})", where=str(path), why=str(error)
        ) from error


def name_node(
    root: Path, organisation: str = DEFAULT_ORGANISATION, *, exercise: bool = False
) -> Node:
    """Name the store's node; naming it again with the same name changes nothing.

    Raises
    ------
    UsageError, if the name is empty, or the node has another name already, or the store is real
    and is to be an exercise: it stays what it was made as.
    StoreFull, if the store cannot be written.
    """
    name = organisation.strip()
    if not name:
        raise UsageError("the organisation has no name", remedy="Give one: --org NAME")
    if (held := read_node(root)) is not None:
        if exercise and not held.exercise:
            raise UsageError(
                "this store is real and cannot become an exercise",
                where=str(root),
                remedy="Give the exercise a store of its own: TOCSIN_HOME.",
            )
        if held.organisation == name:
            return held
        raise UsageError(
            "this store belongs to {held}",
            where=str(root),
            remedy="Use another store (TOCSIN_HOME) for {name}.",
            held=held.organisation,
            name=name,
        )
    node = Node(name, datetime.now(UTC).replace(microsecond=0), exercise)
    with room_to_write(root):
        root.mkdir(parents=True, exist_ok=True)
        draft = root / "node.json.new"
        draft.write_bytes(msgspec.json.encode(node))
        draft.replace(root / "node.json")
    return node
