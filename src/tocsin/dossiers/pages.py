"""YAML as people write it, read strictly: plain scalars, no double keys, and every line known."""

import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tocsin.errors import UnreadableFile

LIMIT = 5_000_000
At = tuple[str | int, ...]


# libyaml reads ten times as fast; where it was not built, the same in Python.
_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _PlainLoader(_SafeLoader):  # type: ignore[misc]
    """YAML without its surprises: `no` is a word, 2023-06-30 a text, 12:30 not a number."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  (PyYAML's own attribute)


for _tag, _shape, _first in (
    ("tag:yaml.org,2002:bool", r"^(?:true|false)$", list("tf")),
    ("tag:yaml.org,2002:int", r"^[-+]?[0-9]+$", list("-+0123456789")),
    ("tag:yaml.org,2002:float", r"^[-+]?[0-9]+\.[0-9]+$", list("-+0123456789")),
    ("tag:yaml.org,2002:null", r"^(?:~|null|)$", ["~", "n", ""]),
    ("tag:yaml.org,2002:merge", r"^(?:<<)$", ["<"]),
):
    _PlainLoader.add_implicit_resolver(_tag, re.compile(_shape), _first)


@dataclass(frozen=True)
class Page:
    """One YAML file: its content, and the line on which each part of it stands."""

    name: str
    content: Any
    lines: dict[At, int] = field(default_factory=dict)

    def line(self, at: At) -> int:
        """The line of the part at `at`, or of the nearest part that holds it."""
        while at and at not in self.lines:
            at = at[:-1]
        return self.lines.get(at, 1)


def read_page(path: Path) -> Page:
    """Read one YAML file.

    Raises
    ------
    UnreadableFile, naming the line, if it is not YAML, not UTF-8, too large, or says a key twice.
    """
    try:
        if path.stat().st_size > LIMIT:
            raise UnreadableFile(
                "the file is larger than {limit} bytes",
                where=path.name,
                remedy="Split it into several files.",
                limit=LIMIT,
            )
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise UnreadableFile(
            "the file is not UTF-8", where=path.name, remedy="Save it again as UTF-8."
        ) from None
    except OSError as error:
        raise UnreadableFile.because_of(error, path.name) from None
    return page_of(text, path.name)


def page_of(text: str, name: str) -> Page:
    """A page from its text; same errors as `read_page`.

    >>> page_of("a: {b: 2023-06}", "one.yml").content
    {'a': {'b': '2023-06'}}
    """
    loader = _PlainLoader(text)
    try:
        root = loader.get_single_node()
        if root is None:
            return Page(name, None)
        lines: dict[At, int] = {}
        _walk(root, (), lines, name)
        return Page(name, loader.construct_document(root), lines)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise UnreadableFile(
            "this is not YAML: {problem}",
            where=f"{name}:{mark.line + 1 if mark else 1}",
            remedy="Check the indentation, the colons and the quotes of that line.",
            problem=error.problem or error.context or "",
        ) from None
    except yaml.YAMLError as error:
        raise UnreadableFile(
            "this is not YAML: {problem}",
            where=name,
            remedy="Check that the file is plain text.",
            problem=str(error).splitlines()[0],
        ) from None
    finally:
        loader.dispose()


def _walk(node: yaml.Node, at: At, lines: dict[At, int], name: str) -> None:
    lines[at] = node.start_mark.line + 1
    if len(lines) > 500_000:
        raise UnreadableFile(
            "the file repeats itself without end",
            where=name,
            remedy="Take the nested references out.",
        )
    if isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            _walk(child, (*at, index), lines, name)
    elif isinstance(node, yaml.MappingNode):
        _walk_mapping(node, at, lines, name)


def _walk_mapping(node: yaml.MappingNode, at: At, lines: dict[At, int], name: str) -> None:
    seen: set[Hashable] = set()
    for key, child in node.value:
        word = key.value
        if word in seen and word != "<<":
            raise UnreadableFile(
                "the key {key} stands twice",
                where=f"{name}:{key.start_mark.line + 1}",
                remedy="Keep one of them.",
                key=word,
            )
        seen.add(word)
        inner = at if word == "<<" else (*at, word)
        _walk(child, inner, lines, name)
        if word != "<<":
            lines[inner] = key.start_mark.line + 1
    lines[at] = node.start_mark.line + 1
