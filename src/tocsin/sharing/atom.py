"""Warnings that may be released as an Atom feed (RFC 4287), one a language."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from tocsin.language import Lang
from tocsin.language.text import text
from tocsin.tables.statements import Statement
from tocsin.tables.when import last_moment
from tocsin.warning.messages import Told, letter
from tocsin.warning.standing import Standing, known

ATOM = "http://www.w3.org/2005/Atom"
CAP_TYPE = "application/cap+xml"


def render_atom(
    released: Sequence[Standing], org: str, lang: Lang, now: datetime, base: str = ""
) -> bytes:
    """The feed of some warnings, newest first; each links to its CAP message under `base`.

    An entry's id is that of the warning's first version, so that an update stays one entry.
    """
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    feed.set("{http://www.w3.org/XML/1998/namespace}lang", lang)
    steps = {held.subject: newest(held) for held in released}
    moments = [known(one) for one in steps.values()]
    _add(feed, "id", f"urn:tocsin:{org}:warnings:{lang}")
    _add(feed, "title", text("Warnings by {org}", lang).format(org=org))
    _add(feed, "updated", _moment(max(moments, default=now)))
    _add(_add(feed, "author"), "name", org)
    _add(feed, "generator", "Tocsin")
    if base:
        _add(feed, "link", rel="self", type="application/atom+xml",
             href=f"{base.rstrip('/')}/{feed_name(lang)}")  # fmt: skip
    for held in sorted(released, key=lambda one: known(steps[one.subject]), reverse=True):
        _entry(feed, held, steps[held.subject], lang, base)
    return bytes(etree.tostring(feed, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def feed_name(lang: Lang) -> str:
    """The file of a language's feed."""
    return f"warnings.{lang}.atom"


def cap_name(step: Statement) -> str:
    """The file of a step's CAP message, from the feed's folder."""
    return f"cap/{step.id}.xml"


def newest(held: Standing) -> Statement:
    """What an entry tells of: the end, or the newest version."""
    return held.closure or held.current


def _entry(feed: Any, held: Standing, step: Statement, lang: Lang, base: str) -> None:
    body = held.body
    entry = _add(feed, "entry")
    subject, words = letter([Told(held.current, step)], lang, answer=False)
    _add(entry, "id", f"urn:uuid:{held.versions[0].id}")
    _add(entry, "title", subject)
    _add(entry, "published", _moment(known(held.versions[0])))
    _add(entry, "updated", _moment(known(step)))
    for term in (body.level, body.problem, held.state):
        _add(entry, "category", term=term)
    root = f"{base.rstrip('/')}/" if base else ""
    _add(entry, "link", rel="alternate", type=CAP_TYPE, href=f"{root}{cap_name(step)}")
    _add(entry, "content", words, type="text")


def _add(parent: Any, name: str, value: str = "", **attributes: str) -> Any:
    found = etree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    if value:
        found.text = value
    return found


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def is_recent(held: Standing, now: datetime, days: int = 30) -> bool:
    """Open, or closed not long ago: a reader of the feed should hear of the end."""
    return held.is_open or (now - last_moment(newest(held).known_at)).days < days
