"""One letter into one channel; what became of it."""

from dataclasses import dataclass
from pathlib import Path

from tocsin.sharing.channels import Channel, Channels, Secrets
from tocsin.sharing.letters import Letter
from tocsin.sharing.transport import MailServer, Sent, send_file, send_mail, send_webhook


@dataclass(frozen=True)
class Desk:
    """What posting needs: the list of channels, where secrets are found, the store's folder."""

    channels: Channels
    secrets: Secrets
    home: Path

    def path(self, name: str) -> str:
        """A file or folder of the list: relative names lie in the store."""
        return str(self.home / Path(name).expanduser()) if name else ""


def require_ready(desk: Desk, channel: Channel) -> None:
    """Raise SettingsError if a secret that the channel needs is not there."""
    desk.secrets.of(channel.secret)
    if channel.kind == "mail":
        desk.secrets.of(desk.channels.servers[channel.server].password)


def post(
    desk: Desk,
    channel: Channel,
    message_id: str,
    said: Letter,
    pauses: tuple[float, ...] = (),
) -> Sent:
    """Send a letter once, and again after each of `pauses` while the other side is out.

    Raises
    ------
    SettingsError, if a secret or a file of certificates is not there.
    """
    if channel.kind == "drop":
        return send_file(Path(desk.path(channel.folder)), said.name, said.content)
    if channel.kind == "webhook":
        return send_webhook(
            channel.url,
            said.content,
            desk.secrets.of(channel.secret),
            pauses=pauses,
            message_id=message_id,
            content_type=said.content_type,
            authorities=desk.path(channel.authorities),
        )
    return send_mail(
        _mail_server(desk, channel),
        desk.channels.sender,
        channel.to,
        said.subject,
        said.text,
        message_id,
        pauses=pauses,
        attachment=(said.name, said.content) if channel.form == "cap" else None,
    )


def post_files(
    desk: Desk,
    channel: Channel,
    message_id: str,
    subject: str,
    text: str,
    files: tuple[tuple[str, str, bytes], ...],
) -> Sent:
    """Send files (name, media type, bytes) by a mail channel, or drop them; once.

    Raises
    ------
    SettingsError, if a secret or a file of certificates is not there.
    """
    if channel.kind == "drop":
        for name, _, content in files:
            done = send_file(Path(desk.path(channel.folder)), name, content)
            if done.outcome != "sent":
                return done
        return Sent("sent", 1)
    return send_mail(
        _mail_server(desk, channel),
        desk.channels.sender,
        channel.to,
        subject,
        text,
        message_id,
        pauses=(),
        files=files,
    )


def post_attachment(
    desk: Desk, channel: Channel, message_id: str, name: str, content: bytes
) -> Sent:
    """Send a file by a mail channel. Subject and text say nothing: mail is read on its way."""
    return send_mail(
        _mail_server(desk, channel),
        desk.channels.sender,
        channel.to,
        name,
        name,
        message_id,
        attachment=(name, content),
        attached_as="octet-stream",
    )


def _mail_server(desk: Desk, channel: Channel) -> MailServer:
    """The server of a mail channel, with its password and the certificates to trust."""
    server = desk.channels.servers[channel.server]
    return MailServer(
        server.host,
        server.port,
        server.tls,
        server.user,
        desk.secrets.of(server.password).decode(),
        desk.path(server.authorities),
    )
