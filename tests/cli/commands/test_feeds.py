"""`feeds discover`, `import`, `export` and `check --live`: the installed command against real
servers and files.
"""

from __future__ import annotations

import re
import time
import tomllib
from pathlib import Path

import pytest

from monitor.cli.state import utc_now
from tests.acceptance.config import read_rows, run_command, run_process, write_config
from tests.world import Outlet, Story, at

LIST = """<?xml version="1.0"?><opml version="2.0"><head><title>Mine</title></head><body>
<outline text="Courts">
<outline text="Docket &amp; more" type="rss" xmlUrl="https://court.example/rss"/></outline>
<outline text="Known" type="rss" xmlUrl="FEED"/>
<outline text="Bad" type="rss" xmlUrl="javascript:x"/></body></opml>"""


FRONT = '<link rel="alternate" type="application/rss+xml" href="feed.xml">'


@pytest.fixture
def config(tmp_path: Path, outlet: Outlet) -> Path:
    return write_config(tmp_path / "config", [outlet], seed=None)


def html(outlet: Outlet, path: str, body: str) -> str:
    outlet.answers[path] = lambda: (200, "text/html; charset=utf-8", body.encode())
    return outlet.base + path


def test_discover_lists_the_feeds_that_a_page_names(config: Path, outlet: Outlet) -> None:
    link = (
        '<link rel="alternate" type="application/rss+xml" title="All \x1b[31mnews" href="feed.xml">'
    )
    page = html(
        outlet,
        "/front",
        f"<html><head>{link}</head><body><a href='/courts/rss'>Courts</a></body></html>",
    )

    rows = read_rows(config, "feeds", "discover", page)

    assert rows == [
        {"title": "All [31mnews", "url": outlet.feed_url, "type": "rss"},
        {"title": "Courts", "url": f"{outlet.base}/courts/rss", "type": "link"},
    ]


def test_discover_says_that_an_address_is_a_feed_itself(config: Path, outlet: Outlet) -> None:
    done = run_command(config, "feeds", "discover", outlet.feed_url)

    assert "is a feed itself" in done.stderr
    assert read_rows(config, "feeds", "discover", outlet.feed_url) == [
        {"title": "Harbour Gazette", "url": outlet.feed_url, "type": "rss"}
    ]


def test_discover_says_where_a_page_that_sends_its_readers_on_leads(
    config: Path, outlet: Outlet
) -> None:
    page = html(outlet, "/old", "<meta http-equiv='refresh' content='0;url=/feed.xml'>")

    done = run_command(config, "feeds", "discover", page)

    assert "/old leads to a feed" in done.stderr
    assert outlet.feed_url in done.stdout


def test_discover_names_the_sitemap_that_an_index_leads_to(config: Path, outlet: Outlet) -> None:
    index = (
        "<sitemapindex><sitemap><loc>https://bay.example/news.xml</loc></sitemap></sitemapindex>"
    )
    outlet.answers["/index.xml"] = lambda: (200, "application/xml", index.encode())

    for command in ("discover", "add"):
        done = run_command(config, "feeds", command, f"{outlet.base}/index.xml", check=False)

        assert done.returncode == 1
        assert "e.g. https://bay.example/news.xml" in done.stderr


def test_discover_sends_the_login_of_a_feed_that_has_one(config: Path, outlet: Outlet) -> None:
    feeds = config / "feeds.toml"
    feeds.write_text(feeds.read_text() + 'auth = { user = "desk", password = "hush" }\n')

    run_command(config, "feeds", "discover", outlet.feed_url)
    run_command(config, "feeds", "discover", html(outlet, "/front", FRONT))

    sent = [headers.get("authorization") for _, _, headers in outlet.requests]
    assert sent == ["Basic ZGVzazpodXNo", None]


def test_discover_does_not_say_the_key_that_it_was_given(config: Path, outlet: Outlet) -> None:
    body = outlet.feed().encode()
    outlet.answers["/feed.xml?token=hush"] = lambda: (200, "application/rss+xml", body)

    done = run_command(config, "feeds", "discover", f"{outlet.feed_url}?token=hush")

    assert f"{outlet.feed_url}?token=…" in done.stdout
    assert "hush" not in done.stdout + done.stderr


def test_discover_fails_with_a_hint_where_there_is_nothing(config: Path, outlet: Outlet) -> None:
    for url in (
        html(outlet, "/bare", "<html><body>Nothing here</body></html>"),
        f"{outlet.base}/gone",
    ):
        done = run_command(config, "feeds", "discover", url, check=False)

        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("error: ")
    assert run_command(config, "feeds", "discover", "gazette", check=False).returncode == 2


