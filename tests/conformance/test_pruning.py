"""Every feed of the suites, with one item more than before and with one that was edited: where only
the rest is read, it says what the whole does."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from monitor.errors import FeedParseError
from tests.conformance.suites import VARIABLE, find_suites, load
from tests.feeds.remembering import agrees, edited, read_rest, without

# Of larger ones each takes seconds, and they are no odder.
MAX_BYTES = 100_000
# Feeds of the suites are small and odd; of real ones nearly all are read in part.
LEAST_PRUNED = 100

pytestmark = pytest.mark.skipif(
    find_suites() is None, reason=f"{VARIABLE} names no conformance suites"
)


def pairs(change: Callable[..., bytes | None]) -> Iterator[tuple[str, bytes, bytes]]:
    """The name of each feed, its document, and what `change` makes of it."""
    folder = find_suites()
    assert folder is not None
    suites = sorted(path.parent.name for path in (folder / "feeds").glob("*/expected.jsonl"))
    for fixture in load("fixtures").fixtures("feeds", suites):
        body = fixture.read()
        changed = change(body, 0) if len(body) <= MAX_BYTES else None
        if changed is not None:
            yield fixture.file, body, changed


def count_alike(before: bytes, after: bytes, name: str) -> int:
    """1 where only the rest of the second document is read, and says what the whole does."""
    try:
        rest = read_rest(before, after)
    except FeedParseError:  # the suites have documents that are none
        return 0
    if rest.items is None:
        return 0
    assert agrees(rest, before, after), name
    return 1


def test_an_item_more_is_read_as_in_the_whole() -> None:
    pruned = sum(count_alike(fewer, body, name) for name, body, fewer in pairs(without))

    assert pruned >= LEAST_PRUNED


def test_an_edited_item_is_read_as_in_the_whole() -> None:
    pruned = sum(count_alike(body, after, name) for name, body, after in pairs(edited))

    assert pruned >= LEAST_PRUNED
