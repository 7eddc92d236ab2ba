"""A news world on loopback for tests: outlets with feeds and pages over real HTTP, a webhook
receiver, a mail server.
"""

from __future__ import annotations

import email
import hashlib
import html
import json
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default as default_policy
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

SECRET = "whsec_" + "c2VjcmV0LWZvci10ZXN0cy1vbmx5LTEyMzQ="


@dataclass
class Story:
    """An article that an outlet publishes."""

    path: str
    title: str
    paragraphs: list[str]
    published_at: datetime
    summary: str = ""
    lang: str = "en"
    guid: str | None = None


class LoopbackServer(ThreadingHTTPServer):
    """A server of threads that end with the test; a client that hangs up is no error to print:
    the line would stand in what a command under test wrote to stderr.
    """

    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Site:
    """A web server on its own loopback address; `answers` overrides a path (or `POST path`) with
    (status, media type, body), `moved` sends a path on to another address with 302,
    `moved_for_good` with 301.
    """

    def __init__(self, address: str = "127.0.0.1") -> None:
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.answers: dict[str, Callable[[], tuple[int, str, bytes]]] = {}
        self.retry_after: dict[str, int] = {}
        self.moved: dict[str, str] = {}
        self.moved_for_good: dict[str, str] = {}
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments: object) -> None:
                return

            def do_GET(self) -> None:
                site.requests.append(
                    ("GET", self.path, {k.lower(): v for k, v in self.headers.items()})
                )
                if self.path in site.moved:
                    self.reply(302, "text/plain", b"", {"Location": site.moved[self.path]})
                    return
                if self.path in site.moved_for_good:
                    target = site.moved_for_good[self.path]
                    self.reply(301, "text/plain", b"", {"Location": target})
                    return
                if self.path in site.retry_after:
                    self.reply(
                        429,
                        "text/plain",
                        b"busy",
                        {"Retry-After": str(site.retry_after[self.path])},
                    )
                    return
                status, media_type, body, headers = site.answer(
                    self.path, {k.lower(): v for k, v in self.headers.items()}
                )
                self.reply(status, media_type, body, headers)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                site.requests.append(
                    ("POST", self.path, {k.lower(): v for k, v in self.headers.items()})
                )
                if override := site.answers.get(f"POST {self.path}"):
                    self.reply(*override(), {})
                    return
                status = site.receive(body, dict(self.headers.items()))
                self.reply(status, "text/plain", b"ok", {})

            def reply(
                self, status: int, media_type: str, body: bytes, headers: dict[str, str]
            ) -> None:
                self.send_response(status)
                self.send_header("Content-Type", media_type)
                self.send_header("Content-Length", str(len(body)))
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

        self.server = LoopbackServer((address, 0), Handler)
        self.base = "http://{}:{}".format(*self.server.server_address[:2])
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def answer(self, path: str, headers: dict[str, str]) -> tuple[int, str, bytes, dict[str, str]]:
        override = self.answers.get(path)
        if override is None:
            return 404, "text/plain", b"not found", {}
        return (*override(), {})

    def receive(self, body: bytes, headers: dict[str, str]) -> int:
        return 405

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Outlet(Site):
    """An outlet: `/feed.xml` with its stories, newest first, and a page for each."""

    def __init__(self, name: str, address: str = "127.0.0.1") -> None:
        super().__init__(address)
        self.name = name
        self.stories: list[Story] = []

    @property
    def feed_url(self) -> str:
        return f"{self.base}/feed.xml"

    def publish(self, story: Story) -> str:
        """Publishes a story and returns its URL."""
        self.stories.append(story)
        return self.base + story.path

    def answer(self, path: str, headers: dict[str, str]) -> tuple[int, str, bytes, dict[str, str]]:
        if path in self.answers:
            return super().answer(path, headers)
        if path == "/feed.xml":
            return _conditional(self.feed().encode(), headers, "application/rss+xml")
        for story in self.stories:
            if story.path == path:
                return _conditional(self.page(story).encode(), headers)
        return 404, "text/html", b"<h1>Not found</h1>", {}

    def feed(self) -> str:
        items = "".join(
            f"<item><title>{html.escape(s.title)}</title><link>{self.base}{s.path}</link>"
            f"<guid>{s.guid or self.base + s.path}</guid>"
            f"<pubDate>{format_datetime(s.published_at)}</pubDate><description>{html.escape(s.summary)}</description></item>"
            for s in reversed(self.stories)
        )
        channel = (
            f"<title>{html.escape(self.name)}</title><link>{self.base}/</link>"
            "<description>News</description>"
        )
        return (
            '<?xml version="1.0" encoding="utf-8"?><rss'
            f' version="2.0"><channel>{channel}{items}</channel></rss>'
        )

    def page(self, story: Story) -> str:
        text = "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in story.paragraphs)
        return f"""<!doctype html><html lang="{story.lang}"><head><meta charset="utf-8">
<title>{html.escape(story.title)} | {html.escape(self.name)}</title>
<meta property="og:site_name" content="{html.escape(self.name)}">
<meta property="og:title" content="{html.escape(story.title)}">
<meta property="og:type" content="article">
<meta property="article:published_time" content="{story.published_at.isoformat()}"></head><body>
<header><nav><ul><li><a href="/world">World</a></li>
<li><a href="/sport">Sport</a></li></ul></nav></header>
<main><article><h1>{html.escape(story.title)}</h1><div>{text}</div></article></main>
<footer><p>© {html.escape(self.name)}. All rights reserved.</p></footer></body></html>"""


def _conditional(
    body: bytes, headers: dict[str, str], kind: str = "text/html"
) -> tuple[int, str, bytes, dict[str, str]]:
    """Answers with a document and its ETag, or with 304 when that is what the client has."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    if headers.get("if-none-match") == etag:
        return 304, kind, b"", {"ETag": etag}
    return 200, f"{kind}; charset=utf-8", body, {"ETag": etag}


class Hook(Site):
    """A webhook receiver that accepts only what is signed with `SECRET`; `status` can be set to
    refuse.
    """

    def __init__(self) -> None:
        super().__init__()
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.status = 200
        self.forged = 0

    @property
    def url(self) -> str:
        return f"{self.base}/hook"

    def receive(self, body: bytes, headers: dict[str, str]) -> int:
        try:
            Webhook(SECRET).verify(body, {name.lower(): value for name, value in headers.items()})
        except WebhookVerificationError:
            self.forged += 1
            return 401
        if self.status == 200:
            self.events.append((headers["webhook-id"], json.loads(body)))
        return self.status


@dataclass
class Mailbox:
    """A real SMTP server that keeps what it accepts."""

    messages: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:
        self.raw.append(envelope.content)
        message = email.message_from_bytes(envelope.content, policy=default_policy)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 accepted"

    def close(self) -> None:
        self.controller.stop()


def at(text: str) -> datetime:
    """Reads an ISO time as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
