"""Who may call a route. Every route says so in its `opt`; one that does not is never served."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from litestar.datastructures import Cookie
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult

from tocsin.policy.readers import ROLES, Role
from tocsin.web.limits import TooMany
from tocsin.workflow.record_keeping import own_organisation

if TYPE_CHECKING:
    from litestar import Litestar, Response
    from litestar.connection import ASGIConnection
    from litestar.handlers.base import BaseRouteHandler

    from tocsin.workflow.letting_in import Caller, Callers

KEY = "access"
COOKIE = "tocsin"  # a signed-in browser's token; HttpOnly, SameSite=Strict
# Any user name does: a client that knows nothing else sends the token as the password of Basic.
# Digest is not offered: it needs the secret itself on the server, and only its hash is kept.
CHALLENGE = 'Basic realm="Tocsin", charset="UTF-8", Bearer realm="Tocsin"'


@dataclass(frozen=True)
class Access:
    """A rule: everybody, or callers of these roles whose token is good for this scope."""

    public: bool = False
    roles: frozenset[Role] = field(default_factory=frozenset)
    scope: str = ""
    by_cookie: bool = False  # pages: a browser sends its token in a cookie
    cookie: str = COOKIE  # in which
    listed: bool = False  # only tokens that list the scope, even where others may do everything
    house: bool = False  # the house's own people: what it holds, forecasts and shares is its own

    def lets(self, caller: Caller | None) -> bool:
        """Whether a caller may call.

        >>> PUBLIC.lets(None), only("analyst", scope="api").lets(None)
        (True, False)
        """
        if self.public:
            return True
        return (
            caller is not None
            and caller.role in self.roles
            and (self.scope in caller.scopes or not (caller.scopes or self.listed))
            and (not self.house or caller.org == own_organisation())
        )


PUBLIC = Access(public=True)


def only(
    *roles: Role, scope: str, by_cookie: bool = False, cookie: str = COOKIE, listed: bool = False,
    house: bool = False,
) -> Access:  # fmt: skip
    """Callers of these roles; a token with scopes must have this one, and any if `listed`.

    house : only people of the node's own organisation, whatever organisation a token is for
    """
    assert roles, "a rule names its roles, or is PUBLIC"
    assert set(roles) <= set(ROLES), "a rule names roles that exist"
    return Access(
        roles=frozenset(roles), scope=scope, by_cookie=by_cookie, cookie=cookie, listed=listed,
        house=house,
    )  # fmt: skip


def rules_of(app: Litestar) -> Iterator[tuple[str, str, Access | None]]:
    """(path, method, rule) of every route of an application: the authorisation matrix."""
    for route in app.routes:
        handlers = getattr(route, "route_handlers", None) or [route.route_handler]  # type: ignore[union-attr]
        for handler in handlers:
            for method in sorted(str(getattr(one, "value", one)) for one in _methods(handler)):
                rule = handler.opt.get(KEY)
                if method == "OPTIONS" and rule is None:
                    continue  # Litestar adds it to every route; the guard lets nobody call it
                yield route.path, method, rule if isinstance(rule, Access) else None


def _methods(handler: Any) -> Any:
    return getattr(handler, "http_methods", None) or ("ASGI",)


class KnownCaller(AbstractAuthenticationMiddleware):
    """Reads the token of a request; what the route asks for is the guard's to say."""

    async def authenticate_request(self, connection: ASGIConnection[Any, Any, Any, Any]) -> Any:
        rule = connection.route_handler.opt.get(KEY)
        secret = secret_of(connection.headers.get("authorization", ""))
        if not secret and isinstance(rule, Access) and rule.by_cookie and _is_own(connection):
            secret = connection.cookies.get(rule.cookie, "")
        if not secret:
            return AuthenticationResult(None, None)
        callers: Callers = connection.app.state.callers
        return AuthenticationResult(callers.caller(secret), None)


def _is_own(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Whether a page of ours sent a request; another site cannot use a browser's cookie.

    The cookie is `SameSite=Strict` too, for browsers that do not say where a request comes from.
    """
    return connection.headers.get("sec-fetch-site", "none") in ("same-origin", "none")


def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Keep a route's rule. Without a rule nobody is let in.

    An unknown, an expired and a revoked token are answered alike.
    """
    rule = handler.opt.get(KEY)
    if not isinstance(rule, Access):
        raise PermissionDeniedException("this route has no rule")
    caller: Caller | None = connection.user
    limits = connection.app.state.limits
    if rule.public and caller is None:
        if wait := limits.address(connection, tries=False):
            raise TooMany(wait)
        return
    if caller is None:
        # Only failed tries are counted here, so a guesser shuts out nobody who has a token.
        if wait := limits.address(connection, tries=True):
            raise TooMany(wait)
        raise NotAuthorizedException("no token, or none that holds")
    if wait := limits.token(caller.token):
        raise TooMany(wait)
    if not rule.lets(caller):
        raise PermissionDeniedException("the token is not for this")


def keep_session(
    request: ASGIConnection[Any, Any, Any, Any], answer: Response[Any], secret: str, *,
    cookie: str, path: str, seconds: int,
) -> None:  # fmt: skip
    """Let a browser keep a token: out of reach of scripts, for these pages of ours alone."""
    answer.set_cookie(
        Cookie(
            key=cookie, value=secret, httponly=True, samesite="strict", path=path,
            max_age=seconds, secure=request.url.scheme == "https",
        )
    )  # fmt: skip


def secret_of(header: str) -> str:
    """The token in an Authorization header; empty if it holds none.

    >>> secret_of("Bearer tocsin_x"), secret_of("Basic YW55Om9uZQ=="), secret_of("Digest a=b")
    ('tocsin_x', 'one', '')
    """
    scheme, _, given = header.partition(" ")
    if scheme.lower() == "bearer":
        return given.strip()
    if scheme.lower() == "basic":
        try:
            pair = base64.b64decode(given.strip(), validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            return ""
        return pair.partition(":")[2]
    return ""
