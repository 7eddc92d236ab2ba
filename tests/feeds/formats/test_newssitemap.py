"""News sitemaps, which papers without a feed offer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from monitor.errors import FeedParseError
from monitor.feeds.formats import FeedSource, RawFeed, newssitemap

URL = "https://gazette.example/news-sitemap.xml"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">'
)
NEWS = (
    "<news:news><news:publication><news:name>Valley Gazette</news:name>"
    "<news:language>en</news:language></news:publication>"
    "<news:publication_date>2025-04-11T21:00:00Z</news:publication_date>"
    "<news:title>Ferry &amp; pier reopen</news:title></news:news>"
)


def entry(inside: str = NEWS, place: str = "https://gazette.example/ferry") -> str:
    return f"<url><loc>{place}</loc>{inside}</url>"


def parse(*entries: str, end: str = "</urlset>", **source: Any) -> RawFeed:
    text = HEAD + "".join(entries) + end
    return newssitemap.parse(FeedSource(text=text, url=URL, **source))


@pytest.mark.parametrize(
    ("head", "fit"),
    [
        ("<urlset xmlns=''>", 1.0),
        ("<?xml version='1.0'?><URLSET>", 1.0),
        ("<sitemapindex>", 1.0),
        ("<rss>", 0.0),
        ("{}", 0.0),
    ],
)
def test_sitemaps_are_known_by_their_root(head: str, fit: float) -> None:
    assert newssitemap.accepts("text/xml", head) == fit


def test_an_entry_with_news_is_read_whole() -> None:
    (item,) = parse(entry(f"<lastmod>2025-04-12</lastmod>{NEWS}")).items

    assert item.url == "https://gazette.example/ferry"
    assert item.title == "Ferry &amp; pier reopen"
    assert (item.published, item.published_field) == ("2025-04-11T21:00:00Z", "publication_date")
    assert (item.updated, item.updated_field) == ("2025-04-12", "lastmod")
    assert (item.lang, item.source_name) == ("en", "Valley Gazette")


def test_a_plain_entry_has_an_address_and_a_day() -> None:
    (item,) = parse(entry("<lastmod>2025-04-12</lastmod>")).items

    assert (item.title, item.published, item.published_field) == ("", "2025-04-12", "lastmod")


def test_titles_and_addresses_of_pictures_are_not_the_article_s() -> None:
    picture = (
        "<image:image><image:loc>https://pictures.example/1.jpg</image:loc>"
        "<image:title>The pier at dusk</image:title></image:image>"
    )
    before = f"<url>{picture}<loc>https://gazette.example/ferry</loc>{NEWS}</url>"
    (item,) = parse(before).items

    assert item.url == "https://gazette.example/ferry"
    assert item.title == "Ferry &amp; pier reopen"


def test_relative_addresses_are_resolved_and_foreign_schemes_left_out() -> None:
    feed = parse(
        entry(place="/ferry"),
        entry(place="ftp://gazette.example/ferry"),
        entry(place="javascript:alert(1)"),
        entry(place=""),
    )

    assert [item.url for item in feed.items] == ["https://gazette.example/ferry"]


def test_comments_and_instructions_are_no_entries() -> None:
    feed = parse(f"<!-- {entry()} -->", "<?page 2?>", entry())

    assert len(feed.items) == 1


def test_white_space_round_values_is_not_theirs() -> None:
    (item,) = parse(entry("<lastmod>\n  2025-04-12\n</lastmod>", "\n https://a.example/x \n")).items

    assert (item.url, item.updated) == ("https://a.example/x", "2025-04-12")


def test_the_site_is_the_home_and_the_answer_names_the_language() -> None:
    feed = parse(entry(), content_language="es")

    assert (feed.home_url, feed.lang, feed.format) == ("https://gazette.example/", "es", "sitemap")


@pytest.mark.parametrize(
    ("end", "broken"),
    [
        ("", False),
        ("<url><loc>https://gazette.example/cu", True),
        ("<url><loc>https://gazette.example/cut</loc><news:title><![CDATA[Of </urlset>", True),
        ("<!-- three more of </urlset>", False),
    ],
)
def test_a_sitemap_that_breaks_off_says_so(end: str, broken: bool) -> None:
    feed = parse(entry(), end=end)

    assert feed.is_truncated
    assert feed.is_last_item_broken is broken
    assert feed.warning == "the document breaks off"
    assert feed.items[0].url == "https://gazette.example/ferry"


def test_a_sitemap_with_a_long_comment_behind_it_is_whole() -> None:
    assert not parse(entry(), end=f"</urlset><!-- {'made in 3 ms ' * 200} -->").is_truncated


def test_nested_entities_are_refused() -> None:
    definition = '<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    text = f"<!DOCTYPE urlset [{definition}]><urlset>{entry('<title>&b;</title>')}</urlset>"

    with pytest.raises(FeedParseError, match="nested entities"):
        newssitemap.parse(FeedSource(text=text, url=URL))


def test_no_entity_reads_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the canary sings")
    definition = f'<!ENTITY b SYSTEM "{secret.as_uri()}">'
    text = f"<!DOCTYPE urlset [{definition}]><urlset>{entry('<title>&b;</title>')}</urlset>"

    (item,) = newssitemap.parse(FeedSource(text=text, url=URL)).items
    assert "canary" not in item.title


@pytest.mark.parametrize(
    ("places", "hint"),
    [
        ((), "follow one of the sitemaps it lists"),
        (("https://g.example/a.xml",), "follow one of its sitemaps, e.g. https://g.example/a.xml"),
        (
            ("https://g.example/pages.xml", "https://g.example/News-1.xml"),
            "follow one of its sitemaps, e.g. https://g.example/News-1.xml",
        ),
    ],
)
def test_an_index_of_sitemaps_is_refused_with_one_to_follow(
    places: tuple[str, ...], hint: str
) -> None:
    listed = "".join(f"<sitemap><loc>{place}</loc></sitemap>" for place in places)

    with pytest.raises(FeedParseError, match="is an index of sitemaps") as caught:
        newssitemap.parse(FeedSource(text=f"<sitemapindex>{listed}</sitemapindex>", url=URL))

    assert caught.value.hint == hint


def test_an_address_in_a_hint_is_bounded() -> None:
    place = "https://g.example/news/" + "x" * 5_000
    index = f"<sitemapindex><sitemap><loc>{place}</loc></sitemap></sitemapindex>"

    with pytest.raises(FeedParseError) as caught:
        newssitemap.parse(FeedSource(text=index, url=URL))

    assert caught.value.hint is not None
    assert len(caught.value.hint) < 300


@pytest.mark.parametrize("text", ["", "no markup at all", "<"])
def test_what_cannot_be_read_is_told_with_its_address(text: str) -> None:
    with pytest.raises(FeedParseError, match=r"gazette\.example"):
        newssitemap.parse(FeedSource(text=text, url=URL))


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("The mayor&rsquo;s caf&eacute; reopens", "The mayor\u2019s caf\u00e9 reopens"),
        ("Ferry <i>Alma</i> runs again", "Ferry Alma runs again"),
        ("<b>Ferry</b> runs again", "Ferry runs again"),
        ("Roe &amp;amp; Loe", "Roe &amp;amp; Loe"),
        ("Roe &nvlt; Loe", "Roe &lt;\u20d2 Loe"),
        ("Roe &nothing; Loe", "Roe &amp;nothing; Loe"),
    ],
)
def test_a_title_is_read_to_its_end(written: str, title: str) -> None:
    (item,) = parse(entry(NEWS.replace("Ferry &amp; pier reopen", written))).items

    assert item.title == title


def test_a_video_before_the_news_does_not_name_the_article() -> None:
    video = (
        '<video:video xmlns:video="http://www.google.com/schemas/sitemap-video/1.1">'
        "<video:title>A clip</video:title>"
        "<video:publication_date>2019-01-01</video:publication_date></video:video>"
    )

    (item,) = parse(entry(video + NEWS)).items

    assert (item.title, item.published) == ("Ferry &amp; pier reopen", "2025-04-11T21:00:00Z")


def test_news_under_a_prefix_that_is_declared_nowhere_are_read() -> None:
    text = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entry()}</urlset>'

    (item,) = newssitemap.parse(FeedSource(text=text, url=URL)).items

    assert (item.title, item.source_name) == ("Ferry &amp; pier reopen", "Valley Gazette")


@pytest.mark.parametrize("missing", ["</url>", "</news:news>"])
def test_an_entry_without_its_end_does_not_swallow_the_next(missing: str) -> None:
    first = entry().replace(missing, "")

    items = parse(first, entry(place="https://gazette.example/pier")).items

    assert [item.url for item in items] == [
        "https://gazette.example/ferry",
        "https://gazette.example/pier",
    ]
