"""The typefaces of a brief: where they are, and how wide a text is in them.

Source Serif and Source Sans (SIL Open Font Licence) come from the package registry, so that a
document has the same bytes on every machine, and a label is placed knowing its true width.
"""

from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Literal

Face = Literal["sans", "sans-strong", "serif", "serif-strong"]

_FILES: dict[Face, tuple[str, str]] = {
    "sans": ("font_source_sans_pro", "SourceSansPro-Regular.ttf"),
    "sans-strong": ("font_source_sans_pro", "SourceSansPro-Semibold.ttf"),
    "serif": ("font_source_serif_pro", "SourceSerifPro-Regular.ttf"),
    "serif-strong": ("font_source_serif_pro", "SourceSerifPro-Semibold.ttf"),
}
FACES: tuple[Face, ...] = tuple(_FILES)
# What every face is known to have (a test opens them), so that most texts need no font opened.
_SURE = frozenset(map(chr, (*range(32, 127), *range(161, 173), *range(174, 256)))) | frozenset(
    "œŒ’‘“”–—…•−≤≥\u00a0"
)

# Letters of nearly every page in French or English: faces with these are cut once for a store.
COMMON = "".join(map(chr, range(32, 127))) + (
    "àâäçéèêëîïôöùûüÿœæÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŒÆñ«»’‘“”–—…•·−×≤≥≈→↗↘↑↓■△▲≠←°²\n\t\u00a0\u202f\u2009"
)


def font_file(face: Face) -> Path:
    """The TrueType file of a face."""
    from importlib.util import find_spec  # noqa: PLC0415

    package, name = _FILES[face]
    found = find_spec(package)
    assert found is not None, package
    assert found.origin is not None, package
    return Path(found.origin).parent / "files" / name


@cache
def _advances(face: Face) -> dict[int, float]:
    """Advance width of every character, in ems."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415  (60 ms: only when something is drawn)

    font = TTFont(font_file(face), lazy=True)
    metrics, per_em = font["hmtx"], font["head"].unitsPerEm
    return {code: metrics[name][0] / per_em for code, name in font.getBestCmap().items()}


def holds(face: Face, letter: str) -> bool:
    """Whether a face has a letter.

    >>> holds("sans", "é"), holds("sans", "ⵣ")
    (True, False)
    """
    return letter in _SURE or ord(letter) in _advances(face)


def text_width(text: str, size: float, strong: bool = False) -> float:
    """Width of a text in the sans face, in the unit of `size` (kerning left out: under 1 %).

    >>> 15 < text_width("Mopti", 10, strong=True) < 35
    True
    """
    advances = _advances("sans-strong" if strong else "sans")
    return sum(advances.get(ord(letter), 0.5) for letter in text) * size


def serif_width(text: str, size: float) -> float:
    """Width of a text in the strong serif face of headlines."""
    advances = _advances("serif-strong")
    return sum(advances.get(ord(letter), 0.3) for letter in text) * size


def linked_faces(address: Callable[[Face], str]) -> str:
    """CSS that names the faces where a server has them."""
    return "".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-display:swap;'
        f"src:url({address(face)})}}"
        for face, (family, weight) in _WEB_FACES.items()
    )


def font_faces(letters: str) -> str:
    """CSS that carries the faces, cut down to these letters: about 10 kB each.

    Reserved names stay out of it, as the Open Font Licence asks of a changed font.
    """
    return "".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};'
        f"src:url(data:font/woff;base64,{b64encode(web_face(face, letters)).decode('ascii')})}}"
        for face, (family, weight) in _WEB_FACES.items()
    )


def kept_faces(home: Path, wanted: str) -> str:
    """CSS with faces that hold the letters `wanted`, kept in a store: cutting takes a second."""
    from hashlib import sha256  # noqa: PLC0415

    from tocsin.lake.whole import write_bytes  # noqa: PLC0415

    name = sha256(f"1|{wanted}".encode()).hexdigest()[:16]
    path = home / "kept" / f"faces-{name}.css"
    try:
        return path.read_text("utf-8")
    except OSError:
        made = font_faces(wanted)
        with suppress(OSError):  # a store that cannot be written to still gives an answer
            path.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(path, made.encode())
        return made


def faces_for(letters: str, kept: str) -> str:
    """CSS for a page with these letters: what was kept for common ones, else cut for the page."""
    return kept if kept and set(letters) <= set(COMMON) else font_faces(letters)


_WEB_FACES: dict[Face, tuple[str, int]] = {
    "sans": ("Tocsin Sans", 400),
    "sans-strong": ("Tocsin Sans", 600),
    "serif": ("Tocsin Serif", 400),
    "serif-strong": ("Tocsin Serif", 600),
}


@cache
def web_face(face: Face, letters: str) -> bytes:
    """A face with only these letters, as WOFF."""
    import io  # noqa: PLC0415

    from fontTools import subset  # noqa: PLC0415  (half a second: only for a page)

    options = subset.Options(
        flavor="woff", layout_features=["kern"], hinting=False, name_IDs=[], notdef_outline=False
    )
    font = subset.load_font(str(font_file(face)), options, lazy=True)
    cutter = subset.Subsetter(options)
    cutter.populate(text=letters)
    cutter.subset(font)
    written = io.BytesIO()
    subset.save_font(font, written, options)
    return written.getvalue()
