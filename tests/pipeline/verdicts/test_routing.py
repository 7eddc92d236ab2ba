"""Routing: which channels an outcome goes to, and when."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.model import Fields, Outcome
from monitor.pipeline.context import WatchedCase
from monitor.pipeline.sealing.channel_rules import News
from monitor.pipeline.verdicts.routing import (
    alert_targets,
    corroborated_targets,
    outcome_targets,
)
from monitor.settings import Settings, load_settings
from tests.pipeline.verdicts.cases import WITH_ALERTS, watched, write_settings
from tests.store.rows import NOW


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return write_settings(tmp_path)


def test_each_rule_of_a_case_is_a_target(settings: Settings) -> None:
    targets = alert_targets(settings, watched(settings), NOW)

    assert [(target.channel, target.cadence) for target in targets] == [
        ("desk", "now"),
        ("hook", "now"),
        ("other", "daily 08:00"),
    ]


def test_what_goes_at_once_waits_for_its_group_and_a_digest_for_its_hour(
    settings: Settings,
) -> None:
    at_once, _, daily = alert_targets(settings, watched(settings), NOW)

    assert at_once.due_at == NOW + settings.alerts.group_wait
    # Eight in London is seven UTC in June.
    assert daily.due_at == NOW.replace(hour=7) + timedelta(days=1)


def test_a_case_without_rules_alerts_on_the_console(settings: Settings) -> None:
    (target,) = alert_targets(settings, watched(settings, "quiet"), NOW)

    assert (target.channel, target.cadence, target.due_at) == ("console", "now", NOW)


@pytest.mark.parametrize(
    ("outcome", "channels"),
    [
        (Outcome.ALERT, ["desk", "hook", "other"]),
        (Outcome.DIGEST, ["other"]),
        (Outcome.SILENT, []),
    ],
)
def test_what_is_not_confirmed_goes_to_digests_only(
    settings: Settings, outcome: Outcome, channels: list[str]
) -> None:
    targets = outcome_targets(settings, watched(settings), outcome, NOW)

    assert [target.channel for target in targets] == channels


@pytest.mark.parametrize(
    ("newsrooms", "channels"),
    [(1, []), (2, ["hook"]), (3, ["desk", "hook"]), (9, ["desk", "hook"])],
)
def test_a_channel_that_wants_newsrooms_waits_until_there_are_enough(
    tmp_path: Path, settings: Settings, newsrooms: int, channels: list[str]
) -> None:
    text = WITH_ALERTS
    for rule, sources in (('"desk"', 3), ('"hook"', 2), ('"other"', 2)):
        text = text.replace(f"channel = {rule}", f"channel = {rule}\nsources = {sources}")
    (tmp_path / "cases" / "harbour.toml").write_text(text)
    case = watched(load_settings(tmp_path, {}))

    assert case.settings.waits_for_newsrooms
    # The digest of the third channel does not wait.
    at_once = outcome_targets(settings, case, Outcome.ALERT, NOW)
    assert [target.channel for target in at_once] == ["other"]
    found = corroborated_targets(settings, case, newsrooms, NOW)
    assert [target.channel for target in found] == channels


def test_nobody_waits_for_newsrooms_by_default(settings: Settings) -> None:
    assert not watched(settings).settings.waits_for_newsrooms
    assert corroborated_targets(settings, watched(settings), 9, NOW) == []


def with_rules(settings: Settings, *rules: str) -> WatchedCase:
    """Returns a case that sends its alerts by these rules."""
    tables = "\n".join(f"[[alert]]\n{rule}" for rule in rules)
    path = settings.folder / "cases" / "ruled.toml"
    path.write_text(f'title = "Ruled"\nquery = "ruled"\n{tables}\n')
    return watched(load_settings(settings.folder, {}), "ruled")


def held(settings: Settings, outcome: Outcome, *rules: str) -> list[tuple[str, str]]:
    targets = outcome_targets(settings, with_rules(settings, *rules), outcome, NOW)
    return [(target.channel, target.cadence) for target in targets]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ((), [("console", "daily 08:00")]),
        (('channel = "desk"',), [("desk", "daily 08:00")]),
        (('channel = "desk"\nheld = "weekly fri 17:30"',), [("desk", "weekly fri 17:30")]),
        (('channel = "desk"\nheld = "none"',), []),
        (
            ('channel = "desk"\nheld = "none"', 'channel = "hook"'),
            [("hook", "daily 08:00")],
        ),
        (
            ('channel = "desk"\nheld = "daily 09:00"', 'channel = "hook"'),
            [("desk", "daily 09:00")],
        ),
        (
            ('channel = "desk"', 'channel = "hook"\nwhen = "daily 07:00"'),
            [("hook", "daily 07:00")],
        ),
        (('channel = "desk"\nsources = 2',), [("desk", "daily 08:00")]),
    ],
    ids=[
        "no rule",
        "at once",
        "said when",
        "said never",
        "one says never",
        "one says when",
        "a digest tells it",
        "waits for newsrooms",
    ],
)
def test_what_is_held_back_in_doubt_reaches_somebody(
    settings: Settings, rules: tuple[str, ...], expected: list[tuple[str, str]]
) -> None:
    assert held(settings, Outcome.DIGEST, *rules) == expected
    assert held(settings, Outcome.SILENT, *rules) == []


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ('channel = "desk"', [("desk", "now")]),
        ('channel = "desk"\nheld = "daily 09:00"', [("desk", "now")]),
        ('channel = "desk"\nsources = 2', []),
        ('channel = "desk"\nsources = 2\nheld = "none"', []),
        ('channel = "desk"\nsources = 2\nheld = "daily 09:00"', [("desk", "daily 09:00")]),
    ],
)
def test_an_alert_that_waits_for_newsrooms_is_held_where_somebody_says_when(
    settings: Settings, rule: str, expected: list[tuple[str, str]]
) -> None:
    assert held(settings, Outcome.ALERT, rule) == expected


def test_the_digest_of_what_was_held_is_due_at_its_hour_in_the_zone_of_the_config(
    settings: Settings,
) -> None:
    (target,) = outcome_targets(settings, watched(settings, "quiet"), Outcome.DIGEST, NOW)

    assert target.due_at == NOW.replace(hour=7) + timedelta(days=1)


CHOOSING = """
title = "Harbour"
query = "harbour"
timezone = "Pacific/Auckland"

