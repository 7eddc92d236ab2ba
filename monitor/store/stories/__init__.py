"""What people do to stories: join two, take articles out, undo it."""

from monitor.store.stories.changes import (
    By,
    follow_merges,
    get_rows_in_story,
    merge_stories,
    split_story,
    undo_change,
)
from monitor.store.stories.views import StoryChangeView, list_changes

__all__ = [
    "By",
    "StoryChangeView",
    "follow_merges",
    "get_rows_in_story",
    "list_changes",
    "merge_stories",
    "split_story",
    "undo_change",
]
