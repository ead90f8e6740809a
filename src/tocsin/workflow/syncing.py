"""A sync over HTTP with a peer's node: fetch what waits, bring what is new, whatever the link does.

Pieces are as large as the link carries in about two seconds. A break costs at most the rest of
one piece: both sides keep every byte that came.
"""

import time
from collections.abc import Callable
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from tocsin.errors import FetchFailed, SettingsError
from tocsin.policy import handle
from tocsin.sharing.peers import peer_named, require_trusted_peer
from tocsin.sharing.transport import Answer, Link, LinkBroken
from tocsin.workflow.carrying import Offer
from tocsin.workflow.record_keeping import open_ledger, open_vault
from tocsin.workflow.sending import Exported, exchange_folder, write_bundle
from tocsin.workflow.taking import Taken, take_bundle

SMALLEST, LARGEST = 1 << 10, 1 << 18
FIRST = 8 << 10
SECONDS_A_PIECE = 2.0
TRIES = 12  # breaks in a row after which it is given up
PAUSE, LONGEST_PAUSE = 0.5, 30.0
MOST = 1000  # bundles in one sync


class Synced(msgspec.Struct, frozen=True, kw_only=True):
    """What a sync did, and what the link cost."""

    peer: str
    fetched: tuple[Taken, ...] = ()
    sent: Exported | None = None
    breaks: int = 0
    moved: int = 0  # bytes that were carried
    again: int = 0  # bytes that had to be carried again


def sync_with(
    peer: str, token: str = "", authorities: str = "", pause: Callable[[float], object] = time.sleep
) -> Synced:
    """Fetch what waits at a peer's node, then bring what is new; what was left half-way goes on.

    token : given once, kept in the vault

    Raises
    ------
    SettingsError, if the peer has no address or no token.  FetchFailed, if its node does not
    answer, or refuses.
    """
    ledger = open_ledger(to_write=True)
    known = require_trusted_peer(peer_named(ledger, handle(peer)))
    vault = open_vault()
    name = f"exchange-token:{known.organisation}"
    if token:
        vault.keep(name, token.encode())
    held = vault.secret(name)
    if not known.address or held is None:
        raise SettingsError(
            "{peer} has no address here, or this node no token for it",
            remedy="Its card must name one: tocsin peer card --address; and it makes a token: "
            "tocsin token create --org {org} --role peer --scope exchange",
            peer=known.organisation,
            org=ledger.org,
        )
    link = Link(known.address, held.decode(), authorities)
    run = _Run(link, known.organisation, pause)
    try:
        fetched = run.fetch_all()
        sent = run.bring_new()
    finally:
        link.close()
    return Synced(
        peer=known.organisation,
        fetched=tuple(fetched),
        sent=sent,
        breaks=run.breaks,
        moved=run.moved,
        again=run.again,
    )