[[alert]]
channel = "desk"
when = "now"
tiers = [1]

[[alert]]
channel = "desk"
when = "daily 19:00"
tiers = [2, 3]

[[alert]]
channel = "hook"
when = "now"
languages = ["en"]

[[alert]]
channel = "other"
when = "now"
quiet = "22:00-07:00"
urgent = '"captain died" OR lang:es'
held = "none"
"""


@pytest.fixture
def choosing(settings: Settings) -> Settings:
    (settings.folder / "cases" / "harbour.toml").write_text(CHOOSING)
    return load_settings(settings.folder, {})


@pytest.mark.parametrize(
    ("news", "expected"),
    [
        (News(1, "en"), {"desk": "now", "hook": "now", "other": "now"}),
        (News(2, "en"), {"desk": "daily 19:00", "hook": "now", "other": "now"}),
        (News(3, "fr"), {"desk": "daily 19:00", "other": "now"}),
        (News(None, ""), {"desk": "now", "hook": "now", "other": "now"}),
    ],
    ids=["state", "act", "statement in French", "nothing known"],
)
def test_a_channel_chooses_tiers_and_languages(
    choosing: Settings, news: News, expected: dict[str, str]
) -> None:
    targets = outcome_targets(choosing, watched(choosing), Outcome.ALERT, NOW, news)

    assert {target.channel: target.cadence for target in targets} == expected
    assert len(targets) == len(expected)


def test_doubt_reaches_somebody_whatever_tiers_are_asked_for(choosing: Settings) -> None:
    targets = outcome_targets(choosing, watched(choosing), Outcome.DIGEST, NOW, News(1, "en"))

    assert [(target.channel, target.cadence) for target in targets] == [("desk", "daily 19:00")]


def test_a_digest_is_due_by_the_clocks_of_its_case(choosing: Settings) -> None:
    (target,) = outcome_targets(choosing, watched(choosing), Outcome.DIGEST, NOW, News(2, "en"))

    # NOW is midnight in Auckland, which is twelve hours ahead of UTC in June.
    assert target.due_at == NOW + timedelta(hours=19)


@pytest.mark.parametrize(
    ("text", "lang", "hours"),
    [("The pier is closed.", "en", 7), ("The captain died.", "en", 0), ("Cerrado.", "es", 0)],
    ids=["waits", "urgent", "urgent by its language"],
)
def test_quiet_hours_hold_all_but_what_is_urgent(
    choosing: Settings, text: str, lang: str, hours: int
) -> None:
    news = News(2, lang, Fields(text=text, lang=lang, at=NOW))

    targets = outcome_targets(choosing, watched(choosing), Outcome.ALERT, NOW, news)

    (due_at,) = (target.due_at for target in targets if target.channel == "other")
    wait = timedelta(hours=hours) if hours else choosing.alerts.group_wait
    assert due_at == NOW + wait


def test_what_is_found_before_quiet_hours_is_told_before_them(choosing: Settings) -> None:
    # Quiet hours begin at ten in the evening in Auckland.
    now = NOW - timedelta(hours=2, minutes=1)

    targets = outcome_targets(choosing, watched(choosing), Outcome.ALERT, now, News(2, "en"))

    assert [target.due_at for target in targets if target.channel == "other"] == [now]
