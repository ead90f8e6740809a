"""Who the reporters are: kept in a box of its own, opened by two persons, destroyed by one word.

Nothing here is read by an analyst's command. A contact is looked up in two places alone: by the
step that sends an answer, and by `open_contact`, which writes down who asked before it shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tocsin.errors import UnknownName, UsageError, VaultClosed
from tocsin.settings import read_settings
from tocsin.workflow.record_keeping import open_ledger, open_vault, own_organisation

if TYPE_CHECKING:
    from tocsin.tables.kinds.house import Approval
    from tocsin.vault.contacts import Contact, Contacts

LONGEST_REASON = 300


def open_contacts() -> Contacts:
    """The node's contacts; opening them opens the vault."""
    from tocsin.vault.contacts import Contacts

    return Contacts(open_vault())


class Handles:
    """Handles for those who send: what leads to a person goes into the vault and no further.

    Contacts met for the first time wait until `flush`, so that a thousand of them are one write.
    """

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._fresh: dict[str, Contact] = {}
        self._contacts: Contacts | None = None
        self._key = b""

    def handle(self, sender: str) -> str:
        """The handle of a sender; one that is a handle already stays as it is."""
        from tocsin.intake.reporters import handle_of, is_handle
        from tocsin.vault.contacts import Contact

        if is_handle(sender):
            return sender
        if sender not in self._known:
            if self._contacts is None:
                self._contacts = open_contacts()
                self._key = self._contacts.handle_key()
            made = handle_of(sender, self._key)
            self._known[sender] = made
            self._fresh[made] = Contact(sender.strip())
        return self._known[sender]

    def flush(self) -> None:
        """Keep what waits: to be called before what was sent under these handles is written."""
        if self._contacts is not None and self._fresh:
            self._contacts.keep(self._fresh)
            self._fresh = {}


def list_contacts() -> list[dict[str, str]]:
    """Handles for which a contact is held, with way and language; never the contact."""
    return [
        {"handle": name, "way": way, "lang": lang}
        for name, (way, lang) in open_contacts().ways().items()
    ]


def set_language(handle: str, lang: str) -> None:
    """Note in which language a reporter is to be answered.

    Raises
    ------
    UsageError, for another language than fr and en.  UnknownName.
    """
    if lang not in ("fr", "en"):
        raise UsageError("{lang} is no language here", remedy="Say fr or en.", lang=lang)
    open_contacts().set_language(handle, lang)


def open_contact(handle: str, reason: str, persons: Sequence[tuple[str, str]]) -> str:
    """A reporter's contact, for two persons with a reason; their signed words are written first.

    persons : (handle, passphrase) of each

    Raises
    ------
    UsageError, if it is one person, or the reason is missing or tells the contact.  VaultClosed,
    for a wrong passphrase.  UnknownName, if nobody is enrolled so, or no contact is held.
    """
    if len(persons) != 2:
        raise UsageError(
            "a contact is opened by two persons",
            remedy="Name both: --person A --person B. Each types their own passphrase.",
        )
    contacts = open_contacts()
    words = _words("opened", handle, reason, persons)
    held = contacts.contact(handle)
    if held is None:
        raise UnknownName(
            "no contact is held for {handle}",
            remedy="See the handles: tocsin contacts list",
            handle=handle,
        )
    _require_silent(reason, held)
    _write("opened", handle, reason, words)
    return held.text


def purge_contact(handle: str, reason: str, person: tuple[str, str]) -> str:
    """Destroy one reporter's contact for good; the id of the statement that says so.

    Raises
    ------
    UsageError, VaultClosed, UnknownName: as `open_contact`.
    """
    contacts = open_contacts()
    words = _words("purged", handle, reason, [person])
    held = contacts.contact(handle)
    if held is not None:
        _require_silent(reason, held)
    contacts.forget(handle)
    return _write("purged", handle, reason, words)