class _Run:
    """One sync: its link, and how large a piece it carries."""

    def __init__(self, link: Link, peer: str, pause: Callable[[float], object]):
        self._link = link
        self._peer = peer
        self._pause = pause
        self._piece = FIRST
        self._failed = 0
        self.breaks = self.moved = self.again = 0

    def fetch_all(self) -> list[Taken]:
        answer = self._ask("GET", "/exchange/bundles")
        try:
            offers = msgspec.json.decode(answer.content, type=list[Offer])
        except (msgspec.MsgspecError, RecursionError):
            raise self._not_offered() from None
        return [self._fetch(one) for one in offers[:MOST]]

    def _fetch(self, offer: Offer) -> Taken:
        path = self._room("fetching") / offer.name
        while (held := path.stat().st_size if path.exists() else 0) < offer.size:
            last = min(held + self._piece, offer.size) - 1
            came = self._timed(
                "GET", f"/exchange/bundles/{offer.name}", {"Range": f"bytes={held}-{last}"}
            )
            with path.open("ab") as file:
                file.write(came[: offer.size - held])
        with path.open("rb") as file:
            is_whole = file_digest(file, "sha256").hexdigest() == offer.name
        try:
            if not is_whole:
                raise self._not_offered()
            taken = take_bundle(path)
        finally:
            path.unlink(missing_ok=True)
        self._ask("DELETE", f"/exchange/bundles/{offer.name}")
        return taken

    def _not_offered(self) -> FetchFailed:
        return FetchFailed(
            "what came from {peer} is not the bundle that it offered",
            remedy="Try again; if it stays so, talk to {peer} by another way.",
            peer=self._peer,
        )

    def _timed(self, method: str, path: str, headers: dict[str, str]) -> bytes:
        """The bytes that a call brought, be it whole or broken; the next piece fits the link."""
        started = time.monotonic()
        try:
            answer = self._link.call(method, path, headers=headers)
        except LinkBroken as broken:
            self._broke()
            self.moved += len(broken.came)
            return broken.came
        _require_good(answer, self._peer)
        if not answer.content:
            raise self._not_offered()  # it would be asked for ever
        self._worked(len(answer.content), time.monotonic() - started)
        return answer.content

    def bring_new(self) -> Exported | None:
        """First what an earlier sync left half-way, then what is new."""
        room = self._room("bringing")
        for left in sorted(room.iterdir()):
            self._bring(left)
        with TemporaryDirectory(dir=exchange_folder()) as folder:
            ledger = open_ledger(to_write=True)
            known = peer_named(ledger, self._peer)
            made = write_bundle(ledger, known, Path(folder) / "bundle")
            if made is None:
                return None
            with (Path(folder) / "bundle").open("rb") as file:
                name = file_digest(file, "sha256").hexdigest()
            (Path(folder) / "bundle").replace(room / name)
        self._bring(room / name)
        return made

    def _bring(self, path: Path) -> None:
        size, target = path.stat().st_size, f"/exchange/uploads/{path.name}"
        highest = 0
        while True:
            offset = int(self._ask("HEAD", target).headers.get("upload-offset", "0"))
            if self._send_from(path, target, offset, size, highest):
                path.unlink(missing_ok=True)
                return
            highest = max(highest, min(offset + self._piece, size))

    def _send_from(self, path: Path, target: str, offset: int, size: int, highest: int) -> bool:
        """Send pieces until the bundle is whole (yes) or the link breaks (no)."""
        while True:
            with path.open("rb") as file:
                file.seek(offset)
                content = file.read(self._piece)
            headers = {"Upload-Offset": str(offset), "Upload-Length": str(size)}
            started = time.monotonic()
            self.again += max(0, min(highest, offset + len(content)) - offset)
            try:
                answer = self._link.call("PATCH", target, content, headers)
            except LinkBroken:
                self._broke()
                return False
            _require_good(answer, self._peer)
            self._worked(len(content), time.monotonic() - started)
            offset = int(answer.headers.get("upload-offset", "0"))
            if offset >= size:
                return True

    def _ask(self, method: str, path: str) -> Answer:
        while True:
            try:
                answer = self._link.call(method, path)
            except LinkBroken:
                self._broke()
                continue
            _require_good(answer, self._peer)
            self._failed = 0
            return answer

    def _worked(self, size: int, seconds: float) -> None:
        self._failed = 0
        self.moved += size
        fits = int(size / max(seconds, 0.001) * SECONDS_A_PIECE)
        self._piece = max(SMALLEST, min(LARGEST, fits, self._piece * 2))

    def _broke(self) -> None:
        self.breaks += 1
        self._failed += 1
        if self._failed > TRIES:
            raise FetchFailed(
                "{peer} cannot be reached: the link broke {times} times in a row",
                remedy="Try again later: it goes on where it broke. Or carry a bundle: "
                "tocsin share export {peer} --out FILE",
                peer=self._peer,
                times=self._failed,
            )
        self._pause(min(PAUSE * 2 ** (self._failed - 1), LONGEST_PAUSE))

    def _room(self, kind: str) -> Path:
        folder = exchange_folder() / kind / self._peer
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def _require_good(answer: Answer, peer: str) -> None:
    if answer.status >= 400:
        raise FetchFailed(
            "the node of {peer} refuses ({status})",
            remedy="Ask {peer} for a token: tocsin token create --role peer --scope exchange",
            peer=peer,
            status=answer.status,
        )
