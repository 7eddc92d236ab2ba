"""The next page of an article is told from the next article, and from other lists of pages."""

from __future__ import annotations

import pytest

from monitor.extraction import extract_page
from monitor.extraction.further_pages import find_next_page
from tests.extraction.mending.trees import parse
from tests.extraction.pages import BODY, page

FIRST = "https://herald.example/us/harbor-case"


def find(link: str, url: str = FIRST, first_url: str | None = None) -> str | None:
    return find_next_page(parse(f'<p>x</p><a href="{link}">2</a>'), url, first_url)


@pytest.mark.parametrize(
    ("first", "link", "target"),
    [
        (FIRST, "?page=2", f"{FIRST}?page=2"),
        (FIRST, "/us/harbor-case?pagina=2", f"{FIRST}?pagina=2"),
        (FIRST, f"{FIRST}/2", f"{FIRST}/2"),
        (FIRST, f"{FIRST}/2/", f"{FIRST}/2/"),
        (FIRST, f"{FIRST}/page/2/", f"{FIRST}/page/2/"),
        (FIRST, f"{FIRST}/page-2", f"{FIRST}/page-2"),
        (f"{FIRST}/", f"{FIRST}/2/", f"{FIRST}/2/"),
        (f"{FIRST}.html", f"{FIRST}-2.html", f"{FIRST}-2.html"),
        (f"{FIRST}.html", f"{FIRST},2.html", f"{FIRST},2.html"),
        (f"{FIRST}.html", f"{FIRST}_page2.html", f"{FIRST}_page2.html"),
        (f"{FIRST}?id=77", "?id=77&page=2", f"{FIRST}?id=77&page=2"),
        (f"{FIRST}?id=77&page=1", "?id=77&page=2", f"{FIRST}?id=77&page=2"),
    ],
)
def test_a_link_with_a_number_added_leads_to_the_next_page(
    first: str, link: str, target: str
) -> None:
    assert find(link, first) == target


@pytest.mark.parametrize(
    ("first", "link"),
    [
        (FIRST, "?page=3"),
        (FIRST, "?page=1"),
        (FIRST, "?comment-page=2"),
        (FIRST, "?page=2&sort=new"),
        (FIRST, "#page=2"),
        (FIRST, "/us/another-case?page=2"),
        (FIRST, "https://other.example/us/harbor-case?page=2"),
        (FIRST, f"{FIRST}/2025"),
        (FIRST, f"{FIRST}/photos"),
        (f"{FIRST}?id=77", "?id=78&page=2"),
        ("https://herald.example/story/1", "/story/2"),
        ("https://herald.example/", "/2"),
    ],
)
def test_other_links_lead_to_no_further_page(first: str, link: str) -> None:
    assert find(link, first) is None


def test_rel_next_alone_names_the_next_article() -> None:
    tree = parse('<link rel="next" href="/us/anchor-found"><a rel="next" href="/us/3-boats">x</a>')

    assert find_next_page(tree, FIRST) is None


@pytest.mark.parametrize("number", [2, 5])
def test_a_further_page_leads_to_the_one_after_it(number: int) -> None:
    links = "".join(f'<a href="{FIRST}?page={other}">{other}</a>' for other in range(2, 8))

    found = find_next_page(parse(links), f"{FIRST}?page={number}", FIRST)

    assert found == f"{FIRST}?page={number + 1}"


def test_a_page_that_is_no_article_has_no_next_page() -> None:
    pager = '<a href="?page=2">2</a>'

    assert extract_page(page(f"<h1>x</h1>{BODY}{pager}"), url=FIRST).next_url == f"{FIRST}?page=2"
    assert extract_page(page(f"<h1>Page not found</h1>{pager}"), url=FIRST).next_url is None
