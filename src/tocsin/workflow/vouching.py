"""Signing in through an organisation's own identity provider (OpenID Connect), by configuration.

`sign-in.yml` in the store says whose word counts and for what:

    issuer: https://id.cellule.example
    client: tocsin
    secret: vault:oidc                 # or env:VARIABLE; left out for a public client
    back: https://salle.cellule.example/sign-in/vouched/back
    name: Cellule                      # what the page of signing in calls it
    claim: groups                      # in which claim roles stand
    roles: {tocsin-veille: duty-officer, tocsin-analyse: analyst}
    authorities: id.pem                # certificates to trust in place of the system's, if any

Authorization code with PKCE (RFC 7636), `state` and `nonce`; the token's signature is checked
with the issuer's published keys (JWKS), by asymmetric algorithms alone. Whoever has no role in the
map is refused, and so is everything that cannot be checked. A person is known here by a handle
made of issuer and subject under the vault's key: no name from the provider is read or kept.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from tocsin.errors import SettingsError, UsageError
from tocsin.policy.readers import ROLES, Role
from tocsin.settings import read_settings
from tocsin.workflow.record_keeping import open_vault
from tocsin.workflow.signing_in import open_session

FILE = "sign-in.yml"
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA", "Ed25519")
LEEWAY = 60  # seconds by which clocks may differ
GIVEN = 600  # seconds in which a person is back from the provider
LARGEST = 1 << 18  # bytes of one answer of the provider
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_KEY, _PEPPER = "oidc-trip", "oidc-handles"  # in the vault


class Provider(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose word counts, and for which role: `sign-in.yml`."""

    issuer: str
    client: str
    back: str
    roles: dict[str, str]
    claim: str = "roles"
    secret: str = ""
    name: str = ""
    scope: str = "openid"
    authorities: str = ""

    @property
    def called(self) -> str:
        """What the page calls it."""
        return self.name or (urlsplit(self.issuer).hostname or self.issuer)


class Trip(msgspec.Struct, frozen=True, kw_only=True):
    """What a browser carries to the provider and back, sealed: it proves that both are one."""

    state: str
    nonce: str
    verifier: str
    wanted: str


@dataclass(frozen=True)
class Setting:
    """Where a browser is sent, and what it keeps meanwhile."""

    address: str
    sealed: str


def provider() -> Provider | None:
    """The provider that is configured, if any.

    Raises
    ------
    SettingsError, if `sign-in.yml` is not as it must be: then nobody gets in by it.
    """
    path = read_settings().home / FILE
    if not path.is_file():
        return None
    try:
        found = msgspec.yaml.decode(path.read_bytes(), type=Provider)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _misset(path, str(error)) from None
    strangers = [one for one in found.roles.values() if one not in ROLES or one == "peer"]
    if not found.roles or strangers:
        raise _misset(path, f"roles: {', '.join(strangers) or '{}'}")
    for address in (found.issuer, found.back):
        _require_safe(address, path)
    if found.secret and not found.secret.startswith(("vault:", "env:")):
        raise _misset(path, "secret: vault:NAME, env:VARIABLE")
    return found


def set_out(wanted: str) -> Setting:
    """Begin: the provider's address with everything it must bring back.

    Raises
    ------
    SettingsError, if none is configured.  UsageError, if it cannot be reached or is another.
    """
    asked = _configured()
    told = _discovered(asked)
    trip = Trip(
        state=secrets.token_urlsafe(32), nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48), wanted=wanted[:400],
    )  # fmt: skip
    challenge = base64.urlsafe_b64encode(sha256(trip.verifier.encode()).digest()).rstrip(b"=")
    query = {
        "response_type": "code", "client_id": asked.client, "redirect_uri": asked.back,
        "scope": asked.scope, "state": trip.state, "nonce": trip.nonce,
        "code_challenge": challenge.decode(), "code_challenge_method": "S256",
    }  # fmt: skip
    at = str(told["authorization_endpoint"])
    sign = "&" if urlsplit(at).query else "?"
    sealed = _fernet().encrypt(msgspec.json.encode(trip)).decode()
    return Setting(address=f"{at}{sign}{urlencode(query)}", sealed=sealed)


def come_back(sealed: str, answered: dict[str, str]) -> tuple[str, str]:
    """A session for whom the provider vouches: the secret of its cookie, and what was wanted.

    sealed : what the browser kept  answered : what the provider's answer carried

    Raises
    ------
    SettingsError.  UsageError, if anything at all does not fit.
    """
    asked = _configured()
    trip = _opened(sealed)
    if not hmac.compare_digest(trip.state.encode(), answered.get("state", "").encode()):
        raise _refused("the answer is not to this browser’s question")
    if answered.get("error") or not answered.get("code"):
        raise _refused("the provider let nobody in")
    if answered.get("iss", asked.issuer) != asked.issuer:  # RFC 9207
        raise _refused("another provider answered")
    told = _discovered(asked)
    claims = _claims(asked, told, _exchanged(asked, told, answered["code"], trip), trip.nonce)
    role = _role_of(asked, claims)
    return open_session(_handle_of(asked, str(claims["sub"])), role), trip.wanted


def _configured() -> Provider:
    found = provider()
    if found is None:
        raise SettingsError(
            "no identity provider is configured",
            remedy="Sign in with an account of this node, or write {file} in the store.",
            file=FILE,
        )
    return found


