"""What each construct of the query language finds."""

from datetime import UTC, datetime

import pytest

from monitor.matching import compile_query
from monitor.model import Fields
from tests.matching.asking import NOW, finds, match

NINE_SPELLINGS = [
    "Abrego Garcia",
    "Ábrego García",
    "A\u0301brego Garci\u0301a",
    "Abrego-Garcia",
    "Abrego Garcia\u2019s",
    "ABREGO GARCIA",
    "Abrego\u00a0Garcia",
    "Abrego\u00adGarcia",
    "Ábrego\u2011García\u2019s",
]


@pytest.mark.parametrize("spelling", NINE_SPELLINGS)
@pytest.mark.parametrize(
    "query",
    [
        '"abrego garcia"',
        '"Ábrego García"',
        "Abrego-Garcia",
        "abrego garcia",
        "abrego NEAR/0 garcia",
    ],
)
def test_every_spelling_of_a_name_is_found_by_every_spelling_of_the_query(query, spelling):
    assert finds(query, f"A judge ordered that {spelling} be heard.")


@pytest.mark.parametrize("mark", ["\u00ad", "\u200b", "\u2060", "\u200d"])
def test_a_phrase_is_found_in_a_word_that_an_invisible_mark_glued(mark):
    assert finds('"abrego garcia"', f"ABREGO{mark}GARCIA was heard")
    assert finds('"kilmar abrego garcia"', f"kilmar{mark}abrego{mark}garcia")
    assert finds('"abrego garc*"', f"abrego{mark}garcía")
    assert finds("deportado", f"depor{mark}tado")


def test_a_glued_word_is_cut_at_its_mark_and_nowhere_else():
    assert not finds('"abrego garcia"', "abregogarcia")
    assert not finds('"abre gogarcia"', "abrego\u00adgarcia")
    assert not finds('"abrego garcia"', "abrego\u00adgarcias")


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("ferry", "The Ferry sank."),
        ("ferry harbour", "In the harbour lay a ferry."),
        ("ferry AND harbour", "In the harbour lay a ferry."),
        ("ferry OR tram", "A tram stopped."),
        ("ferry -tram", "A ferry stopped."),
        ("ferry NOT tram", "A ferry stopped."),
        ("NOT tram ferry", "A ferry stopped."),
        ("tram OR ferry harbour", "Only a tram."),
        ("(tram OR ferry) harbour", "The harbour tram."),
        ("ferry NEAR/2 captain", "the ferry and its captain"),
        ("captain NEAR/2 ferry", "the ferry and its captain"),
        ("ferry NEAR/0 captain", "ferry captain"),
        ("(ferry OR tram) NEAR/1 captain", "the tram's old captain"),
        ('"night ferry" NEAR/3 capt*', "the captain of the night ferry"),
        ("ferry NEAR/2 captain NEAR/2 dog", "the ferry, its captain and a dog"),
        ("deport*", "Deportations rose."),
        ('"was deport*"', "He was deported."),
        ("l'express", "L’Express reports"),
        ("8:25-cv-00951", "in case 8:25-cv-00951, the"),
        ("U.S.", "the U.S. court"),
        ("\u201cnight ferry\u201d", "a night ferry"),
        ("ferry\u00a0harbour", "harbour, ferry"),
        ("/ferr(y|ies)/", "Two ferries"),
        ("/said\\/wrote/", "he said/wrote"),
        ("/don't/", "They don\u2019t."),
    ],
)
def test_a_query_finds_its_text(query, text):
    assert finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("ai", "training"),
        ("cis", "précis"),
        ("deport", "deportation"),
        ("ferry harbour", "A ferry."),
        ('"night ferry"', "ferry at night"),
        ("ferry -tram", "The ferry rammed a tram."),
        ('ferry -"night tram"', "The ferry and the night tram."),
        ("tram OR ferry harbour", "Only a harbour."),
        ("ferry NEAR/1 captain", "the ferry and its captain"),
        ("ferry NEAR/5 ferry", "one ferry"),
        ("captain NEAR/2 (ferry OR tram)", "the captain who never once saw a tram"),
        ("deport*", "undeported"),
        ("title:ferry", "The ferry sank."),
        ("/Ferry$/", "Ferry ahead"),
    ],
)
def test_a_query_does_not_find_another_text(query, text):
    assert not finds(query, text)


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("title:ferry", {"title": "Ferry sinks"}),
        ('title:"ferry sinks"', {"title": "Ferry sinks"}),
        ("title:(tram OR ferry)", {"title": "Ferry sinks"}),
        ("TITLE:ferry", {"title": "Ferry sinks"}),
        ("summary:ferry", {"summary": "A ferry"}),
        ("text:ferry", {"text": "A ferry"}),
        ("url:example.org", {"url": "https://news.example.org/1"}),
        ("url:ferry", {"url": "https://x.example/2025/the-ferry-sinks.html"}),
        ("url:/\\d{4}\\/05/", {"url": "https://x.example/2025/05/a"}),
        ("outlet:guardian", {"outlet": "The Guardian"}),
        ('feed:"harbour news"', {"feed": "Harbour News, front page"}),
        ("lang:es", {"lang": "es-MX"}),
        ("ferry", {"url": "https://x.example/the-f%C3%A9rry-sinks?ref=1"}),
        ("title:(ferry NEAR/2 captain)", {"title": "Ferry without captain"}),
        ("title:/sink/", {"title": "Ferry sinks"}),
    ],
)
def test_a_field_is_looked_at(query, fields):
    assert finds(query, **fields)


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("title:ferry", {"summary": "ferry", "text": "ferry"}),
        ("ice", {"url": "https://ice.example.gov/news/agents?from=ice"}),
        ("lang:es", {"lang": "en", "text": "es"}),
        ("lang:es", {}),
        ("ferry NEAR/3 captain", {"title": "ferry", "text": "captain"}),
        ("outlet:guardian", {"text": "guardian"}),
    ],
)
def test_other_fields_are_not_looked_at(query, fields):
    assert not finds(query, **fields)


