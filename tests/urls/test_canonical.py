"""One key for all spellings of an article's address, two for two articles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.urls import canonical_url, is_web_url

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
    ("fragment", "kept"), [("#item-7", True), ("#item-7", False), ("#!/pier", False)]
)
def test_a_fragment_is_part_of_the_key_on_request_or_where_it_is_a_path(
    fragment: str, kept: bool
) -> None:
    key = canonical_url(f"https://harbour.example/docket{fragment}", keep_fragment=kept)

    assert ("#" in key) is (kept or fragment.startswith("#!"))
