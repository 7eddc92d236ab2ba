"""Addresses: one key for all spellings of an article, none for what is no address, two for two
articles.
"""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.urls import (
    MAX_URL_CHARS,
    canonical_url,
    is_web_url,
    registered_domain,
    resolve,
    shown,
    shown_in,
    site_of,
    unwrap,
    urls_in,
)

STORY = "https://herald.example/us/court-filing-2025"


@pytest.mark.parametrize(
    "spelling",
    [
        "http://herald.example/us/court-filing-2025",
        "HTTPS://WWW.Herald.Example:443/us/court-filing-2025/",
        "http://herald.example:80/us/court-filing-2025?#",
        "https://m.herald.example/x/../us/./court-filing-2025",
        "https://herald.example//us/court-filing-2025#comments",
        "https://herald.example./us/court-filing-2025",
        "https://herald.example/us/court%2Dfiling%2D2025",
        "https://herald.example/us/court-filing-2025;jsessionid=4F2A",
        f"  {STORY}?utm_source=rss&UTM_Medium=feed&amp;fbclid=1\n",
        f"{STORY}?at_medium=RSS&traffic_source=rss&cmp=x&ocid=y&xtor=RSS-3&gclid=1&mc_cid=2&_ga=3&igshid=4",
        f"{STORY}?source=rss",
        f"{STORY}?ref=herald.example",
        f"{STORY}/amp",
        f"{STORY}?amp=1",
        f"{STORY}?outputType=amp",
        "https://amp.herald.example/us/court-filing-2025",
        "https://herald-example.cdn.ampproject.org/c/s/herald.example/us/court-filing-2025",
        "https://www.google.com/amp/s/herald.example/us/court-filing-2025",
        "https://www.google.com/url?rct=j&sa=t&url=https://herald.example/us/court-filing-2025&ct=ga",
        "http://www.bing.com/news/apiclick.aspx?ref=FexRss&url=https%3a%2f%2fherald.example%2fus%2fcourt-filing-2025",
        "https://news.google.com/rss/articles/CBMiK2h0dHBzOi8vaGVyYWxkLmV4YW1wbGUvdXMvY291cnQtZmlsaW5nLTIwMjXSAQA?oc=5",
    ],
)
def test_spellings_of_one_article_share_a_key(spelling: str) -> None:
    assert canonical_url(spelling) == canonical_url(STORY)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://herald.example/a/XyZ1", "https://herald.example/a/xyz1"),
        ("https://herald.example/story?id=4", "https://herald.example/story?id=5"),
        ("https://herald.example/a?page=2", "https://herald.example/a?page=3"),
        ("https://herald.example:8443/a", "https://herald.example/a"),
        ("http://127.0.0.1:8001/a", "http://127.0.0.1:8002/a"),
        ("https://herald.example/#!/a/1", "https://herald.example/#!/a/2"),
        ("https://herald.example/a%2Fb", "https://herald.example/a/b"),
        ("https://herald.example/amp/makers/a", "https://herald.example/makers/a"),
        ("https://herald.example/bill?ref=hb-101", "https://herald.example/bill?ref=hb-102"),
        ("https://forum.example/view?f=1", "https://forum.example/view?f=2"),
        (
            "https://forum.example/forum.php?mod=viewthread",
            "https://forum.example/forum.php?mod=space",
        ),
        ("https://herald.example/a?source=afp", "https://herald.example/a?source=ap"),
        ("https://herald.example/s?t=a&t=b", "https://herald.example/s?t=b&t=a"),
        ("https://herald.example/foo?crop/14", "https://herald.example/foo"),
        (
            "https://news.google.com/rss/articles/CBMiXEFVX3lx",
            "https://news.google.com/rss/articles/CBMiXEFVX3ly",
        ),
        ("https://m.co/a", "https://co/a"),
    ],
)
def test_two_articles_have_two_keys(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


def test_tracking_that_is_content_elsewhere_is_dropped_on_its_own_host_only() -> None:
    assert canonical_url("https://www.wsj.com/a?mod=rss") == "https://wsj.com/a"
    assert canonical_url("https://notwsj.com/a?mod=rss") == "https://notwsj.com/a?mod=rss"


def test_ref_naming_the_feed_or_its_site_is_tracking() -> None:
    url = f"{STORY}?ref=planet.example"

    assert canonical_url(url, known_hosts=["www.planet.example"]) == STORY
    assert canonical_url(url) == url


def test_fragments_are_kept_when_they_identify() -> None:
    url = "https://docket.example/docket/69777799/#entry-12"

    assert (
        canonical_url(url, keep_fragment=True) == "https://docket.example/docket/69777799#entry-12"
    )
    assert canonical_url(url) == "https://docket.example/docket/69777799"


def test_a_port_of_its_own_is_kept_with_its_scheme() -> None:
    assert canonical_url("http://localhost:8000/a/") == "http://localhost:8000/a"


def test_internationalised_hosts_have_one_form() -> None:
    assert canonical_url("https://diariopaís.example/a") == canonical_url(
        "https://xn--diariopas-n5a.example/a"
    )


@pytest.mark.parametrize(
    "text",
    [
        "seed:000_39b7992f23781b65",
        "urn:entry:7",
        "mailto:desk@herald.example",
        "",
        "Read the full story",
    ],
)
def test_what_is_no_web_address_stays_as_it_is(text: str) -> None:
    assert canonical_url(f" {text} ") == text


@given(st.text(max_size=300))
def test_any_text_has_a_key_that_is_its_own_key(text: str) -> None:
    key = canonical_url(text)

    assert canonical_url(key) == key


@given(
    st.sampled_from(["http", "https"]),
    st.from_regex(r"[a-z]{1,8}(\.[a-z]{2,5}){1,2}(:[0-9]{2,4})?", fullmatch=True),
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), max_size=60
    ),
)
def test_keys_of_addresses_are_idempotent_and_addresses_themselves(
    scheme: str, host: str, rest: str
) -> None:
    url = f"{scheme}://{host}/{rest}"
    key = canonical_url(url)

    assert canonical_url(key) == key
    if is_web_url(url):
        assert is_web_url(key)


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example",
        "https://127.0.0.1:8000/x?y#z",
        "http://[::1]:80/",
        "https://año.example/ñ",
        "http://localhost/",
    ],
)
def test_web_addresses_are_told(url: str) -> None:
    assert is_web_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/us/court-filing",
        "//herald.example/a",
        "https:///a",
        "http://",
        "http://[::1/a",
        "http://[::1%25eth0]/",
        "https://example|org/",
        "https://-/",
        "http://a.example:99999/",
        "http://a.example:x/",
        "http://jane@a.example/",
        "http://jane:sekret@a.example/",
        "http://a.example\\@b.example/",
        "http://a.example/a b",
        "http://a.example/\n",
        "http://a.example/\u202e",
        "javascript:void(0)",
        "file:///etc/passwd",
        "data:text/html,<p>a</p>",
        "ftp://a.example/",
        "http://" + "a" * 300 + ".example/",
        "http://a.example/" + "x" * MAX_URL_CHARS,
    ],
)
def test_what_may_not_be_fetched_or_clicked_is_told(url: str) -> None:
    assert not is_web_url(url)


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/us/a", "https://news.example/us/a"),
        ("a?b=1", "https://news.example/world/a?b=1"),
        ("//cdn.example/a", "https://cdn.example/a"),
        (" https://other.example/a\n", "https://other.example/a"),
        ("https://other.example/a\n b", "https://other.example/a%20b"),
        ("#part", "https://news.example/world/index.html#part"),
        ("javascript:alert(1)", None),
        ("mailto:desk@news.example", None),
        ("http://[::1/", None),
        ("http://jane:sekret@other.example/", None),
        ("", None),
        ("  ", None),
    ],
)
def test_links_resolve_to_web_addresses_or_nothing(link: str, url: str | None) -> None:
    assert resolve("https://news.example/world/index.html", link) == url


