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
from monitor.store.silences.reports import ReportedNews, get_reports, knows_outlet
from monitor.store.silences.waiting import defer_alert

__all__ = [
    "ReportedNews",
    "SilenceView",
    "defer_alert",
    "expire_silence",
    "find_case_id",
    "find_story_uid",
    "get_reports",
    "get_silences",
    "insert_silence",
    "knows_outlet",
    "list_silences",
]
