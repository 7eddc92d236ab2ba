"""A config of one case with a console and two webhooks, and one without."""

from __future__ import annotations

from pathlib import Path

from monitor.pipeline.context import WatchedCase
from monitor.settings import Settings, load_settings
from tests.world import SECRET

CHANNELS = f"""
[desk]
type = "console"

[hook]
type = "webhook"
url = "https://hook.example/monitor"
secret = "{SECRET}"

[other]
type = "webhook"
url = "https://other.example/monitor"
secret = "{SECRET}"
"""
WITH_ALERTS = """
title = "Harbour"
query = "harbour"
timezone = "Europe/London"

[[alert]]
channel = "desk"
when = "now"

[[alert]]
channel = "hook"
when = "now"

[[alert]]
channel = "other"
when = "daily 08:00"
"""
TEXT = "The harbour master closed the old pier on Sunday."


def write_settings(folder: Path) -> Settings:
    """Writes the config into a folder."""
    (folder / "cases").mkdir()
    (folder / "monitor.toml").write_text('timezone = "Europe/London"\n')
    (folder / "feeds.toml").write_text("")
    (folder / "channels.toml").write_text(CHANNELS)
    (folder / "cases" / "harbour.toml").write_text(WITH_ALERTS)
    (folder / "cases" / "quiet.toml").write_text('title = "Quiet"\nquery = "quiet"\n')
    return load_settings(folder, {})


def watched(settings: Settings, slug: str = "harbour", case_id: int = 1) -> WatchedCase:
    """Returns a case of the config as the pipeline follows it."""
    case = next(case for case in settings.cases if case.slug == slug)
    return WatchedCase(case_id, case, case.compiled, case.compiled.folded_terms)