def test_discover_does_not_go_to_private_addresses_unless_allowed(
    config: Path, outlet: Outlet
) -> None:
    monitor = config / "monitor.toml"
    monitor.write_text(monitor.read_text().replace("allow_private = true", "allow_private = false"))

    done = run_command(config, "feeds", "discover", outlet.feed_url, check=False)

    assert done.returncode == 1
    assert outlet.requests == []


def test_import_adds_what_is_new_and_skips_what_is_known(config: Path, outlet: Outlet) -> None:
    path = config / "mine.opml"
    path.write_text(LIST.replace("FEED", outlet.feed_url))

    first, second = (run_command(config, "feeds", "import", str(path)).stderr for _ in range(2))

    assert "1 feed added" in first
    assert "0 feeds added" in second
    added = [
        row for row in read_rows(config, "config", "show") if "court.example" in str(row.values())
    ]
    assert added
    text = (config / "feeds.toml").read_text()
    assert text.count("[[feed]]") == 2
    assert 'title = "Docket & more"\ntags = ["Courts"]' in text


def test_import_works_in_a_folder_without_feeds(config: Path) -> None:
    (config / "feeds.toml").unlink()
    path = config / "mine.opml"
    outline = '<outline text="x" xmlUrl="FEED"/>'
    odd = outline.replace("FEED", "ftp://a.example/x").replace('"x"', '"Old one"')
    body = outline.replace("FEED", "https://court.example/f?a=1&b=2") + odd
    path.write_text(f'<opml version="1.0"><body>{body}</body></opml>')

    said = run_command(config, "feeds", "import", str(path)).stderr

    assert "1 feed added" in said
    assert "left out: Old one: its address is no http or https address" in said
    assert 'url = "https://court.example/f?a=1&b=2"' in (config / "feeds.toml").read_text()


def test_import_leaves_the_file_alone_when_it_cannot_read_the_list(config: Path) -> None:
    before = (config / "feeds.toml").read_text()
    path = config / "bad.opml"
    path.write_text('<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body/></opml>')

    for name in (str(path), str(config / "nowhere.opml")):
        done = run_process(config, "feeds", "import", name, check=False)
        assert done.returncode == 1
        assert done.stderr.startswith("error: ")

    assert (config / "feeds.toml").read_text() == before


@pytest.mark.parametrize(
    "outline",
    [
        "<outline {}/>".format(" ".join(f'a{number}="x"' for number in range(100_000))),
        "<outline {}/>".format(" ".join(f'xmlns:n{number}="x"' for number in range(100_000))),
        "<outline {}".format("a=b " * 500_000),
    ],
    ids=["attributes", "namespaces", "unquoted"],
)
def test_a_list_that_keeps_the_parser_busy_is_given_up(config: Path, outline: str) -> None:
    path = config / "bomb.opml"
    path.write_text(f"<opml><body>{outline}</body></opml>")
    before = (config / "feeds.toml").read_text()

    began = time.monotonic()
    done = run_process(config, "feeds", "import", str(path), check=False)

    assert time.monotonic() - began < 30
    assert done.returncode in (0, 1)
    assert "Traceback" not in done.stderr
    assert (config / "feeds.toml").read_text() == before


def test_export_and_import_carry_the_feeds_to_another_config(
    config: Path, tmp_path: Path, outlet: Outlet
) -> None:
    run_command(
        config,
        "feeds",
        "add",
        "https://news.example/rss?a=1&b=2",
        "--title",
        'The "Example"',
        "--tag",
        "us",
    )
    exported = run_command(config, "feeds", "export").stdout
    other = write_config(tmp_path / "other", [], seed=None)
    (other / "feeds.opml").write_text(exported)

    run_command(other, "feeds", "import", str(other / "feeds.opml"))

    assert run_command(other, "feeds", "export").stdout == exported


def test_check_live_shows_how_each_feed_is_and_what_each_case_would_match(
    config: Path, outlet: Outlet
) -> None:
    (config / "monitor.db").unlink()
    outlet.publish(
        Story("/one", "Kilmar Abrego Garcia seen in Calder Bay", ["He was seen."], utc_now())
    )
    outlet.publish(Story("/two", "Harbour wall repaired", ["It holds."], utc_now()))

    rows = read_rows(config, "check", "--live")

    assert [
        (row["title"], row["outcome"], row["format"], row["items"], row["matches"]) for row in rows
    ] == [("Harbour Gazette", "ok", "rss", 2, {"abrego-garcia": 1})]
    assert r"abrego\-garcia" in run_command(config, "check", "--live", "--format", "md").stdout
    assert not (config / "monitor.db").exists()


