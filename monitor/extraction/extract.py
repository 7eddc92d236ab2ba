"""An article page to what later stages need of it: text, status, and what the page says about
itself.

Order: refuse what is no page or too large, decode, write a plain text as a page, parse once, read
metadata, draft the text, judge the kind of page. Text is handed on for pages whose kind can be
compared, and what can be read of a paywalled one; the reason for the others is given in words. Runs
in a worker process that can be killed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from lxml.html import HtmlElement
from trafilatura.utils import load_html

from monitor.decoding import decode
from monitor.extraction.further_pages import find_next_page
from monitor.extraction.mending import mend_tree
from monitor.extraction.metadata import Metadata, read_metadata
from monitor.extraction.plain_text import is_plain, write_page
from monitor.extraction.status import PageJudgement, ParsedPage, judge_status
from monitor.extraction.text import Draft, draft_text
from monitor.model import Page, PageStatus, Precision

MAX_BYTES = 3_000_000  # the largest of 438 real pages has 2.2 MB
MAX_TAGS = 40_000  # they have up to 4,300; 100,000 links cost ten seconds
COMPARABLE = frozenset({PageStatus.OK, PageStatus.STUB, PageStatus.LIVE})

_MAGIC_BYTES = 1_024
_MAX_TYPE_CHARS = 60
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
# A browser reads on behind them; the parser puts what follows where no extractor looks.
_PAGE_END = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
_SOFT_HYPHEN = re.compile("\u00ad|&shy;|&#173;|&#x(?:ad|AD);")
_SOFT_MARKS = ("\u00ad", "&shy", "&#173", "&#xad", "&#xAD")
_PLAIN_TYPE = "text/plain"
_HTML_TYPES = (
    "text/html",
    "application/xhtml+xml",
    _PLAIN_TYPE,
    "application/xml",
    "text/xml",
    "application/octet-stream",
)


def extract_page(
    html: bytes,
    *,
    url: str,
    media_type: str = "",
    charset: str | None = None,
    first_url: str | None = None,
) -> Page:
    """Returns what an article page holds. Never raises on any content; what cannot be read comes
    back with a status and a reason.

    Args:
        html: the page as fetched, decompressed; what is served as text/plain may be text.
        url: its address after redirects.
        media_type: of the Content-Type header.
        charset: of the Content-Type header.
        first_url: of the article's first page, where this is a further one.
    """
    refused = _refuse_type(html, media_type) or _refuse_size(html)
    if refused is not None:
        return refused
    source = decode(html, charset).text
    if media_type == _PLAIN_TYPE and is_plain(source):
        source = write_page(source)
        # It may have as many paragraphs as a page has tags.
        refused = _refuse_size(source.encode(errors="replace"))
        if refused is not None:
            return refused
    return _read_source(source, url, first_url)


def _read_source(source: str, url: str, first_url: str | None) -> Page:
    """Returns what the markup of a page holds."""
    source = _restore_hyphens(source)
    tree = _parse(_PAGE_END.sub("", source))
    if tree is None:
        return Page(PageStatus.UNREADABLE, reason="the page holds no HTML")
    meta = read_metadata(tree, url)
    page = ParsedPage(tree, source, url, has_scripts=tree.find(".//script[@src]") is not None)
    next_url = find_next_page(tree, url, first_url)
    mend_tree(tree)
    draft = draft_text(tree, meta, url)
    judgement = judge_status(page, meta, draft)
    is_comparable = judgement.status in COMPARABLE
    page_read = _make_page(judgement, meta, draft if is_comparable else judgement.teaser)
    return replace(page_read, next_url=next_url if is_comparable else None)


def _make_page(judgement: PageJudgement, meta: Metadata, draft: Draft) -> Page:
    published = meta.published
    return Page(
        status=judgement.status,
        text=draft.text,
        reason=judgement.reason,
        title=meta.title,
        titles=meta.titles,
        outlet=meta.outlet,
        author=", ".join(meta.authors),
        lang=meta.lang,
        published_at=published.date.at if published else None,
        published_precision=published.date.precision if published else Precision.INSTANT,
        published_source=published.source if published else None,
        published_raw=published.raw if published else "",
        is_zone_assumed=published is not None and published.date.is_zone_assumed,
        canonical_url=meta.canonical_url,
        extractor=draft.extractor,
        updated_at=_last_change(meta),
        posts=meta.posts if judgement.status is PageStatus.LIVE else (),
    )


def _last_change(meta: Metadata) -> datetime | None:
    """Returns the latest of the times at which the page says it was changed or a post was added."""
    times = [post.at for post in meta.posts if post.at is not None]
    if meta.updated is not None:
        times.append(meta.updated.at)
    return max(times, default=None)


def _restore_hyphens(source: str) -> str:
    """Makes a soft hyphen between a small and a capital letter a hyphen: hyphenation puts none
    there, and trafilatura drops it.

    Without this `Abrego&shy;Garcia` becomes one word that no query finds.
    """
    # Most pages have none, and the pattern takes milliseconds to find that out.
    if not any(mark in source for mark in _SOFT_MARKS):
        return source
    return _SOFT_HYPHEN.sub(_choose_hyphen, source)


def _choose_hyphen(match: re.Match[str]) -> str:
    before = match.string[match.start() - 1 : match.start()]
    after = match.string[match.end() : match.end() + 1]
    return "-" if before.islower() and after.isupper() else match[0]


def _refuse_type(html: bytes, media_type: str) -> Page | None:
    """Returns the page for what is not HTML, None for what may be."""
    kind = _recognise(html[:_MAGIC_BYTES].lstrip())
    # Servers that send no type, or call everything a download, do send pages.
    if not kind and media_type and media_type not in _HTML_TYPES:
        kind = f"{media_type[:_MAX_TYPE_CHARS]}, not a web page"
    if kind:
        return Page(PageStatus.UNREADABLE, reason=f"the address leads to {kind}")
    if not html.strip():
        return Page(PageStatus.UNREADABLE, reason="the page is empty")
    return None


def _recognise(head: bytes) -> str:
    """Returns what a body is by its first bytes, in words; empty when they are not known."""
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    return ""


def _refuse_size(html: bytes) -> Page | None:
    """Returns the page for what is too large to be read, None for what is not."""
    size, tags = len(html), html.count(b"<")
    if size > MAX_BYTES:
        reason = f"the page has {size:,} bytes, more than {MAX_BYTES:,}"
    elif tags > MAX_TAGS:
        reason = f"the page has {tags:,} tags, more than {MAX_TAGS:,}"
    else:
        return None
    return Page(PageStatus.TOO_LARGE, reason=reason)


def _parse(source: str) -> HtmlElement | None:
    try:
        return load_html(source)
    except Exception:  # noqa: BLE001 (the parser and its repairs raise anything on broken input)
        return None