@given(st.text(max_size=200), st.text(max_size=200))
def test_resolving_never_fails_and_gives_web_addresses_only(base: str, link: str) -> None:
    url = resolve(base, link)

    assert url is None or is_web_url(url)


@pytest.mark.parametrize(
    "url",
    [
        STORY,
        "https://news.google.com/rss/articles/CBMiXEFVX3lxTE5leGFtcGxlLW9wYXF1ZS10b2tlbg?oc=5",
        "https://news.google.com/rss/articles/CBMi",
        "https://www.google.com/url?url=javascript:alert(1)",
        "https://www.google.com/search?q=https://a.example/",
    ],
)
def test_links_that_hold_no_other_address_stay(url: str) -> None:
    assert unwrap(url) == url


def test_the_site_of_an_address_is_its_bare_host() -> None:
    assert [
        site_of(url)
        for url in ("https://www.m.herald.example:8/a", "nothing", "http://127.0.0.1:80/")
    ] == [
        "herald.example",
        "",
        "127.0.0.1",
    ]


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.harbour.example/pier", "harbour.example"),
        ("https://amp.m.harbour.example/pier", "harbour.example"),
        ("https://News.Harbour.example:8443/", "news.harbour.example"),
        ("https://m.com/", "m.com"),
        ("https://hafen-süd.example/", "xn--hafen-sd-d6a.example"),
        ("ftp://harbour.example/", ""),
        ("harbour.example", ""),
    ],
)
def test_a_site_is_a_host_without_the_prefix_that_names_its_form(url: str, site: str) -> None:
    assert site_of(url) == site


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("pier", "https://harbour.example/news/pier"),
        ("/pier", "https://harbour.example/pier"),
        ("//other.example/pier", "https://other.example/pier"),
        ("  ../pi\ner a ", "https://harbour.example/pier%20a"),
        ("?page=2", "https://harbour.example/news/?page=2"),
        ("javascript:alert(1)", None),
        ("mailto:ada@harbour.example", None),
        ("", None),
        ("https://[broken", None),
    ],
)
def test_a_link_means_what_it_means_in_its_document(link: str, url: str | None) -> None:
    assert resolve("https://harbour.example/news/", link) == url


