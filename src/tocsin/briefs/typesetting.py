"""Paper: a Typst template and what it sets, as PDF/UA-1 that is the same bytes every time."""

import json
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

from tocsin.briefs.letters import FACES, font_file


def set_on_paper(template: bytes, name: str, told: Mapping[str, Any], stamp: date) -> bytes:
    """The PDF that `template` makes of `told`, which it reads as the JSON input `name`.

    The date inside is `stamp`, and the fonts come from the package registry, so nothing of the
    machine or of the hour gets into the file.

    Raises
    ------
    typst.TypstError, if the template cannot be set.
    """
    import typst  # noqa: PLC0415  (a second: only for paper)

    pdf: bytes = typst.compile(
        template,
        font_paths=_fonts(),
        sys_inputs={name: json.dumps(told, ensure_ascii=False)},
        format="pdf",
        pdf_standards="ua-1",
        timestamp=datetime.combine(stamp, time(), UTC),
    )
    return pdf


def set_as_picture(svg: str, scale: float) -> bytes:
    """A drawing as PNG on white paper, `scale` pixels a point, in the faces of the house."""
    import typst  # noqa: PLC0415

    png: bytes = typst.compile(
        b"#set page(width: auto, height: auto, margin: 0pt, fill: white)\n"
        b'#image(bytes(sys.inputs.svg), format: "svg")',
        font_paths=_fonts(),
        sys_inputs={"svg": svg},
        format="png",
        ppi=72 * scale,
    )
    return png


@cache
def _fonts() -> Any:
    """The faces of the house and no other, found once a process."""
    import typst  # noqa: PLC0415

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[_folder().name]
    )


@cache
def _folder() -> "tempfile.TemporaryDirectory[str]":
    """The faces in a folder of their own, which goes when the process ends: they are read late."""
    held = tempfile.TemporaryDirectory(prefix="tocsin-")
    for face in FACES:
        shutil.copy(font_file(face), held.name)
    return held
