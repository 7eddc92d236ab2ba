"""On whose clock a case happens."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from monitor.settings import load_settings

LATE_ON_FRIDAY = datetime(2025, 6, 7, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("slug", "expected"),
    [("ferry", date(2025, 6, 6)), ("quarry", date(2025, 6, 6)), ("gone", date(2025, 6, 7))],
    ids=["its own zone", "five hours behind", "no case of the config"],
)
def test_the_day_of_a_case_is_that_of_its_place(tmp_path: Path, slug: str, expected: date) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "monitor.toml").write_text('timezone = "Europe/Berlin"\n')
    (tmp_path / "feeds.toml").write_text('[[feed]]\nurl = "https://gazette.example/rss"\n')
    for name, line in (("ferry", 'timezone = "America/New_York"'), ("quarry", "")):
        text = f'title = "{name}"\nquery = "{name}"\n{line}\n'
        (tmp_path / "cases" / f"{name}.toml").write_text(text)

    settings = load_settings(tmp_path, {})

    assert settings.local_time(slug, LATE_ON_FRIDAY).date() == expected