@pytest.mark.parametrize(
    ("fragment", "kept"), [("#item-7", True), ("#item-7", False), ("#!/pier", False)]
)
def test_a_fragment_is_part_of_the_key_on_request_or_where_it_is_a_path(
    fragment: str, kept: bool
) -> None:
    key = canonical_url(f"https://harbour.example/docket{fragment}", keep_fragment=kept)

    assert ("#" in key) is (kept or fragment.startswith("#!"))


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.bbc.co.uk/news/1", "bbc.co.uk"),
        ("https://news.sky.com/story/1", "sky.com"),
        ("https://desk.gazette.example/1", "gazette.example"),
        ("http://127.0.0.1:8000/1", "127.0.0.1"),
        ("http://localhost/1", "localhost"),
        ("no address", ""),
    ],
)
def test_a_registered_domain_is_what_somebody_owns(url: str, domain: str) -> None:
    assert registered_domain(url) == domain


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://e.example/rss", "https://e.example/rss"),
        ("https://e.example/rss?key=open&format=rss2", "https://e.example/rss?key=…&format=rss2"),
        ("https://e.example/rss?api%5Fkey=open", "https://e.example/rss?api%5Fkey=…"),
        ("https://e.example/rss?X-Amz-Signature=a", "https://e.example/rss?X-Amz-Signature=…"),
        ("https://e.example/rss?who=7f3a9c22", "https://e.example/rss?who=…"),
        ("https://e.example/rss?me=ann@e.example", "https://e.example/rss?me=…"),
        ("https://e.example/rss?opensesame", "https://e.example/rss?…"),
        ("https://e.example/rss?a=1;token=open", "https://e.example/rss?a=…"),
        ("https://e.example/rss#opensesame", "https://e.example/rss"),
        ("https://e.example/a;jsessionid=1F/b", "https://e.example/a;jsessionid=…/b"),
        ("https://e.example/0f0f0f0f0f0f0f0f0f0f0f0f.rss", "https://e.example/…"),
        ("https://ann:pw@e.example/rss", "https://…@e.example/rss"),
        ("https://ann:p@w@e.example/rss", "https://…@e.example/rss"),
        ("https://ann:p/w@e.example/rss", "https://…"),
        ("https://ann:1/w@e.example/rss", "https://…"),
        ("https://e.example/@ann/feed", "https://e.example/@ann/feed"),
    ],
)
def test_the_address_of_a_feed_is_shown_without_its_key(url: str, expected: str) -> None:
    assert shown(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example/rss/search?q=%22night+ferry%22+when:7d&hl=en-US&ceid=US:en",
        "https://video.example/feeds/videos.xml?channel_id=UCabcd1234_efgh-x",
        "https://court.example/docket/69777799/feed/?author=7&page=2&date=2025-11-29",
        "sqlite:////var/lib/monitor/monitor.db",
        "postgresql+psycopg://desk@db.example/news?sslmode=require",
    ],
)
def test_what_tells_one_feed_from_another_is_shown(url: str) -> None:
    assert shown(url) == url


