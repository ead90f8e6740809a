"""A filled form as a phone sends it: one XML instance of an ODK XForm.

https://docs.getodk.org/openrosa-form-submission/ . It comes from outside: no entity, no document
type, bounded in size, depth and number of answers.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from lxml import etree

from tocsin.errors import UnreadableFile
from tocsin.intake.forms_read import Form, form_named
from tocsin.intake.submissions import Submission

LARGEST = 1_000_000  # bytes of one instance
DEEPEST = 8  # groups within groups
MOST = 500  # answers
_OWN = {"start", "end", "today", "deviceid", "phonenumber", "username", "email", "audit"}


@dataclass(frozen=True)
class Instance:
    """What an instance says: its form, its answers by question, the names of its media."""

    form: Form
    instance: str
    answers: dict[str, str]
    media: tuple[str, ...]  # file names, as the phone gave them
    created: datetime | None

    def submission(self, reporter: str, received: datetime) -> Submission:
        """The same as the checks take it; media under keys, because a file's name may tell."""
        return Submission(
            form=self.form.id,
            answers=self.answers,
            reporter=reporter,
            way="odk",
            received=received,
            instance=self.instance,
            version=self.form.version,
            created=self.created,
            media=tuple(media_key(self.instance, name) for name in self.media),
        )


def media_key(instance: str, name: str) -> str:
    """What stands for a file's name in the record.

    >>> media_key("uuid:1", "a.jpg") == media_key("uuid:1", "A.JPG ")
    False
    """
    return (
        "m-" + sha256(f"{instance}\x1f{name}".encode("utf-8", "surrogateescape")).hexdigest()[:16]
    )


def parse_instance(content: bytes) -> Instance:
    """Read one instance.

    Raises
    ------
    UnreadableFile, if it is not one, holds a document type, or passes a bound.
    UnknownName, if its form is not one of ours.

    >>> parse_instance(b'<data id="incident"><place>Old Ford</place><meta>'
    ...     b'<instanceID>uuid:1</instanceID></meta></data>').answers
    {'place': 'Old Ford'}
    """
    if len(content) > LARGEST:
        raise UnreadableFile("the form is larger than {most} kB", most=LARGEST // 1000)
    root = _root(content)
    form = form_named(str(root.get("id") or ""), _version_of(root))
    answers: dict[str, str] = {}
    meta: dict[str, str] = {}
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue  # a comment or an instruction says nothing
        if len(element) or element is root:
            continue
        name = etree.QName(element).localname
        value = (element.text or "").strip()
        in_meta = etree.QName(element.getparent()).localname == "meta"
        if in_meta or name in _OWN:
            meta.setdefault(name, value)
        elif value and name != "meta" and answers.setdefault(name, value) != value:
            raise UnreadableFile("the question {name} is answered twice", name=name[:80])
    named = {one.name for one in form.questions if one.type == "media"}
    if not meta.get("instanceID"):
        raise UnreadableFile("the form has no instanceID")
    return Instance(
        form=form,
        instance=meta["instanceID"],
        answers={name: value for name, value in answers.items() if name not in named},
        media=tuple(answers[name] for name in sorted(named & answers.keys())),
        created=_moment(meta.get("start", "")),
    )


def _root(content: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise UnreadableFile("the form is not XML (line {line})", line=line) from None
    if root.getroottree().docinfo.doctype:
        raise UnreadableFile("the form holds a document type, which may hide entities")
    seen = 0
    waiting = [(root, 1)]
    while waiting:
        element, depth = waiting.pop()
        seen += 1
        if depth > DEEPEST or seen > MOST:
            raise UnreadableFile("the form holds more than any of ours asks")
        waiting += [(child, depth + 1) for child in element]
    return root


def _version_of(root: etree._Element) -> str:
    """The version an instance was filled in; one that we do not know is read as the newest."""
    given = str(root.get("version") or "")
    from tocsin.intake.forms_read import forms  # noqa: PLC0415 - read from disk when first asked

    return given if any(one.version == given for one in forms()) else ""


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
