"""Servers on loopback that are what they say: SMTP with TLS under an authority of our own, HTTP."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.sharing.nodes import node, pair
from tests.warning.conftest import clock, ledger, new_ledger

__all__ = ["clock", "ledger", "new_ledger", "node", "pair"]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass
class Authority:
    """A certificate authority made for the test, and what it signed for 127.0.0.1."""

    certificate: Path
    chain: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain, self.key)
        return context


def make_authority(folder: Path) -> Authority:
    now = datetime.now(UTC)

    def signed(subject, key, issuer, issuer_key, ca):
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=2))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
                critical=False,
            )
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]),
                critical=False,
            )
            .sign(issuer_key, hashes.SHA256())
        )

    root_key, leaf_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of the test")])
    leaf_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    root = signed(root_name, root_key, root_name, root_key, True)
    leaf = signed(leaf_name, leaf_key, root_name, root_key, False)
    made = Authority(folder / "authority.pem", folder / "server.pem", folder / "server.key")
    made.certificate.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    made.chain.write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        leaf_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return made


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@dataclass
class Post:
    """A mail server that takes, defers or refuses what a test says, and keeps what it took."""

    port: int
    taken: list[bytes] = field(default_factory=list)
    refuse: str = ""
    outages: int = 0
    during: Callable[[], object] = lambda: None
    controller: Controller | None = None

    @property
    def mails(self) -> list[Message]:
        return [message_from_bytes(each, policy=default) for each in self.taken]

    def to(self, address: str) -> list[Message]:
        return [each for each in self.mails if each["To"] == address]

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.refuse and address in self.refuse:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.outages:
            self.outages -= 1
            return "451 try again"
        self.taken.append(envelope.content)
        self.during()
        return "250 OK"

    def stop(self) -> None:
        if self.controller is not None:
            self.controller.stop()
            self.controller = None


def authenticate(server, session, envelope, mechanism, data) -> AuthResult:
    right = (data.login, data.password) == (b"watch", b"correct horse")
    return AuthResult(success=right, handled=False)


def greet(authority: Authority, port: int) -> None:
    """A first call, after which the controller knows that its server answers."""
    context = ssl.create_default_context(cafile=str(authority.certificate))
    with (
        socket.create_connection(("127.0.0.1", port), timeout=5) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as secured,
    ):
        secured.recv(64)


@pytest.fixture
def new_post(authority: Authority) -> Iterator[Callable[..., Post]]:
    """Starts mail servers: `tls` is start, wrap or none."""
    started: list[Post] = []

    def start(tls: str = "start", port: int = 0, post: Post | None = None) -> Post:
        post = post or Post(port or free_port())
        more: dict = {}
        if tls == "start":
            more = {"tls_context": authority.context(), "require_starttls": True}
        elif tls == "wrap":
            more = {"ssl_context": authority.context()}
        if tls != "none":
            more |= {
                "authenticator": authenticate,
                "auth_required": True,
                "auth_require_tls": tls == "start",
            }
        post.controller = Controller(post, hostname="127.0.0.1", port=post.port, **more)
        if tls == "wrap":  # the controller's own first call would not trust our authority
            post.controller._trigger_server = lambda: greet(authority, post.port)
        post.controller.start()
        started.append(post)
        return post

    yield start
    for each in started:
        each.stop()


@pytest.fixture(scope="session")
def five_nodes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five stores whose nodes trust each other, made once: copy them."""
    from tests.sharing.five import made

    folder = tmp_path_factory.mktemp("five")
    with pytest.MonkeyPatch.context() as patch:
        made(folder, patch)
    return folder


@dataclass
class Hook:
    """An HTTP receiver that answers as it is told, and keeps what it got."""

    url: str
    got: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    @property
    def messages(self) -> list[str]:
        """What a receiver that drops second copies has: message ids, each once."""
        return list(dict.fromkeys(headers["x-tocsin-message"] for _, headers in self.got))


@pytest.fixture
def new_hook(authority: Authority) -> Iterator[Callable[..., Hook]]:
    """Starts receivers, with TLS under the test's authority or without."""
    servers: list[ThreadingHTTPServer] = []

    def start(tls: bool = False) -> Hook:
        hook = Hook("")

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                code = hook.answers.pop(0) if hook.answers else 204
                if code < 300:
                    headers = {name.lower(): value for name, value in self.headers.items()}
                    hook.got.append((content, headers))
                self.send_response(code)
                if 300 <= code < 400:
                    self.send_header("Location", "http://127.0.0.1:9/elsewhere")
                self.end_headers()

            def log_message(self, *given: object) -> None: ...

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if tls:
            server.socket = authority.context().wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        hook.url = f"http{'s' * tls}://127.0.0.1:{server.server_port}/"
        return hook

    yield start
    for each in servers:
        each.shutdown()
        each.server_close()
