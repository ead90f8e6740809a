"""A file that appears under its name only when it is complete, whoever else writes it at once."""

import os
import threading
from collections.abc import Callable
from pathlib import Path


def write_file(path: Path, write: Callable[[Path], object]) -> Path:
    """Let `write` fill a draft beside `path`, then put it in its place in one step.

    Each writer has a draft of its own, so that no one's place is taken by another's half.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = write_file(Path(folder) / "a" / "b.txt", lambda draft: draft.write_text("c"))
    ...     made.read_text()
    'c'
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.partial")
    try:
        write(draft)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return path


def write_bytes(path: Path, content: bytes) -> Path:
    """The same for what is already there as bytes."""
    return write_file(path, lambda draft: draft.write_bytes(content))
