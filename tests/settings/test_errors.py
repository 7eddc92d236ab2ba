"""Every error of a config says file, line, key, what is wrong and what to do; all come at once."""

import re
from pathlib import Path

import pytest

from monitor.errors import ConfigErrors
from monitor.settings import load_settings
from tests.settings.folders import ENVIRON, RIGHT, SECRET, load, write

GOLDEN = Path(__file__).with_name("bad_configs.txt").read_text(encoding="utf-8")


def cases():
    for block in re.split(r"^=== ", GOLDEN, flags=re.MULTILINE)[1:]:
        name, _, rest = block.partition("\n")
        parts = re.split(r"^--- (.+)\n", rest, flags=re.MULTILINE)[1:]
        files = dict(zip(parts[::2], parts[1::2], strict=True))
        yield pytest.param(files, files.pop("errors").strip("\n"), id=name)


def errors_of(folder, changes=None, environ=ENVIRON):
    with pytest.raises(ConfigErrors) as caught:
        load(folder, changes, environ)
    return str(caught.value).replace(f"{folder}/", "")


@pytest.mark.parametrize(("files", "expected"), list(cases()))
def test_a_bad_config_is_told_as_written_down(tmp_path, files, expected):
    assert errors_of(tmp_path, files) == expected


def test_the_right_config_has_no_error(tmp_path):
    assert load(tmp_path).cases[0].slug == "night-ferry"


def test_a_file_that_is_not_utf8_names_the_line(tmp_path):
    text = errors_of(tmp_path, {"monitor.toml": b'timezone = "UTC"\n# caf\xe9\n'})

    assert text == "monitor.toml:2: file: is not UTF-8; save it as UTF-8"


def test_a_folder_without_config_says_how_to_make_one(tmp_path):
    text = errors_of_empty(tmp_path)

    assert (
        text == f"{tmp_path}: config: there is no config in this folder; `monitor init` writes "
        "one to start from"
    )
    assert "there is no config" in errors_of_empty(tmp_path / "nowhere")


def errors_of_empty(folder):
    with pytest.raises(ConfigErrors) as caught:
        load_settings(folder, {})
    return str(caught.value)


def test_cases_without_feeds_cannot_run(tmp_path):
    write(
        tmp_path,
        {"cases/night-ferry.toml": RIGHT["cases/night-ferry.toml"].replace("desk", "console")},
    )

    with pytest.raises(ConfigErrors) as caught:
        load_settings(tmp_path, {})

    assert "feeds.toml:1: feed: there is no feed to poll" in str(caught.value)


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        (
            {"MONITOR_FETCH__CONCURRENCY": "many"},
            "MONITOR_FETCH__CONCURRENCY: must be a whole number, without quotes",
        ),
        (
            {"MONITOR_FETCH__CONCURENCY": "8"},
            "MONITOR_FETCH__CONCURENCY: unknown variable; did you mean "
            '"MONITOR_FETCH__CONCURRENCY"?',
        ),
        (
            {"MONITOR_TIMEZONE": "Mars"},
            "MONITOR_TIMEZONE: 'Mars' is no time zone; write a name such as",
        ),
        (
            {"MONITOR_SMTP__PASSWORD_FILE": "/nowhere"},
            "MONITOR_SMTP__PASSWORD_FILE: /nowhere cannot be read",
        ),
    ],
)
def test_an_error_of_the_environment_names_the_variable(tmp_path, environ, expected):
    assert errors_of(tmp_path, environ={**ENVIRON, **environ}).startswith(
        f"environment: {expected}"
    )


def test_no_secret_is_ever_part_of_an_error(tmp_path):
    text = errors_of(
        tmp_path,
        {
            "monitor.toml": 'database_url = "mysql://me:geheim@db/x"\n[smtp]\nusername = '
            '"me"\npassword = "geheim"\n',
            "feeds.toml": '[[feed]]\nurl = "https://me:geheim@a.example/"\n[[feed]]\nurl = '
            '"ftp://me:geheim@a.example/"\n',
            "channels.toml": '[hook]\ntype = "webhook"\nurl = "https://h.example/"\n'
            'secret = "geheim"\n',
        },
    )

    assert len(text.splitlines()) > 5
    assert "geheim" not in text


def test_errors_keep_the_order_of_files_and_lines(tmp_path):
    with pytest.raises(ConfigErrors) as caught:
        load(
            tmp_path,
            {
                "monitor.toml": "b = 1\n[fetch]\nx = 1\n[alerts]\ny = 2\n",
                "feeds.toml": 'z = 1\n[[feed]]\nurl = "x"\n',
            },
        )

    places = [(error.path.name, error.line) for error in caught.value.errors]
    assert places[:5] == [
        ("monitor.toml", 1),
        ("monitor.toml", 3),
        ("monitor.toml", 5),
        ("feeds.toml", 1),
        ("feeds.toml", 3),
    ]


def test_a_secret_file_too_large_is_refused(tmp_path):
    text = errors_of(
        tmp_path,
        {
            "channels.toml": RIGHT["channels.toml"].replace("secret_env", "secret_file"),
            "HOOK_SECRET": "x" * 20_000,
        },
    )

    assert "is too large for a secret" in text


def test_a_config_file_too_large_is_refused(tmp_path):
    assert "is larger than 1 MB" in errors_of(tmp_path, {"monitor.toml": "#" * 1_000_001})


def test_the_secret_of_the_right_config_is_one():
    assert SECRET.startswith("whsec_")
