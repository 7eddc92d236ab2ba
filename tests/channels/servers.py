"""Real servers on loopback: SMTP with and without TLS, and a webhook receiver that checks
signatures.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import Message as Mail
from http.server import BaseHTTPRequestHandler
from threading import Thread

import httpx
import trustme
from aiosmtpd.handlers import Message as MessageHandler
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from standardwebhooks import Webhook

from tests.world import LoopbackServer

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass
class Mailbox(MessageHandler):
    """Takes mail; `answers` are given to recipients instead of accepting them."""

    answers: dict[str, list[str]] = field(default_factory=dict)
    data_answer: str = ""
    mails: list[Mail] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self):
        super().__init__()

    def handle_message(self, message):
        self.mails.append(message)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.answers.get(address):
            return self.answers[address].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.data_answer:
            return self.data_answer
        self.recipients.append(list(envelope.rcpt_tos))
        return await super().handle_DATA(server, session, envelope)

    def authenticate(self, server, session, envelope, mechanism, data):
        if isinstance(data, LoginPassword):
            self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=self.logins[-1:] == [("desk", "geheim")], handled=False)


@asynccontextmanager
async def smtp_server(
    mailbox: Mailbox,
    *,
    context: ssl.SSLContext | None = None,
    implicit: bool = False,
    login: bool = False,
) -> AsyncIterator[int]:
    """Runs a server on the running loop and gives its port; with a context it offers STARTTLS, or
    talks TLS at once.
    """
    options = {"authenticator": mailbox.authenticate, "auth_required": True} if login else {}
    starttls = context if context and not implicit else None

    def session() -> SMTP:
        return SMTP(
            mailbox,
            hostname="localhost",
            tls_context=starttls,
            auth_require_tls=not implicit,
            **options,
        )

    server = await asyncio.get_running_loop().create_server(
        session, "127.0.0.1", 0, ssl=context if implicit else None
    )
    async with server:
        yield server.sockets[0].getsockname()[1]


class Authority:
    """A certificate authority of our own, a certificate for localhost, and one for another host."""

    def __init__(self):
        self.ca = trustme.CA()
        self.context = self._context("localhost")
        self.other = self._context("mail.example.org")

    def _context(self, host: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.ca.issue_cert(host).configure_cert(context)
        return context

    def write(self, path) -> str:
        self.ca.cert_pem.write_to_path(path)
        return str(path)


@dataclass
class Hook:
    """A webhook receiver: answers as scripted, keeps what it got, verifies with the public
    library.
    """

    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def verify(self, number: int, secret: str = SECRET) -> dict:
        return Webhook(secret).verify(self.bodies[number], self.headers[number])


@contextmanager
def hook_server(hook: Hook) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            hook.bodies.append(self.rfile.read(int(self.headers["content-length"])))
            hook.headers.append({name.lower(): value for name, value in self.headers.items()})
            status, headers = hook.answers.pop(0) if hook.answers else (204, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = LoopbackServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/secret-path"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(frozen=True)
class Reply:
    status: int
    retry_after: timedelta | None
    body: bytes


class PlainPoster:
    """The smallest client that a webhook can be given."""

    async def post(self, url, *, body, headers, deadline):
        async with (
            httpx.AsyncClient(follow_redirects=False, trust_env=False) as client,
            asyncio.timeout(deadline.total_seconds()),
        ):
            response = await client.post(url, content=body, headers=dict(headers))
        seconds = response.headers.get("retry-after")
        return Reply(
            response.status_code,
            timedelta(seconds=int(seconds)) if seconds else None,
            response.content,
        )
