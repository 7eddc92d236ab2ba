"""What the daemon does, for a person at a terminal: a line for each event that somebody may want to
know, in words; programs get the same events with all their fields as JSON lines.

Pure but for what was said before: a feed that has nothing new is told once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Any

from monitor.text import short_line
from monitor.urls import shown

Fields = Mapping[str, Any]

_MAX_LINE = 400
# What no person needs to be told: the first line of `run` says it, or the line of what follows.
_UNTOLD = frozenset({"polling", "daemon_stopped", "work_counted"})
# Fields of any event that help, in the order of a sentence.
_HELPFUL = ("case", "feed", "channel", "url", "warning", "error", "effect", "hint")
_ARTICLE_OUTCOMES = {
    "unmatched": "what it says belongs to no case",
    "retry": "could not be read, is tried again later",
    "failed": "could not be read, given up",
    "lost": "another worker has it",
}
_VERDICTS = {
    "alert": "new, alerts",
    "digest": "in doubt, for the digest",
    "silent": "nothing new",
    "baseline": "known from the start",
    "known": "known already",
}


class LogForm(StrEnum):
    """How the daemon tells what it does."""

    TEXT = "text"
    JSON = "json"


def choose_form(form: LogForm | None) -> LogForm:
    """Returns the form asked for, else words on a terminal and JSON lines elsewhere."""
    return form or (LogForm.TEXT if sys.stderr.isatty() else LogForm.JSON)


class Narrator:
    """Turns events into lines.

    Args:
        titles: names of feeds by address.
        zone: in which times are shown.
    """

    def __init__(self, titles: Mapping[str, str], zone: tzinfo) -> None:
        # Events hold addresses as they are shown.
        self._titles = {shown(url): title for url, title in titles.items()}
        self._zone = zone
        self._polled: set[str] = set()

    def tell(self, fields: Fields) -> str:
        """Returns the line of an event; empty for one that nobody has to know."""
        name = str(fields.get("event", ""))
        teller = _TELLERS.get(name, Narrator._tell_other)
        said = "" if name in _UNTOLD else teller(self, fields)
        if not said:
            return ""
        # The terminal shows "^C" where somebody stops it, and stays on that line.
        begin = "\n" if name == "daemon_stopping" else ""
        return f"{begin}{self._time(fields)} {short_line(said, limit=_MAX_LINE)}"

    def _time(self, fields: Fields) -> str:
        at = datetime.fromisoformat(str(fields["timestamp"]))
        return f"{at.astimezone(self._zone):%H:%M:%S}"

    def _tell_poll(self, fields: Fields) -> str:
        """Tells of a feed what is new or wrong, and of one that is well that it was asked once."""
        url = str(fields["feed"])
        is_first = url not in self._polled
        self._polled.add(url)
        if error := fields.get("error"):
            return f"{self._name(url)}: {_outcome(fields)}: {error}"
        if fields.get("new"):
            items = fields.get("items", 0)
            return f"{self._name(url)}: {fields['new']} new of {items} {_noun(items)}"
        return f"{self._name(url)}: nothing new" if is_first else ""

    def _tell_article(self, fields: Fields) -> str:
        """Tells what became of an article, in each of its cases."""
        judged = "; ".join(map(_describe_verdict, fields.get("verdicts") or ()))
        error = f" ({fields['error']})" if fields.get("error") else ""
        outcome = _ARTICLE_OUTCOMES.get(str(fields.get("outcome")), _outcome(fields))
        return f"read {fields['url']}: {judged or outcome}{error}"

    def _tell_page(self, fields: Fields) -> str:
        """Tells of an article that was changed; most pages are as they were."""
        edits = fields.get("edits")
        if not edits and not fields.get("error"):
            return ""
        kinds = ", ".join(map(str, edits or ())).replace("_", " ")
        return f"looked again at {fields['url']}: {kinds or fields['error']}"

    def _tell_delivery(self, fields: Fields) -> str:
        channel, outcome = fields["channel"], fields["outcome"]
        if outcome == "sent":
            return f"alert sent to {channel}"
        following = "it is tried again" if outcome == "retry" else "given up"
        return f"alert not accepted by {channel}: {fields.get('error', '')}; {following}"

    def _tell_stop(self, _fields: Fields) -> str:
        return "stopping: what is in hand is finished"

    def _tell_reload(self, fields: Fields) -> str:
        return f"config read again: {fields['cases']} cases, {fields['feeds']} feeds"

    def _tell_upgrade(self, fields: Fields) -> str:
        return f"the database was upgraded; as it was before, it is {fields['copy']}"

    def _tell_other(self, fields: Fields) -> str:
        """Tells an event that has no sentence of its own by its name and what helps."""
        name = str(fields.get("event", "")).replace("_", " ")
        known = [str(fields[key]) for key in _HELPFUL if fields.get(key)]
        return ": ".join([name, *(self._titles.get(text) or text for text in known)])

    def _name(self, url: str) -> str:
        return self._titles.get(url) or url


def _noun(count: object) -> str:
    return "item" if count == 1 else "items"


def _outcome(fields: Fields) -> str:
    return str(fields.get("outcome", "")).replace("_", " ")


def _describe_verdict(text: str) -> str:
    """Returns "case: nothing new" for "case:silent"."""
    slug, _, verdict = text.partition(":")
    return f"{slug}: {_VERDICTS.get(verdict, verdict)}"


_TELLERS: dict[str, Callable[[Narrator, Fields], str]] = {
    "poll_done": Narrator._tell_poll,
    "ingest_done": Narrator._tell_article,
    "recheck_done": Narrator._tell_page,
    "delivery_done": Narrator._tell_delivery,
    "daemon_stopping": Narrator._tell_stop,
    "config_reloaded": Narrator._tell_reload,
    "database_upgraded": Narrator._tell_upgrade,
}
