"""Whose store this is."""

from pathlib import Path

import pytest

from tocsin.errors import StoreDamaged, UsageError
from tocsin.lake import name_node, read_node


def test_a_store_is_named_once(own_store: Path) -> None:
    assert read_node(own_store) is None
    node = name_node(own_store, " Observatory ")
    assert node.organisation == "Observatory"
    assert name_node(own_store, "Observatory") == node == read_node(own_store)
    with pytest.raises(UsageError, match="belongs to Observatory"):
        name_node(own_store, "Somebody else")


def test_a_name_is_not_empty(own_store: Path) -> None:
    with pytest.raises(UsageError, match="no name"):
        name_node(own_store, "  ")
    assert not own_store.exists()


def test_a_damaged_file_is_told(own_store: Path) -> None:
    own_store.mkdir()
    (own_store / "node.json").write_text("{}")
    with pytest.raises(StoreDamaged, match=r"node\.json"):
        read_node(own_store)
