"""The read-only pages as one application: what it answers, and to whom.

A page changes nothing: there is no method but GET and HEAD, the login of a reader and the signed
links of mails (`acting`) apart. On
loopback nobody has to log in, but the address that was asked for has to be this machine's: a site
whose name is made to lead here reads nothing (DNS rebinding)."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.errors import MonitorError, NotFound, StoreError
from monitor.pages import acting, api, browse
from monitor.pages.library import Library
from monitor.pages.rendering import PageValues, policy, render

COOKIE = "monitor"
_MAX_LOGIN = 2_000  # bytes of a login form
_OPEN = ("/healthz", "/metrics", "/login")
# A link of a mail is signed: whoever holds it may do what it says, from wherever it is opened.
_SIGNED = "/act/"
_FOR_PROGRAMS = (".xml", ".ics")  # feed readers and calendars
_HEADERS = {
    "content-security-policy": f"{policy()}; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    # What somebody follows is nobody else's business, a shared cache's neither.
    "cache-control": "private, no-store",
}


@dataclass(frozen=True, slots=True)
class Access:
    """Who may read.

    Attributes:
        token: what a reader has to know; empty for everybody who reaches the address.
        hosts: names by which the pages may be asked for; empty for every name, where a token is
            asked.
    """

    token: str = field(default="", repr=False)
    hosts: frozenset[str] = frozenset()

    @property
    def cookie(self) -> str:
        """What a browser keeps after a login: it shows the token to nobody."""
        return hmac.new(self.token.encode(), b"pages", hashlib.sha256).hexdigest()

    def allows(self, headers: Headers, cookies: dict[str, str]) -> bool:
        """Says whether a request comes from somebody who knows the token."""
        # Compared in constant time: how long a refusal takes must not tell how much was right.
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return hmac.compare_digest(given.strip().encode(), self.token.encode())
        return hmac.compare_digest(cookies.get(COOKIE, "").encode(), self.cookie.encode())


def build_app(library: Library, access: Access, own: Sequence[BaseRoute] = ()) -> ASGIApp:
    """Returns the application.

    Args:
        own: further routes, such as those of a daemon's health.
    """

    async def log_in(request: Request) -> Response:
        return await _log_in(request, access, library)

    login = Route("/login", log_in, methods=["GET", "POST"])
    app = Starlette(
        routes=[
            *own,
            login,
            *acting.routes(library),
            *browse.routes(library),
            *api.routes(library),
        ],
        exception_handlers={
            MonitorError: _Problems(library).tell,
            HTTPException: _Problems(library).tell_missing,
        },
    )
    return _Gate(app, access)


@dataclass(frozen=True, slots=True)
class _Problems:
    """Tells what went wrong: to a program as JSON, to a person on a page."""

    library: Library

    def tell(self, request: Request, error: Exception) -> Response:
        # What is not ours to explain is a 500 of the server's own, without a trace.
        if isinstance(error, StoreError):
            return self._answer(request, 503, "the database does not answer")
        return self._answer(request, 404 if isinstance(error, NotFound) else 400, str(error))

    def tell_missing(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        is_page = error.status_code == HTTPStatus.NOT_FOUND and not _is_api(request)
        text = "There is no such page here." if is_page else error.detail
        # Among them what may be done instead: `Allow` (RFC 9110 §15.5.6).
        return self._answer(request, error.status_code, text, error.headers)

    def _answer(
        self, request: Request, status: int, text: str, headers: Mapping[str, str] | None = None
    ) -> Response:
        if _is_api(request):
            return api.to_response({"error": text}, status, headers)
        values = {"status": status, "text": text}
        page = PageValues(self.library.settings().timezone, is_served=True, values=values)
        return HTMLResponse(render("problem", page), status, headers)


def _is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


async def _log_in(request: Request, access: Access, library: Library) -> Response:
    """Shows the form, or gives the cookie to who knows the token."""
    values: dict[str, object] = {"is_wrong": False}
    if request.method == "POST":
        body = await _read_form(request)
        given = parse_qs(body.decode("utf-8", "replace")).get("token", [""])[0]
        if hmac.compare_digest(given.encode(), access.token.encode()):
            answer = RedirectResponse("/", 303)
            answer.set_cookie(COOKIE, access.cookie, httponly=True, samesite="strict", path="/")
            return answer
        values["is_wrong"] = True
    page = PageValues(library.settings().timezone, values=values)
    return HTMLResponse(render("login", page), 403 if values["is_wrong"] else 200)


async def _read_form(request: Request) -> bytes:
    # Counted while it comes: a header may say anything of its length.
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MAX_LOGIN:
            raise HTTPException(413)
    return body


@dataclass(frozen=True, slots=True)
class _Gate:
    """Lets through who may read, and puts the same headers on every answer."""

    app: ASGIApp
    access: Access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Nothing else is served; a WebSocket gets the framework's own refusal.
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        refusal = self._refuse(request)
        await (refusal or self.app)(scope, receive, send_with_headers)

    def _refuse(self, request: Request) -> Response | None:
        """Returns the answer to who may not read; None for everybody else."""
        path = request.url.path
        if path.startswith(_SIGNED):
            return None
        # First of all, and for every path: also health says something of this machine.
        if self.access.hosts and host_of(request.headers) not in self.access.hosts:
            return PlainTextResponse("this address is not served here", 421)
        if not self.access.token or path in _OPEN:
            return None
        if self.access.allows(request.headers, request.cookies):
            return None
        # Programs do not follow a redirect to a form.
        if path.startswith("/api/") or path.endswith(_FOR_PROGRAMS):
            challenge = {"www-authenticate": "Bearer"}
            return api.to_response({"error": "a token is needed"}, 401, challenge)
        return RedirectResponse("/login", 303)


def host_of(headers: Headers) -> str:
    """Returns the name under which a page was asked for, without its port."""
    host = headers.get("host", "").lower()
    name, _, port = host.rpartition(":")
    return (name if name and port.isdigit() else host).strip("[]")


def access_of(listen: str, token: str) -> Access:
    """Returns who may read on an address.

    Args:
        listen: host and port; no host is this machine's own address.
    """
    host = listen.rpartition(":")[0].strip("[]") or "127.0.0.1"
    # Who knows the token may come by any name: a proxy before it has a name of its own.
    if token:
        return Access(token)
    return Access(hosts=frozenset({host.lower(), "localhost", "127.0.0.1", "::1"}))


def is_loopback(listen: str) -> bool:
    """Says whether an address is reached from this machine alone."""
    host = listen.rpartition(":")[0].strip("[]") or "127.0.0.1"
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
