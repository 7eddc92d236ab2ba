"""The settings as the program uses them: values checked, paths absolute, queries compiled.

What loading gives and everything else takes: frozen, so that it can be shared, and replaced as a
whole when the config is read again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from monitor.matching import Folded, Query, Way
from monitor.model import MatchedTerm
from monitor.newsrooms import Families, shipped_families
from monitor.settings.models import (
    AlertRule,
    AlertsSettings,
    ChannelSettings,
    FeedSettings,
    FetchSettings,
    HttpSettings,
    JudgeFile,
    ScheduleSettings,
    SmtpSettings,
    StorageSettings,
)
from monitor.settings.values import NEVER, Cadence, Held

if TYPE_CHECKING:
    from monitor.novelty import OwnEvents

ALL_FEEDS = "*"
TAG = "tag:"
CONSOLE = "console"  # a channel of this name exists without being configured
# When what was held back is told where nobody says it: with the morning's work.
DEFAULT_HELD = Cadence(time(8))


@dataclass(frozen=True, slots=True)
class SeedSettings:
    """A text that a case knows from the start, and what is known about it; unknown parts are empty
    or None.
    """

    path: Path
    case: str
    title: str = ""
    outlet: str = ""
    lang: str | None = None
    url: str | None = None
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseSettings:
    """One case.

    Attributes:
        slug: the name of its file.
        timezone: of the place where it happens; None when the file does not say.
        candidates: the wider query for what feeds show, None when `query` serves for both.
        events: event classes of its own, ready to be found.
        tiers: event classes that the case moves to another tier.
        feeds: names as written: URLs, titles, "tag:LABEL", "*".
        compiled: `query`, ready to be asked.
        compiled_candidates: `candidates` or, without it, `query`.
        alerts_per_week: about how many alerts are wanted; None keeps the default threshold.
    """

    slug: str
    title: str
    note: str
    languages: tuple[str, ...]
    timezone: ZoneInfo | None
    query: str
    candidates: str | None
    events: OwnEvents | None
    feeds: tuple[str, ...]
    seeds: tuple[SeedSettings, ...]
    alerts: tuple[AlertRule, ...]
    compiled: Query
    compiled_candidates: Query
    tiers: Mapping[str, int] = field(default_factory=dict)
    alerts_per_week: float | None = None

    @property
    def waits_for_newsrooms(self) -> bool:
        """Whether a channel of the case is told only what several newsrooms have."""
        return any(rule.sources > 1 for rule in self.alerts)

    @property
    def rules(self) -> tuple[AlertRule, ...]:
        """Where alerts go, and when: the console at once where the file does not say."""
        return self.alerts or (AlertRule(channel=CONSOLE),)

    def held_digest(self, rule: AlertRule) -> Cadence | None:
        """Returns when the channel of a rule gets what was held back in doubt; None where it does
        not, or gets it with its digest.
        """
        if not rule.when.is_now or rule.held == NEVER:
            return None
        # Somebody has to hear of it: where no digest tells it, who is told at once does.
        return rule.held or (None if self._has_digest else DEFAULT_HELD)

    @property
    def _has_digest(self) -> bool:
        return any(not one.when.is_now or _is_given(one.held) for one in self.alerts)

    def zone(self, default: ZoneInfo) -> ZoneInfo:
        """Returns the zone of its digests and quiet hours: its own, else that of the service."""
        return self.timezone or default

    def local_time(self, at: datetime) -> datetime:
        """Returns a time on the clock of the place where it happens."""
        return at.astimezone(self.timezone or timezone(self.utc_offset(at)))

    def utc_offset(self, at: datetime) -> timedelta:
        """Returns how far the clocks of the place where it happens are from UTC, by which "Tuesday"
        in a report from there is dated.
        """
        # The judge is not loaded by commands that read a config and judge nothing.
        from monitor.novelty import DEFAULT_UTC_OFFSET

        # Of that day: clocks there change in summer.
        offset = at.astimezone(self.timezone).utcoffset() if self.timezone else None
        return DEFAULT_UTC_OFFSET if offset is None else offset

    def selects(self, url: str, title: str, tags: Collection[str]) -> bool:
        """Returns whether the case takes items of a feed."""
        return ALL_FEEDS in self.feeds or self.names(url, title, tags)

    def names(self, url: str, title: str, tags: Collection[str]) -> bool:
        """Returns whether the case names a feed by its URL, title or tag, and not as one of all."""
        return any(name in self.feeds for name in feed_names(url, title, tags))

    @property
    def candidate_ways(self) -> tuple[Way, ...]:
        """The ways in which `find_candidate` may find an item, by its words; empty when no words
        can be named.
        """
        ways, others = self.compiled.candidate_ways, self.compiled_candidates.match_ways
        if self.candidates is None:
            return ways
        return ways + others if ways and others else ()

    def find_candidate(self, folded: Folded, *, now: datetime) -> tuple[MatchedTerm, ...]:
        """Returns what makes an item of a feed worth reading in full; empty when nothing does.

        `candidates` says exactly what is worth it; any single term of `query` is, as headlines
        leave out most of them."""
        found = self.compiled.candidate(folded, now=now)
        if found or self.candidates is None:
            return found
        match = self.compiled_candidates.match(folded, now=now)
        return (match.terms or (MatchedTerm(self.candidates, "", ""),)) if match else ()


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that the config folder and the environment say.

    Attributes:
        channels: by name; "console" may be used without being here.
        healthcheck_url: what is asked for while all works; empty for nothing.
        publishers: sites that are one newsroom, beside those that the program knows.
        origins: by key (`fetch.deadline`, `channels.desk.to`), where a value comes from; what is
            not here is a default.
    """

    folder: Path
    database_url: str
    timezone: ZoneInfo
    fetch: FetchSettings
    schedule: ScheduleSettings
    smtp: SmtpSettings
    alerts: AlertsSettings
    http: HttpSettings
    feeds: tuple[FeedSettings, ...]
    channels: Mapping[str, ChannelSettings]
    cases: tuple[CaseSettings, ...]
    storage: StorageSettings = field(default_factory=StorageSettings)
    judge: JudgeFile = field(default_factory=JudgeFile)
    publishers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)
    healthcheck_url: SecretStr = field(default_factory=lambda: SecretStr(""))

    def zone_of(self, slug: str) -> ZoneInfo:
        """Returns the zone in which a case is told: its own, else that of the service."""
        case = next((one for one in self.cases if one.slug == slug), None)
        return case.zone(self.timezone) if case else self.timezone

    def local_time(self, slug: str, at: datetime) -> datetime:
        """Returns a time on the clock of the place where a case happens; of a case that has left
        the config, on that of the service.
        """
        case = next((one for one in self.cases if one.slug == slug), None)
        return case.local_time(at) if case else at.astimezone(self.timezone)

    def address_of(self, channel: str) -> str:
        """Returns where a channel leads; its name where that is all there is to say."""
        found = self.channels.get(channel)
        return found.address if found else channel

    @property
    def families(self) -> Families:
        """Which sites belong together, by the program's table and the config."""
        return shipped_families().with_own(self.publishers)


def _is_given(held: Held | None) -> bool:
    return held is not None and held != NEVER


def feed_names(url: str, title: str, tags: Collection[str]) -> list[str]:
    """Returns the names by which a case can ask for a feed."""
    return [url, *([title] if title else []), *(f"{TAG}{tag}" for tag in tags)]
