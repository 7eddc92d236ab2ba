"""The pages of `cases/html`: one test for each row of the index, on the product's own reading of
the page.
"""

from __future__ import annotations

import pytest

from monitor.extraction import extract_page
from monitor.model import Page, PageStatus
from tests.conformance.cases import read_case
from tests.conformance.suites import VARIABLE, find_suites
from tests.world import at

pytestmark = pytest.mark.skipif(
    find_suites() is None, reason=f"{VARIABLE} names no conformance suites"
)

OPENINGS = ("A federal judge in Maryland", "Lawyers for the family", "The Justice Department")


def read(name: str) -> Page:
    return extract_page(
        read_case("html", name),
        url="https://news.example/x",
        media_type="text/html",
        charset="utf-8",
    )


def is_the_story(page: Page) -> bool:
    """Whether the text is the three paragraphs of the story and nothing else."""
    paragraphs = page.text.split("\n\n")
    return len(paragraphs) == 3 and all(map(str.startswith, paragraphs, OPENINGS))


def test_01_related_inside() -> None:
    page = read("01-related-inside.html")

    assert is_the_story(page)
    assert page.author == "Jane Roe"


def test_02_live_blog() -> None:
    page = read("02-live-blog.html")

    assert (page.status, page.title) == (PageStatus.LIVE, "Live: court hearing on deported man")
    assert [(post.at, post.title) for post in page.posts] == [
        (at("2025-04-11T16:20:00"), "Judge sets daily reports"),
        (at("2025-04-11T14:40:00"), "Family lawyers speak"),
        (at("2025-04-11T13:05:00"), "Government will appeal"),
    ]
    assert all(post.text in page.text for post in page.posts)
    assert all(
        post.text.startswith(opening) for post, opening in zip(page.posts, OPENINGS, strict=True)
    )


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("04-consent-wall.html", PageStatus.CONSENT),
        ("05-challenge-200.html", PageStatus.CHALLENGE),
        ("17-soft-404.html", PageStatus.SOFT_404),
        ("10-index-page.html", PageStatus.INDEX),
    ],
)
def test_04_05_10_17_what_is_no_article(name: str, status: PageStatus) -> None:
    page = read(name)

    assert (page.status, page.text) == (status, "")
    assert page.reason


def test_07_captions_byline() -> None:
    paragraphs = read("07-captions-byline.html").text.split("\n\n")

    assert len(paragraphs) == 3
    assert paragraphs[0].startswith("GREENBELT, Md. (AP) - A federal judge")
    assert [
        paragraph.startswith(opening)
        for paragraph, opening in zip(paragraphs[1:], OPENINGS[1:], strict=True)
    ] == [
        True,
        True,
    ]


def test_08_jsonld_only() -> None:
    assert is_the_story(read("08-jsonld-only.html"))


def test_11_updated_correction() -> None:
    page = read("11-updated-correction.html")

    assert (page.published_at, page.updated_at) == (
        at("2025-04-11T21:00:00"),
        at("2025-04-14T12:12:00"),
    )
    assert page.text.endswith("It left on March 15.")


def test_13_main_text_in_aside() -> None:
    assert is_the_story(read("13-main-text-in-aside.html"))


def test_14_short_bulletin() -> None:
    page = read("14-short-bulletin.html")

    assert (
        page.text
        == "The Supreme Court said on Thursday that the government must facilitate his release."
        " More soon."
    )
    assert page.status is PageStatus.STUB


def test_16_br_paragraphs() -> None:
    assert is_the_story(read("16-br-paragraphs.html"))
