"""`search` and `articles …`: what is stored, found and shown."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.cli.commands.articles import _choose_revisions, _diff_rows, _iter_diff, _mark
from monitor.cli.state import utc_now
from monitor.errors import NotFound
from monitor.store.views.articles import RevisionView
from tests.acceptance.config import read_rows, run_command, write_config
from tests.cli.commands.stories import HOSTILE_TITLE
from tests.cli.conftest import Read
from tests.world import Outlet, Story

# Ábrego García in nine ways: NFC, NFD, hyphen, possessive, capitals, no-break space, soft hyphen,
# in a sentence of plurals.
SPELLINGS = (
    "Abrego Garcia was named.",
    "\u00c1brego Garc\u00eda was named.",
    "A\u0301brego Garci\u0301a was named.",
    "Abrego-Garcia was named.",
    "Abrego Garcia\u2019s name was called.",
    "ABREGO GARCIA was named.",
    "Abrego\u00a0Garcia was named.",
    "Abrego\u00adGarcia was named.",
    "Both lawyers of Abrego Garcia and two judges were named.",
)


VIGIL = [
    (
        "About 200 people held a vigil for Kilmar Abrego Garcia in front of the town hall of Marlow"
        " on Sunday evening."
    ),
    (
        "A choir sang on the steps, while shopkeepers of the old town handed out tea and blankets"
        " to everybody who came."
    ),
    (
        "Organiser Petra Lindqvist said that the group did not plan another march before the end of"
        " the month."
    ),
]


def test_a_wrong_query_gets_a_caret_and_exits_2(config: Path) -> None:
    done = run_command(config, "search", 'judge AND ("order', check=False)

    assert done.returncode == 2
    assert "^" in done.stderr


@pytest.mark.parametrize("query", ["-hearing garcia", "-opinion garcia", "-h garcia"])
def test_a_query_that_begins_with_a_minus_sign_is_a_query(read: Read, query: str) -> None:
    found = {row["id"] for row in read_rows(read.config, "search", query)}

    assert found
    assert found == {row["id"] for row in read_rows(read.config, "search", f"garcia {query[:-7]}")}


def test_the_seed_is_article_one_and_found_by_search(config: Path) -> None:
    rows = read_rows(config, "search", '"abrego garcia" bukele')

    assert [row["url"] for row in rows] == ["seed:000_39b7992f23781b65"]
    assert {
        "id",
        "url",
        "title",
        "outlet",
        "lang",
        "published_at",
        "found_at",
        "extraction",
        "cases",
        "snippet",
        "score",
    } <= set(rows[0])
    assert "Abrego Garcia" in rows[0]["snippet"]


@pytest.mark.parametrize("spelling", range(len(SPELLINGS)))
def test_every_spelling_of_the_name_belongs_to_the_case_and_is_found(
    config: Path, outlet: Outlet, spelling: int
) -> None:
    sentence = SPELLINGS[spelling]
    rest = (
        "The hearing in Greenbelt went on until the evening, and the clerk read out a long list of"
        " names to those outside."
    )
    outlet.publish(
        Story(
            f"/{spelling}",
            "A list of names",
            [sentence, rest, rest.replace("Greenbelt", "Baltimore")],
            utc_now(),
            sentence,
        )
    )
    run_command(config, "poll")

    found = {row["url"] for row in read_rows(config, "search", '"abrego garcia"')}
    assert f"{outlet.base}/{spelling}" in found


def test_formats_agree(config: Path) -> None:
    as_json = json.loads(run_command(config, "articles", "list", "--format", "json").stdout)

    assert as_json == read_rows(config, "articles", "list")
    assert (
        run_command(config, "articles", "list", "--format", "csv")
        .stdout.splitlines()[0]
        .startswith("id,url,title,outlet,lang")
    )
    assert run_command(config, "articles", "list", "--format", "md").stdout.startswith("| id |")


def test_one_revision_has_nothing_to_compare(config: Path) -> None:
    seed = read_rows(config, "articles", "list")[0]["id"]

    done = run_command(config, "articles", "diff", seed, check=False)

    assert done.returncode == 1
    assert "nothing to compare" in done.stderr


def test_an_edit_is_shown_with_its_class_by_show_log_diff_and_why(
    config: Path, outlet: Outlet
) -> None:
    outlet.publish(
        Story("/ferry", "Vigil for Abrego Garcia", VIGIL, utc_now(), "Kilmar Abrego Garcia")
    )
    run_command(config, "poll")
    outlet.stories[0].paragraphs = [VIGIL[0].replace("200", "300"), *VIGIL[1:]]
    later = utc_now() + timedelta(hours=2)

    done = run_command(config, "poll", "--at", later.isoformat())

    article = next(
        row["id"] for row in read_rows(config, "articles", "list") if row["url"].endswith("/ferry")
    )
    assert "pages: 1 asked again" in done.stderr
    assert [row["change"] for row in read_rows(config, "articles", "log", article)] == [
        None,
        "substantive",
    ]
    assert "revision 2 (substantive)" in run_command(config, "articles", "diff", article).stdout
    (passage,) = read_rows(config, "articles", "diff", article, "--format", "jsonl")
    assert (passage["kind"], passage["change"]) == ("replaced", "substantive")
    assert "200" in passage["before"]
    assert "300" in passage["after"]
    (shown,) = read_rows(config, "articles", "show", article)
    assert [edit["kind"] for edit in shown["edits"]] == ["substantive"]
    assert (shown["page"]["state"], shown["page"]["checks"]) == ("there", 1)
    assert (
        "number: About 200 people"
        in run_command(config, "why", article, "--format", "table").stdout
    )


def order_id(read: Read) -> str:
    rows = read_rows(read.config, "articles", "list")
    return str(next(row["id"] for row in rows if row["url"].endswith("/order")))


@pytest.mark.parametrize("command", ["show", "log", "open", "diff"])
@pytest.mark.parametrize("identity", ["zzz", "", "0" * 40])
def test_an_id_that_names_nothing_is_refused(read: Read, command: str, identity: str) -> None:
    done = run_command(read.config, "articles", command, identity, check=False)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: ")


def test_an_article_is_found_by_the_first_digits_of_its_id(read: Read) -> None:
    whole = order_id(read)

    assert read_rows(read.config, "articles", "show", whole[:7]) == read_rows(
        read.config, "articles", "show", whole
    )


def test_show_marks_the_sentences_that_were_new(read: Read) -> None:
    words = ("articles", "show", order_id(read), "--new")
    (row,) = read_rows(read.config, *words)

    text = run_command(read.config, *words, "--format", "table").stdout

    assert "ordered four officials" in row["new_sentences"][0]
    assert re.findall(r"»»» (.+?) «««", text) == row["new_sentences"]


def test_show_without_new_marks_nothing_and_has_no_such_field(read: Read) -> None:
    words = ("articles", "show", order_id(read))

    assert "new_sentences" not in read_rows(read.config, *words)[0]
    assert "»»»" not in run_command(read.config, *words, "--format", "table").stdout


def test_new_only_finds_what_brought_something_new(read: Read) -> None:
    rows = read_rows(read.config, "search", "garcia", "--new-only")

    assert [row["url"] for row in rows] == [f"{read.outlet.base}/order"]


def test_a_person_sees_where_the_words_stand_and_a_program_does_not(read: Read) -> None:
    words = ("search", "oath")

    assert "under oath about" in read_rows(read.config, *words)[0]["snippet"]
    assert "under »oath« about" in run_command(read.config, *words, "--format", "md").stdout


def test_an_outlet_is_found_by_a_part_of_its_name(read: Read) -> None:
    rows = read_rows(read.config, "articles", "list", "--outlet", "harbour")

    assert {row["outlet"] for row in rows} == {"Harbour Gazette"}
    assert len(rows) == 3


def test_a_hostile_headline_is_stored_without_what_turns_text_round(read: Read) -> None:
    titles = [row["title"] for row in read_rows(read.config, "articles", "list")]

    assert HOSTILE_TITLE.replace("\u202e", "") in titles


def test_a_seed_has_no_page_that_a_browser_should_open(read: Read) -> None:
    rows = read_rows(read.config, "articles", "list")
    seed = next(row["id"] for row in rows if row["url"].startswith("seed:"))

    done = run_command(read.config, "articles", "open", seed, check=False)

    assert done.returncode == 1
    assert "is no address that a browser should open" in done.stderr


@pytest.mark.parametrize(
    ("text", "sentences", "expected"),
    [
        ("A b. C d.", ["C d."], "A b. »»» C d. «««"),
        ("A “b” — c. D.", ['A "b" - c.'], "»»» A “b” — c. ««« D."),
        ("A b.", [], "A b."),
        (
            "A b. C d.",
            ["Gone.", "C d.", "Too."],
            "A b. »»» C d. «««\n\n"
            "Was new in an earlier text, and is not in this one:\n- Gone.\n- Too.",
        ),
        ("A b.", ["..."], "A b."),
        (f"{'long ' * 300}.", [f"{'long ' * 300}."], f"{'long ' * 300}."),
        ("A b. C d.", ["A b.", "C d."], "»»» A b. ««« »»» C d. «««"),
    ],
)
def test_sentences_are_marked_whatever_their_quotes_and_dashes(
    text: str, sentences: list[str], expected: str
) -> None:
    assert _mark(text, sentences) == expected


def revision(number: int, text: str = "One.") -> RevisionView:
    return RevisionView(number, "Ferry", text, "ab", "page", utc_now())


@pytest.mark.parametrize(
    ("asked", "expected"),
    [((None, None), (2, 3)), ((1, None), (1, 3)), ((None, 2), (1, 2)), ((3, 1), (3, 1))],
)
def test_a_diff_compares_the_last_two_revisions_unless_told_otherwise(
    asked: tuple[int | None, int | None], expected: tuple[int, int]
) -> None:
    revisions = {number: revision(number) for number in (1, 2, 3)}

    assert _choose_revisions(revisions, *asked) == expected


def test_a_diff_names_the_revisions_that_there_are() -> None:
    revisions = {number: revision(number) for number in (1, 2)}

    with pytest.raises(NotFound, match="no revision 7; it has 1, 2"):
        _choose_revisions(revisions, 1, 7)


def test_a_diff_shows_the_title_and_each_paragraph_as_a_line() -> None:
    lines = list(_iter_diff(revision(1, "One.\n\nTwo."), revision(2, "One.\n\nDos."), " (edit)"))

    assert lines == [
        "--- revision 1",
        "+++ revision 2 (edit)",
        "@@ -1,3 +1,3 @@",
        " Ferry",
        " One.",
        "-Two.",
        "+Dos.",
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("One.\n\nTwo.", "One.\n\nDos.", [("replaced", 3, "Two.", "Dos.")]),
        ("One.\n\nTwo.", "One.", [("removed", 3, "Two.", "")]),
        ("One.", "Nil.\n\nOne.\n\nTwo.", [("added", 2, "", "Nil."), ("added", 4, "", "Two.")]),
        ("One.", "One.", []),
    ],
)
def test_a_diff_has_a_row_for_each_passage_that_changed(
    before: str, after: str, expected: list[tuple[str, int, str, str]]
) -> None:
    rows = list(_diff_rows(revision(1, before), revision(2, after)))

    assert [(row["kind"], row["line"], row["before"], row["after"]) for row in rows] == expected
    assert {(row["older"], row["newer"]) for row in rows} <= {(1, 2)}


def test_what_an_outlet_adds_to_a_text_that_was_there_from_the_start_is_told(
    tmp_path: Path, outlet: Outlet
) -> None:
    """Whoever begins to follow a case has its latest reports as a baseline, and these grow."""
    outlet.publish(
        Story("/vigil", "Vigil for Abrego Garcia", VIGIL, utc_now(), "Kilmar Abrego Garcia")
    )
    folder = write_config(tmp_path / "fresh", [outlet], has_database=False)
    run_command(folder, "poll")
    assert read_rows(folder, "alerts", "list") == []
    news = "A federal judge in Greenbelt has ordered the government to bring Abrego Garcia back."
    outlet.stories[0].title = "Judge orders return of Abrego Garcia"
    outlet.stories[0].summary = news
    outlet.stories[0].paragraphs = [news, *VIGIL]
    later = utc_now() + timedelta(minutes=45)

    run_command(folder, "poll", "--at", later.isoformat())

    (alert,) = read_rows(folder, "alerts", "list")
    assert news in json.dumps(alert)
