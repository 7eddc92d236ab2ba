"""What software writes under an item is not its text; what a person wrote stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.footers import drop_footers
from monitor.feeds.parse import parse_feed
from tests.costs import LINEAR, growth

TEXT = "The harbor master closed the old pier on Sunday. It is to reopen in August."
FOOTERS = [
    "The post Pier closed after storm appeared first on Harbor Gazette.",
    "The post Pier closed? appeared first on Harbor Gazette",
    "The post “Pier closed.” first appeared on Harbor Gazette.",
    "The article Pier closed was originally published on Harbor Gazette.",
    "This article originally appeared on Harbor Gazette.",
    "La entrada Muelle cerrado se publicó primero en Gaceta del Puerto.",
    "La entrada Muelle cerrado aparece primero en Gaceta del Puerto.",
    "El artículo Muelle cerrado fue publicado originalmente en Gaceta del Puerto.",
    "Der Beitrag Hafen gesperrt erschien zuerst auf Hafenblatt.",
    "L’article Quai fermé est apparu en premier sur Gazette du port.",
    "O post Cais fechado apareceu primeiro em Gazeta do Porto.",
    "Originally published at harbor.example.",
    "Read more at Harbor Gazette",
    "Continue reading Pier closed at Harbor Gazette →",
    "Leer más »",
    "[…] Read more",
]


@pytest.mark.parametrize("footer", FOOTERS)
@pytest.mark.parametrize("gap", [" ", "\n", "\n\n"])
def test_a_footer_is_no_part_of_the_text(footer: str, gap: str) -> None:
    assert drop_footers(f"{TEXT}{gap}{footer}") == TEXT


@pytest.mark.parametrize(
    "text",
    [
        f"The post office appeared first on the list. {TEXT}",
        "The article was published on Friday, and the clerk read more of it aloud in court.",
        "The post at the pier, which the storm tore loose, was found by divers on Sunday morning.",
        "She could not read more than a line of it.",
        "He went on to read more of the letters.",
    ],
)
def test_a_sentence_with_the_same_words_stays(text: str) -> None:
    assert drop_footers(text) == text


@given(st.text(max_size=300))
def test_what_is_left_is_the_beginning_of_the_text(text: str) -> None:
    assert text.startswith(drop_footers(text))


def test_a_long_text_of_footer_words_is_read_in_linear_time() -> None:
    assert growth(lambda size: drop_footers("The post the post . " * size), 5_000) < LINEAR


@pytest.mark.parametrize("field", ["description", "content:encoded"])
def test_an_item_of_a_feed_has_no_footer(field: str) -> None:
    links = [f'<a href="https://h.example/{name}">{name}</a>' for name in ("Pier closed", "H")]
    footer = f"<p>The post {links[0]} appeared first on {links[1]}.</p>"
    feed = (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>H</title><item><title>Pier closed</title><link>https://h.example/1</link><{field}>"
        f"<![CDATA[<p>{TEXT}</p>{footer}]]></{field}></item></channel></rss>"
    )

    (item,) = parse_feed(feed.encode(), url="https://h.example/rss").items

    assert item.summary == TEXT
