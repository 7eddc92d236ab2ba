"""What was read before is passed over, and the rest is read as it would be in the whole."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.parse import parse_feed
from monitor.feeds.pruning import (
    MAX_FRAME_BYTES,
    MAX_SPANS,
    WHOLE_EVERY,
    Memory,
    cut_document,
    hash_key,
    prune,
    remember,
)
from monitor.model import ReadItem
from tests.feeds.remembering import (
    AT,
    HOUR,
    URL,
    agrees,
    edited,
    memory_of,
    read_rest,
    settle,
    without,
)


def item(number: int, *, guid: str | None = None, link: str | None = None, more: str = "") -> str:
    return (
        f"<item><title>Stone {number}</title><guid>{guid or f'stone-{number}'}</guid>"
        f"<link>{link or f'https://quarry.example/{number}'}</link>{more}</item>"
    )


def rss(*items: str, channel: str = "<title>Quarry</title>", end: str = "") -> bytes:
    listed = "\n ".join(items)
    return f'<rss version="2.0"><channel>{channel}\n{listed}\n</channel></rss>{end}'.encode()


def atom(*numbers: int) -> bytes:
    entries = "".join(
        f"<entry><id>tag:quarry,{number}</id><title>Stone {number}</title>"
        f'<link href="https://quarry.example/{number}"/>'
        f"<updated>2025-04-11T10:{number % 60:02}:00Z</updated></entry>"
        for number in numbers
    )
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Quarry</title>{entries}</feed>'.encode()
    )


BEFORE = rss(item(2), item(1))


def titles(before: bytes, after: bytes) -> list[str] | None:
    """The titles of what is read of the second document; None where it is read whole."""
    items = read_rest(before, after).items
    return None if items is None else [one.title for one in items]


# --- what is left
# -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (rss(item(2), item(1)), []),
        (rss(item(3), item(2), item(1)), ["Stone 3"]),
        (rss(item(3), item(2)), ["Stone 3"]),
        (rss(item(2)), []),
        (rss(item(1), item(2)), []),
        (rss(item(2, more="<author>Ann</author>"), item(1)), ["Stone 2"]),
        (rss(item(2), item(1), end="<!-- made at 10:04 -->"), []),
        (rss(item(4), item(3), item(1), end="\n\n"), ["Stone 4", "Stone 3"]),
    ],
    ids=["same", "one more", "one goes", "shorter", "order", "edited", "comment", "two more"],
)
def test_only_what_differs_is_read(after: bytes, expected: list[str]) -> None:
    assert titles(BEFORE, after) == expected


def test_dates_of_the_document_itself_do_not_make_it_another_one() -> None:
    def dated(minute: int) -> str:
        at = f"Sat, 12 Apr 2025 10:{minute}:00 GMT"
        dates = f"<lastBuildDate>{at}</lastBuildDate><pubDate>{at}</pubDate>"
        return f"<title>Quarry</title>{dates}"

    before, after = (rss(item(1), channel=dated(minute)) for minute in (10, 25))

    assert titles(before, after) == []


def test_entries_of_atom_are_passed_over_as_well() -> None:
    assert titles(atom(1, 2, 3), atom(4, 1, 2, 3)) == ["Stone 4"]


def test_prefixed_items_are_items() -> None:
    def prefixed(*numbers: int) -> bytes:
        body = rss(*map(item, numbers)).replace(b"<item>", b"<rss:item>")
        return body.replace(b"</item>", b"</rss:item>")

    cut = cut_document(prefixed(1, 2, 3), URL)

    assert cut is not None
    assert len(cut.spans) == 3


# --- what has to be read whole
# -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "after",
    [
        rss(item(3), item(2), item(1), channel="<title>Gravel</title>"),
        rss(item(3), item(2), item(1), channel="<title>Quarry</title><ttl>60</ttl>"),
        rss(item(8), item(9)),
        rss(item(3, guid="stone-1"), item(2), item(1)),
        rss(item(3), item(2), item(1), item(1, guid="stone-1")),
        rss(item(3, link="https://quarry.example/1#top"), item(2), item(1)),
        rss(item(3, more="<author>A & B &nope;</author>"), item(2), item(1)),
        rss(item(3), item(2), item(1))[:-30],
        rss("<item/>", item(2), item(1)),
        rss("<item><title>open", item(2), item(1)),
        rss(item(3), item(2), item(1)) + b"\0",
        rss(item(3), item(2), item(1)).decode().encode("utf-16"),
        b'{"version": "https://jsonfeed.org/version/1.1", "items": []}',
        b"",
    ],
    ids=[
        *("title", "ttl", "nothing known", "guid again", "item twice", "fragment", "fault"),
        *("cut off", "empty item", "open item", "nul", "wide", "json", "empty"),
    ],
)
def test_the_whole_is_read_where_the_rest_may_mean_something_else(after: bytes) -> None:
    assert titles(BEFORE, after) is None


@pytest.mark.parametrize(
    "before",
    [
        rss(item(2), item(1, guid="stone-2")),
        rss(item(2, link="https://quarry.example/#2"), item(1, link="https://quarry.example/#1")),
        rss(item(2, more="<author>A &nope; B</author>"), item(1)),
        rss(item(1), item(2), item(1)),
        rss(item(2), item(1), end="<item>"),
        rss(f"<!-- {item(9)} -->", item(2), item(1)),
        atom(1, 2).replace(b"<title>Stone 1", b"<entry></entry><title>Stone 1"),
    ],
    ids=["guids", "fragments", "fault", "twice", "open", "comment", "nested"],
)
def test_of_a_document_with_oddities_nothing_is_remembered(before: bytes) -> None:
    assert memory_of(before) is None


def test_a_story_under_another_campaign_is_seen_in_the_whole_only() -> None:
    def tracked(campaign: str, guid: str) -> str:
        date = "<pubDate>Fri, 11 Apr 2025 10:00:00 GMT</pubDate>"
        return item(1, guid=guid, link=f"https://quarry.example/1?from={campaign}", more=date)

    before = rss(tracked("mail", "a"))
    after = rss(tracked("chat", "b"), tracked("mail", "a"))

    assert len(parse_feed(after, url=URL).items) == 1
    assert titles(before, after) is None


def test_once_a_day_the_whole_is_read() -> None:
    soon, late = AT + WHOLE_EVERY - HOUR, AT + WHOLE_EVERY
    after = rss(item(3), item(2), item(1))

    assert read_rest(BEFORE, after, at=soon).items is not None
    assert read_rest(BEFORE, after, at=late).items is None
    # A clock that was set back says nothing.
    assert read_rest(BEFORE, after, at=AT - HOUR).items is None


def test_the_address_and_the_headers_belong_to_what_is_compared() -> None:
    memory, cut = memory_of(BEFORE), cut_document(BEFORE, "https://mirror.example/rss")

    assert memory is not None
    assert cut is not None
    assert prune(cut, memory, AT + HOUR) is None


def test_an_item_that_is_not_stored_as_it_is_stays_to_be_read() -> None:
    memory, cut = memory_of(BEFORE), cut_document(BEFORE, URL)
    assert memory is not None
    assert cut is not None

    document = parse_feed(BEFORE, url=URL)
    items = remember(cut, document, None, unsettled={"id:stone-2"})
    pruned = prune(cut, settle(memory, {hash_key("id:stone-2")}), AT + HOUR)

    assert items == tuple(one for one in memory.items if one.key != hash_key("id:stone-2"))
    assert pruned is not None
    assert [BEFORE[span.start : span.end] for span in pruned.kept] == [item(2).encode()]


def test_what_was_passed_over_is_remembered_beside_what_was_read() -> None:
    after = rss(item(3), item(2), item(1))
    rest, cut = read_rest(BEFORE, after), cut_document(after, URL)
    assert cut is not None
    assert rest.document is not None

    again = remember(cut, rest.document, rest.pruned, unsettled=())

    whole = memory_of(after)
    assert whole is not None
    assert again is not None
    assert set(again) == set(whole.items)


# --- encodings
# -----------------------------------------------------------------------------

LATIN = '<?xml version="1.0" encoding="windows-1252"?>'


def latin(*items: str) -> bytes:
    return (LATIN + rss(*items).decode()).encode("cp1252")


@pytest.mark.parametrize("word", ["señor", "plain", "Ã©tude", "“quoted”"])
def test_the_rest_is_read_in_the_encoding_of_the_whole(word: str) -> None:
    named = item(3, more=f"<author>{word}</author>")
    before, after = latin(item(2, more="<author>España</author>"), item(1)), None
    after = latin(named, item(2, more="<author>España</author>"), item(1))

    rest = read_rest(before, after)

    # What is valid UTF-8 by chance would be read as such by itself: then the whole is read.
    assert rest.items is None or agrees(rest, before, after)
    assert (rest.items is None) == (word == "Ã©tude")


def test_letters_that_shift_are_not_cut() -> None:
    body = rss(item(1, more="<author>山田</author>")).decode().encode("iso2022_jp")

    assert cut_document(body, URL) is None


# --- the same as the whole
# -----------------------------------------------------------------------------


RICH = (
    "<description><![CDATA[<p>Stone & lime</p> <item>no item</item>]]></description>",
    "<content:encoded><![CDATA[<h1>Walls</h1><p>&copy; the mason</p>]]></content:encoded>",
    "<description>Caf&amp;eacute; &lt;b&gt;bold&lt;/b&gt; &#8217;s</description>",
    "<dc:creator>Ana Núñez</dc:creator><dc:date>2025-04-11T09:30:00+02:00</dc:date>",
    "<pubDate>Fri, 11 Apr 2025 10:00:00 EST</pubDate><category>lime</category>",
    '<source url="https://other.example/rss">Other Post</source><author>ann@q.example</author>',
    '<enclosure url="https://quarry.example/a.mp3" length="1" type="audio/mpeg"/>',
    "<media:group><media:title>An item of media</media:title></media:group>",
    "<description>مرحبا 採石場 &brand; quarry</description>",
)
PROLOG = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE rss [<!ENTITY brand "Quarry and Sons">]>
"""
SPACES = (
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"'
)


