"""What one entry's article says, from its page where that can be had, else from its feed.

A page that is gone, walled or unreadable never loses an item: the feed's own words are judged
instead, and the reason is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

from monitor.errors import FetchError, HostHeld, MonitorError
from monitor.model import Extraction, Fetched, NotModified, Page, PageStatus
from monitor.pipeline.context import Context
from monitor.pipeline.ingestion.article_pages import page_limit, read_pages
from monitor.pipeline.ingestion.google_news import TRY_LATER, ResolverBusy
from monitor.pipeline.ingestion.published_date import date_article, date_revision
from monitor.pipeline.polling.selection import UNREADABLE_HOSTS
from monitor.store.articles import FEED_EXTRACTOR, FetchedArticle, PageSeen, hash_text
from monitor.store.entries import QueuedEntry
from monitor.text import fold, fold_words
from monitor.urls import canonical_url

MIN_BULLETIN = 60  # characters; shorter pages are captions and link lists
# Pauses before a page that could not be fetched is tried again; after the last the feed's own words
# are taken.
RETRIES = (timedelta(minutes=1), timedelta(minutes=10))
# A host may ask to be left alone for up to 30 days; the feed's own words are judged when it is more
# than this.
MAX_HOLD = timedelta(hours=6)

# Pauses before a page that was not shown is asked for once more, where what its feed says is not
# enough for any case: a site may be down for days.
REREADS = (
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(days=1),
    timedelta(days=3),
)
# Kinds of pages that stand where an article was, or will be, for a time.
_PASSING = frozenset({PageStatus.CHALLENGE, PageStatus.SOFT_404, PageStatus.UNREADABLE})

# How much of an article a page of each kind holds; a stub is looked at more closely.
_EXTRACTION = {
    PageStatus.OK: Extraction.FULL,
    PageStatus.LIVE: Extraction.FULL,
    PageStatus.PAYWALLED: Extraction.TEASER,
    PageStatus.CONSENT: Extraction.CONSENT,
}
WITH_ARTICLE = frozenset({PageStatus.OK, PageStatus.LIVE, PageStatus.STUB})
# Kinds of pages whose address is the article's.
_WITH_ADDRESS = WITH_ARTICLE | {PageStatus.PAYWALLED}
# A page behind a redirect is the article's where it has this share of what is known of it.
_MIN_TOLD_SHARE = 0.34
_MIN_TOLD_WORDS = 3
_TELLING_CHARS = 4
# Quotation marks and brackets that may follow the full stop of a last sentence.
_CLOSING_MARKS = "\"'”’»)"


class TryAgain(MonitorError):
    """The page may be had later; `after` says when to ask."""

    def __init__(self, message: str, after: timedelta) -> None:
        super().__init__(message)
        self.after = after


async def read_entry(ctx: Context, entry: QueuedEntry) -> FetchedArticle:
    """Fetches and reads an entry's page.

    Raises:
        TryAgain: the page could not be had this time.
    """
    if entry.url is None:
        return _from_feed(ctx, entry, "the item has no link")
    if entry.is_media:
        return _from_feed(ctx, entry, "its link is a file, not a page")
    if entry.canonical_url and "#" in entry.canonical_url:
        # A docket's items share one page and differ by fragment: the feed has their text.
        return _from_feed(ctx, entry, "")
    if _is_unreadable(entry.url):
        return await _read_behind(ctx, entry, entry.url)
    return await _read_page(ctx, entry, entry.url)


async def _read_page(ctx: Context, entry: QueuedEntry, url: str) -> FetchedArticle:
    """Reads the article at an address; in the feed's own words where the page is refused for good.

    Raises:
        TryAgain: the page could not be had this time.
    """
    try:
        got = await ctx.client.fetch_page(url, max_bytes=page_limit(ctx))
    except FetchError as error:
        pause = pause_before_retry(entry, error)
        if pause is not None:
            raise TryAgain(str(error), pause) from error
        reason = f"the page could not be fetched: {error}"
        article = _from_feed(ctx, entry, reason, status=describe_refusal(error))
        # A page may be announced before it is there.
        may_come_back = not error.permanent or error.status == HTTPStatus.NOT_FOUND
        return replace(article, may_come_back=may_come_back)
    assert not isinstance(got, NotModified), "no validators were sent"
    page = await read_pages(ctx, got)
    # A wall says by itself what it is.
    if shows_article(page) and leads_elsewhere(url, got, page, _told_of(entry)):
        reason = f"its address leads to another page: {got.final_url}"
        article = _from_feed(ctx, entry, reason, status=page.status.value)
        return replace(article, may_come_back=True)
    return _from_page(ctx, entry, got, page)


def _is_unreadable(url: str) -> bool:
    return urlsplit(url).hostname in UNREADABLE_HOSTS


def pause_before_retry(entry: QueuedEntry, error: FetchError) -> timedelta | None:
    """Returns after which time a page is asked for again, None when the feed's own words are to be
    taken instead.
    """
    wait = error.retry_after
    # News that is judged a day late is no news; the page is asked for again in the rechecks.
    if wait is not None and wait > MAX_HOLD:
        return None
    if isinstance(error, HostHeld):
        return wait or RETRIES[-1]
    if error.permanent or entry.attempts > len(RETRIES):
        return None
    return wait or RETRIES[entry.attempts - 1]


def pause_before_reread(entry: QueuedEntry, article: FetchedArticle) -> timedelta | None:
    """Returns after which time the page of an entry that no case wants by its feed's words is asked
    for again; None when it was shown, or has been asked for long enough.
    """
    if not article.may_come_back or entry.attempts > len(REREADS):
        return None
    return REREADS[entry.attempts - 1]


async def _read_behind(ctx: Context, entry: QueuedEntry, link: str) -> FetchedArticle:
    """Reads the article behind an aggregator's link where that can be found out; else the feed's
    own words are taken.
    """
    try:
        target = await ctx.resolver.resolve(ctx, link) if ctx.resolver else None
    except ResolverBusy as error:
        raise TryAgain(str(error), TRY_LATER) from error
    if target is None or _is_unreadable(target):
        return _from_feed(ctx, entry, "the aggregator's link leads to no article")
    found = replace(entry, url=target, canonical_url=canonical_url(target))
    article = await read_entry(ctx, found)
    # Under both addresses: the aggregator's link may come again in another feed.
    return replace(article, urls=_distinct(*article.urls, entry.canonical_url or link))


def _distinct(*urls: str | None) -> tuple[str, ...]:
    """Returns the addresses that are there, each once, in order."""
    return tuple(dict.fromkeys(url for url in urls if url))


def describe_refusal(error: FetchError) -> str:
    """Returns how a page was refused, in a word."""
    return f"http {error.status}" if error.status else type(error).__name__


def _from_feed(
    ctx: Context, entry: QueuedEntry, reason: str, *, status: str = ""
) -> FetchedArticle:
    """Returns the article in the feed's own words, with the reason why there are no others."""
    # An article has an address: without one of its own it gets one that no page can have.
    url = entry.url or f"urn:entry:{entry.id}"
    published = date_article(entry, None, ctx.clock())
    return FetchedArticle(
        url=url,
        urls=(entry.canonical_url or url,),
        title=entry.title,
        summary=entry.summary,
        text=entry.content or entry.summary,
        outlet=_feed_outlet(entry, url),
        author=entry.author,
        lang=entry.lang,
        published_at=published.at,
        date_origin=published.origin,
        extraction=Extraction.FEED_ONLY,
        page_status=status,
        reason=reason,
        extractor=FEED_EXTRACTOR,
        seen=PageSeen(url, status) if status else None,
        revised_at=date_revision([entry.restated_at], published.at, ctx.clock()),
    )


