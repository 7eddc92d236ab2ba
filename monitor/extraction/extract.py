"""An article page to what later stages need of it: text, status, and what the page says about
itself.

Order: refuse what is no HTML or too large, decode, parse once, read metadata, draft the text, judge
the kind of page. Text is handed on only for pages whose kind can be compared; the reason for the
others is given in words. Runs in a worker process that can be killed."""

from __future__ import annotations

import re
from datetime import datetime

from lxml.html import HtmlElement
from trafilatura.utils import load_html

from monitor.decoding import decode
from monitor.extraction.metadata import Metadata, read_metadata
from monitor.extraction.status import judge_status
from monitor.extraction.text import draft_text
from monitor.model import Page, PageStatus, Precision

MAX_BYTES = 3_000_000  # the largest of 438 real pages has 2.2 MB
MAX_TAGS = 40_000  # they have up to 4,300; 100,000 links cost ten seconds
COMPARABLE = frozenset({PageStatus.OK, PageStatus.STUB, PageStatus.LIVE})

_MAGIC = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"RIFF", "an image or video"),
    (b"PK\x03\x04", "an archive or office document"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"{\\rtf", "an office document"),
)
_SOFT_HYPHEN = re.compile("\u00ad|&shy;|&#173;|&#xad;", re.IGNORECASE)
_HTML_TYPES = (
    "text/html",
    "application/xhtml+xml",
    "text/plain",
    "application/xml",
    "text/xml",
    "application/octet-stream",
)


def extract_page(
    html: bytes, *, url: str, media_type: str = "", charset: str | None = None
) -> Page:
    """Reads an article page. Never raises on any content; what cannot be read comes back with a
    status and a reason.

    Args:
        html: the page as fetched, decompressed.
        url: its address after redirects.
        media_type: of the Content-Type header.
        charset: of the Content-Type header.
    """
    refused = _refused(html, media_type)
    if refused is not None:
        return refused
    source = _keep_lost_hyphens(decode(html, charset).text)
    tree = _parse(source)
    if tree is None:
        return Page(PageStatus.UNREADABLE, reason="the page holds no HTML")
    meta = read_metadata(tree, url)
    draft = draft_text(tree, meta, url)
    judged = judge_status(tree, source, meta, draft, url)
    published = meta.published
    return Page(
        status=judged.status,
        text=draft.text if judged.status in COMPARABLE else "",
        reason=judged.reason,
        title=meta.title,
        outlet=meta.outlet,
        author=", ".join(meta.authors),
        lang=meta.lang,
        published_at=published.date.at if published else None,
        published_precision=published.date.precision if published else Precision.INSTANT,
        published_source=published.source if published else None,
        published_raw=published.raw if published else "",
        is_zone_assumed=published is not None and published.date.is_zone_assumed,
        canonical_url=meta.canonical_url,
        extractor=draft.extractor if judged.status in COMPARABLE else "",
        updated_at=_last_change(meta),
        posts=meta.posts if judged.status is PageStatus.LIVE else (),
    )


def _last_change(meta: Metadata) -> datetime | None:
    """Returns the latest of the times at which the page says it was changed or a post was added."""
    times = [post.at for post in meta.posts if post.at is not None]
    return max([*times, *([meta.updated.at] if meta.updated else [])], default=None)


def _keep_lost_hyphens(source: str) -> str:
    """Makes a soft hyphen between a small and a capital letter a hyphen: hyphenation puts none
    there, and trafilatura drops it.

    Without this `Abrego&shy;Garcia` becomes one word that no query finds.
    """

    def replace(match: re.Match[str]) -> str:
        before, after = (
            source[match.start() - 1 : match.start()],
            source[match.end() : match.end() + 1],
        )
        return "-" if before.islower() and after.isupper() else match[0]

    return _SOFT_HYPHEN.sub(replace, source)


def _refused(html: bytes, media_type: str) -> Page | None:
    """Returns the page for what is not read at all."""
    kind = next((kind for magic, kind in _MAGIC if html[:1_024].lstrip().startswith(magic)), "")
    if not kind and media_type and media_type not in _HTML_TYPES:
        kind = f"{media_type[:60]}, not a web page"
    if kind:
        return Page(PageStatus.UNREADABLE, reason=f"the address leads to {kind}")
    if not html.strip():
        return Page(PageStatus.UNREADABLE, reason="the page is empty")
    if len(html) > MAX_BYTES:
        return Page(
            PageStatus.TOO_LARGE,
            reason=f"the page has {len(html):,} bytes, more than {MAX_BYTES:,}",
        )
    tags = html.count(b"<")
    if tags > MAX_TAGS:
        return Page(
            PageStatus.TOO_LARGE, reason=f"the page has {tags:,} tags, more than {MAX_TAGS:,}"
        )
    return None


def _parse(source: str) -> HtmlElement | None:
    try:
        return load_html(source)
    except Exception:  # noqa: BLE001 (the parser and its repairs raise whatever they do on broken input; there is no page then)
        return None
