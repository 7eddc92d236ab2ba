"""What a feed says about how it wants to be polled, read from the text of its channel."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.formats.polling_hints import PollingHints, read_polling_hints
from monitor.feeds.parse import parse_feed

URL = "https://quarry.example/feeds/news.xml"


def rss(channel: str = "", after: str = "", item: str = "") -> str:
    one = f"<item><title>One</title><link>https://quarry.example/1</link>{item}</item>"
    spaces = (
        'xmlns:atom="http://www.w3.org/2005/Atom" '
        'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    )
    content = f"<title>Quarry</title>{channel}{one}{after}"
    return f'<rss version="2.0" {spaces}><channel>{content}</channel></rss>'


def hours(*values: object) -> str:
    return f"<skipHours>{''.join(f'<hour>{value}</hour>' for value in values)}</skipHours>"


def days(*values: str) -> str:
    return f"<skipDays>{''.join(f'<day>{value}</day>' for value in values)}</skipDays>"


def test_all_hours_and_days_are_read_wherever_in_the_channel_they_stand() -> None:
    expected = PollingHints(skip_hours=(0, 3, 4, 23), skip_days=(5, 6))

    assert expected == read_polling_hints(
        rss(hours(4, 3, " 23 ", 0) + days("Saturday", "Sunday")), URL
    )
    assert expected == read_polling_hints(
        rss(after=hours(4, 3, 23, 24, 0) + days("SATURDAY", "sun")), URL
    )


def test_hours_and_days_that_are_none_are_left_out() -> None:
    assert (
        read_polling_hints(rss(hours(25, -1, "noon", "") + days("Someday", "")), URL)
        == PollingHints()
    )


def test_what_stands_in_items_and_comments_is_nobodys_wish() -> None:
    inside = f"<description><![CDATA[{hours(1)}<link rel='hub' href='https://evil.example/'/>]]></description>"

    assert read_polling_hints(rss(f"<!-- {hours(2)} -->", item=inside), URL) == PollingHints()


@pytest.mark.parametrize(
    "link",
    [
        '<atom:link rel="prev-archive" href="archive/7.xml?a=1&amp;b=2"/>',
        "<link href='archive/7.xml?a=1&amp;b=2' type='application/atom+xml'"
        " rel='other Prev-Archive' />",
        '<atom10:link\n rel = "prev-archive"\n'
        ' href = "/feeds/archive/7.xml?a=1&amp;b=2"></atom10:link>',
    ],
)
def test_the_archive_before_this_document_is_found_and_resolved(link: str) -> None:
    assert (
        read_polling_hints(rss(link), URL).older_url
        == "https://quarry.example/feeds/archive/7.xml?a=1&b=2"
    )


@pytest.mark.parametrize("href", ["javascript:alert(1)", "file:///etc/passwd", "", "http://[::1/"])
def test_an_archive_that_is_no_web_address_is_none(href: str) -> None:
    assert (
        read_polling_hints(rss(f'<atom:link rel="prev-archive" href="{href}"/>'), URL).older_url
        is None
    )


def test_the_hub_is_noted() -> None:
    document = parse_feed(
        rss('<atom:link rel="hub" href="https://hub.example/"/>').encode(), url=URL
    )

    assert document.hub_url == "https://hub.example/"


def test_a_json_feed_names_its_hub_and_its_older_items_too() -> None:
    body = (
        b'{"version": "https://jsonfeed.org/version/1.1", "items": [], "next_url": "/2.json",'
        b' "hubs": [{"url": "https://h.example/"}]}'
    )
    document = parse_feed(body, url=URL)

    assert (document.older_url, document.hub_url) == (
        "https://quarry.example/2.json",
        "https://h.example/",
    )


@pytest.mark.parametrize(
    ("channel", "wish"),
    [
        ("<ttl>60</ttl><sy:updatePeriod>daily</sy:updatePeriod>", timedelta(days=1)),
        ("<ttl>2000</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", timedelta(minutes=2_000)),
        (
            "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>",
            timedelta(hours=6),
        ),
        ("<sy:updateFrequency>2</sy:updateFrequency>", timedelta(hours=12)),
        ("<sy:updatePeriod>yearly</sy:updatePeriod>", timedelta(days=7)),
        ("<sy:updatePeriod>often</sy:updatePeriod>", None),
        ("<ttl>0</ttl>", None),
    ],
)
def test_of_ttl_and_update_period_the_longer_one_counts(
    channel: str, wish: timedelta | None
) -> None:
    assert parse_feed(rss(channel).encode(), url=URL).ttl == wish


@given(st.text(alphabet='<>/"= linkrehubskpHoursdaytm![]-&;0123456789', max_size=400))
def test_no_text_raises_and_what_comes_out_is_in_range(text: str) -> None:
    hints = read_polling_hints(f"<rss><channel>{text}", URL)

    assert set(hints.skip_hours) <= set(range(24))
    assert set(hints.skip_days) <= set(range(7))
