"""Ten cases and 500 feeds at 80 columns: what a person sees is kept as text in `recorded/`.

Where a table is meant to look otherwise, `MONITOR_RECORD=1` writes the texts anew; read them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

from monitor.cli.state import utc_now
from tests.acceptance.config import read_rows, run_command, write_config
from tests.cli.commands.stories import ORDER, SEED_PARAGRAPHS
from tests.world import Outlet, Story

RECORDED = Path(__file__).parent / "recorded"
COLUMNS = 80
TOWNS = ("Calder Bay", "Oldmere", "Port Sorrel", "Hale", "Winterholm", "San Aurelio", "Tarn")
PAPERS = ("Gazette", "Courier", "Herald and Weekly Shipping Advertiser", "Post", "Diario", "")
CASES = (
    ("Pier collapse", "pier"),
    ("The accounts of the Harbour Board and the missing million", '"harbour board" OR million'),
    ("Abrego Garcia in the papers of San Aurelio", '"abrego garcia" AND "san aurelio"'),
    ("Night ferry", "ferry"),
    ("Oldmere dam", "oldmere AND dam"),
    ("Quarry slide", "quarry"),
    ("Ana Túñez", "tunez"),
    ("Water prices", "water NEAR/5 price*"),
    ("A strike of pilots", "pilots AND strike"),
)
COMMANDS = {
    "feeds-list": "feeds list",
    "feeds-list-local": "feeds list --tag local --limit 5",
    "cases-list": "cases list",
    "status": "status",
    "timeline": "timeline",
    "timeline-of-a-case": "timeline abrego-garcia",
    "articles-list": "articles list",
    "search": "search garcia",
    "alerts-list": "alerts list",
}


@dataclass(frozen=True)
class Newsroom:
    config: Path
    outlet: Outlet


def opml(count: int) -> str:
    """Returns a list of feeds; every sixth has no title of its own."""
    lines = []
    for number in range(count):
        paper = PAPERS[number % len(PAPERS)]
        title = f"{TOWNS[number % len(TOWNS)]} {paper} {number}" if paper else ""
        url = f"https://paper-{number:03}.example/{'news/' * (number % 3)}rss.xml"
        outline = f'<outline type="rss" text={quoteattr(title)} xmlUrl={quoteattr(url)}/>'
        tag = "local" if number % 2 else "world"
        lines.append(f'<outline text="{tag}">{outline}</outline>')
    return f'<opml version="2.0"><body>{"".join(lines)}</body></opml>'


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    """A config with 500 feeds and ten cases; one feed was polled and brought news for a case."""
    outlet = Outlet("Harbour Gazette")
    config = write_config(tmp_path_factory.mktemp("many") / "config", [outlet])
    listed = config.parent / "feeds.opml"
    listed.write_text(opml(499), encoding="utf-8")
    run_command(config, "feeds", "import", str(listed))
    for title, query in CASES:
        run_command(config, "cases", "add", title, "--query", query, "--channel", "console")
    run_command(config, "poll", "Harbour Gazette")
    now = utc_now()
    news = ORDER.format(day=f"{now - timedelta(hours=6):%A}")
    summary = "Kilmar Abrego Garcia"
    outlet.publish(
        Story("/order", "Judge orders testimony", [news, *SEED_PARAGRAPHS], now, summary)
    )
    outlet.publish(Story("/copy", "President says no", SEED_PARAGRAPHS[:5], now, summary))
    run_command(config, "poll", "Harbour Gazette")
    yield Newsroom(config, outlet)
    outlet.close()


def _same_time(found: re.Match[str]) -> str:
    return "2025-06-06 08:00" if found[1] else "2025-06-06"


def shown(newsroom: Newsroom, command: str) -> str:
    """Returns what a person sees at 80 columns, without what differs from run to run."""
    done = run_command(newsroom.config, *command.split(), "--format", "table", columns=COLUMNS)
    text = re.sub(r"(?m)^[0-9a-f]{8}\b", "01234567", done.stdout)
    text = re.sub(r"\b20\d\d-\d\d-\d\d\b( \d\d:\d\d\b)?", _same_time, text)
    text = re.sub(r"on \w+day ", "on Friday ", text)
    return re.sub(r"(?m)^(database bytes +)\d+$", r"\g<1>1000000", text)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_list_at_80_columns_is_as_recorded(newsroom: Newsroom, name: str) -> None:
    path = RECORDED / f"{name}.txt"
    text = shown(newsroom, COMMANDS[name])
    if os.environ.get("MONITOR_RECORD"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_no_line_is_wider_than_the_terminal(name: str) -> None:
    lines = (RECORDED / f"{name}.txt").read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if len(line) > COLUMNS] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_no_word_is_broken(newsroom: Newsroom, name: str) -> None:
    wide = run_command(
        newsroom.config, *COMMANDS[name].split(), "--format", "table", columns=2_000
    ).stdout
    known = set(wide.split())

    narrow = run_command(
        newsroom.config, *COMMANDS[name].split(), "--format", "table", columns=COLUMNS
    ).stdout

    labels = {"changes:", "error:", "cases:"}
    assert set(narrow.split()) - known - labels == set()


def test_the_list_of_500_feeds_has_a_row_for_each(newsroom: Newsroom) -> None:
    rows = read_rows(newsroom.config, "feeds", "list")
    text = (RECORDED / "feeds-list.txt").read_text(encoding="utf-8")

    assert len(rows) == 500
    assert len([line for line in text.splitlines() if not line.startswith(" ")]) == 501


def test_each_of_ten_cases_is_named_with_its_figures(newsroom: Newsroom) -> None:
    text = (RECORDED / "cases-list.txt").read_text(encoding="utf-8")

    slugs = [row["slug"] for row in read_rows(newsroom.config, "cases", "list")]
    assert len(slugs) == 10
    assert [slug for slug in slugs if slug not in text.split()] == []


@pytest.mark.parametrize("name", ["timeline", "articles-list", "search", "alerts-list"])
def test_a_list_over_several_cases_names_the_case(name: str) -> None:
    text = (RECORDED / f"{name}.txt").read_text(encoding="utf-8")

    assert "abrego-garcia" in text


def test_feeds_of_a_tag_say_how_many_more_there_are(newsroom: Newsroom) -> None:
    words = (*COMMANDS["feeds-list-local"].split(), "--format", "table")

    done = run_command(newsroom.config, *words, columns=COLUMNS)

    assert done.stderr.startswith("244 more feeds")