def _discovered(asked: Provider) -> dict[str, Any]:
    """What the provider publishes of itself (OpenID Connect Discovery)."""
    told = _told(asked, f"{asked.issuer.rstrip('/')}/.well-known/openid-configuration")
    if told.get("issuer") != asked.issuer:
        raise _refused("another provider answered")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not _is_safe(str(told.get(name, ""))):
            raise _refused("the provider’s addresses are not encrypted")
    return told


def _exchanged(asked: Provider, told: dict[str, Any], code: str, trip: Trip) -> str:
    """The identity token that a code is good for, once."""
    form = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": asked.back,
        "client_id": asked.client, "code_verifier": trip.verifier,
    }  # fmt: skip
    answer = _told(asked, str(told["token_endpoint"]), urlencode(form).encode(), _secret_of(asked))
    return str(answer.get("id_token", ""))


def _claims(asked: Provider, told: dict[str, Any], token: str, nonce: str) -> dict[str, Any]:
    """What the provider signed, if it is its signature, for us, now, and for this question."""
    from joserfc import jwk, jwt
    from joserfc.errors import JoseError

    keys = _told(asked, str(told["jwks_uri"]))
    now = int(datetime.now(UTC).timestamp())
    try:
        held = jwk.KeySet.import_key_set(keys)  # type: ignore[arg-type]
        read = jwt.decode(token, held, algorithms=list(ALGORITHMS))
        jwt.JWTClaimsRegistry(
            now=now, leeway=LEEWAY,
            iss={"essential": True, "value": asked.issuer},
            aud={"essential": True, "value": asked.client},
            exp={"essential": True}, iat={"essential": True}, sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(read.claims)  # fmt: skip
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        raise _refused("the provider’s word cannot be checked") from None
    claims = dict(read.claims)
    audience = claims["aud"]
    several = isinstance(audience, list) and len(audience) > 1
    if (several or "azp" in claims) and claims.get("azp") != asked.client:
        raise _refused("the provider’s word is for another")
    if not isinstance(claims["sub"], str) or not claims["sub"]:
        raise _refused("the provider’s word cannot be checked")
    return claims


def _role_of(asked: Provider, claims: dict[str, Any]) -> Role:
    """The first role in the map, in the order of the map, that the claim names."""
    said = claims.get(asked.claim)
    named = {said} if isinstance(said, str) else set(map(str, said or ()))
    for theirs, ours in asked.roles.items():
        for known in ROLES:
            if theirs in named and known == ours:
                return known
    raise _refused("this person has no role here")


def _handle_of(asked: Provider, subject: str) -> str:
    """The same handle for a person every time, and no way back to who they are."""
    pepper = open_vault().secret_or(_PEPPER, lambda: secrets.token_bytes(32))
    made = hmac.new(pepper, f"{asked.issuer}\n{subject}".encode(), sha256).hexdigest()
    return f"o-{made[:10]}"


def _told(asked: Provider, address: str, form: bytes = b"", basic: str = "") -> dict[str, Any]:
    """A JSON object that the provider answers with, of a size that can be read."""
    from tocsin.sharing.transport import Link, LinkBroken

    trusted = str(read_settings().home / asked.authorities) if asked.authorities else ""
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    if form:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    link = Link(address, authorities=trusted, authorization=basic, largest=LARGEST, timeout=10)
    try:
        answer = link.call("POST" if form else "GET", address, form, headers)
        told = json.loads(answer.content) if answer.status == 200 else None
    except (LinkBroken, ValueError, RecursionError):
        told = None
    finally:
        link.close()
    if not isinstance(told, dict):
        raise _refused("the provider does not answer as it must")
    return told


def _secret_of(asked: Provider) -> str:
    """The header by which this node shows that it is the client; empty for a public one."""
    from urllib.parse import quote

    from tocsin.sharing.channels import vault_name

    if not asked.secret:
        return ""
    kind, _, name = asked.secret.partition(":")
    held = open_vault().secret(vault_name(name)) if kind == "vault" else None
    value = held.decode() if held else os.environ.get(name, "") if kind == "env" else ""
    if not value:
        raise SettingsError(
            "{name} holds no secret",
            remedy="Put it into the vault: tocsin channels secret NAME",
            name=asked.secret,
        )
    pair = f"{quote(asked.client, safe='')}:{quote(value, safe='')}"  # RFC 6749, 2.3.1
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _opened(sealed: str) -> Trip:
    from cryptography.fernet import InvalidToken

    try:
        return msgspec.json.decode(_fernet().decrypt(sealed.encode(), ttl=GIVEN), type=Trip)
    except (InvalidToken, ValueError, msgspec.MsgspecError):
        raise _refused("this browser asked for nothing, or too long ago") from None


def _fernet() -> Any:
    from cryptography.fernet import Fernet

    return Fernet(open_vault().secret_or(_KEY, Fernet.generate_key))


def _is_safe(address: str) -> bool:
    """Whether an address is encrypted, or never leaves this machine."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    )


def _require_safe(address: str, path: Path) -> None:
    if not _is_safe(address):
        raise _misset(path, address)


def _misset(path: Path, problem: str) -> SettingsError:
    return SettingsError(
        "how people sign in is not set up as it must be: {problem}",
        where=str(path),
        remedy="See docs/how-to/use-the-room.md; until then accounts of this node sign in.",
        problem=problem,
    )


def _refused(reason: str) -> UsageError:
    """One answer to whoever asks; the reason, which names nobody, is for the log."""
    error = UsageError(
        "the identity provider’s answer lets nobody in",
        remedy="Try again, or ask the administrator which role you have.",
    )
    error.add_note(reason)
    return error
