"""The JSON Schema of what commands print with `--format json`, made of the same values:
docs/output.schema.json.

What stands here is public: later versions may add fields, and rename or drop none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from monitor.alerts.calendar import KnownDay
from monitor.alerts.payload import AlertPayload
from monitor.alerts.shapes import Schema, object_schema, record, schema_of
from monitor.feeds.discovery import OfferedFeed
from monitor.novelty import RateTrial
from monitor.novelty.verdict.case_state import Holding
from monitor.pipeline.search import FacetCount
from monitor.pipeline.simulation.feed_check import FeedCheck
from monitor.settings.describing import SettingRow
from monitor.store.pages import EditView, PageView
from monitor.store.silences import SilenceView
from monitor.store.stories import StoryChangeView
from monitor.store.views.alerts import AlertView
from monitor.store.views.articles import ArticleView, RevisionView
from monitor.store.views.cases import CaseView
from monitor.store.views.developments import CarrierView, DevelopmentView
from monitor.store.views.feedback import FeedbackView
from monitor.store.views.feeds import FeedView
from monitor.store.views.timeline.stories import StoryText, StoryView
from monitor.store.views.trace import Trace

_INNER = ("row_id",)  # fields of views that no command prints


@dataclass(frozen=True, slots=True)
class _Row:
    """What a row is made of.

    Attributes:
        view: the value whose fields it has; None for none.
        more: its further fields, or others of the same name, by type.
        drop: fields of the view that it lacks.
    """

    view: type | None = None
    more: Mapping[str, Any] = field(default_factory=dict)
    drop: tuple[str, ...] = ()

    def schema(self) -> Schema:
        """Returns the schema of a row."""
        left_out = (*_INNER, *self.drop)
        found = object_schema(self.view, drop=left_out)["properties"] if self.view else {}
        return record(found | {name: schema_of(hint) for name, hint in self.more.items()})


_COUNTS = dict.fromkeys(("articles", "developments", "queued", "waiting", "pending", "dead"), int)
_DEVELOPMENT = _Row(DevelopmentView)
_ROWS: Mapping[str, _Row] = {
    "status": _Row(
        more={
            **dict.fromkeys(("daemon", "encoder"), str),
            **dict.fromkeys(("feeds", "failing", "silent"), int),
            **dict.fromkeys(("last_poll_at", "next_poll_at"), datetime | None),
            **_COUNTS,
            "database_bytes": int | None,
            "troubles": list[str],
        }
    ),
    "check": _Row(FeedCheck),
    "doctor": _Row(more=dict.fromkeys(("check", "health", "found", "to_do"), str)),
    "search --count-by": _Row(FacetCount),
    "search": _Row(ArticleView, {"snippet": str, "score": float}),
    "articles list": _Row(ArticleView),
    "articles show": _Row(
        ArticleView,
        {
            "revision": int,
            "text": str,
            "sha256_text": str,
            "edits": list[EditView],
            "page": PageView | None,
        },
    ),
    "articles log": _Row(
        RevisionView,
        # What became of a page without a new text has a time and a change alone.
        {
            **dict.fromkeys(("number", "characters"), int | None),
            **dict.fromkeys(("text_hash", "extractor", "change"), str | None),
        },
        drop=("text",),
    ),
    "articles diff": _Row(
        more={
            **dict.fromkeys(("older", "newer", "line"), int),
            **dict.fromkeys(("kind", "before", "after"), str),
            "change": str | None,
        }
    ),
    "stories list": _Row(StoryView),
    "stories show": _Row(StoryView, {"texts": list[StoryText], "changes": list[StoryChangeView]}),
    "developments list": _DEVELOPMENT,
    "timeline": _DEVELOPMENT,
    "developments show": _Row(
        DevelopmentView, {"new_sentences": list[str], "carriers": list[CarrierView]}
    ),
    "why": _Row(Trace),
    "alerts list": _Row(AlertView),
    "alerts show": _Row(AlertPayload),
    "channels list": _Row(more={"name": str, "type": str, "used_by": list[str]}),
    "silence list": _Row(SilenceView),
    "feedback": _Row(FeedbackView),
    "feeds list": _Row(FeedView),
    "feeds show": _Row(FeedView),
    "feeds discover": _Row(OfferedFeed),
    "cases list": _Row(CaseView),
    "cases show": _Row(
        CaseView,
        {
            "tiers": dict[str, int],
            "feedback": str,
            "state": list[Holding],
            "ahead": list[KnownDay],
        },
    ),
    "cases test": _Row(
        more={
            **dict.fromkeys(("items", "hits", "read_in_full"), int),
            **dict.fromkeys(("hits_a_day", "alerts_a_week"), float),
            **dict.fromkeys(("busiest_days", "near_misses"), list[str]),
            "rates": list[RateTrial],
        }
    ),
    "replay": _Row(
        more={
            **dict.fromkeys(("id", "url", "title", "outlet"), str),
            "published_at": datetime | None,
            **dict.fromkeys(("before", "after", "why", "feedback"), str),
            **dict.fromkeys(("score_before", "score_after"), float),
        }
    ),
    "config show": _Row(SettingRow),
}


def output_schema() -> Schema:
    """Returns the schemas of all rows, by command; with `--format json` a command prints an array
    of them, with `jsonl` one a line.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What the commands of monitor print as JSON",
        "$defs": {command: row.schema() for command, row in _ROWS.items()},
    }