def rich(*places: int) -> bytes:
    """A document as news sites make them; each of its items has another oddity."""
    plain = rss(*(item(place, more=RICH[place]) for place in places)).decode()
    return (PROLOG + plain.replace('version="2.0"', f'version="2.0"{SPACES}')).encode()


WHOLE = rich(*range(1, len(RICH)))


def test_an_item_with_an_item_in_its_text_is_cut_nowhere() -> None:
    assert memory_of(rich(0, 1, 2)) is None


@pytest.mark.parametrize("place", range(len(RICH) - 1))
def test_an_item_more_is_read_as_in_the_whole(place: int) -> None:
    before = without(WHOLE, place)
    assert before is not None

    rest = read_rest(before, WHOLE)

    assert rest.items is not None
    assert [one.title for one in rest.items] == [f"Stone {place + 1}"]
    assert agrees(rest, before, WHOLE)


@pytest.mark.parametrize("place", range(len(RICH) - 1))
def test_an_edited_item_is_read_as_in_the_whole(place: int) -> None:
    after = edited(WHOLE, place)
    assert after is not None

    rest = read_rest(WHOLE, after)

    # What media have in a title of their own is no title of the item.
    assert rest.items is not None
    assert len(rest.items) == 1
    assert agrees(rest, WHOLE, after)


