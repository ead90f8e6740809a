"""The application: rooms of routes, behind one guard, one set of headers, one way of errors."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from litestar import Litestar
from litestar.config.response_cache import ResponseCacheConfig
from litestar.datastructures import State
from litestar.middleware import DefineMiddleware

from tocsin.web import assets, exchange, gateway, openrosa, sending, taxii
from tocsin.web.access import KnownCaller, guard, rules_of
from tocsin.web.answers import answer_error
from tocsin.web.api import routes as api
from tocsin.web.fast_pages import FastPages
from tocsin.web.headers import SecurityHeaders
from tocsin.web.limits import Limits
from tocsin.web.room import drawn_apart, entering, releasing, routes, vouching
from tocsin.workflow import feeds
from tocsin.workflow.letting_in import Callers

LARGEST_BODY = 1_000_000  # bytes, of routes that do not say otherwise
# Every module that has routes. Its `ROUTES` are served; each says who may call it.
ROOMS = (
    assets, exchange, openrosa, sending, gateway, taxii, api, entering, vouching, routes, releasing,
)  # fmt: skip


def make_app(limits: Limits | None = None, rooms: Sequence[Any] = ROOMS) -> Litestar:
    """The application over the store that the settings name.

    limits : how often one may call; a test may give its own
    rooms : modules with `ROUTES`

    Raises
    ------
    RuntimeError, if a route does not say who may call it: it would be open by mistake.
    """
    app = Litestar(
        route_handlers=[route for room in rooms for route in room.ROUTES],
        guards=[guard],
        middleware=[DefineMiddleware(KnownCaller)],
        exception_handlers={Exception: answer_error},
        request_max_body_size=LARGEST_BODY,
        openapi_config=None,
        logging_config=None,
        response_cache_config=ResponseCacheConfig(default_expiration=None),
        on_shutdown=[feeds.finish_read_log, drawn_apart.stop],
        state=State({"callers": Callers(), "limits": limits or Limits()}),
        debug=False,
    )
    if unruled := [f"{method} {path}" for path, method, rule in rules_of(app) if rule is None]:
        raise RuntimeError(f"no rule says who may call {', '.join(unruled)}")
    if taxii in rooms:
        app.asgi_handler = FastPages(app.asgi_handler, app)
    app.asgi_handler = SecurityHeaders(app.asgi_handler)  # also on what no route answers
    logging.getLogger("litestar").disabled = True  # its log would hold paths and tracebacks
    return app
