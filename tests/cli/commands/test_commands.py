"""The installed command from outside: exit codes, errors, what a pipe gets."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.cli.state import utc_now
from tests.acceptance.config import COMMAND, read_rows, run_command, write_config
from tests.conftest import SEED
from tests.world import Outlet, Story

SEED_PARAGRAPHS = [line for line in SEED.read_text(encoding="utf-8").splitlines() if line.strip()]
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


@pytest.fixture
def config(tmp_path: Path, outlet: Outlet) -> Path:
    """A config over one outlet that was polled once, when it was empty."""
    folder = write_config(tmp_path / "config", [outlet])
    run_command(folder, "poll")
    return folder


def test_a_wrong_config_names_all_places_at_once_and_exits_2(config: Path) -> None:
    (config / "monitor.toml").write_text('timezone = "Mars/Olympus"\n[fetch]\nconcurency = 3\n')

    done = run_command(config, "check", check=False)

    assert done.returncode == 2
    assert "monitor.toml:1: timezone" in done.stderr
    assert "monitor.toml:3: fetch.concurency" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_query_gets_a_caret_and_exits_2(config: Path) -> None:
    done = run_command(config, "search", 'judge AND ("order', check=False)

    assert done.returncode == 2
    assert "^" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["frobnicate"],
        ["search"],
        ["poll", "--nope"],
        ["search", "a", "--since", "soon"],
        ["run", "--roles", "x"],
    ],
)
def test_a_wrong_command_line_exits_2(config: Path, arguments: list[str]) -> None:
    done = run_command(config, *arguments, check=False)

    assert done.returncode == 2
    assert done.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["articles", "show", "abcdef"],
        ["why", "https://nobody.example/x"],
        ["why", "fff"],
        ["cases", "show", "nobody"],
        ["poll", "nowhere"],
        ["timeline", "nobody"],
        ["articles", "list", "--case", "nobody"],
        ["search", "garcia", "--case", "nobody"],
        ["alerts", "list", "--case", "nobody"],
    ],
)
def test_what_is_not_there_exits_1_with_a_hint(config: Path, arguments: list[str]) -> None:
    done = run_command(config, *arguments, check=False)

    assert done.returncode == 1
    assert done.stderr.startswith("error: ")


def test_without_a_database_reading_commands_say_how_to_begin(
    tmp_path: Path, outlet: Outlet
) -> None:
    folder = write_config(tmp_path / "fresh", [outlet])

    done = run_command(folder, "articles", "list", check=False)

    assert done.returncode == 1
    assert "monitor poll" in done.stderr


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


def test_a_rehearsal_refuses_to_go_back_in_time(config: Path) -> None:
    run_command(config, "poll", "--at", "2090-01-02T00:00:00Z")

    done = run_command(config, "poll", "--at", "2090-01-01T00:00:00Z", check=False)

    assert done.returncode == 1
    assert "go back" in done.stderr


def test_status_check_exits_3_when_a_feed_fails(config: Path, outlet: Outlet) -> None:
    assert run_command(config, "status", "--check").returncode == 0
    outlet.answers["/feed.xml"] = lambda: (500, "text/plain", b"broken")
    run_command(config, "poll")

    done = run_command(config, "status", "--check", check=False)

    assert done.returncode == 3
    assert "500" in done.stdout


def test_a_paused_feed_is_not_polled(config: Path, outlet: Outlet) -> None:
    run_command(config, "feeds", "pause", outlet.name)
    before = len(outlet.requests)

    run_command(config, "poll")

    assert len(outlet.requests) == before
    run_command(config, "feeds", "resume", outlet.name)
    run_command(config, "poll")
    assert len(outlet.requests) > before


def test_feeds_add_writes_the_file_and_refuses_what_is_wrong(config: Path) -> None:
    run_command(
        config,
        "feeds",
        "add",
        "https://news.example/rss",
        "--title",
        'The "Example"',
        "--tag",
        "us",
        "--every",
        "15m",
    )
    assert "2 feeds" in run_command(config, "check").stderr
    before = (config / "feeds.toml").read_text()

    done = run_command(
        config, "feeds", "add", "https://other.example/rss", "--every", "soon", check=False
    )

    assert done.returncode == 2
    assert (config / "feeds.toml").read_text() == before


def test_init_writes_a_config_that_works(tmp_path: Path, outlet: Outlet) -> None:
    folder = tmp_path / "new" / "config"
    arguments = (
        "--title",
        "Ana Túñez",
        "--feed",
        outlet.feed_url,
        "--email",
        "desk@example.org",
        "--seed",
        str(SEED),
    )
    run_command(tmp_path, "init", str(folder), *arguments)

    assert "1 feeds, 1 seeds" in run_command(folder, "check").stderr
    assert (folder / "cases" / "ana-tunez.toml").exists()
    assert run_command(tmp_path, "init", str(folder), *arguments, check=False).returncode == 1


def test_backup_and_restore_bring_back_what_was_there(
    config: Path, outlet: Outlet, tmp_path: Path
) -> None:
    before = read_rows(config, "articles", "list")
    run_command(config, "db", "backup", str(tmp_path / "copy.db"))
    outlet.publish(Story("/late", "Kilmar Abrego Garcia seen", SEED_PARAGRAPHS, utc_now()))
    run_command(config, "poll")
    assert read_rows(config, "articles", "list") != before

    assert (
        run_command(config, "db", "restore", str(tmp_path / "copy.db"), check=False).returncode == 1
    )
    run_command(config, "db", "restore", str(tmp_path / "copy.db"), "--force")

    assert read_rows(config, "articles", "list") == before


def test_a_damaged_database_is_named_and_never_replaced(config: Path) -> None:
    path = config / "monitor.db"
    path.write_bytes(b"this is no database" * 500)

    done = run_command(config, "articles", "list", check=False)

    assert done.returncode == 1
    assert "restore" in done.stderr
    assert path.read_bytes().startswith(b"this is no database")


def test_config_show_masks_secrets(config: Path) -> None:
    (config / "channels.toml").write_text(
        '[hook]\ntype = "webhook"\nurl = "https://hooks.example/x"\nsecret ='
        ' "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"\n'
    )

    shown = run_command(config, "config", "show").stdout

    assert "MfKQ9r8G" not in shown
    assert "channels.hook.url" in shown


def test_why_tells_a_mention_and_a_page_that_was_gone(config: Path, outlet: Outlet) -> None:
    other = [
        (
            "The council of Calder Bay voted on Monday to repair the harbour wall, which a storm"
            " broke in March,."
        ),
        "Work begins in June and takes four months; boats will use the northern pier until then.",
        (
            "A speaker from the audience compared the delay with that of other courts and named"
            " Kilmar Abrego Garcia in passing."
        ),
        (
            "The council also heard a report on the library roof and put off a vote on parking fees"
            " until the autumn session."
        ),
    ]
    outlet.publish(
        Story(
            "/wall",
            "Council votes to repair harbour wall",
            other,
            utc_now(),
            "Two million for Calder Bay: Kilmar's wall",
        )
    )
    outlet.publish(
        Story(
            "/gone",
            "Kilmar Abrego Garcia: hearing moved",
            SEED_PARAGRAPHS,
            utc_now(),
            "Kilmar Abrego Garcia",
        )
    )
    outlet.answers["/gone"] = lambda: (404, "text/html", b"<h1>Not here</h1>")
    run_command(config, "poll")

    mention = read_rows(config, "why", f"{outlet.base}/wall")[0]
    assert [verdict["is_subject"] for verdict in mention["verdicts"]] == [False]
    assert mention["verdicts"][0]["outcome"] != "alert"
    assert "mention" in [reason["code"] for reason in mention["verdicts"][0]["reasons"]]
    gone = read_rows(config, "why", f"{outlet.base}/gone")[0]
    assert gone["article"]["extraction"] == "feed_only"
    assert "404" in gone["entries"][0]["reason"]
    said = run_command(config, "why", f"{outlet.base}/gone", "--format", "table").stdout
    assert "404" in said
    assert "fetched" in said
    assert "from the item's published" in said
    assert "from the feed" in said
    shown = run_command(
        config, "articles", "show", gone["article"]["id"], "--format", "table"
    ).stdout
    assert "published: from the feed" in shown
    assert gone["article"]["published_source"] == "feed"


@pytest.mark.parametrize(
    "arguments",
    [
        ["status"],
        ["feeds", "show", "Harbour"],
        ["cases", "show", "abrego-garcia"],
        ["articles", "show", "SEED"],
        ["why", "SEED"],
    ],
)
def test_one_thing_in_a_pipe_is_one_line_of_json_and_comes_in_every_form(
    config: Path, arguments: list[str]
) -> None:
    seed = read_rows(config, "articles", "list")[0]["id"]
    command = [seed if argument == "SEED" else argument for argument in arguments]

    piped = run_command(config, *command).stdout

    assert piped == run_command(config, *command, "--format", "jsonl").stdout
    assert len(piped.splitlines()) == 1
    assert (
        len(list(csv.reader(io.StringIO(run_command(config, *command, "--format", "csv").stdout))))
        == 2
    )
    for form in ("table", "md"):
        assert run_command(config, *command, "--format", form).stdout


def test_a_reader_that_leaves_early_is_no_failure(config: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [COMMAND, "--config", str(config), "articles", "list"],
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(writing)

    assert done.returncode == 0
    assert done.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_is_told_without_a_traceback(config: Path, unbuffered: str) -> None:
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [COMMAND, "--config", str(config), "articles", "list"],
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
            env=environment,
        )

    assert done.returncode == 1
    assert done.stderr.startswith(b"error: ")


def test_importing_seeds_puts_nothing_on_stdout(tmp_path: Path, outlet: Outlet) -> None:
    done = run_command(write_config(tmp_path / "fresh", [outlet]), "seeds", "import")

    assert done.stdout == ""
    assert "imported" in done.stderr


@pytest.mark.parametrize("wrong", [("--query", "(night"), ("--feed", "nowhere")])
def test_an_init_that_was_typed_wrong_leaves_nothing_behind(
    tmp_path: Path, wrong: tuple[str, str]
) -> None:
    folder = tmp_path / "new"

    done = run_command(tmp_path, "init", str(folder), "--title", "Night ferry", *wrong, check=False)

    assert done.returncode == 2
    run_command(tmp_path, "init", str(folder), "--title", "Night ferry")


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
    (shown,) = read_rows(config, "articles", "show", article)
    assert [edit["kind"] for edit in shown["edits"]] == ["substantive"]
    assert (shown["page"]["state"], shown["page"]["checks"]) == ("there", 1)
    assert (
        "number: About 200 people"
        in run_command(config, "why", article, "--format", "table").stdout
    )


def test_a_feed_that_was_just_added_is_listed_before_its_first_poll(config: Path) -> None:
    run_command(config, "feeds", "add", "https://news.example/rss", "--title", "Example News")

    added = read_rows(config, "feeds", "list")[-1]
    assert (added["title"], added["state"], added["last_polled_at"]) == (
        "Example News",
        "new",
        None,
    )
    assert (
        read_rows(config, "feeds", "show", "Example News")[0]["url"] == "https://news.example/rss"
    )
