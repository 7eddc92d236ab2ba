"""Entries and relations as RFC 4287 has them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.formats.atom import drop_foreign_entries, name_relations
from monitor.feeds.parse import parse_feed
from monitor.model import FeedDocument

ATOM = 'xmlns="http://www.w3.org/2005/Atom"'
IANA = "http://www.iana.org/assignments/"


def entry(number: int, extra: str = "", *, attributes: str = "") -> str:
    return (
        f"<entry{attributes}><title>Item {number}</title><id>urn:item:{number}</id>"
        f'<link href="https://harbour.example/{number}"/>{extra}</entry>'
    )


def feed(*parts: str) -> str:
    return f'<feed {ATOM} xmlns:x="urn:x"><title>Harbour</title>{"".join(parts)}</feed>'


def read(text: str) -> FeedDocument:
    return parse_feed(text.encode(), url="https://harbour.example/feed")


@pytest.mark.parametrize(
    "foreign",
    [
        '<entry xmlns="urn:other"><title>No news</title></entry>',
        "<x:entry><x:title>No news</x:title></x:entry>",
    ],
    ids=["another default", "another prefix"],
)
def test_only_the_feeds_own_entries_are_items(foreign: str) -> None:
    found = read(feed(entry(1), foreign, entry(2)))

    assert [item.title for item in found.items] == ["Item 1", "Item 2"]


def test_an_entry_that_is_the_content_of_an_entry_is_no_item() -> None:
    nested = f'<content type="application/atom+xml">{entry(9)}</content>'

    found = read(feed(entry(1, nested), entry(2)))

    assert [(item.title, item.guid, item.url) for item in found.items] == [
        ("Item 1", "urn:item:1", "https://harbour.example/1"),
        ("Item 2", "urn:item:2", "https://harbour.example/2"),
    ]


def test_the_base_of_an_entry_ends_with_it() -> None:
    elsewhere = entry(1, attributes=' xml:base="https://quay.example/x/"')
    relative = '<entry><title>Item 2</title><id>urn:item:2</id><link href="2"/></entry>'

    assert [item.url for item in read(feed(elsewhere, relative)).items] == [
        "https://harbour.example/1",
        "https://harbour.example/2",
    ]


def test_the_base_of_a_feed_holds_beside_that_of_an_entry() -> None:
    elsewhere = entry(1, attributes=' xml:base="https://quay.example/x/"')
    relative = '<entry><title>Item 2</title><id>urn:item:2</id><link href="2"/></entry>'
    text = feed(elsewhere, relative).replace(ATOM, f'{ATOM} xml:base="https://mole.example/"')

    assert [item.url for item in read(text).items][1] == "https://mole.example/2"


def test_entries_with_the_namespace_on_each_of_them_are_the_feeds_own() -> None:
    own = f" {ATOM}"

    assert len(read(feed(entry(1, attributes=own), entry(2, attributes=own))).items) == 2


def test_entry_documents_in_a_row_are_all_read() -> None:
    own = f" {ATOM}"

    found = read(entry(1, attributes=own) + entry(2, attributes=own))

    assert [item.title for item in found.items] == ["Item 1", "Item 2"]


@pytest.mark.parametrize("rel", ["relation/alternate", "link-relations/alternate"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_relation_may_be_named_by_its_address(rel: str, scheme: str) -> None:
    links = (
        f'<link rel="{IANA}relation/self" href="https://harbour.example/self"/>'
        f'<link title="a" rel="{scheme}{IANA[4:]}{rel}" href="https://harbour.example/1"/>'
    )

    found = read(feed(f"<entry><title>Item</title><id>urn:1</id>{links}</entry>"))

    assert found.items[0].url == "https://harbour.example/1"


def test_relations_of_the_feed_may_be_named_by_address_too() -> None:
    hub = f'<link rel="{IANA}relation/hub" href="https://hub.example/"/>'
    home = f"<link rel='{IANA}relation/alternate' href='https://www.harbour.example/'/>"

    found = read(feed(hub, home, entry(1)))

    assert (found.hub_url, found.home_url) == (
        "https://hub.example/",
        "https://www.harbour.example/",
    )


def test_another_address_is_another_relation() -> None:
    link = '<link rel="http://example.org/alternate" href="https://harbour.example/no"/>'

    found = read(feed(f"<entry><title>Item</title><id>urn:1</id>{link}</entry>"))

    assert found.items[0].url is None


@pytest.mark.parametrize(
    "text",
    [
        feed(entry(1), entry(2)),
        feed(entry(1), "<x:box>")[:-3],
        "<rss><channel><item><entry/></item></channel></rss>",
        f"<!-- {ATOM} --><rss><channel/></rss>",
    ],
    ids=["nothing foreign", "not well-formed", "rss", "named in a comment"],
)
def test_what_has_nothing_foreign_stays_byte_for_byte(text: str) -> None:
    assert drop_foreign_entries(text) == text


@given(st.text(max_size=200))
def test_text_without_such_addresses_stays_as_it_is(text: str) -> None:
    assert name_relations(text) == text
    assert drop_foreign_entries(text) == text
