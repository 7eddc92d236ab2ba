"""The config that `monitor init` writes: valid TOML whatever is typed, and never over a file."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.cli.templates import NewCase, default_query, slug, toml_string, write_config
from monitor.errors import MonitorError

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
    ],
)
def test_the_slug_of_a_case_is_its_title_in_plain_letters(title: str, expected: str) -> None:
    assert slug(title) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Jane Roe", '"Jane Roe"'),
        ("  Jane \n Roe ", '"Jane Roe"'),
        ('Jane "JR" Roe', '"Jane JR Roe"'),
    ],
)
def test_the_query_of_a_name_is_the_name_as_a_phrase(title: str, expected: str) -> None:
    assert default_query(title) == expected


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
