"""ArrayCache arrays: made once, made again when lost or damaged, and never in the way."""

from pathlib import Path

import numpy as np
import pytest

from tocsin.lake import ArrayCache, Lake


def test_an_array_is_made_once(tmp_path: Path) -> None:
    kept, calls = ArrayCache(tmp_path), []

    def make() -> np.ndarray:
        calls.append(1)
        return np.arange(6, dtype=np.int32).reshape(2, 3)

    first, second = kept.array("key", make), kept.array("key", make)
    assert calls == [1]
    assert (first == second).all()
    assert second.dtype == np.int32


@pytest.mark.parametrize("content", [b"", b"not an array", b"\x93NUMPY\x01\x00"])
def test_a_damaged_file_is_made_again(tmp_path: Path, content: bytes) -> None:
    kept = ArrayCache(tmp_path)
    kept.array("key", lambda: np.ones(3, np.int32))
    (kept.folder / "key.npy").write_bytes(content)
    assert kept.array("key", lambda: np.full(3, 7, np.int32)).tolist() == [7, 7, 7]
    assert [path.name for path in kept.folder.iterdir()] == ["key.npy"]


def test_where_nothing_can_be_written_the_answer_is_still_given(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file stands where the folder should be")
    assert ArrayCache(tmp_path).array("key", lambda: np.ones(2, np.int32)).tolist() == [1, 1]


def test_what_is_kept_is_no_snapshot(tmp_path: Path) -> None:
    ArrayCache(tmp_path).array("key", lambda: np.ones(2, np.int32))
    assert Lake(tmp_path).snapshots() == []
