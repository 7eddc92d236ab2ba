"""Settings as people see them: values as a file would have them, and no secret among them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from monitor.settings import SeedSettings, describe
from monitor.settings.describing import MASK, print_value
from monitor.settings.values import Cadence
from tests.settings.folders import RIGHT, SECRET, load


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (SecretStr("hunter2"), MASK),
        (SecretStr(""), ""),
        (timedelta(minutes=15), "15m"),
        (timedelta(hours=36), "36h"),
        (timedelta(0), "0s"),
        (True, "true"),
        (False, "false"),
        (None, ""),
        (8, "8"),
        (("en", "es"), "en, es"),
        ((SeedSettings(Path("/seeds/a.txt"), "night-ferry"),), "/seeds/a.txt"),
        ((), ""),
        ({"DETAIN": 1, "ORDER": 3}, "DETAIN = 1, ORDER = 3"),
        (Cadence.NOW, "now"),
        ("text", "text"),
    ],
)
def test_a_value_is_printed_as_a_file_would_have_it(value: Any, expected: str) -> None:
    assert print_value(value) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql+psycopg://me:pw@db.example/x", f"postgresql+psycopg://me:{MASK}@db.example/x"),
        ("postgresql+psycopg://me@db.example/x", "postgresql+psycopg://me@db.example/x"),
    ],
)
def test_a_database_is_shown_without_its_password(tmp_path: Path, url: str, expected: str) -> None:
    settings = load(tmp_path, {"monitor.toml": f'database_url = "{url}"\n{RIGHT["monitor.toml"]}'})

    rows = {row.key: row.value for row in describe(settings)}
    assert rows["database_url"] == expected


def test_a_webhook_is_shown_by_its_host_alone(tmp_path: Path) -> None:
    rows = {row.key: row for row in describe(load(tmp_path))}

    assert rows["channels.hook.url"].value == "https://hooks.example.org/…"
    assert rows["channels.hook.secret"].value == MASK
    assert SECRET not in str(rows)


def test_rows_stand_in_the_order_of_the_files_with_their_origin(tmp_path: Path) -> None:
    rows = describe(load(tmp_path, environ={"HOOK_SECRET": SECRET, "MONITOR_TIMEZONE": "UTC"}))

    origins = {row.key: row.origin for row in rows}
    assert origins["timezone"] == "MONITOR_TIMEZONE"
    assert origins["fetch.contact"] == f"{tmp_path / 'monitor.toml'}:3"
    assert origins["fetch.concurrency"] == "default"
    assert origins["feed[2].url"] == f"{tmp_path / 'feeds.toml'}:8"
    assert origins["cases.night-ferry.alert[1].when"].endswith("night-ferry.toml:7")
    roots = list(dict.fromkeys(key.partition(".")[0].partition("[")[0] for key in origins))
    assert roots.index("fetch") < roots.index("feed") < roots.index("channels")
    assert roots[-1] == "cases"


def test_what_a_feed_leaves_at_its_default_is_not_shown(tmp_path: Path) -> None:
    keys = {row.key for row in describe(load(tmp_path))}

    assert {key for key in keys if key.startswith("feed[2]")} == {"feed[2].url"}


@pytest.mark.parametrize("kind", ["slack", "teams", "discord", "ntfy", "matrix"])
def test_the_address_of_a_chat_is_shown_by_its_host_alone(tmp_path: Path, kind: str) -> None:
    chat = f'[chat]\ntype = "{kind}"\nurl = "https://chat.example.org/services/T0/KEY17"\n'
    settings = load(tmp_path, {"channels.toml": f"{RIGHT['channels.toml']}\n{chat}"})

    rows = {row.key: row for row in describe(settings)}

    assert rows["channels.chat.url"].value == "https://chat.example.org/…"
    assert "KEY17" not in str(rows)
