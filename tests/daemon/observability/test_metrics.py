"""What a Prometheus sees, and that alarms and dashboard ask for nothing else."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML
from sqlalchemy import update
from sqlmodel import Session

from monitor.daemon.observability.metrics import Part, ProcessFigures, StoredFigures, build_metrics
from monitor.daemon.observability.web_server import WebServer, health_app
from monitor.daemon.pulse import Pulse
from monitor.pipeline.work import Tally
from monitor.store import Store
from monitor.store.feeds import FeedSpec, sync_feeds
from monitor.store.schema.migrate import upgrade
from monitor.store.schema.tables import feeds
from tests.store.rows import NOW

OPERATIONS = Path(__file__).parents[3] / "docs" / "operations"
_METRIC = re.compile(r"\b(?:monitor|process)_\w+")
_SELECTOR = re.compile(r"\b((?:monitor|process)_\w+)\{([^}]*)\}")


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    upgrade(opened)
    yield opened
    opened.close()


def worked() -> Tally:
    tally = Tally()
    for unit in ("poll", "entry", "page", "delivery"):
        tally.note(unit, "new")
    return tally


Samples = dict[str, list[tuple[dict[str, str], float]]]


def read(*parts: Part) -> Samples:
    """The samples by name, as Prometheus reads the page."""
    found: Samples = {}
    for family in text_string_to_metric_families(build_metrics(*parts)().decode()):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found


def add_feeds(session: Session) -> None:
    urls = ("https://a.example/rss?key=secret1", "https://a.example/rss?key=secret2")
    sync_feeds(session, [FeedSpec(url, "", (), None, False) for url in urls], NOW)
    session.execute(update(feeds).values(last_polled_at=NOW, last_ok_at=NOW, state="ok"))


def everything(store: Store) -> Samples:
    store.write(add_feeds)
    return read(ProcessFigures(Pulse(), worked()), StoredFigures(store, lambda: NOW))


def test_units_of_work_are_counters_by_outcome(stored: Store) -> None:
    samples = everything(stored)

    for name in ("polls", "entries", "pages", "deliveries"):
        assert samples[f"monitor_{name}_total"] == [({"outcome": "new"}, 1.0)]


def test_feeds_that_are_shown_alike_share_a_series_without_their_keys(stored: Store) -> None:
    successes = everything(stored)["monitor_feed_last_success_timestamp_seconds"]

    assert successes == [({"feed": "https://a.example/rss?key=…"}, NOW.timestamp())]


def test_the_files_of_the_database_are_measured(stored: Store, tmp_path: Path) -> None:
    samples = everything(stored)

    assert samples["monitor_database_bytes"][0][1] > 0
    wal = (tmp_path / "monitor.db-wal").stat().st_size
    assert samples["monitor_wal_bytes"] == [({}, wal)]


def test_a_store_that_fails_has_no_old_figures_and_the_page_goes_on(
    stored: Store, tmp_path: Path
) -> None:
    stored.keep_file()
    (tmp_path / "monitor.db").rename(tmp_path / "elsewhere.db")

    samples = read(ProcessFigures(Pulse(), worked()), StoredFigures(stored, lambda: NOW))

    assert samples["monitor_database_up"] == [({}, 0.0)]
    assert "monitor_articles" not in samples
    assert samples["monitor_polls_total"] == [({"outcome": "new"}, 1.0)]


def test_who_asks_often_does_not_keep_the_store_busy(stored: Store) -> None:
    figures = StoredFigures(stored, lambda: NOW)
    first = read(figures)
    stored.write(add_feeds)

    assert read(figures)["monitor_outbox"] == first["monitor_outbox"]
    assert "monitor_feeds" not in read(figures)


def test_a_stuck_loop_lags_more_and_more() -> None:
    pulse = Pulse()
    pulse.tick(5.0)
    assert pulse.lag == 0.0

    pulse.ticked_at -= 100.0
    assert 95.0 <= pulse.lag < 96.0
    pulse.tick(5.0)
    assert 95.0 <= pulse.lag < 96.0


@contextmanager
def page(parts: Part) -> Iterator[str]:
    server = WebServer("127.0.0.1:0", health_app(Pulse(), build_metrics(parts)))
    server.start()
    try:
        yield f"http://127.0.0.1:{server.address[1]}"
    finally:
        server.stop()


def test_the_page_is_served_in_the_format_that_it_names() -> None:
    with (
        page(ProcessFigures(Pulse(), worked())) as base,
        urllib.request.urlopen(f"{base}/metrics", timeout=5) as answer,
    ):
        body = answer.read().decode()
        media_type = answer.headers["Content-Type"]

    assert media_type.startswith("text/plain; version=0.0.4")
    assert 'monitor_polls_total{outcome="new"} 1.0' in body


def rules() -> list[dict[str, object]]:
    (group,) = YAML(typ="safe").load((OPERATIONS / "alarms.yml").read_text())["groups"]
    return list(group["rules"])


def panels() -> list[dict[str, object]]:
    return list(json.loads((OPERATIONS / "dashboard.json").read_text())["panels"])


def expressions() -> list[str]:
    shown = [target["expr"] for panel in panels() for target in panel["targets"]]  # type: ignore[attr-defined]
    return [*(str(rule["expr"]) for rule in rules()), *shown]


def test_alarms_and_dashboard_ask_only_for_metrics_that_exist(stored: Store) -> None:
    known = set(everything(stored))

    asked = {name for text in expressions() for name in _METRIC.findall(text)}
    # What no alert was raised for yet has no sample.
    assert asked - known - {"monitor_alerts"} == set()
    assert len(asked) >= 15


def test_every_metric_of_ours_is_on_the_dashboard_or_in_an_alarm(stored: Store) -> None:
    asked = {name for text in expressions() for name in _METRIC.findall(text)}

    ours = {name for name in everything(stored) if name.startswith("monitor_")}
    assert ours - asked == {"monitor_build_info", "monitor_feeds_without_series"}


def test_alarms_select_by_labels_that_the_metrics_have(stored: Store) -> None:
    samples = everything(stored)
    for text in expressions():
        for name, selector in _SELECTOR.findall(text):
            labels = {part.split("=")[0].rstrip("!~") for part in selector.split(",")}
            assert labels <= set(samples[name][0][0]), text


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_an_alarm_says_what_is_wrong_and_what_to_do(rule: dict[str, dict[str, str]]) -> None:
    assert rule["labels"]["severity"] in ("page", "warn")
    assert rule["annotations"]["summary"].endswith(".")
    assert rule["annotations"]["action"]


def test_panels_do_not_lie_on_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}  # type: ignore[index]
        assert not cells & taken, panel["title"]
        taken |= cells