def test_check_live_counts_every_item_of_a_feed_that_gives_all(
    config: Path, outlet: Outlet
) -> None:
    outlet.publish(Story("/two", "Harbour wall repaired", ["It holds."], utc_now()))
    feeds = config / "feeds.toml"
    feeds.write_text(feeds.read_text() + 'match = "all"\n')

    assert read_rows(config, "check", "--live")[0]["matches"] == {"abrego-garcia": 1}


def test_check_live_tells_of_dates_that_cannot_be_used(config: Path, outlet: Outlet) -> None:
    outlet.publish(Story("/two", "Harbour wall repaired", ["It holds."], at("2099-01-01T00:00:00")))

    (row,) = read_rows(config, "check", "--live")

    assert row["outcome"] == "ok"
    assert (
        row["error"]
        == "1 of 1 dates cannot be used, e.g. 'Thu, 01 Jan 2099 00:00:00 +0000' (future)"
    )


@pytest.mark.parametrize(
    ("status", "media_type", "body", "outcome"),
    [
        (500, "text/plain", b"broken", "failed"),
        (410, "text/plain", b"gone", "gone"),
        (429, "text/plain", b"slow down", "rate_limited"),
        (
            200,
            "text/html",
            b"<!doctype html><link rel=alternate type=application/rss+xml href=/rss>",
            "not_a_feed",
        ),
    ],
)
def test_check_live_exits_1_when_a_feed_fails(
    config: Path, outlet: Outlet, status: int, media_type: str, body: bytes, outcome: str
) -> None:
    outlet.answers["/feed.xml"] = lambda: (status, media_type, body)

    done = run_command(config, "check", "--live", "--format", "jsonl", check=False)

    assert done.returncode == 1
    assert f'"outcome": "{outcome}"' in done.stdout
    assert "0 of 1 feed can be read" in done.stderr
    if outcome == "not_a_feed":
        assert f"{outlet.base}/rss" in done.stdout


def test_show_tells_rhythm_validators_and_why_the_next_poll_comes_when_it_does(
    config: Path, outlet: Outlet
) -> None:
    outlet.publish(Story("/a", "A quarry", ["It is deep."], utc_now(), "deep"))
    run_command(config, "poll")

    (row,) = read_rows(config, "feeds", "show", outlet.name)

    assert (row["state"], row["outcome"], row["status"], row["error"]) == ("ok", "new", 200, "")
    assert re.fullmatch('"[0-9a-f]{16}"', row["etag"])
    assert row["because"]
    assert {"items", "entries", "overlap", "interval_seconds", "next_poll_at", "failures"} <= set(
        row
    )
    assert (row["skip_hours"], row["skip_days"], row["moved_to"], row["host_paused_until"]) == (
        [],
        [],
        None,
        None,
    )


def test_show_tells_that_a_host_asked_to_wait_and_that_a_feed_is_blocked(
    config: Path, outlet: Outlet
) -> None:
    outlet.answers["/feed.xml"] = lambda: (403, "text/html", b"<title>Just a moment...</title>")
    run_command(config, "poll")
    assert [row["outcome"] for row in read_rows(config, "feeds", "list", "--failing")] == [
        "blocked"
    ]

    outlet.retry_after["/feed.xml"] = 7_200
    run_command(config, "poll")

    (row,) = read_rows(config, "feeds", "show", outlet.name)
    assert (row["outcome"], row["host_pause_reason"]) == ("rate_limited", "it answered 429")
    assert row["host_paused_until"] is not None
    assert row["next_poll_at"] >= row["host_paused_until"]
    assert "feed failing" in run_command(config, "status").stdout


def test_a_paused_feed_is_not_polled(polled: Path, outlet: Outlet) -> None:
    run_command(polled, "feeds", "pause", outlet.name)
    before = len(outlet.requests)

    run_command(polled, "poll")

    assert len(outlet.requests) == before
    run_command(polled, "feeds", "resume", outlet.name)
    run_command(polled, "poll")
    assert len(outlet.requests) > before


