"""When an article was published, and where that comes from: feed, page, or the moment it was first
seen.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.model import DateFlag, DateOrigin, DateSource, FeedItem, Page, PageStatus, Precision
from monitor.pipeline.ingestion.published_date import PublishedDate, date_article, date_revision
from monitor.pipeline.polling.selection import date_origin
from monitor.store.entries import QueuedEntry
from monitor.store.feeds import FeedName

NOW = datetime(2025, 4, 12, 9, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)
FROM_FEED = DateOrigin("published", "yesterday at nine", None, Precision.INSTANT, True)
NOT_DATED = DateOrigin(DateSource.FIRST_SEEN)


def entry(published_at: datetime | None, origin: DateOrigin) -> QueuedEntry:
    return QueuedEntry(
        id=1,
        feed=FeedName("https://quarry.example/rss", "Quarry News", ()),
        feed_takes_all=False,
        url="https://quarry.example/1",
        canonical_url="https://quarry.example/1",
        title="Quarry reopens",
        summary="",
        content="",
        author="",
        lang="en",
        source_name=None,
        published_at=published_at,
        seen_at=NOW - timedelta(minutes=5),
        attempts=1,
        date_origin=origin,
        baseline_by_case={},
    )


def page(
    at: datetime | None,
    source: DateSource | None = DateSource.JSON_LD,
    precision: Precision = Precision.INSTANT,
) -> Page:
    return Page(
        PageStatus.OK,
        published_at=at,
        published_source=source,
        published_precision=precision,
        published_raw="as on the page",
    )


def item(at: datetime | None, raw: str) -> FeedItem:
    return FeedItem(
        "k",
        None,
        "Quarry reopens",
        published_at=at,
        published_raw=raw,
        published_source="updated",
        is_zone_assumed=True,
    )


@pytest.mark.parametrize(
    ("at", "raw", "flag"),
    [
        (NOW + timedelta(hours=2), "soon", DateFlag.FUTURE),
        (datetime(1970, 1, 1, tzinfo=UTC), "0", DateFlag.TOO_EARLY),
        (None, "the day after the fair", DateFlag.UNREADABLE),
        (None, "", None),
    ],
)
def test_a_date_that_is_not_used_is_kept_as_written_with_the_reason(
    at: datetime | None, raw: str, flag: DateFlag | None
) -> None:
    assert date_origin(item(at, raw), NOW) == DateOrigin(DateSource.FIRST_SEEN, raw, flag)


def test_a_date_that_is_used_names_its_field_its_precision_and_its_zone() -> None:
    assert date_origin(item(YESTERDAY, "raw"), NOW) == DateOrigin(
        "updated", "raw", None, Precision.INSTANT, True
    )


def test_the_feed_goes_before_the_page() -> None:
    from_page = page(YESTERDAY - timedelta(hours=3))

    found = date_article(entry(YESTERDAY, FROM_FEED), from_page, NOW)

    origin = DateOrigin(DateSource.FEED, "yesterday at nine", None, Precision.INSTANT, True)
    assert found == PublishedDate(YESTERDAY, origin)


def test_the_page_stands_in_and_the_reason_against_the_feeds_date_is_kept() -> None:
    refused = DateOrigin(DateSource.FIRST_SEEN, "Thu, 01 Jan 2099", DateFlag.FUTURE)

    found = date_article(entry(None, refused), page(YESTERDAY), NOW)

    assert (found.at, found.origin.source) == (YESTERDAY, DateSource.JSON_LD)
    assert (found.origin.raw, found.origin.flag) == ("as on the page", DateFlag.FUTURE)


def test_a_feed_that_dates_an_old_page_anew_is_not_believed() -> None:
    long_ago = NOW - timedelta(days=400)

    found = date_article(entry(YESTERDAY, FROM_FEED), page(long_ago), NOW)

    assert (found.at, found.origin.source) == (long_ago, DateSource.JSON_LD)
    assert found.origin.flag == DateFlag.REDATED


@pytest.mark.parametrize(
    ("gap", "source"),
    [(timedelta(days=2), DateSource.FEED), (timedelta(days=2, seconds=1), DateSource.JSON_LD)],
)
def test_two_days_between_the_dates_are_not_yet_an_old_story(
    gap: timedelta, source: DateSource
) -> None:
    found = date_article(entry(YESTERDAY, FROM_FEED), page(YESTERDAY - gap), NOW)

    assert found.origin.source == source


def test_a_guessed_day_does_not_overrule_the_feed() -> None:
    guessed = page(NOW - timedelta(days=400), DateSource.HTMLDATE, Precision.DAY)

    found = date_article(entry(YESTERDAY, FROM_FEED), guessed, NOW)

    assert found.origin.source == DateSource.FEED


@pytest.mark.parametrize(
    ("read", "flag"),
    [(None, None), (page(None, None), None), (page(NOW + timedelta(days=30)), DateFlag.FUTURE)],
)
def test_without_a_date_that_can_be_believed_it_is_when_the_entry_was_first_seen(
    read: Page | None, flag: DateFlag | None
) -> None:
    found = date_article(entry(None, NOT_DATED), read, NOW)

    assert found.at == NOW - timedelta(minutes=5)
    assert (found.origin.source, found.origin.flag) == (DateSource.FIRST_SEEN, flag)


@pytest.mark.parametrize(
    ("stated", "dated"),
    [
        (NOW, NOW),
        (YESTERDAY + timedelta(minutes=1), YESTERDAY + timedelta(minutes=1)),
        (YESTERDAY, None),
        (YESTERDAY - timedelta(days=70), None),
        (NOW + timedelta(days=40), None),
        (None, None),
    ],
    ids=["today", "a minute later", "the first date", "before it", "in the future", "none"],
)
def test_a_later_text_has_a_date_of_its_own_where_a_believable_one_is_stated(
    stated: datetime | None, dated: datetime | None
) -> None:
    assert date_revision([None, stated], YESTERDAY, NOW) == dated
