"""What links of mails need: pages, a token, a secret that nobody guesses."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import ConfigErrors
from monitor.pipeline.sealing.links import links_of
from monitor.settings import Settings, load_settings
from tests.pipeline.program import start_program

SECRET = "0123456789abcdef0123456789abcdef"
WHOLE = {
    "listen": "127.0.0.1:9310",
    "token": "of the desk",
    "public_url": "https://monitor.example.org/",
    "link_secret": SECRET,
}


def load(folder: Path, *, reply_to: str = "", **http: str) -> Settings:
    config = start_program(folder / "config").folder
    with (config / "monitor.toml").open("a") as file:
        file.write("[http]\n" + "".join(f'{key} = "{value}"\n' for key, value in http.items()))
        file.write(f'[smtp]\nreply_to = "{reply_to}"\n')
    return load_settings(config, {})


def test_links_lead_to_the_address_that_readers_know(tmp_path: Path) -> None:
    links = links_of(load(tmp_path, **WHOLE))

    assert (links.base, links.secret) == ("https://monitor.example.org", SECRET)


def test_without_an_address_there_are_no_links(tmp_path: Path) -> None:
    links = links_of(load(tmp_path, listen="127.0.0.1:9310", reply_to="desk@example.org"))

    assert (links.base, links.reply_to) == ("", "desk@example.org")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"listen": ""}, "no pages are served"),
        ({"token": ""}, "everybody who reaches it could read all pages"),
        ({"link_secret": ""}, "a secret of 32 characters"),
        ({"link_secret": SECRET[1:]}, "a secret of 32 characters"),
        ({"public_url": "ftp://monitor.example.org"}, "is no web address"),
        ({"public_url": "https://monitor.example.org/?a=1"}, "more than a path"),
        ({"reply_to": "nobody"}, "nobody"),
    ],
)
def test_links_that_would_not_work_are_refused(
    tmp_path: Path, change: dict[str, str], said: str
) -> None:
    with pytest.raises(ConfigErrors) as refused:
        load(tmp_path, **{**WHOLE, **change})

    assert said in str(refused.value)
    assert SECRET[1:] not in str(refused.value)


def test_the_secret_is_shown_nowhere(tmp_path: Path) -> None:
    assert SECRET not in repr(load(tmp_path, **WHOLE))
