"""What is a web address, what a link means, and which addresses a text names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.urls import MAX_URL_CHARS, is_web_url, resolve, urls_in


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
