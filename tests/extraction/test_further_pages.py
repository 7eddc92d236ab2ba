"""The next page of an article is told from the next article, and from other lists of pages."""

from __future__ import annotations

import pytest

from monitor.extraction import extract_page
from monitor.extraction.further_pages import find_next_page, is_same_article
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


OTHER_SLUG = f'<a href="{FIRST}-2">{{}}</a>'


@pytest.mark.parametrize(
    "html",
    [
        OTHER_SLUG.format("Harbor case: council meets again"),
        f'<link rel="next" href="{FIRST}-2"><nav>{OTHER_SLUG.format("Next")}</nav>',
        f"<aside><h3>More stories</h3>{OTHER_SLUG.format('2')}</aside>",
        f'<div class="related">{OTHER_SLUG.format("2")}</div>',
    ],
)
def test_a_slug_with_a_number_is_another_article_unless_a_pager_says_so(html: str) -> None:
    assert find_next_page(parse(html), FIRST) is None


@pytest.mark.parametrize(
    "html",
    [
        '<section class="comments"><a href="?page=2">Older comments</a></section>',
        '<section class="post-comments"><a href="?page=2">2</a></section>',
        '<div id="comments"><div class="pagination"><a rel="next" href="?page=2">2</a></div></div>',
        '<h3>14 comments</h3><p>Nice.</p><p><a href="?page=2">2</a></p>',
        '<div><h4>Comentarios (3)</h4><ol><li>Bien.</li></ol><a href="?page=2">2</a></div>',
        '<a href="?page=2">Older comments</a>',
        '<a href="?page=2">Load more</a>',
        '<link rel="next" href="?page=2"><div id="comments"><a href="?page=2">2</a></div>',
    ],
)
def test_further_comments_are_no_further_page(html: str) -> None:
    assert find_next_page(parse(f"<article><p>x</p></article>{html}"), FIRST) is None


@pytest.mark.parametrize(
    "html",
    [
        '<a href="?page=2">Page 2: what the soil samples say</a>',
        '<a href="?page=2">[2]</a>',
        '<a href="?page=2">2 of 3</a>',
        '<a href="?page=2">Next page »</a>',
        '<a href="?page=2">Siguiente</a>',
        '<a href="?page=2">›</a>',
        '<a href="?page=2" aria-label="Next page"> <svg></svg></a>',
        '<link rel="next" href="?page=2">',
        '<nav class="pagination"><a href="?page=2">What the soil samples say</a></nav>',
        '<div class="has-comments"><h1>Harbor case</h1><a href="?page=2">2</a></div>',
    ],
)
def test_a_pager_in_words_or_numbers_leads_to_the_next_page(html: str) -> None:
    assert find_next_page(parse(html), FIRST) == f"{FIRST}?page=2"


@pytest.mark.parametrize(
    ("first", "other"),
    [
        (["Harbor case: judge wants records"], ["Harbor case: judge wants records - Page 2"]),
        (["Harbor case: judge wants records"], ["Harbor case: judge wants records (2/3)"]),
        (["A judge wants records"], ["What the soil says", "A judge wants records: the soil"]),
        (["A judge wants records"], []),
        (["Puerto"], ["Página 2 de 3: Puerto"]),
    ],
)
def test_pages_of_one_article_share_a_headline(first: list[str], other: list[str]) -> None:
    assert is_same_article(first, other)


def test_the_name_of_the_outlet_is_no_headline_that_pages_share() -> None:
    first, other = (["Harbor case", "The Harrow Herald"], ["Bells found", "The Harrow Herald"])

    assert not is_same_article(first, other, "The Harrow Herald")
