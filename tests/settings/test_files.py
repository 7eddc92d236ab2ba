"""Config files: read with the line of every key, and errors in words that say what to do."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ConfigError
from monitor.settings.files import MAX_FILE_BYTES, ConfigFile, print_place, read_file, suggest
from monitor.settings.locate import Path as KeyPath

FILE = ConfigFile(
    Path("feeds.toml"),
    lines={("fetch",): 3, ("fetch", "deadline"): 4, ("feed",): 7, ("feed", 0): 7, ("feed", 1): 9},
    origins={("fetch", "contact"): "MONITOR_FETCH__CONTACT"},
)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ((), "file"),
        (("timezone",), "timezone"),
        (("fetch", "deadline"), "fetch.deadline"),
        (("feed", 0, "url"), "feed[1].url"),
        (("alert", 2, "channel"), "alert[3].channel"),
        (("feed", 1, "tags", 0), "feed[2].tags[1]"),
    ],
)
def test_a_place_is_printed_as_people_count(place: KeyPath, expected: str) -> None:
    assert print_place(place) == expected


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("fetch", "deadline"), 4),
        (("fetch", "concurency"), 3),
        (("feed", 1, "url"), 9),
        (("feed", 5, "url"), 7),
        (("timezone",), 1),
        ((), 1),
    ],
)
def test_a_key_that_is_missing_stands_at_the_nearest_table(place: KeyPath, line: int) -> None:
    assert FILE.line_of(place) == line


def test_an_error_names_its_line_or_the_variable_that_it_comes_from() -> None:
    by_file = FILE.error(("fetch", "deadline"), "is wrong", "write another")
    by_variable = FILE.error(("fetch", "contact"), "is wrong")

    assert str(by_file) == "feeds.toml:4: fetch.deadline: is wrong; write another"
    assert str(by_variable) == "environment: MONITOR_FETCH__CONTACT: is wrong"


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("concurency", ["contact", "concurrency"], 'did you mean "concurrency"?'),
        ("Timezone", ["timezone"], 'did you mean "timezone"?'),
        ("gazete", ["Gazette", "Tribune"], 'did you mean "Gazette"?'),
        ("zzz", ["contact", "robots"], "known: contact, robots"),
        ("zzz", ["a", "a", "b"], "known: a, b"),
        ("zzz", [], ""),
    ],
)
def test_a_wrong_name_is_answered_with_the_one_that_was_probably_meant(
    name: str, known: list[str], expected: str
) -> None:
    assert suggest(name, known) == expected


def test_of_many_names_a_hint_shows_twelve() -> None:
    hint = suggest("zzz", [f"name{number}" for number in range(40)])

    assert hint.startswith("known: name0, name1, ")
    assert hint.endswith("name11, …")


@given(st.text(), st.lists(st.text()))
def test_a_hint_can_be_given_for_any_name(name: str, known: list[str]) -> None:
    assert isinstance(suggest(name, known), str)


def test_a_file_that_does_not_exist_is_an_empty_one(tmp_path: Path) -> None:
    file = read_file(tmp_path / "feeds.toml")

    assert (file.data, file.lines, file.source) == ({}, {}, "")


@pytest.mark.parametrize(
    "raw",
    [b'\xef\xbb\xbfa = 1\n\nb = "x"\n', b'a = 1\r\n\r\nb = "x"\r\n', b'a = 1\n\nb = "x"'],
    ids=["byte order mark", "lines of DOS", "no end of line"],
)
def test_what_editors_add_changes_no_line(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "x.toml").write_bytes(raw)

    file = read_file(tmp_path / "x.toml")

    assert (file.data, file.lines) == ({"a": 1, "b": "x"}, {("a",): 1, ("b",): 3})


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"a = 1\nb = \n", "x.toml:2: syntax: invalid value"),
        (b'a = "x\n', "x.toml:1: syntax: illegal character"),
        (b"a = [1,\n2", "x.toml:2: syntax: "),
        (b"a = 1\na = 2\n", "x.toml:2: syntax: cannot overwrite a value"),
        (b"a = 1\nb = '\xff'\n", "x.toml:2: file: is not UTF-8; save it as UTF-8"),
        (b"a = " + b"[" * 100_000, "x.toml:1: file: is nested too deep"),
        (b"#" * (MAX_FILE_BYTES + 1), "x.toml:1: file: is larger than 1 MB"),
    ],
    ids=["no value", "open string", "open list", "twice", "not UTF-8", "deep", "large"],
)
def test_what_is_no_config_file_is_refused_with_its_line(
    tmp_path: Path, raw: bytes, expected: str
) -> None:
    (tmp_path / "x.toml").write_bytes(raw)

    with pytest.raises(ConfigError) as refused:
        read_file(tmp_path / "x.toml")

    assert str(refused.value).removeprefix(f"{tmp_path}/").startswith(expected)


def test_a_folder_in_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.toml").mkdir()

    with pytest.raises(ConfigError, match="cannot be read"):
        read_file(tmp_path / "x.toml")


@given(st.binary())
def test_no_bytes_do_more_than_be_refused(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "x.toml"
    path.write_bytes(raw)

    with contextlib.suppress(ConfigError):
        assert all(line >= 1 for line in read_file(path).lines.values())
