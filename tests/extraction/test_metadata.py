"""What a page says about itself: which of several headlines, names, dates and addresses is
believed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.extraction import extract_page
from monitor.model import DateSource, Page, Precision
from tests.extraction.pages import BODY, URL, article, json_ld, page

NINE_PM = datetime(2025, 4, 11, 21, tzinfo=UTC)


def extract(html: bytes, url: str = URL) -> Page:
    return extract_page(html, url=url)


def meta(**values: str) -> str:
    return "".join(
        f'<meta property="{name.replace("__", ":")}" content="{value}">'
        for name, value in values.items()
    )


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        (json_ld(headline="Judge &amp; harbor"), "<h1>Other</h1>", "Judge & harbor"),
        (meta(og__title="Judge wants records | Herald"), "<h1>Other</h1>", "Judge wants records"),
        (
            meta(og__title="Judge wants records - Herald", og__site_name="Herald"),
            "<h1>Other</h1>",
            "Judge wants records",
        ),
        (meta(og__title="Judge wants records - and soon"), "", "Judge wants records - and soon"),
        ("", "<h1>Judge <i>wants</i> records</h1>", "Judge wants records"),
        ("", "", "Harbor case: judge wants records"),
    ],
)
def test_the_headline_is_json_lds_then_og_title_then_the_heading_then_the_title(
    head: str, body: str, title: str
) -> None:
    assert extract(page(f"<article>{body}{BODY}</article>", head=head)).title == title


@pytest.mark.parametrize(
    ("head", "outlet"),
    [
        (meta(og__site_name="The Herald"), "The Herald"),
        (
            json_ld(publisher={"@type": "Organization", "name": "Herald &amp; Post"}),
            "Herald & Post",
        ),
        ("", ""),  # the pipeline knows the feed's title, which says more than a host name
    ],
)
def test_the_outlet_is_the_sites_name_where_it_gives_one(head: str, outlet: str) -> None:
    assert extract(article(head=head)).outlet == outlet


@pytest.mark.parametrize(
    ("head", "byline", "author"),
    [
        (json_ld(author={"@type": "Person", "name": "Jane Roe"}), "", "Jane Roe"),
        (json_ld(author=[{"name": "Jane Roe"}, {"name": "Leo Loe"}]), "", "Jane Roe, Leo Loe"),
        (json_ld(author="By Jane Roe and Leo Loe"), "", "Jane Roe, Leo Loe"),
        (json_ld(author={"@type": "Organization", "name": "Example Wire"}), "", "Example Wire"),
        (json_ld(author={"name": "Jane Roe; Staff Writer"}), "", "Jane Roe"),
        (json_ld(author={"name": "JANE ROE, STAFF WRITER"}), "", "JANE ROE"),
        (json_ld(author={"name": "Jane Roe, City Hall Reporter"}), "", "Jane Roe"),
        (json_ld(author={"name": "Jane Roe - Reporter"}), "", "Jane Roe"),
        (json_ld(author={"name": "Jane Roe; Leo Loe; Photographer"}), "", "Jane Roe, Leo Loe"),
        (json_ld(author={"name": "Staff Writer"}), "", "Staff Writer"),
        ('<meta name="author" content="Jane Roe - Reporter">', "", "Jane Roe"),
        ("", '<p class="byline">By Jane Roe (Special to the Herald)</p>', "Jane Roe"),
        ("", '<p class="byline">By Jane Roe of the Herald</p>', "Jane Roe"),
        (
            json_ld(author={"name": "herald.example"}),
            '<p class="byline">By Jane Roe</p>',
            "Jane Roe",
        ),
        (json_ld(author={"name": "https://herald.example/jane"}), "", ""),
        (meta(article__author="https://social.example/herald"), "", ""),
        ('<meta name="author" content="Jane Roe">', "", "Jane Roe"),
        ('<meta name="author" content="admin">', "", ""),
        ("", '<p class="byline">By JANE ROE and LEO LOE, Staff Writers</p>', "JANE ROE, LEO LOE"),
        ("", '<p class="byline">Redacción</p>', ""),
        ("", "", ""),
    ],
)
def test_authors_are_people_or_agencies_that_the_page_names(
    head: str, byline: str, author: str
) -> None:
    assert extract(article(before=byline, head=head)).author == author


def test_authors_given_by_reference_are_looked_up() -> None:
    graph = (
        '<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", '
        '"headline": "x", "author": {"@id": "#jane"}},'
        '{"@type": "Person", "@id": "#jane", "name": "Jane Roe"}]}</script>'
    )

    assert extract(article(head=graph)).author == "Jane Roe"


def test_the_exact_instant_of_json_ld_is_believed_first() -> None:
    head = json_ld(
        datePublished="2025-04-11T17:00:00-04:00", dateModified="2025-04-14T08:12:00-04:00"
    )
    got = extract(article(head=head + meta(article__published_time="2025-04-11T16:00:00-04:00")))

    assert (got.published_at, got.published_precision) == (NINE_PM, Precision.INSTANT)


def test_meta_tags_come_next() -> None:
    assert (
        extract(article(head=meta(article__published_time="2025-04-11T21:00:00Z"))).published_at
        == NINE_PM
    )


def test_an_exact_meta_tag_beats_a_day_alone_that_agrees_with_it() -> None:
    head = json_ld(datePublished="2025-04-11") + meta(
        article__published_time="2025-04-11T21:00:00Z"
    )

    assert extract(article(head=head)).published_at == NINE_PM


def test_a_date_in_the_page_is_a_day() -> None:
    got = extract(article(before='<p class="date">Published April 11, 2025</p>'))

    assert got.published_at == NINE_PM.replace(hour=0)
    assert got.published_precision is Precision.DAY


@pytest.mark.parametrize(
    ("page", "source", "raw"),
    [
        (
            article(head=json_ld(datePublished="2025-04-11T17:00:00-04:00")),
            DateSource.JSON_LD,
            "2025-04-11T17:00:00-04:00",
        ),
        (
            article(head=meta(article__published_time="2025-04-11T21:00:00Z")),
            DateSource.META,
            "2025-04-11T21:00:00Z",
        ),
        (
            article(before="<time pubdate datetime='2025-04-11 21:00'>"),
            DateSource.TIME,
            "2025-04-11 21:00",
        ),
        (
            article(before='<p class="date">Published April 11, 2025</p>'),
            DateSource.HTMLDATE,
            "2025-04-11",
        ),
        (article(), None, ""),
    ],
)
def test_a_date_tells_where_on_the_page_it_stands(
    page: str, source: DateSource | None, raw: str
) -> None:
    got = extract(page)

    assert (got.published_source, got.published_raw) == (source, raw)
    assert got.is_zone_assumed == (source is DateSource.TIME)


def test_the_last_change_is_json_lds_else_the_meta_tags() -> None:
    when = datetime(2025, 4, 14, 12, 12, tzinfo=UTC)

    assert (
        extract(article(head=json_ld(dateModified="2025-04-14T08:12:00-04:00"))).updated_at == when
    )
    assert (
        extract(article(head=meta(article__modified_time="2025-04-14T08:12:00-04:00"))).updated_at
        == when
    )
    assert extract(article()).updated_at is None


def test_fractions_of_seconds_stay() -> None:
    got = extract(article(head=json_ld(datePublished="2025-04-11T21:00:00.389Z")))

    assert got.published_at == NINE_PM + timedelta(milliseconds=389)


@pytest.mark.parametrize("value", ["", "soon", "0000-00-00", "1970-01-01T00:00:00Z"])
def test_dates_that_say_nothing_are_none(value: str) -> None:
    assert extract(article(head=json_ld(datePublished=value))).published_at is None


@pytest.mark.parametrize(
    ("html", "lang"),
    [
        (page(BODY, lang="es-SV"), "es"),
        (page(BODY, lang="", head=meta(og__locale="es_MX")), "es"),
        (page(BODY, lang="utf-8", head=json_ld(inLanguage="en")), "en"),
        (page(BODY, lang=""), None),
    ],
)
def test_the_language_is_declared_by_the_page(html: bytes, lang: str | None) -> None:
    assert extract(html).lang == lang


@pytest.mark.parametrize(
    ("href", "canonical"),
    [
        ("/us/harbor-case-records", "https://herald.example/us/harbor-case-records"),
        (
            "https://www.herald.example/us/harbor-case?id=4",
            "https://www.herald.example/us/harbor-case?id=4",
        ),
        ("https://herald.example/", None),
        ("https://attacker.example/us/harbor-case", None),
        ("https://example/us/harbor-case", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_the_pages_own_address_is_trusted_on_its_own_site_only(
    href: str, canonical: str | None
) -> None:
    assert extract(article(head=f'<link rel="canonical" href="{href}">')).canonical_url == canonical


def test_og_url_stands_in_for_a_missing_canonical_link() -> None:
    assert (
        extract(article(head=meta(og__url="https://herald.example/us/1"))).canonical_url
        == "https://herald.example/us/1"
    )


def test_loopback_pages_have_canonical_addresses_too() -> None:
    got = extract(
        article(head='<link rel="canonical" href="/us/1">'),
        "http://127.0.0.1:8000/us/1?utm_source=rss",
    )

    assert got.canonical_url == "http://127.0.0.1:8000/us/1"


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "NewsArticle", "headline": "Right"}',
        '<!-- {"@type": "NewsArticle", "headline": "Right"} -->',
        '//<![CDATA[\n{"@type": "NewsArticle", "headline": "Right"}\n//]]>',
        '{"@type": ["Article", "Thing"], "headline": "Right",}',
        '{"@type": "http://schema.org/NewsArticle", "headline": "Right", "text": "line\nbreak"}',
        '[{"@type": "WebSite", "name": "Herald"}, {"@type": "ReportageNewsArticle", '
        '"headline": "Right"}]',
        '{"@type": "WebPage", "mainEntity": {"@type": "LiveBlogPosting", "headline": "Right"}}',
    ],
)
def test_json_ld_is_read_however_it_is_wrapped(script: str) -> None:
    assert (
        extract(article(head=f'<script type="application/ld+json">{script}</script>')).title
        == "Right"
    )


def test_of_several_articles_the_one_with_the_pages_address_counts() -> None:
    head = json_ld(
        headline="Another",
        url="https://herald.example/us/other",
        datePublished="2025-04-10T00:00:00Z",
    ) + json_ld(
        headline="This one",
        mainEntityOfPage={"@id": "http://www.herald.example/us/harbor-case?utm_source=x"},
    )

    assert extract(article(head=head)).title == "This one"