def test_feeds_add_writes_the_file_and_refuses_what_is_wrong(polled: Path) -> None:
    run_command(
        polled,
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
    assert "2 feeds" in run_command(polled, "check").stderr
    before = (polled / "feeds.toml").read_text()

    done = run_command(
        polled, "feeds", "add", "https://other.example/rss", "--every", "soon", check=False
    )

    assert done.returncode == 2
    assert (polled / "feeds.toml").read_text() == before


def test_a_feed_that_was_just_added_is_listed_before_its_first_poll(polled: Path) -> None:
    run_command(polled, "feeds", "add", "https://news.example/rss", "--title", "Example News")

    added = read_rows(polled, "feeds", "list")[-1]
    assert (added["title"], added["state"], added["last_polled_at"]) == (
        "Example News",
        "new",
        None,
    )
    assert (
        read_rows(polled, "feeds", "show", "Example News")[0]["url"] == "https://news.example/rss"
    )


def states(config: Path) -> dict[str, str]:
    return {row["title"]: row["state"] for row in read_rows(config, "feeds", "list")}


def test_pause_and_resume_bring_a_feed_back_to_the_state_that_it_had(
    polled: Path, outlet: Outlet
) -> None:
    before = states(polled)

    paused = run_command(polled, "feeds", "pause", "Harbour")
    assert states(polled) == {outlet.name: "paused"}
    run_command(polled, "feeds", "resume", outlet.feed_url)

    assert (paused.stdout, paused.stderr) == ("", f"paused: {outlet.feed_url}\n")
    assert states(polled) == before


def test_reset_forgets_errors_and_makes_a_feed_due(polled: Path, outlet: Outlet) -> None:
    outlet.answers["/feed.xml"] = lambda: (500, "text/plain", b"broken")
    run_command(polled, "poll")
    (failing,) = read_rows(polled, "feeds", "list", "--failing")
    assert failing["failures"] == 1

    run_command(polled, "feeds", "reset", "Harbour")

    (row,) = read_rows(polled, "feeds", "show", "Harbour")
    assert (row["failures"], row["error"], row["etag"]) == (0, "", None)
    assert row["next_poll_at"] <= f"{utc_now():%Y-%m-%dT%H:%M:%S.999999}Z"
    assert read_rows(polled, "feeds", "list", "--failing") == []


@pytest.mark.parametrize("command", ["pause", "resume", "reset", "show"])
def test_a_name_that_selects_no_feed_is_refused(polled: Path, command: str) -> None:
    done = run_command(polled, "feeds", command, "nowhere", check=False)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: ")


def test_where_one_name_is_wrong_no_feed_is_paused(polled: Path, outlet: Outlet) -> None:
    before = states(polled)

    done = run_command(polled, "feeds", "pause", "Harbour", "nowhere", check=False)

    assert done.returncode == 1
    assert states(polled) == before


def test_a_name_that_several_feeds_have_is_refused(polled: Path) -> None:
    run_command(polled, "feeds", "add", "https://harbour.example/rss", "--title", "Harbour News")

    done = run_command(polled, "feeds", "show", "Harbour", check=False)

    assert done.returncode == 1
    assert "'Harbour' means 2 feeds; `monitor feeds list` shows their names" in done.stderr


@pytest.mark.parametrize("url", ["gazette", "ftp://gazette.example/rss", "javascript:x"])
def test_only_addresses_of_the_web_are_feeds(polled: Path, url: str) -> None:
    before = (polled / "feeds.toml").read_text()

    for command in ("add", "discover"):
        done = run_command(polled, "feeds", command, url, check=False)
        assert (done.returncode, done.stdout) == (2, "")
        assert "http" in done.stderr

    assert (polled / "feeds.toml").read_text() == before


def test_a_feed_is_added_once(polled: Path, outlet: Outlet) -> None:
    done = run_command(polled, "feeds", "add", outlet.feed_url, check=False)

    assert done.returncode == 1
    assert "is in feeds.toml already" in done.stderr


def test_adding_a_feed_keeps_the_comments_of_the_file(polled: Path) -> None:
    path = polled / "feeds.toml"
    path.write_text("# our feeds\n" + path.read_text() + "# the end\n")

    run_command(polled, "feeds", "add", "https://news.example/rss")

    text = path.read_text()
    assert text.startswith("# our feeds\n")
    assert text.endswith('# the end\n\n[[feed]]\nurl = "https://news.example/rss"\n')


@pytest.fixture
def tagged(config: Path) -> Path:
    """A config with the outlet and 30 feeds of two tags that nobody has polled."""
    run_command(config, "poll")
    tables = [
        f'[[feed]]\nurl = "https://paper-{number}.example/rss"\n'
        f'tags = ["{"local" if number % 3 else "world"}"]\n'
        for number in range(30)
    ]
    path = config / "feeds.toml"
    path.write_text("\n".join([path.read_text(), *tables]))
    return config


def test_feeds_are_listed_by_tag_and_up_to_a_limit(tagged: Path) -> None:
    assert len(read_rows(tagged, "feeds", "list")) == 31
    assert len(read_rows(tagged, "feeds", "list", "--tag", "world")) == 10
    assert len(read_rows(tagged, "feeds", "list", "--tag", "world", "--tag", "local")) == 30
    assert read_rows(tagged, "feeds", "list", "--tag", "nowhere") == []

    done = run_command(tagged, "feeds", "list", "--limit", "5", "--format", "jsonl")
    assert len(done.stdout.splitlines()) == 5
    assert "26 more feeds" in done.stderr


def test_a_list_of_feeds_names_those_without_a_title_by_their_address(tagged: Path) -> None:
    shown = run_command(
        tagged, "feeds", "list", "--tag", "world", "--format", "table", columns=80
    ).stdout.splitlines()

    assert shown[1].split()[:2] == ["https://paper-0.example/rss", "new"]
    assert len(shown) == 11
    assert max(map(len, shown)) <= 80


def test_a_list_of_feeds_calls_those_silent_that_the_mails_do(config: Path, outlet: Outlet) -> None:
    outlet.publish(Story("/old", "Pier closed", ["It closed."], at("2025-06-01 10:00")))
    for moment in ("2025-06-01T12:00:00+00:00", "2025-06-01T13:00:00+00:00"):
        run_command(config, "poll", "--at", moment)

    shown = run_command(config, "feeds", "list", "--format", "table").stdout

    assert " silent " in shown.splitlines()[1]


def test_a_feed_is_added_by_the_title_that_it_gives_itself(config: Path) -> None:
    other = Outlet("Bay Courier")

    done = run_command(config, "feeds", "add", other.feed_url, "--tag", "local")

    other.close()
    added = tomllib.loads((config / "feeds.toml").read_text())["feed"][-1]
    assert added == {"url": other.feed_url, "title": "Bay Courier", "tags": ["local"]}
    assert "added to" in done.stderr


def test_a_title_that_another_feed_has_is_not_taken_twice(config: Path, outlet: Outlet) -> None:
    twin = Outlet(outlet.name)

    run_command(config, "feeds", "add", twin.feed_url)

    twin.close()
    added = tomllib.loads((config / "feeds.toml").read_text())["feed"][-1]
    assert added == {"url": twin.feed_url}


def test_a_page_is_refused_with_the_feeds_that_it_names(config: Path) -> None:
    site = Outlet("Bay Courier")
    page = f'<html><body><p>News</p><a href="{site.feed_url}">RSS</a></body></html>'
    site.answers["/"] = lambda: (200, "text/html", page.encode())
    before = (config / "feeds.toml").read_text()

    refused = run_command(config, "feeds", "add", f"{site.base}/", check=False)
    unchanged = (config / "feeds.toml").read_text()
    run_command(config, "feeds", "add", f"{site.base}/", "--title", "Front page")

    site.close()
    assert refused.returncode == 1
    assert f"{site.base}/ is a page, no feed" in refused.stderr
    assert f"add what it names: {site.feed_url}" in refused.stderr
    assert unchanged == before
    added = tomllib.loads((config / "feeds.toml").read_text())["feed"][-1]
    assert added == {"url": f"{site.base}/", "title": "Front page"}


def test_a_file_that_cannot_be_written_stays_as_it_was(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (config / "feeds.toml").read_text()

    def full_disk(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full_disk)
    done = run_command(config, "feeds", "add", "https://x.example/rss", "--title", "X", check=False)

    assert done.returncode == 1
    assert (config / "feeds.toml").read_text() == before
    assert [path.name for path in config.iterdir() if path.name.startswith(".feeds")] == []


def test_feeds_are_listed_and_shown_before_the_first_poll(config: Path, outlet: Outlet) -> None:
    (config / "monitor.db").unlink()
    (row,) = read_rows(config, "feeds", "list")

    assert (row["url"], row["state"]) == (outlet.feed_url, "new")
    assert read_rows(config, "feeds", "show", "Harbour")[0]["state"] == "new"
    assert not (config / "monitor.db").exists()
