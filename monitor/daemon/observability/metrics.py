"""`/metrics`: what a Prometheus sees of the daemon.

Figures of the process come from its pulse and its tally, those of the work from the store, which is
asked at most every few seconds. The series are bounded, however many feeds there are."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from monitor import __version__
from monitor.daemon.pulse import Pulse
from monitor.errors import StoreError
from monitor.pipeline.work import Tally
from monitor.store import Store
from monitor.store.metrics import StoreFigures, get_figures
from monitor.urls import shown

# Between two looks into the store; whoever asks more often gets the same figures again.
FRESH_FOR_S = 10.0
_UNITS = {
    "poll": ("monitor_polls", "Polls by what came of them."),
    "entry": ("monitor_entries", "Items read, by what became of them."),
    "page": ("monitor_pages", "Pages asked for again, by what they showed."),
    "delivery": ("monitor_deliveries", "Tries to send, by how they went."),
}


class Part(Protocol):
    """What yields some of the metrics."""

    def collect(self) -> Iterator[Metric]:
        """Yields them as they are now."""
        ...


class ProcessFigures:
    """The figures of this process."""

    def __init__(self, pulse: Pulse, tally: Tally) -> None:
        self._pulse = pulse
        self._tally = tally

    def collect(self) -> Iterator[Metric]:
        """See `Part`."""
        yield _gauge("monitor_tick_lag_seconds", "How late the event loop is.", self._pulse.lag)
        stalled = len(self._pulse.stalled)
        yield _gauge("monitor_stages_stalled", "Stages that do not get on.", stalled)
        failing = len(self._pulse.failing)
        yield _gauge("monitor_stages_failing", "Stages that failed when they last tried.", failing)
        version = GaugeMetricFamily("monitor_build_info", "The version.", labels=["version"])
        version.add_metric([__version__], 1)
        yield version
        yield from self._count_units()

    def _count_units(self) -> Iterator[Metric]:
        counts = self._tally.counts()
        for unit, (name, text) in _UNITS.items():
            family = CounterMetricFamily(name, text, labels=["outcome"])
            for (counted, outcome), count in sorted(counts.items()):
                if counted == unit:
                    family.add_metric([outcome], count)
            yield family


class StoredFigures:
    """The figures of the work.

    Args:
        clock: the time of day, aware UTC.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._reading = threading.Lock()
        self._read_at = -math.inf
        self._last: StoreFigures | None = None

    def collect(self) -> Iterator[Metric]:
        """See `Part`."""
        figures = self._read()
        up = "Whether the database could be read."
        yield _gauge("monitor_database_up", up, figures is not None)
        yield from _measure_files(self._store.path)
        # Old figures would look well when nothing is.
        if figures is not None:
            yield from _describe_feeds(figures)
            yield from _describe_outbox(figures, self._clock())
            yield from _describe_texts(figures)

    def _read(self) -> StoreFigures | None:
        """Returns the figures, those of before where they are fresh; None where the store fails."""
        # Two that ask at once cost one look.
        with self._reading:
            now = time.monotonic()
            if now - self._read_at >= FRESH_FOR_S:
                self._last, self._read_at = self._ask(), now
            return self._last

    def _ask(self) -> StoreFigures | None:
        try:
            return self._store.read(get_figures, self._clock())
        except StoreError:
            return None


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)


def _measure_files(path: Path | None) -> Iterator[Metric]:
    """Yields how large the files of a SQLite database are."""
    if path is None:
        return
    yield _gauge("monitor_database_bytes", "The database file.", _size(path))
    yield _gauge("monitor_wal_bytes", "Its write-ahead log.", _size(Path(f"{path}-wal")))


def _size(path: Path) -> int:
    # The log is not there between two connections.
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _describe_feeds(figures: StoreFigures) -> Iterator[Metric]:
    states = GaugeMetricFamily("monitor_feeds", "Feeds by state.", labels=["state"])
    for state, count in sorted(figures.feeds.items()):
        states.add_metric([state], count)
    yield states
    name = "monitor_feed_last_success_timestamp_seconds"
    text = "When a feed last answered as it should, 0 for never; of many feeds only the troubled."
    successes = GaugeMetricFamily(name, text, labels=["feed"])
    # Two addresses that differ in a key alone are shown alike: the one that is worse off counts.
    for url, seconds in {shown(one.url): one for one in reversed(figures.successes)}.items():
        at = seconds.last_ok_at
        successes.add_metric([url], at.timestamp() if at else 0)
    yield successes
    left_out = "Polled feeds that have no series of their own."
    yield _gauge("monitor_feeds_without_series", left_out, figures.feeds_left_out)


def _describe_texts(figures: StoreFigures) -> Iterator[Metric]:
    yield _gauge("monitor_articles", "Stored articles.", figures.articles)
    yield _gauge("monitor_entries_queued", "Items that are to be read.", figures.queued)
    given_up = "Items of the last 30 days that were given up."
    yield _gauge("monitor_entries_failed", given_up, figures.failed)


def _describe_outbox(figures: StoreFigures, now: datetime) -> Iterator[Metric]:
    depth = GaugeMetricFamily("monitor_outbox", "What is to be sent.", labels=["state"])
    # Both are always there: a series that comes and goes has no rate.
    depth.add_metric(["waiting"], figures.waiting)
    depth.add_metric(["pending"], figures.pending)
    yield depth
    since = figures.oldest_due_at
    age = max((now - since).total_seconds(), 0.0) if since else 0.0
    yield _gauge("monitor_outbox_oldest_due_seconds", "How long the oldest due one waits.", age)
    yield _gauge("monitor_dead_letters", "Deliveries that were given up.", figures.dead)
    alerts = GaugeMetricFamily(
        "monitor_alerts", "Alerts by tier and by what came of them.", labels=["tier", "outcome"]
    )
    for one in figures.alerts:
        alerts.add_metric([str(one.tier or "unknown"), one.outcome], one.count)
    yield alerts


class _Collected(Collector):
    """Parts as prometheus-client wants them."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self._parts = tuple(parts)

    def collect(self) -> Iterator[Metric]:
        for part in self._parts:
            yield from part.collect()

    def describe(self) -> Iterable[Metric]:
        # Else it would collect, which asks the store, when it is registered.
        return ()


def build_metrics(*parts: Part) -> Callable[[], bytes]:
    """Returns what writes the metrics down, in the text format of Prometheus."""
    # Its own: libraries may register what they like in the one of the process.
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(_Collected(parts))
    return lambda: generate_latest(registry)