@pytest.mark.parametrize(
    ("query", "at", "is_found"),
    [
        ("since:7d", datetime(2025, 5, 30, 12, tzinfo=UTC), True),
        ("since:7d", datetime(2025, 5, 30, 11, 59, tzinfo=UTC), False),
        ("since:2025-06-06", datetime(2025, 6, 6, tzinfo=UTC), True),
        ("until:2025-06-05", datetime(2025, 6, 5, 23, 59, tzinfo=UTC), True),
        ("until:2025-06-05", datetime(2025, 6, 6, tzinfo=UTC), False),
        ("until:2d", datetime(2025, 6, 4, 12, tzinfo=UTC), True),
        ("until:2d", datetime(2025, 6, 4, 13, tzinfo=UTC), False),
        ("since:2025-06-05T10:00-04:00", datetime(2025, 6, 5, 14, tzinfo=UTC), True),
        ("since:2025-06-05T10:00-04:00", datetime(2025, 6, 5, 13, tzinfo=UTC), False),
        ("since:7d", None, False),
    ],
)
def test_times_bound_what_is_found(query, at, is_found):
    assert is_found == finds(query, at=at)


def test_a_place_is_shown_with_the_words_around_it_as_they_stand():
    text = (
        "The council met late. " * 20
        + "Then Ábrego\u2011García\u2019s lawyer rose to speak. "
        + "Nobody answered him. " * 20
    )

    found = match('"abrego garcia"', text)

    (term,) = found.terms
    assert (term.term, term.field) == ('"abrego garcia"', "text")
    assert "Then Ábrego\u2011García\u2019s lawyer rose" in term.snippet
    assert term.snippet.startswith("…")
    assert term.snippet.endswith("…")
    assert len(term.snippet) <= 160


def test_at_most_three_places_of_a_term_are_shown_and_the_title_comes_first():
    found = match("ferry", "A ferry. " * 50, title="Ferry sinks", summary="The ferry")

    assert [term.field for term in found.terms] == ["title", "summary", "text"]


def test_excluded_terms_are_neither_shown_nor_listed():
    query = compile_query('ferry -tram OR (boat NOT (bus -"night train"))')

    assert query.terms == ("ferry", "boat", '"night train"')


def test_terms_are_listed_as_written():
    query = compile_query(
        'title:"Ábrego García" OR kilmar NEAR/3 (garcia OR abrego) OR deport* since:7d /x+y/'
    )

    assert query.terms == (
        'title:"Ábrego García"',
        "kilmar NEAR/3 (garcia OR abrego)",
        "deport*",
        "/x+y/",
    )


def test_a_snippet_shows_no_control_characters():
    found = match("ferry", "The \x1b]0;x\x07ferry\u202e sank")

    assert found.terms[0].snippet == "The ]0;xferry sank"


def test_a_regular_expression_that_runs_out_of_time_is_undecided_with_a_reason():
    found = match("/(a|aa)+$/", "a" * 5_000 + "!")

    assert found is not None
    assert not found.is_subject
    assert found.undecided == "/(a|aa)+$/ took longer than 0.1 s on the text"


def test_an_undecided_expression_does_not_undo_what_is_decided():
    hostile = "a" * 5_000 + "! ferry"

    assert match("ferry OR /(a|aa)+$/", hostile).undecided == ""
    assert match("tram AND /(a|aa)+$/", hostile) is None
    assert match("ferry -/(a|aa)+$/", hostile).undecided


def test_a_query_can_be_asked_with_fields_folded_once():
    from monitor.matching import Folded

    folded = Folded.of(Fields(title="Ferry sinks"))

    assert compile_query("ferry").match(folded, now=NOW)
    assert compile_query("tram").match(folded, now=NOW) is None


@pytest.mark.parametrize("query", ["/garc.a/", "/García/", "/ABREGO.garc[ií]a/", "text:/garcia's/"])
@pytest.mark.parametrize("spelling", ["Abrego Garcia's", "Ábrego Garc\u00eda\u2019s"])
def test_accents_and_case_do_not_matter_to_an_expression_either(query, spelling):
    assert finds(query, f"A judge read {spelling} letter aloud.")


def test_what_an_expression_found_is_shown_as_it_was_written():
    found = match("/garc.a/", "A judge read García a letter.")

    assert "García" in found.terms[0].snippet
