"""Silences as they are stored, and the reports that they are held against."""

from monitor.store.silences.records import (
    SilenceView,
    expire_silence,
    find_case_id,
    find_story_uid,
    get_silences,
    insert_silence,
    list_silences,
)
from monitor.store.silences.reports import (
    EditedText,
    ReportedNews,
    get_edited,
    get_reports,
    knows_outlet,
)
from monitor.store.silences.waiting import defer_alert

__all__ = [
    "EditedText",
    "ReportedNews",
    "SilenceView",
    "defer_alert",
    "expire_silence",
    "find_case_id",
    "find_story_uid",
    "get_edited",
    "get_reports",
    "get_silences",
    "insert_silence",
    "knows_outlet",
    "list_silences",
]
