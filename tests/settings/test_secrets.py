"""Secrets: given as text, as the name of a variable or as a file, and in one form only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from monitor.settings.files import ConfigFile
from monitor.settings.models import SmtpSettings, WebhookSettings
from monitor.settings.secrets import MAX_SECRET_BYTES, resolve_secrets, secret_keys
from tests.settings.folders import SECRET


def resolved(folder: Path, table: dict[str, Any], environ: dict[str, str]) -> tuple[str, list[str]]:
    """Returns the secret of a webhook and what is wrong with it."""
    file = ConfigFile(folder / "channels.toml", {"hook": table}, {("hook",): 3})
    errors = resolve_secrets(file, "hook", WebhookSettings, environ)
    secret = table.get("secret", SecretStr(""))
    assert isinstance(secret, SecretStr)
    assert not {"secret_env", "secret_file"} & set(table)
    return secret.get_secret_value(), [str(error).partition(":3: ")[2] for error in errors]


def test_the_keys_that_hold_secrets_are_known_by_their_type() -> None:
    assert secret_keys(WebhookSettings) == ["secret"]
    assert secret_keys(SmtpSettings) == ["password"]


@pytest.mark.parametrize(
    ("table", "content", "expected"),
    [
        ({"secret": SECRET}, "", SECRET),
        ({"secret_env": "HOOK"}, "", "of the environment"),
        ({"secret_file": "hook.txt"}, "of the file", "of the file"),
        ({"secret_file": "hook.txt"}, "  of the file\r\n\n", "of the file"),
        ({}, "", ""),
    ],
    ids=["text", "variable", "file", "file of an editor", "none"],
)
def test_a_secret_is_read_in_each_of_its_forms(
    tmp_path: Path, table: dict[str, Any], content: str, expected: str
) -> None:
    (tmp_path / "hook.txt").write_text(content)

    assert resolved(tmp_path, table, {"HOOK": "of the environment"}) == (expected, [])


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            {"secret_env": "NOWHERE"},
            "hook.secret_env: the variable is not set; export it before the start, or use"
            " secret_file",
        ),
        ({"secret": 3}, 'hook.secret: must be text, in "quotes"'),
        (
            {"secret_file": "nowhere"},
            "hook.secret_file: FOLDER/nowhere cannot be read; check its name and permissions",
        ),
        (
            {"secret_file": "large"},
            "hook.secret_file: FOLDER/large is too large for a secret; name the file that holds"
            " nothing else",
        ),
        (
            {"secret_file": "binary"},
            "hook.secret_file: FOLDER/binary cannot be read; check its name and permissions",
        ),
        (
            {"secret": SECRET, "secret_env": "HOOK"},
            "hook.secret_env: secret is given too; keep one of secret and secret_env",
        ),
    ],
)
def test_a_secret_that_cannot_be_had_is_reported_once_with_what_to_do(
    tmp_path: Path, table: dict[str, Any], expected: str
) -> None:
    (tmp_path / "large").write_bytes(b"x" * (MAX_SECRET_BYTES + 1))
    (tmp_path / "binary").write_bytes(b"\xff\xfe")

    _, errors = resolved(tmp_path, table, {"HOOK": "x"})

    assert errors == [expected.replace("FOLDER", str(tmp_path))]


def test_a_variable_that_is_not_set_leaves_an_optional_secret_empty(tmp_path: Path) -> None:
    table: dict[str, Any] = {"password_env": "NOWHERE"}
    file = ConfigFile(tmp_path / "monitor.toml", {"smtp": table})

    assert resolve_secrets(file, "smtp", SmtpSettings, {}) == []
    assert table["password"].get_secret_value() == ""


def test_a_secret_stands_where_its_form_does() -> None:
    file = ConfigFile(
        Path("channels.toml"),
        {"hook": {"secret_env": "HOOK"}},
        {("hook",): 3, ("hook", "secret_env"): 5},
        origins={("hook", "secret_env"): "MONITOR_X"},
    )

    resolve_secrets(file, "hook", WebhookSettings, {"HOOK": SECRET})

    assert file.lines["hook", "secret"] == 5
    assert file.origins["hook", "secret"] == "MONITOR_X"
