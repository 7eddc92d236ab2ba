"""The config that `monitor init` writes: valid TOML whatever is typed, and never over a file."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from monitor.cli.mail_server import MailServer
from monitor.cli.templates import (
    NewCase,
    case_file,
    default_query,
    slug,
    toml_string,
    write_config,
)
from monitor.errors import MonitorError
from monitor.matching import compile_query
from monitor.settings import load_settings
from monitor.text import fold_words
from tests.matching.asking import finds

FEED = "https://gazette.example/rss"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Night ferry", "night-ferry"),
        ("Ana Túñez", "ana-tunez"),
        ("  The “Gull Island” case!  ", "the-gull-island-case"),
        ("H.R. 12/2025", "h-r-12-2025"),
        ("Дело о пароме", "case"),
        ("***", "case"),
        ("x" * 70, "x" * 64),
        (f"{'harbour ' * 8}board", "-".join(["harbour"] * 8)),
        (f"{'a' * 60} bcd efg", f"{'a' * 60}-bcd"),
    ],
)
def test_the_slug_of_a_case_is_its_title_in_plain_letters(title: str, expected: str) -> None:
    assert slug(title) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Jane Roe", '"Jane Roe"'),
        ("  Jane \n Roe ", '"Jane Roe"'),
        ("Night ferry", '"Night ferry"'),
        ("港务局 的 案件", '"港务局 的 案件"'),
    ],
)
def test_the_query_of_a_short_name_is_the_name_as_a_phrase(title: str, expected: str) -> None:
    assert default_query(title) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Juan Marcos Ríos", '"marcos rios" OR (juan NEAR/3 rios)'),
        ("Ana María Túñez López", '"tunez lopez" OR (ana NEAR/3 lopez)'),
        ('Jane "JR" Roe', "(jane NEAR/3 roe)"),
        ("Inés de la Vega", "(ines NEAR/3 vega)"),
        ("Harbour board accounts of Marlow", "harbour AND board AND accounts AND marlow"),
        ("The sale of Pier 9", "sale AND pier"),
        ("The Marlow Harbour Inquiry", '"harbour inquiry" OR (marlow NEAR/3 inquiry)'),
        ("war on the sea", '"war on the sea"'),
    ],
)
def test_a_longer_name_is_looked_for_as_texts_write_it(title: str, expected: str) -> None:
    assert default_query(title) == expected


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Juan Marcos Ríos", "The court heard Juan M. Ríos on Monday."),
        ("Juan Marcos Ríos", "Marcos Ríos left the island."),
        ("Inés de la Vega", "Inés Vega appealed."),
        ("Harbour board accounts of Marlow", "In Marlow the board of the harbour hid accounts."),
    ],
)
def test_the_query_of_a_longer_name_finds_what_its_phrase_would_not(title: str, text: str) -> None:
    assert finds(default_query(title), text)
    assert not finds(f'"{title}"', text)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
@example("0*")
@example("A {")
def test_the_query_of_any_name_with_a_word_in_it_can_be_read(title: str) -> None:
    assume(fold_words(title))

    assert compile_query(default_query(title)).terms


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_survives_as_a_toml_string(text: str) -> None:
    assert tomllib.loads(f"key = {toml_string(text)}")["key"] == text


def test_the_files_of_a_new_config_are_valid_and_hold_what_was_said(tmp_path: Path) -> None:
    case = NewCase('The "Gull"', "gull AND ferry", (FEED,), "desk@example.org")

    written = write_config(tmp_path, case)

    files = {path.relative_to(tmp_path).as_posix(): path.read_text("utf-8") for path in written}
    read = {name: tomllib.loads(text) for name, text in files.items()}
    assert list(read) == ["monitor.toml", "feeds.toml", "channels.toml", "cases/the-gull.toml"]
    assert read["monitor.toml"]["fetch"]["contact"] == "mailto:desk@example.org"
    assert read["monitor.toml"]["smtp"]["tls"] == "none"
    assert [feed["url"] for feed in read["feeds.toml"]["feed"]] == [FEED]
    assert read["channels.toml"]["desk"] == {"type": "email", "to": ["desk@example.org"]}
    assert read["cases/the-gull.toml"]["title"] == 'The "Gull"'
    assert read["cases/the-gull.toml"]["query"] == "gull AND ferry"


def test_without_a_mail_address_alerts_go_to_the_terminal(tmp_path: Path) -> None:
    write_config(tmp_path, NewCase("Gull"))

    assert tomllib.loads((tmp_path / "channels.toml").read_text())["desk"]["type"] == "console"
    assert "smtp" not in tomllib.loads((tmp_path / "monitor.toml").read_text())


def test_seeds_are_copied_beside_the_config_and_named_from_the_case(tmp_path: Path) -> None:
    seed = tmp_path / "known.txt"
    seed.write_text("The ferry left at nine.")
    folder = tmp_path / "config"

    write_config(folder, NewCase("Gull", seeds=(seed,)))

    case = folder / "cases" / "gull.toml"
    (name,) = tomllib.loads(case.read_text())["seeds"]
    assert (case.parent / name).read_text() == "The ferry left at nine."


def test_seeds_of_one_name_from_two_folders_are_both_copied(tmp_path: Path) -> None:
    seeds = (tmp_path / "one" / "known.txt", tmp_path / "two" / "known.txt")
    for number, seed in enumerate(seeds):
        seed.parent.mkdir()
        seed.write_text(f"Ferry number {number} left at nine.")

    write_config(tmp_path / "config", NewCase("Gull", seeds=seeds))

    (case,) = load_settings(tmp_path / "config", {}).cases
    assert [seed.path.name for seed in case.seeds] == ["known.txt", "known-2.txt"]
    assert [seed.path.read_text() for seed in case.seeds] == [one.read_text() for one in seeds]


def test_no_seed_is_left_where_another_cannot_be_read(tmp_path: Path) -> None:
    seed = tmp_path / "known.txt"
    seed.write_text("The ferry left at nine.")
    seeds = (seed, tmp_path / "nowhere.txt")

    with pytest.raises(MonitorError, match="cannot be read"):
        write_config(tmp_path / "config", NewCase("Gull", seeds=seeds))

    assert list((tmp_path / "config").rglob("*.txt")) == []


def test_a_file_that_exists_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "feeds.toml").write_text("# mine\n")

    with pytest.raises(MonitorError, match=r"feeds\.toml exists"):
        write_config(tmp_path, NewCase("Gull"))

    assert (tmp_path / "feeds.toml").read_text() == "# mine\n"


@pytest.mark.parametrize(
    ("case", "message"),
    [
        (NewCase("Gull", "a ''' b"), "three apostrophes"),
        (NewCase("Gull", seeds=(Path("nowhere.txt"),)), "nowhere.txt: the seed cannot be read"),
    ],
)
def test_what_cannot_be_written_is_refused(tmp_path: Path, case: NewCase, message: str) -> None:
    with pytest.raises(MonitorError, match=message):
        write_config(tmp_path, case)

    assert not (tmp_path / "monitor.toml").exists()


def test_a_new_config_keeps_its_database_inside_its_folder(tmp_path: Path) -> None:
    write_config(tmp_path / "one", NewCase("Gull"))
    write_config(tmp_path / "two", NewCase("Ferry"))

    urls = {load_settings(tmp_path / name, {}).database_url for name in ("one", "two")}
    assert urls == {f"sqlite:///{tmp_path / name / 'monitor.db'}" for name in ("one", "two")}


def test_nothing_that_nobody_said_is_printed_in_alerts_or_mailed_from(tmp_path: Path) -> None:
    write_config(tmp_path, NewCase("Gull", email="desk@example.org"))

    settings = load_settings(tmp_path, {})
    assert settings.cases[0].note == ""
    assert settings.smtp.from_ == "desk@example.org"


def test_what_was_said_of_mail_and_time_is_written(tmp_path: Path) -> None:
    server = MailServer("mail.example.org", 587, "starttls")
    said: dict[str, Any] = {
        "note": 'We follow "it"',
        "timezone": "Asia/Tokyo",
        "feed_titles": {FEED: "Gazette"},
    }
    write_config(
        tmp_path, NewCase("Gull", "", (FEED,), "desk@example.org", mail_server=server, **said)
    )

    settings = load_settings(tmp_path, {})
    assert (settings.smtp.host, settings.smtp.port, settings.smtp.tls) == (
        "mail.example.org",
        587,
        "starttls",
    )
    assert settings.cases[0].note == 'We follow "it"'
    assert settings.timezone.key == "Asia/Tokyo"
    assert settings.feeds[0].title == "Gazette"


@pytest.mark.parametrize("feeds", [("*",), ("tag:us", "https://gazette.example/rss")])
def test_a_further_case_has_a_file_of_its_own(feeds: tuple[str, ...]) -> None:
    name, text = case_file(NewCase("Gull", "gull*"), channels=("desk", "hook"), feeds=feeds)

    read = tomllib.loads(text)
    assert (name, read["query"], tuple(read["feeds"])) == ("gull.toml", "gull*", feeds)
    assert [rule["channel"] for rule in read["alert"]] == ["desk", "hook"]


def test_where_a_file_cannot_be_written_none_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = OSError(28, "No space left on device")
    replace, calls = os.replace, []

    def replace_once(*arguments: str) -> None:
        calls.append(arguments)
        if len(calls) > 1:
            raise full
        replace(*arguments)

    monkeypatch.setattr("os.replace", replace_once)
    with pytest.raises(OSError, match="No space left"):
        write_config(tmp_path, NewCase("Gull"))

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
