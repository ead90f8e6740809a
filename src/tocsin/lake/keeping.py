"""Results that took long and follow from what is held: kept in the store, made again if lost."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray


class ArrayCache:
    """Arrays by key, under `<TOCSIN_HOME>/kept`. The folder may be deleted at any time.

    A key must name everything that the array depends on: the same key is the same array.
    """

    def __init__(self, root: Path):
        self.folder = root / "kept"

    def array(self, key: str, make: Callable[[], NDArray[np.int32]]) -> NDArray[np.int32]:
        """The array kept under `key`, else the one that `make` gives, which is then kept."""
        import numpy as np  # noqa: PLC0415  (a store is opened where no array is read)

        path = self.folder / f"{key}.npy"
        try:
            held: NDArray[np.int32] = np.load(path, allow_pickle=False)
        except (OSError, ValueError, EOFError):
            held = make()
            self._keep(path, held)
        return held

    def _keep(self, path: Path, held: NDArray[np.int32]) -> None:
        """Keep it if there is room: a store that cannot be written to still gives an answer."""
        import numpy as np  # noqa: PLC0415

        partial = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with partial.open("wb") as file:
                np.save(file, held)
            partial.replace(path)
        except OSError:
            with suppress(OSError):
                partial.unlink()
