"""Stories that a person joins or takes apart, and that it can be undone."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from monitor.alerts.silences import Silence, SilenceKind
from monitor.errors import MonitorError, NotFound
from monitor.store import Store
from monitor.store.schema.selection import resolve_uid
from monitor.store.schema.tables import story_changes
from monitor.store.silences import insert_silence, list_silences
from monitor.store.stories import (
    By,
    follow_merges,
    get_rows_in_story,
    list_changes,
    merge_stories,
    split_story,
    undo_change,
)
from monitor.store.views.timeline.stories import StoryView, get_story, list_stories
from tests.store.rows import NOW
from tests.store.views.stored import HOUR, alert, judge

BY = By("ada", "one hearing, two headlines", NOW + 9 * HOUR)
LATER = NOW + 10 * HOUR


@dataclass(frozen=True)
class Desk:
    """Two stories of the harbour, the second with news, and one of the quarry."""

    store: Store

    def stories(self, case: str = "harbour") -> list[StoryView]:
        """Those that have articles, the oldest first."""
        return list(reversed(self.store.read(list_stories, limit=9, case=case)))

    def rows(self, case: str = "harbour") -> list[int]:
        return [one.row_id for one in self.stories(case)]

    def change(self, uid: str) -> int:
        return self.store.read(resolve_uid, story_changes, uid, "a change")

    def titles(self, uid: str) -> set[str]:
        _, texts = self.store.read(get_story, uid)
        return {one.title for text in texts for one in text.articles}


@pytest.fixture
def desk(store: Store) -> Desk:
    store.write(judge, 1, hours=1, title="Pier closed")
    store.write(alert, 2, hours=2, title="Harbour closed")
    store.write(judge, 3, hours=3, slug="quarry", title="Blast")
    return Desk(store)


def test_the_articles_of_one_story_go_into_the_other(desk: Desk) -> None:
    kept, gone = desk.stories()

    desk.store.write(merge_stories, kept.row_id, gone.row_id, BY)

    (joined,) = desk.stories()
    assert (joined.id, joined.articles) == (kept.id, 2)
    assert desk.titles(kept.id) == {"Pier closed", "Harbour closed"}
    assert [one.case for one in desk.stories("quarry")] == ["quarry"]


def test_the_story_that_went_is_found_under_its_old_id(desk: Desk) -> None:
    kept, gone = desk.stories()

    desk.store.write(merge_stories, kept.row_id, gone.row_id, BY)

    assert desk.store.read(get_story, gone.id)[0].id == kept.id
    assert desk.store.read(follow_merges, gone.row_id) == kept.row_id


def test_a_change_tells_who_made_it_when_and_why(desk: Desk) -> None:
    kept, gone = desk.stories()

    uid = desk.store.write(merge_stories, kept.row_id, gone.row_id, BY)

    (told,) = desk.store.read(list_changes, kept.row_id)
    assert (told.id, told.kind, told.before, told.after) == (uid, "merge", gone.id, kept.id)
    assert (told.made_by, told.comment, told.made_at) == (BY.name, BY.comment, BY.at)
    assert (told.articles, told.undone_at) == (1, None)
    assert desk.store.read(list_changes, gone.row_id) == [told]


def test_what_was_joined_can_be_taken_apart_again(desk: Desk) -> None:
    before = desk.stories()
    uid = desk.store.write(merge_stories, *desk.rows(), BY)

    moved = desk.store.write(undo_change, desk.change(uid), LATER)

    assert (moved, desk.stories()) == (1, before)
    assert [one.undone_at for one in desk.store.read(list_changes, before[0].row_id)] == [LATER]
    with pytest.raises(MonitorError, match="undone before"):
        desk.store.write(undo_change, desk.change(uid), LATER)


def test_an_article_is_taken_out_into_a_story_of_its_own(desk: Desk) -> None:
    desk.store.write(merge_stories, *desk.rows(), BY)
    (joined,) = desk.stories()
    first, second = desk.store.read(get_rows_in_story, joined.row_id)

    uid = desk.store.write(split_story, joined.row_id, [first], BY)

    (stays, new) = sorted(desk.stories(), key=lambda one: one.row_id != joined.row_id)
    # It is called after the first of what it has.
    assert (stays.title, new.title) == ("Harbour closed", "Pier closed")
    assert desk.store.read(get_rows_in_story, stays.row_id) == [second]
    assert desk.store.write(undo_change, desk.change(uid), LATER) == 1
    assert [one.title for one in desk.stories()] == ["Pier closed"]


def test_what_was_moved_on_meanwhile_stays_where_it_is(desk: Desk) -> None:
    first = desk.store.write(merge_stories, *desk.rows(), BY)
    (joined,) = desk.stories()
    moved = desk.store.read(get_rows_in_story, joined.row_id)[1]
    desk.store.write(split_story, joined.row_id, [moved], BY)
    there = desk.stories()

    assert desk.store.write(undo_change, desk.change(first), LATER) == 0
    assert desk.stories() == there


def test_a_silence_follows_the_story_that_went_and_comes_back(desk: Desk) -> None:
    kept, gone = desk.stories()
    silence = Silence(0, None, SilenceKind.STORY, gone.id, "photographs", NOW + 99 * HOUR)
    desk.store.write(insert_silence, silence, NOW)

    uid = desk.store.write(merge_stories, kept.row_id, gone.row_id, BY)

    assert [one.value for one in desk.store.read(list_silences, now=NOW, with_ended=True)] == [
        kept.id
    ]
    desk.store.write(undo_change, desk.change(uid), LATER)
    assert [one.value for one in desk.store.read(list_silences, now=NOW, with_ended=True)] == [
        gone.id
    ]


def test_stories_that_cannot_be_joined_are_refused(desk: Desk) -> None:
    harbour, quarry = desk.rows()[0], desk.rows("quarry")[0]

    with pytest.raises(MonitorError, match="with itself"):
        desk.store.write(merge_stories, harbour, harbour, BY)
    with pytest.raises(MonitorError, match="two cases"):
        desk.store.write(merge_stories, harbour, quarry, BY)
    with pytest.raises(NotFound):
        desk.store.write(merge_stories, harbour, 10_000, BY)
    assert len(desk.stories()) == 2


def test_articles_that_cannot_be_taken_out_are_refused(desk: Desk) -> None:
    desk.store.write(merge_stories, *desk.rows(), BY)
    (joined,) = desk.rows()
    there = desk.store.read(get_rows_in_story, joined)
    (other,) = desk.store.read(get_rows_in_story, desk.rows("quarry")[0])

    with pytest.raises(MonitorError, match="not in the story"):
        desk.store.write(split_story, joined, [there[0], other], BY)
    with pytest.raises(MonitorError, match="no article would stay"):
        desk.store.write(split_story, joined, there, BY)
    assert desk.rows() == [joined]


def test_a_chain_of_merges_is_followed_to_its_end(desk: Desk) -> None:
    desk.store.write(judge, 4, hours=4, title="North quay opens")
    first, second, third = desk.rows()

    desk.store.write(merge_stories, second, first, BY)
    desk.store.write(merge_stories, third, second, BY)

    assert [desk.store.read(follow_merges, one) for one in (first, second, third)] == [third] * 3