def page_extraction(page: Page, summary: str) -> Extraction:
    """Says how much of an article a page gave: a short page of whole sentences is a bulletin,
    unless the feed says as much.
    """
    if page.is_incomplete:
        return Extraction.TEASER
    if page.status is not PageStatus.STUB:
        return _EXTRACTION.get(page.status, Extraction.UNREADABLE)
    # A page that repeats the teaser shows no more than the feed.
    says_more = fold(page.text) not in fold(summary)
    return Extraction.FULL if _is_bulletin(page.text) and says_more else Extraction.TEASER


def _is_bulletin(text: str) -> bool:
    # A caption or a headline in a list of links does not end like a sentence.
    is_whole = text.rstrip(_CLOSING_MARKS).endswith((".", "!", "?"))
    return is_whole and len(text) >= MIN_BULLETIN


def shows_article(page: Page) -> bool:
    """Says whether a page has text of an article, be it short."""
    return page.status in WITH_ARTICLE and bool(page.text)


def see_page(got: Fetched, page: Page) -> PageSeen:
    """Returns what is remembered of a page, to tell next time whether it has changed."""
    has_article = shows_article(page)
    return PageSeen(
        url=got.url,
        status=page.status.value,
        validators=got.validators,
        title=page.title if has_article else None,
        text_hash=hash_text(page.title, page.text) if has_article else None,
        updated_at=page.updated_at,
    )