@dataclass(frozen=True)
class WipedAll:
    """What a wipe destroyed, and what it could not reach."""

    files: tuple[str, ...]
    at: str
    letters: int  # waiting for the gateway, with a number on each
    older_left: bool = False  # an older store's contacts lie in a vault that did not open


def wipe_contacts(word: str) -> WipedAll:
    """Destroy every contact of the node, at once and for good; the ledger stays as it is.

    No passphrase is asked for: whoever must do this has no time. Letters that wait in the folder of
    a gateway go too.

    Raises
    ------
    UsageError, if the word is neither `wipe` nor `effacer`.
    """
    from tocsin.vault.contacts import OLD_CONTACT, OLD_KEY, wipe

    if word.strip().casefold() not in ("wipe", "effacer"):
        raise UsageError("nothing was wiped", remedy="Type the word: wipe")
    done = wipe(read_settings().home / "vault")
    letters = _destroy_letters()
    try:
        vault = open_vault()
        for name in (OLD_KEY, *vault.beginning(OLD_CONTACT)):
            vault.forget(name)
    except VaultClosed:
        return WipedAll(done.files, done.at, letters, older_left=True)
    return WipedAll(done.files, done.at, letters)


def _destroy_letters() -> int:
    """Overwrite and delete answers that wait in a gateway's folder."""
    from tocsin.errors import TocsinError
    from tocsin.sharing.channels import parse_channels
    from tocsin.vault.contacts import destroy_file

    home = read_settings().home
    path = home / "channels.yml"
    try:
        channels = parse_channels(path.read_bytes(), str(path))
    except (OSError, TocsinError):
        return 0
    folders = {home / one.folder for one in channels.reporters_channels() if one.folder}
    found = [file for each in folders if each.is_dir() for file in each.iterdir()]
    letters = [file for file in found if file.suffix in (".sms", ".partial") and file.is_file()]
    for file in letters:
        destroy_file(file)
    return len(letters)


def _require_silent(reason: str, held: Contact) -> None:
    digits = "".join(one for one in reason if one.isdigit())
    known = "".join(one for one in held.text if one.isdigit())
    if held.text.casefold() in reason.casefold() or (len(known) >= 6 and known[-6:] in digits):
        raise UsageError(
            "the reason tells the contact, and it stays in the record",
            remedy="Say why without number, address or name.",
        )


def _words(
    action: str, handle: str, reason: str, named: Sequence[tuple[str, str]]
) -> list[Approval]:
    """The persons' words, each signed with the key that their own passphrase opens."""

    from tocsin.tables.kinds.answers import contact_word
    from tocsin.vault import person, require_another_person

    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise UsageError(
            "say why, in at most {most} characters", remedy="--reason WORDS", most=LONGEST_REASON
        )
    vault = open_vault()
    who = [(person(vault, name), phrase) for name, phrase in named]
    if len(who) == 2:
        (first, _), (second, phrase) = who
        if first.handle == second.handle:
            raise UsageError(
                "a contact is opened by two persons",
                remedy="Name both: --person A --person B. Each types their own passphrase.",
            )
        require_another_person(first, phrase)
    return [
        one.word(phrase, lambda word: contact_word(action, handle, reason.strip(), word))
        for one, phrase in who
    ]


def _write(action: str, handle: str, reason: str, words: Sequence[Approval]) -> str:
    from tocsin.tables.kinds.answers import ContactStep
    from tocsin.warning.steps import Author, statement_of

    body = ContactStep(
        handle=handle,
        action=action,  # type: ignore[arg-type]
        reason=reason.strip(),
        approvals=tuple(words),
    )
    ledger = open_ledger(to_write=True)
    try:
        author = Author(own_organisation(), "administrator")
        one = statement_of(
            body, f"reporter:{handle}", datetime.now(UTC), author, source="tocsin contacts"
        )
        ledger.append([one])
        return one.id
    finally:
        ledger.close()
