"""A user's own boundary layers, kept beside the lake as GeoJSON files."""

import os
from hashlib import sha256
from pathlib import Path

from tocsin.lake.room import room_to_write


def boundary_files(root: Path) -> tuple[Path, ...]:
    """The layers that were added to the store, in the order in which they were."""
    folder = root / "boundaries"
    found = folder.glob("*.geojson") if folder.is_dir() else ()
    return tuple(sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name)))


def write_boundaries(root: Path, name: str, geojson: str) -> Path:
    """Keep one layer under a name that its content completes; the same layer twice is one file.

    Raises
    ------
    StoreFull, if there is no room or no permission.
    """
    content = geojson.encode()
    path = root / "boundaries" / f"{name}-{sha256(content).hexdigest()[:12]}.geojson"
    with room_to_write(root):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        partial.write_bytes(content)
        os.replace(partial, path)  # noqa: PTH105  (one step on every system)
    return path
