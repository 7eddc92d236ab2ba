"""A feed that is not for everybody: a login or a token, held like every secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import ConfigErrors
from monitor.settings import Settings, describe
from tests.settings.folders import ENVIRON, load

FEED = '[[feed]]\nurl = "https://court.example/docket.xml"\nauth = { %s }\n'
WITH_DESK = {**ENVIRON, "DOCKET": "open sesame"}


def load_feed(folder: Path, auth: str) -> Settings:
    case = 'title = "Ferry"\nquery = "ferry"\n'
    files = {"feeds.toml": FEED % auth, "cases/night-ferry.toml": case}
    return load(folder, files, WITH_DESK)


@pytest.mark.parametrize(
    ("auth", "header"),
    [
        ('user = "desk", password = "a:ü"', ("Authorization", "Basic ZGVzazphOsO8")),
        (
            'user = "desk", password_env = "DOCKET"',
            ("Authorization", "Basic ZGVzazpvcGVuIHNlc2FtZQ=="),
        ),
        ('header = "X-Token", value = "abc"', ("X-Token", "abc")),
        ('header = "X-Token", value_env = "DOCKET"', ("X-Token", "open sesame")),
        ('header = "Authorization", value_file = "token"', ("Authorization", "Bearer 1")),
    ],
)
def test_a_login_or_a_token_becomes_a_header(
    tmp_path: Path, auth: str, header: tuple[str, str]
) -> None:
    (tmp_path / "token").write_text("Bearer 1\n")

    (feed,) = load_feed(tmp_path, auth).feeds

    assert feed.auth is not None
    assert feed.auth.to_header() == header


def test_neither_repr_nor_config_show_tells_a_secret(tmp_path: Path) -> None:
    settings = load_feed(tmp_path, 'user = "desk", password_env = "DOCKET"')

    shown = {row.key: row.value for row in describe(settings)}

    assert shown["feed[1].auth"] == "user = desk, password = ********"
    assert "sesame" not in repr(settings.feeds)


@pytest.mark.parametrize(
    ("auth", "says"),
    [
        ('user = "desk"', "a login or a header"),
        ('password = "x"', "a login or a header"),
        ('header = "X-Token"', "a login or a header"),
        ('user = "desk", password = "x", header = "X-Token", value = "y"', "not both"),
        ("", "a login or a header"),
        ('header = "X Token", value = "y"', "no name of a header"),
        ('header = "X-Token", value = "a\\nb"', "line break"),
        ('user = "desk", password_env = "NOWHERE"', "the variable is not set"),
        ('user = "desk", password_file = "nowhere"', "cannot be read"),
        ('user = "desk", passwort = "x"', "unknown key"),
    ],
)
def test_half_a_login_is_told_once_with_its_line(tmp_path: Path, auth: str, says: str) -> None:
    with pytest.raises(ConfigErrors) as refused:
        load_feed(tmp_path, auth)

    told = [str(error) for error in refused.value.errors]
    assert [says in text for text in told].count(True) == 1
    assert all("feeds.toml:3" in text for text in told)


def test_a_login_in_the_address_is_refused_with_what_to_write_and_not_repeated(
    tmp_path: Path,
) -> None:
    feeds = '[[feed]]\nurl = "https://reader:hush@news.example/rss"\n'

    with pytest.raises(ConfigErrors, match="auth = ") as refused:
        load(tmp_path, {"feeds.toml": feeds})

    assert "hush" not in str(refused.value)
