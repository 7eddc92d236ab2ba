"""Values of monitor.toml from the environment: read as those of the file, named by variable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from monitor.settings.environment import apply_environment
from monitor.settings.files import ConfigFile


def applied(environ: dict[str, str], data: dict[str, Any] | None = None) -> ConfigFile:
    """Returns a monitor.toml with what the environment puts in."""
    file = ConfigFile(Path("monitor.toml"), data or {})
    assert apply_environment(file, environ) == []
    return file


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("MONITOR_TIMEZONE", "Europe/Berlin", {"timezone": "Europe/Berlin"}),
        ("MONITOR_FETCH__CONCURRENCY", "3", {"fetch": {"concurrency": 3}}),
        ("MONITOR_FETCH__CONCURRENCY", " 3 ", {"fetch": {"concurrency": 3}}),
        ("MONITOR_FETCH__CONCURRENCY", "three", {"fetch": {"concurrency": "three"}}),
        ("MONITOR_FETCH__CONCURRENCY", "٣", {"fetch": {"concurrency": "٣"}}),
        ("MONITOR_FETCH__CONCURRENCY", "9" * 30, {"fetch": {"concurrency": "9" * 30}}),
        ("MONITOR_FETCH__CONCURRENCY", "-3", {"fetch": {"concurrency": "-3"}}),
        ("MONITOR_FETCH__ROBOTS", "false", {"fetch": {"robots": False}}),
        ("MONITOR_FETCH__ROBOTS", "TRUE", {"fetch": {"robots": True}}),
        ("MONITOR_FETCH__ROBOTS", "1", {"fetch": {"robots": "1"}}),
        ("MONITOR_FETCH__ROBOTS", "", {"fetch": {"robots": ""}}),
        ("MONITOR_FETCH__DEADLINE", "10s", {"fetch": {"deadline": "10s"}}),
        ("MONITOR_FETCH__ALLOW_PRIVATE", "true", {"fetch": {"allow_private": True}}),
        (
            "MONITOR_FETCH__ALLOW_PRIVATE",
            "wiki.example, 10.1.0.0/16",
            {"fetch": {"allow_private": ["wiki.example", "10.1.0.0/16"]}},
        ),
        (
            "MONITOR_FETCH__ALLOW_PRIVATE",
            '["127.0.0.1:8790", "[fd00::]:80"]',
            {"fetch": {"allow_private": ["127.0.0.1:8790", "[fd00::]:80"]}},
        ),
        (
            "MONITOR_FETCH__ALLOW_PRIVATE",
            "[fd00::]:80",
            {"fetch": {"allow_private": ["[fd00::]:80"]}},
        ),
        ("MONITOR_SMTP__FROM", "a@b.example", {"smtp": {"from": "a@b.example"}}),
        ("MONITOR_SMTP__PASSWORD_FILE", "pw", {"smtp": {"password_file": "pw"}}),
    ],
)
def test_a_variable_is_read_as_its_key_would_be(
    name: str, text: str, expected: dict[str, Any]
) -> None:
    assert applied({name: text}).data == expected


def test_the_environment_comes_before_the_file_and_leaves_the_rest() -> None:
    file = applied(
        {"MONITOR_FETCH__CONCURRENCY": "3"}, {"fetch": {"concurrency": 8, "robots": False}}
    )

    assert file.data == {"fetch": {"concurrency": 3, "robots": False}}
    assert file.origins == {("fetch", "concurrency"): "MONITOR_FETCH__CONCURRENCY"}


def test_what_stands_in_the_place_of_a_table_is_overridden_as_a_whole() -> None:
    assert applied({"MONITOR_FETCH__CONCURRENCY": "3"}, {"fetch": "fast"}).data == {
        "fetch": {"concurrency": 3}
    }


def test_a_secret_of_the_environment_takes_the_place_of_every_form_in_the_file() -> None:
    file = applied(
        {"MONITOR_SMTP__PASSWORD": "x"}, {"smtp": {"password_file": "pw", "password_env": "PW"}}
    )

    assert file.data == {"smtp": {"password": "x"}}


def test_two_variables_for_one_secret_are_both_kept_to_be_reported() -> None:
    file = applied({"MONITOR_SMTP__PASSWORD": "x", "MONITOR_SMTP__PASSWORD_ENV": "PW"})

    assert file.data == {"smtp": {"password": "x", "password_env": "PW"}}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "MONITOR_FETCH__CONCURENCY",
            'unknown variable; did you mean "MONITOR_FETCH__CONCURRENCY"?',
        ),
        ("MONITOR_DESK__TO", "unknown variable; "),
    ],
)
def test_a_variable_with_a_table_must_be_known(name: str, expected: str) -> None:
    (error,) = apply_environment(ConfigFile(Path("monitor.toml")), {name: "3"})

    assert str(error).startswith(f"environment: {name}: {expected}")


@pytest.mark.parametrize("name", ["MONITOR_HOOK_SECRET", "MONITOR_CONFIG", "monitor__x", "PATH"])
def test_other_variables_may_be_anybodys(name: str) -> None:
    assert applied({name: "x"}).data == {}
