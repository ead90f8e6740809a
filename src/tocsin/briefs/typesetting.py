"""Paper: a Typst template and what it sets, as PDF/UA-1 that is the same bytes every time."""

import json
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
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

    with tempfile.TemporaryDirectory(prefix="tocsin-") as folder:
        for face in FACES:
            shutil.copy(font_file(face), folder)
        pdf: bytes = typst.compile(
            template,
            font_paths=typst.Fonts(
                include_system_fonts=False, include_embedded_fonts=False, font_paths=[Path(folder)]
            ),
            sys_inputs={name: json.dumps(told, ensure_ascii=False)},
            format="pdf",
            pdf_standards="ua-1",
            timestamp=datetime.combine(stamp, time(), UTC),
        )
    return pdf
