"""Which text is an article's: its page's or its feed's, how much of it, and when to ask again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.errors import DeadlineExceeded, FetchError, HostHeld
from monitor.model import DateOrigin, DateSource, Extraction, Fetched, Page, PageStatus, Validators
from monitor.pipeline.ingestion.fetch_article import (
    MAX_HOLD,
    RETRIES,
    choose_text,
    describe_refusal,
    page_extraction,
    pause_before_retry,
    see_page,
    shows_article,
)
from monitor.store.articles import FEED_EXTRACTOR
from monitor.store.entries import QueuedEntry
from monitor.store.feeds import FeedName
from tests.world import at

URL = "https://harbour.example/pier"
BULLETIN = "The harbour master closed the old pier on Sunday after a storm tore planks loose."
CAPTION = "The old pier on Sunday, seen from the harbour master's office on the northern quay"
LONG = f"{BULLETIN}\n\nIt is to reopen in August, when the planks have been replaced."


def entry(*, content: str = "", summary: str = "", attempts: int = 1) -> QueuedEntry:
    return QueuedEntry(
        id=1,
        feed=FeedName("https://harbour.example/rss", "Harbour Gazette", ()),
        feed_takes_all=False,
        url=URL,
        canonical_url=URL,
        title="Pier closed",
        summary=summary,
        content=content,
        author="",
        lang="en",
        source_name=None,
        published_at=None,
        seen_at=at("2025-06-01T12:00:00"),
        attempts=attempts,
        date_origin=DateOrigin(DateSource.FIRST_SEEN),
        baseline_by_case={},
    )


@pytest.mark.parametrize(
    ("status", "extraction"),
    [
        (PageStatus.OK, Extraction.FULL),
        (PageStatus.LIVE, Extraction.FULL),
        (PageStatus.PAYWALLED, Extraction.TEASER),
        (PageStatus.CONSENT, Extraction.CONSENT),
        (PageStatus.SOFT_404, Extraction.UNREADABLE),
        (PageStatus.UNREADABLE, Extraction.UNREADABLE),
    ],
)
def test_the_kind_of_page_says_how_much_it_gives(
    status: PageStatus, extraction: Extraction
) -> None:
    assert page_extraction(Page(status, LONG), "") is extraction


@pytest.mark.parametrize(
    ("text", "summary", "extraction"),
    [
        (BULLETIN, "", Extraction.FULL),
        (f"“{BULLETIN}”", "", Extraction.FULL),
        (BULLETIN, "Pier closed.", Extraction.FULL),
        (BULLETIN, f"News: {BULLETIN} Read more", Extraction.TEASER),
        (BULLETIN, BULLETIN.upper(), Extraction.TEASER),
        (CAPTION, "", Extraction.TEASER),
        ("Pier closed on Sunday.", "", Extraction.TEASER),
        ("", "", Extraction.TEASER),
    ],
)
def test_a_short_page_is_a_bulletin_when_it_has_whole_sentences_of_its_own(
    text: str, summary: str, extraction: Extraction
) -> None:
    assert page_extraction(Page(PageStatus.STUB, text), summary) is extraction


@pytest.mark.parametrize(
    ("page", "content", "text", "extraction", "is_feeds"),
    [
        (Page(PageStatus.OK, LONG), "", LONG, Extraction.FULL, False),
        (Page(PageStatus.OK, BULLETIN), LONG, BULLETIN, Extraction.FULL, False),
        (Page(PageStatus.STUB, CAPTION), "", CAPTION, Extraction.TEASER, False),
        (Page(PageStatus.STUB, CAPTION), LONG, LONG, Extraction.FULL, True),
        (Page(PageStatus.PAYWALLED), LONG, LONG, Extraction.TEASER, True),
        (Page(PageStatus.CONSENT), BULLETIN, BULLETIN, Extraction.CONSENT, True),
        (Page(PageStatus.UNREADABLE), BULLETIN, BULLETIN, Extraction.UNREADABLE, True),
    ],
    ids=["page", "page though shorter", "stub", "feed has all", "wall", "consent", "unreadable"],
)
def test_the_page_is_taken_unless_the_feed_says_more(
    page: Page, content: str, text: str, extraction: Extraction, is_feeds: bool
) -> None:
    chosen = choose_text(entry(content=content), page)

    assert (chosen.text, chosen.extraction) == (text, extraction)
    assert (chosen.extractor == FEED_EXTRACTOR) is is_feeds


def test_without_content_the_feeds_teaser_stands_in_for_the_page() -> None:
    assert choose_text(entry(summary="Pier closed."), Page(PageStatus.PAYWALLED)).text == (
        "Pier closed."
    )


@pytest.mark.parametrize(
    ("status", "text", "shows"),
    [
        (PageStatus.OK, LONG, True),
        (PageStatus.LIVE, LONG, True),
        (PageStatus.STUB, CAPTION, True),
        (PageStatus.OK, "", False),
        (PageStatus.PAYWALLED, LONG, False),
        (PageStatus.SOFT_404, LONG, False),
    ],
)
def test_a_page_shows_an_article_when_it_is_one_and_has_text(
    status: PageStatus, text: str, shows: bool
) -> None:
    assert shows_article(Page(status, text)) is shows


def get(body: bytes = b"") -> Fetched:
    return Fetched(
        url=URL,
        final_url=URL,
        permanent_url=None,
        status=200,
        body=body,
        media_type="text/html",
        charset=None,
        content_language=None,
        validators=Validators(etag='"7"'),
        max_age=None,
    )


def test_of_a_page_its_text_is_remembered_and_of_a_wall_only_that_it_stood_there() -> None:
    article = see_page(get(), Page(PageStatus.OK, LONG, title="Pier closed"))
    wall = see_page(get(), Page(PageStatus.PAYWALLED, title="Subscribe"))

    assert (article.title, article.status) == ("Pier closed", "ok")
    assert article.text_hash
    assert (wall.title, wall.text_hash, wall.status) == (None, None, "paywalled")
    assert article.validators == wall.validators == Validators(etag='"7"')


def test_another_headline_is_another_page() -> None:
    one, other = (see_page(get(), Page(PageStatus.OK, LONG, title=title)) for title in ("A", "B"))

    assert one.text_hash != other.text_hash


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (FetchError(URL, "not found", status=404), "http 404"),
        (DeadlineExceeded(URL, "too slow"), "DeadlineExceeded"),
    ],
)
def test_a_refusal_is_one_word(error: FetchError, word: str) -> None:
    assert describe_refusal(error) == word


def refusal(*, permanent: bool = False, hours: float | None = None) -> FetchError:
    wait = None if hours is None else timedelta(hours=hours)
    return FetchError(URL, "refused", permanent=permanent, retry_after=wait)


def held(hours: float | None) -> HostHeld:
    return HostHeld(URL, "held", retry_after=None if hours is None else timedelta(hours=hours))


@pytest.mark.parametrize(
    ("error", "attempts", "pause"),
    [
        (refusal(), 1, RETRIES[0]),
        (refusal(), 2, RETRIES[1]),
        (refusal(), 3, None),
        (refusal(permanent=True), 1, None),
        (refusal(hours=2), 1, timedelta(hours=2)),
        (refusal(hours=24), 1, None),
        (held(None), 9, RETRIES[-1]),
        (held(2), 9, timedelta(hours=2)),
        (held(24), 1, None),
    ],
    ids=[
        "first try",
        "second try",
        "last try",
        "refused for good",
        "as long as it asks",
        "longer than news keeps",
        "held back counts no tries",
        "held back for a while",
        "held back for a day",
    ],
)
def test_a_page_is_asked_for_again_while_its_news_is_new(
    error: FetchError, attempts: int, pause: timedelta | None
) -> None:
    assert pause_before_retry(entry(attempts=attempts), error) == pause


def test_the_longest_pause_is_still_waited_for() -> None:
    error = FetchError(URL, "busy", retry_after=MAX_HOLD)

    assert pause_before_retry(entry(), error) == MAX_HOLD