def _from_page(ctx: Context, entry: QueuedEntry, got: Fetched, page: Page) -> FetchedArticle:
    """Returns the article as its page shows it; what the page leaves out is the feed's."""
    text = choose_text(entry, page)
    published = date_article(entry, page, ctx.clock())
    return FetchedArticle(
        url=entry.url or got.final_url,
        urls=_page_urls(entry, got, page),
        title=entry.title or page.title,
        summary=entry.summary,
        text=text.text,
        outlet=page.outlet or _feed_outlet(entry, got.final_url),
        author=entry.author or page.author,
        lang=page.lang or entry.lang,
        published_at=published.at,
        date_origin=published.origin,
        extraction=text.extraction,
        page_status=page.status.value,
        reason="" if text.extraction is Extraction.FULL else page.reason,
        extractor=text.extractor,
        seen=see_page(got, page),
        revised_at=date_revision(
            (entry.restated_at, page.updated_at, page.published_at), published.at, ctx.clock()
        ),
        may_come_back=page.status in _PASSING or _is_sent_to_front(got, page),
    )


@dataclass(frozen=True, slots=True)
class ChosenText:
    """The text of an article, how much of it that is, and what took it from where."""

    text: str
    extraction: Extraction
    extractor: str


def choose_text(entry: QueuedEntry, page: Page) -> ChosenText:
    """Returns the page's text, or the feed's where that says more."""
    extraction = page_extraction(page, entry.summary)
    feed_text = entry.content or entry.summary
    is_enough = extraction is Extraction.FULL or len(page.text) >= len(feed_text)
    if page.text and is_enough:
        return ChosenText(page.text, extraction, page.extractor)
    # Of a wall or a consent form the extraction stays, whatever the feed says.
    if _feed_has_whole_text(entry, page):
        extraction = Extraction.FULL
    return ChosenText(feed_text, extraction, FEED_EXTRACTOR)


def _feed_has_whole_text(entry: QueuedEntry, page: Page) -> bool:
    """Says whether a feed carries the whole text where the page shows only its beginning."""
    is_beginning = page.status in (PageStatus.OK, PageStatus.STUB)
    return is_beginning and len(entry.content) > len(page.text)


def _page_urls(entry: QueuedEntry, got: Fetched, page: Page) -> tuple[str, ...]:
    # Where a wall stands many articles end: its address is none of theirs.
    final = canonical_url(got.final_url)
    is_other = leads_elsewhere(entry.url or final, got, page, _told_of(entry))
    if page.status not in _WITH_ADDRESS or is_other:
        return _distinct(entry.canonical_url or final)
    named = canonical_url(page.canonical_url) if page.canonical_url else None
    # "/story" for "/story?id=7": one address for all that a script shows.
    if named is not None and final.startswith(f"{named}?"):
        named = None
    return _distinct(named, final, entry.canonical_url)


def _is_sent_to_front(got: Fetched, page: Page) -> bool:
    """Says whether an address leads to a front page or a list, as while a site is repaired."""
    is_elsewhere = canonical_url(got.final_url) != canonical_url(got.url)
    return is_elsewhere and page.status is PageStatus.INDEX


def _told_of(entry: QueuedEntry) -> str:
    """Returns what a feed says of an article in short."""
    return f"{entry.title} {entry.summary}"


def leads_elsewhere(url: str, got: Fetched, page: Page, told: str) -> bool:
    """Says whether an address leads to a page that is not its article: a front page, a subscription
    or another story.

    Args:
        told: what is known of the article, such as its headline and teaser.
    """
    if canonical_url(got.final_url) == canonical_url(url):
        return False
    words = set(filter(_is_telling, fold_words(told)))
    found = words.intersection(fold_words(f"{page.title} {page.text}"))
    # Few words may be missing in the article itself; "Update" says nothing of it.
    return len(words) >= _MIN_TOLD_WORDS and len(found) < _MIN_TOLD_SHARE * len(words)


def _is_telling(word: str) -> bool:
    return len(word) >= _TELLING_CHARS


def _feed_outlet(entry: QueuedEntry, url: str) -> str:
    # Aggregators name the source of each item; their own title says nothing of who wrote it.
    return entry.source_name or entry.feed.title or urlsplit(url).hostname or ""
