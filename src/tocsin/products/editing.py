"""An editor's text: kept apart from the generated evidence, in a file beside the product.

The file is Markdown. A heading holds the key of a section in brackets, and what follows it is the
editor's; what the product says from the record is never written there, so making the product
anew cannot touch it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tocsin.errors import CheckFailed
from tocsin.language import Lang, text, typeset
from tocsin.products.document import Document

SUFFIX = "editor.md"
MOST = 200_000  # bytes of an editor's file
_HEADING = re.compile(r"^##\s+.*\[(?P<key>[a-z0-9-]+)\]\s*$")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


@dataclass(frozen=True)
class Edited:
    """An editor's paragraphs by the key of their section."""

    texts: Mapping[str, Sequence[str]]

    def of(self, key: str) -> Sequence[str]:
        """The paragraphs that go into a section."""
        return self.texts.get(key, ())


def parse_edited(source: str, lang: Lang, where: str = "") -> Edited:
    """The editor's paragraphs of a file.

    Raises
    ------
    CheckFailed, for text that stands under no section.

    >>> parse_edited("## Summary [new]\\n\\nA first.\\n\\nA second.\\n", "en").of("new")
    ('A first.', 'A second.')
    """
    found: dict[str, list[str]] = {}
    key = ""
    for part in re.split(r"\n\s*\n", _COMMENT.sub("", source).strip()):
        lines = [line.strip() for line in part.strip().splitlines()]
        if lines and (heading := _HEADING.match(lines[0])):
            key = heading["key"]
            lines = lines[1:]
        said = " ".join(line for line in lines if line)
        if not said or said.startswith("# "):
            continue
        if not key:
            raise CheckFailed(
                "this text belongs to no section: {text}",
                where=where,
                remedy="Put it under a heading that ends with a section's key, as ## Title [key].",
                text=said[:60],
            )
        found.setdefault(key, []).append(typeset(said, lang))
    return Edited({name: tuple(texts) for name, texts in found.items()})


def read_edited(path: Path, document: Document, lang: Lang) -> Edited:
    """The editor's text beside a product; nothing where there is no such file.

    Raises
    ------
    CheckFailed, if it is too large, or names a section that the product has not.
    """
    if not path.is_file():
        return Edited({})
    if path.stat().st_size > MOST:
        raise CheckFailed(
            "this text is too long", where=str(path), remedy="Keep it to what a page can hold."
        )
    found = parse_edited(path.read_text("utf-8"), lang, path.name)
    known = ["headline", *(section.key for section in document.sections)]
    for key in found.texts:
        if key not in known:
            raise CheckFailed(
                "no section has the key {key}",
                where=path.name,
                remedy="The sections of this product are: {known}.",
                key=key,
                known=", ".join(known),
            )
    return found


def blank_edited(document: Document, lang: Lang) -> str:
    """An editor's file with every section's heading and nothing under it."""
    hint = text(
        "Write under a heading what you want to add there. What is drawn from the evidence is "
        "made anew each time and is not kept here.",
        lang,
    )
    heads = [f"## {document.headline.plain(lang)} [headline]"]
    heads += [f"## {section.title.plain(lang)} [{section.key}]" for section in document.sections]
    return f"<!-- {hint} -->\n\n" + "\n\n".join(heads) + "\n"
