"""How addresses are written for anybody: without keys."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.urls import shown, shown_in


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
        ("https://e.example/a/3f2b8c1e-9d41-4c7a-8b55-0f6f1f6f2a11.rss", "https://e.example/a/…"),
        ("https://e.example/9fK2xQ7LmB4vT8sW1z/rss", "https://e.example/…/rss"),
        ("https://e.example/Zm9vYmFy-c2VjcmV0_dG9rZW4x.xml", "https://e.example/…"),
        ("https://e.example/ferry-7d1c05b9e3a84f62c7", "https://e.example/ferry-…"),
        ("https://e.example/rss;token=open?x=1", "https://e.example/rss;token=…?x=1"),
        ("https://e.example/token:open/rss", "https://e.example/token:…/rss"),
        ("https://e.example/rss/key=open", "https://e.example/rss/key=…"),
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
        "https://court.example/8-25-cv-00951-px/2025-11-29-17-30-00;page=2/when:7d",
        "https://news.example/2025-04-12-judge-orders-release-of-captain-rcna202132",
        "https://news.example/NightFerryInquiry2025/articles/c9vy1w1e5ddo",
        "https://news.example/%D0%BF%D0%B0%D1%80%D0%BE%D0%BC-2025/caf%C3%A9-on-the-quay",
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
