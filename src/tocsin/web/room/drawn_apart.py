"""Places drawn in a process of their own: `python -m tocsin.web.room.drawn_apart DAY PLACE…`.

To draw a place's forecast takes seconds of one core and several hundred megabytes, which a process
keeps once it has held them. A child does it and ends; what it worked out stays in the store, where
the server reads it. Pages that are asked for meanwhile go first.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from tocsin import __version__
from tocsin.errors import NotEnoughData, TocsinError
from tocsin.settings import read_settings
from tocsin.web.room.keeping import lake_edition

LONGEST = 900  # seconds
NICE = 5  # pages go first; whoever waits for a place is not to wait for ever
_RUNNING: set[subprocess.Popen[bytes]] = set()
LOG = logging.getLogger("tocsin.web")


def draw_apart(names: Sequence[str], day: str) -> None:
    """Have a child draw the places that were not drawn yet as of a day; wait until it ends.

    Where no child can be had, the server draws them itself, as it is asked for them.
    """
    left = [name for name in names if not _mark_of(name, day).exists()]
    if not left:
        return
    words = [sys.executable, "-m", "tocsin.web.room.drawn_apart", day, *left]
    nothing = subprocess.DEVNULL
    try:
        # Our own program, on places that exist.
        child = subprocess.Popen(words, stdin=nothing, stdout=nothing, stderr=nothing)  # noqa: S603
    except OSError as error:
        LOG.warning("places could not be drawn apart: %s", type(error).__name__)
        return
    _RUNNING.add(child)
    try:
        child.wait(LONGEST)
    except subprocess.TimeoutExpired:
        child.kill()
    finally:
        _RUNNING.discard(child)


async def stop() -> None:
    """End the children of this process, whose work can be begun again at any time."""
    for child in tuple(_RUNNING):
        child.terminate()


def _mark_of(name: str, day: str) -> Path:
    """A file that says that a place was drawn, of this version and this edition of the lake."""
    said = sha256("\n".join((name, day, lake_edition(), __version__)).encode()).hexdigest()[:24]
    return read_settings().home / "kept" / f"drawn-{said}"


def _draw(name: str, day: str) -> None:
    from tocsin.web.room.area_ready import make

    try:
        make(name, day, lake_edition())
    except NotEnoughData:
        pass  # its own page says what is lacking; it is drawn as far as can be
    except TocsinError:
        return
    mark = _mark_of(name, day)
    with suppress(OSError):  # a store that cannot be written to still has its answer
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()


def main(day: str, names: Sequence[str]) -> None:
    """Draw places, one after the other."""
    if hasattr(os, "nice"):
        os.nice(NICE)
    for name in names:
        _draw(name, day)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