numbers = st.lists(st.integers(0, 30), unique=True, max_size=8)
texts = st.text(st.characters(codec="utf-8", exclude_characters="<>&\r"), max_size=20)


@given(numbers, numbers, st.dictionaries(st.integers(0, 30), texts))
def test_whatever_comes_and_goes_the_rest_is_what_differs(
    first: list[int], second: list[int], notes: dict[int, str]
) -> None:
    def written(order: list[int], *, with_notes: bool) -> bytes:
        more = {n: f"<description>{note}</description>" for n, note in notes.items() if with_notes}
        return rss(*(item(number, more=more.get(number, "")) for number in order))

    before, after = written(first, with_notes=False), written(second, with_notes=True)
    rest = read_rest(before, after)

    if rest.items is not None:
        assert agrees(rest, before, after)
        passed = {one.key for one in rest.document.passed} if rest.document else set()
        assert passed <= {hash_key(f"id:stone-{number}") for number in first}


@given(st.binary(max_size=400))
def test_no_bytes_break_the_cutting(body: bytes) -> None:
    cut = cut_document(body, URL)

    if cut is not None:
        assert cut.without(()) == body


@pytest.mark.parametrize(
    "body",
    [
        b"<item>" * 300_000,
        b"<item></item" * 150_000,
        b"<!--" * 400_000 + item(1).encode(),
        (b"<item>" + b"<" * 50 + b"</item>") * 30_000,
        b"<" + b"a" * 1_000_000 + item(1).encode(),
        item(1).encode() + b"<lastBuildDate>" * 100_000,
    ],
    ids=["open", "half closed", "comments", "many", "name", "dates"],
)
def test_hostile_documents_are_cut_or_left_in_linear_time(body: bytes) -> None:
    began = datetime.now(UTC)

    assert cut_document(body, URL) is None
    assert datetime.now(UTC) - began < timedelta(seconds=5)


def test_documents_of_more_items_or_a_larger_frame_are_left() -> None:
    many = rss(*map(item, range(MAX_SPANS + 1)))
    large = rss(item(1), channel=f"<title>{'x' * MAX_FRAME_BYTES}</title>")

    assert cut_document(rss(*map(item, range(MAX_SPANS))), URL) is not None
    assert cut_document(many, URL) is None
    assert cut_document(large, URL) is None


# --- how it is kept
# -----------------------------------------------------------------------------

moments = st.datetimes(timezones=st.just(UTC))
ids = st.binary(min_size=8, max_size=8)
read_items = st.builds(ReadItem, ids, ids, st.none() | moments)


@given(st.builds(Memory, ids, moments, st.lists(read_items, max_size=5).map(tuple)))
def test_what_is_kept_comes_back(memory: Memory) -> None:
    packed = memory.to_bytes()

    assert Memory.from_bytes(packed) == memory
    assert len(packed) == 16 + 24 * len(memory.items)


@given(st.binary(max_size=100))
def test_what_something_else_wrote_is_nothing_or_a_memory(packed: bytes) -> None:
    memory = Memory.from_bytes(packed)

    assert memory is None or re.fullmatch(rb".{16}(?:.{24})*", packed, re.DOTALL)
