"""An identity provider on loopback: a real server that checks PKCE and signs; it can also lie."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwk, jwt

SECRET = "a secret of the client"


class Provider(ThreadingHTTPServer):
    """Vouches for one person; what it says may be changed by a test before each trip."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.key = jwk.RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.stranger = jwk.RSAKey.generate_key(2048, {"kid": "one"})
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[dict[str, str]] = []
        self.says: dict[str, Any] = {}  # claims in place of its own
        self.published: dict[str, Any] = {}  # of discovery, in place of its own
        self.signs_with = "its own"

    def token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": "tocsin", "sub": "person-7", "iat": now, "exp": now + 300,
            "nonce": nonce, "groups": ["watch"], "name": "Canary Traore",
        } | self.says  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.signs_with == "nothing":
            parts = ({"alg": "none"}, claims)
            return ".".join(_encoded(json.dumps(one).encode()) for one in parts) + "."
        if self.signs_with == "its public key":  # HMAC under what everybody can read
            secret = jwk.OctKey.import_key(self.key.as_pem(private=False))
            return jwt.encode({"alg": "HS256", "kid": "one"}, claims, secret)
        key = self.stranger if self.signs_with == "another key" else self.key
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)


class _Answers(BaseHTTPRequestHandler):
    server: Provider

    def log_message(self, *_: Any) -> None:
        """Nothing."""

    def do_GET(self) -> None:
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        if path == "/.well-known/openid-configuration":
            at = self.server.issuer
            self._tell({
                "issuer": at, "authorization_endpoint": f"{at}/ask",
                "token_endpoint": f"{at}/token", "jwks_uri": f"{at}/keys",
            } | self.server.published)  # fmt: skip
        elif path == "/keys":
            self._tell({"keys": [self.server.key.as_dict(private=False)]})
        elif path == "/ask":
            asked = {name: values[0] for name, values in query.items()}
            self.server.asked.append(asked)
            code = f"code-{len(self.server.codes)}"
            self.server.codes[code] = asked
            back = urlencode({"code": code, "state": asked["state"], "iss": self.server.issuer})
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri']}?{back}")
            self.end_headers()

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        given = {name: values[0] for name, values in form.items()}
        asked = self.server.codes.pop(given.get("code", ""), None)
        made = _encoded(sha256(given.get("code_verifier", "").encode()).digest())
        basic = self.headers.get("Authorization", "").partition(" ")[2]
        known = base64.b64decode(basic).decode() == f"tocsin:{SECRET.replace(' ', '%20')}"
        fits = asked is not None and asked["code_challenge"] == made and known
        if not fits or asked is None or asked["redirect_uri"] != given["redirect_uri"]:
            self._tell({"error": "invalid_grant"}, 400)
            return
        self._tell({"id_token": self.server.token(asked["nonce"]), "token_type": "Bearer"})

    def _tell(self, told: dict[str, Any], status: int = 200) -> None:
        content = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@contextmanager
def running() -> Iterator[Provider]:
    """A provider that answers while the block runs."""
    made = Provider()
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.shutdown()
        made.server_close()
        thread.join(10)