@pytest.mark.parametrize(
    "login",
    [
        "//desk:hush@db.example/news",
        "//desk:hu@sh@db.example/news",
        "//desk:hu:sh@db.example/news",
        "//desk:hu/sh@db.example/news",
        "//desk:hu?sh@db.example/news",
        "//desk:hu#sh@db.example/news",
        "//desk:hu%40sh@db.example/news",
        "//db.example/news?user=desk&password=hush",
        "//db.example/news?password=hu@sh&sslmode=require",
        "//db.example/news?sslpassword=hush",
        "///news?host=/run/postgresql&password=hush",
    ],
)
@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg", "postgres"])
def test_no_part_of_a_database_password_is_shown(scheme: str, login: str) -> None:
    told = shown(f"{scheme}:{login}")

    assert told.startswith(f"{scheme}://")
    assert "hu" not in told
    assert "sh@" not in told


def test_a_login_as_the_drivers_write_it_is_shown_without_its_password() -> None:
    assert shown("host=db user=desk password=hush dbname=news") == (
        "host=db user=desk password=… dbname=news"
    )


def test_addresses_in_a_text_are_shown_and_the_words_between_are_kept() -> None:
    text = "'https://e.example/rss?key=abc' (see https://e.example/?sig=1). Nothing = lost; go on"

    assert shown_in(text) == (
        "'https://e.example/rss?key=…' (see https://e.example/?sig=…). Nothing = lost; go on"
    )


@given(st.text(max_size=60))
def test_what_is_shown_once_is_shown_the_same_again(text: str) -> None:
    for url in (text, f"https://{text}", f"postgresql://{text}"):
        assert shown(shown(url)) == shown(url)
    assert shown_in(shown_in(text)) == shown_in(text)


@given(st.text(alphabet="abXY09/?#@:%&=._~!$'()*+,;-", min_size=1, max_size=12))
@example("@/=")
@example("@?=")
@example("@a.b/")
def test_a_password_of_any_characters_is_not_shown(password: str) -> None:
    for address in (
        f"postgresql://desk:<{password}>@db.example/news?key={password}>",
        f"https://desk:<{password}>@feed.example/rss",
    ):
        told = shown(address)
        assert "<" not in told
        assert ">" not in told


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("The order is at https://court.example/8-25/112.", ["https://court.example/8-25/112"]),
        ("(see https://court.example/a?b=1)", ["https://court.example/a?b=1"]),
        ("at https://law.example/Stay_(law), he wrote", ["https://law.example/Stay_(law)"]),
        ("(at https://law.example/Stay_(law))!", ["https://law.example/Stay_(law)"]),
        (
            "“http://a.example/1” or HTTP://b.example/2…",
            ["http://a.example/1", "HTTP://b.example/2"],
        ),
        ("nothing at court.example or ftp://court.example/1", []),
        ("https://user:word@court.example/1 https://", []),
    ],
)
def test_addresses_that_a_text_names_are_found(text: str, named: list[str]) -> None:
    assert urls_in(text) == named


@given(st.text(max_size=60), st.text(" .,)]!", max_size=6))
def test_an_address_is_found_whole_whatever_stands_about_it(before: str, after: str) -> None:
    text = f"{before} https://court.example/1{after}"

    found = urls_in(text)

    assert all(map(is_web_url, found))
    assert all(one in text for one in found)
    # What stands behind it without a blank may belong to it: nothing of it is lost.
    assert any(one.startswith("https://court.example/1") for one in found)
