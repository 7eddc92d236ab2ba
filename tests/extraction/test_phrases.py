"""Phrase lists: how they are written, and that every one of them can be read."""

from __future__ import annotations

import re

import pytest

from monitor.extraction.phrases import PhraseLists, read_phrases

FILES = ("boilerplate.toml", "metadata.toml", "status.toml")
LISTS = PhraseLists({"openings": ("just a moment", "one more step"), "walls.login": ("log-?in",)})


@pytest.mark.parametrize("text", ["just a moment", "Just  A\nMoment", "wait: one more step"])
def test_a_blank_stands_for_any_white_space_and_case_does_not_matter(text: str) -> None:
    assert LISTS.compile("openings").search(text)


def test_what_stands_round_a_phrase_holds_for_the_whole_list() -> None:
    pattern = LISTS.compile("openings", before="^", after="$")

    assert pattern.search("one more step")
    assert not pattern.search("wait: one more step")
    assert not pattern.search("just a moment please")


def test_lists_in_tables_are_found_by_their_table() -> None:
    assert LISTS.get_table("walls") == ("walls.login",)
    assert LISTS.get_table("wall") == ()


def test_a_list_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        LISTS.compile("closings")


@pytest.mark.parametrize("file", FILES)
def test_every_phrase_is_a_regular_expression_that_needs_some_text(file: str) -> None:
    phrases = read_phrases(file)

    for name in phrases.lists:
        if not name.startswith("meta_tags."):
            assert not phrases.compile(name).fullmatch(""), name


@pytest.mark.parametrize("file", FILES)
def test_no_phrase_stands_in_a_list_twice(file: str) -> None:
    for name, phrases in read_phrases(file).lists.items():
        assert len(set(phrases)) == len(phrases), name


def test_meta_tags_are_written_as_they_are_compared() -> None:
    phrases = read_phrases("metadata.toml")

    for name in phrases.get_table("meta_tags"):
        for tag in phrases.get(name):
            assert re.fullmatch(r"[a-z0-9:._-]+", tag)
