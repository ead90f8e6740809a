"""Warnings as CAP 1.2 (OASIS Common Alerting Protocol), and a reader that trusts nothing.

One language is one `info` block. The scope is Public only for TLP:CLEAR, else Restricted. A later
version is an Update and a closure a Cancel, each with `references` to what went before.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml import etree

from tocsin.errors import UnreadableFile
from tocsin.language import Lang
from tocsin.tables.kinds.warnings import Closure, WarningVersion
from tocsin.tables.statements import Statement
from tocsin.tables.when import first_moment, last_moment
from tocsin.warning.abouts import name_of

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
LIMIT = 2_000_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # not XML
_FORBIDDEN = re.compile(r"[\s,<&>]+")
_URGENCY = {"watch": "Future", "elevated": "Expected", "alert": "Expected", "imminent": "Immediate"}
_SEVERITY = {"watch": "Minor", "elevated": "Moderate", "alert": "Severe", "imminent": "Extreme"}
_LANGS: tuple[tuple[Lang, str], ...] = (("fr", "fr"), ("en", "en"))


@dataclass(frozen=True)
class Cap:
    """What was read of a CAP message."""

    identifier: str
    sender: str
    sent: str
    status: str
    message_type: str
    scope: str
    references: str = ""
    headlines: dict[str, str] = field(default_factory=dict)


def to_cap(
    one: Statement,
    sender: str,
    before: Sequence[Statement] = (),
    closure: Statement | None = None,
) -> bytes:
    """A warning's version as a CAP 1.2 message: Alert, Update, or with `closure` Cancel.

    Parameters
    ----------
    before : earlier versions that were sent, oldest first, for `references`
    closure : the statement that ended the warning
    """
    body = one.body
    assert isinstance(body, WarningVersion)
    alert = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})
    step = closure or one
    before = [each for each in before if each.id != step.id]
    sender = identifier(sender)
    _add(alert, "identifier", step.id)
    _add(alert, "sender", sender)
    _add(alert, "sent", _moment(step.known_at))
    _add(alert, "status", "Exercise" if "EXERCISE" in one.caveats else "Actual")
    _add(alert, "msgType", "Cancel" if closure is not None else "Update" if before else "Alert")
    public = one.tlp == "CLEAR"
    _add(alert, "scope", "Public" if public else "Restricted")
    if not public:
        to = f"; {', '.join(one.rel_to)}" if one.rel_to else ""
        _add(alert, "restriction", f"TLP:{one.tlp}, PAP:{one.pap}{to}")
    _add(alert, "code", f"TLP:{one.tlp}")
    if closure is not None and isinstance(closure.body, Closure):
        _add(alert, "note", f"{closure.body.how}: {closure.body.outcome}")
    if before:
        known = (f"{sender},{each.id},{_moment(each.known_at)}" for each in before)
        _add(alert, "references", " ".join(known))
    for lang, tag in _LANGS:
        _info(alert, one, body, lang, tag)
    return bytes(etree.tostring(alert, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def identifier(name: str) -> str:
    """A name without the characters that CAP forbids in senders and identifiers.

    >>> identifier("cellule d'alerte, <Mali> & co")
    "cellule-d'alerte-Mali-co"
    """
    return _FORBIDDEN.sub("-", name).strip("-") or "tocsin"


def _info(
    alert: etree._Element, one: Statement, body: WarningVersion, lang: Lang, tag: str
) -> None:
    info = etree.SubElement(alert, f"{{{NAMESPACE}}}info")
    _add(info, "language", tag)
    _add(info, "category", "Security")
    _add(info, "event", body.problem)
    _add(info, "urgency", _URGENCY[body.level])
    _add(info, "severity", _SEVERITY[body.level])
    _add(info, "certainty", "Likely" if body.likelihood_low >= 0.5 else "Possible")
    _add(info, "effective", _moment(one.known_at))
    _add(info, "expires", last_moment(body.window_to).strftime("%Y-%m-%dT%H:%M:%S-00:00"))
    _add(info, "senderName", one.origin)
    _add(info, "headline", body.title.in_(lang))
    _add(info, "description", "\n".join(each.title.in_(lang) for each in body.firings))
    for name, value in (
        ("tocsin:warning", one.subject.removeprefix("warning:")),
        ("tocsin:level", body.level),
        ("tocsin:likelihood", f"{body.likelihood_low:g}-{body.likelihood_high:g}"),
        ("tocsin:window", f"{body.window_from}/{body.window_to}"),
    ):
        parameter = etree.SubElement(info, f"{{{NAMESPACE}}}parameter")
        _add(parameter, "valueName", name)
        _add(parameter, "value", value)
    area = etree.SubElement(info, f"{{{NAMESPACE}}}area")
    _add(area, "areaDesc", name_of(body.area).in_(lang) if body.area else body.about)


def read_cap(content: bytes, name: str = "message") -> Cap:
    """The heads of a CAP 1.2 message from anybody: no entities, no network, no size.

    Raises
    ------
    UnreadableFile, if it is too large, holds a document type, is not XML, or not CAP 1.2.
    """
    if len(content) > LIMIT:
        raise UnreadableFile(
            "the message is larger than {limit} bytes",
            where=name,
            remedy="Ask its sender for a smaller one.",
            limit=LIMIT,
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableFile(
            "this is not XML: {problem}",
            where=name,
            remedy="Ask its sender to send it again.",
            problem=error.msg,
        ) from None
    if root.getroottree().docinfo.doctype:
        raise UnreadableFile(
            "the message declares a document type: CAP has none, and it could reach for files",
            where=name,
            remedy="Do not open it; tell its sender.",
        )
    alert = root if root.tag == f"{{{NAMESPACE}}}alert" else root.find(f".//{{{NAMESPACE}}}alert")
    needed = ("identifier", "sender", "sent", "status", "msgType", "scope")
    held = {each: _text(alert, each) for each in needed} if alert is not None else {}
    if alert is None or not all(held.values()):
        raise UnreadableFile(
            "this is no CAP 1.2 message: {missing} is missing",
            where=name,
            remedy="Ask its sender for CAP 1.2.",
            missing=", ".join(each for each in needed if not held.get(each)) or "alert",
        )
    headlines = {
        _text(info, "language") or "en": _text(info, "headline") or _text(info, "event")
        for info in alert.findall(f"{{{NAMESPACE}}}info")
    }
    return Cap(
        held["identifier"], held["sender"], held["sent"], held["status"], held["msgType"],
        held["scope"], _text(alert, "references"), headlines,
    )  # fmt: skip


def _text(parent: etree._Element, name: str) -> str:
    return (parent.findtext(f"{{{NAMESPACE}}}{name}") or "").strip()


def _add(parent: etree._Element, name: str, value: str) -> None:
    etree.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = _CONTROL.sub(" ", value)


def _moment(when: str) -> str:
    """CAP wants whole seconds and an offset, never Z."""
    return first_moment(when).strftime("%Y-%m-%dT%H:%M:%S-00:00")
