"""Pages: all on them is text, nothing is asked from elsewhere, and who may not read does not."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from lxml import html
from starlette.datastructures import Headers

from monitor.daemon.observability import web_server
from monitor.daemon.observability.web_server import serve
from monitor.daemon.pulse import Pulse
from monitor.pages.app import COOKIE, access_of, host_of, is_loopback
from monitor.pages.library import Library
from monitor.settings import load_settings
from monitor.store import Store
from monitor.store.feeds import FeedSpec, sync_feeds
from tests.pages.conftest import HOSTILE, KEY, METRICS, TOKEN, Desk
from tests.pipeline.program import start_program
from tests.store.rows import NOW, fetched
from tests.store.views.stored import HOUR
from tests.store.views.test_feeds import poll


def paths(desk: Desk) -> list[str]:
    """Every page that there is."""
    article = desk.ids("articles")[0]
    return [
        "/",
        "/cases/harbour",
        "/cases/harbour?tier=1&top=2",
        "/cases/quarry",
        *(f"/developments/{one}" for one in desk.ids()),
        *(f"/articles/{one}" for one in desk.ids("articles")),
        f"/articles/{article}/changes",
        "/stories",
        *(f"/stories/{one}" for one in desk.ids("stories")),
        "/feeds",
        "/search",
        "/search?q=harbour&case=harbour",
        "/search?q=%3Cscript%3E",
        "/search?q=%22the+pier+and+all+that+was+moored+to+it",
        "/nowhere",
    ]


def test_a_development_says_its_sentence_once_and_names_no_site_twice(desk: Desk) -> None:
    one = desk.ids()[0]
    (told,) = desk.open.get(f"/api/developments/{one}").json()["quotes"]

    (main,) = html.fromstring(desk.open.get(f"/developments/{one}").text).xpath("//main")

    assert main.text_content().count(told) == 1
    assert "text of" not in main.text_content()


def test_every_page_is_text_that_needs_nothing_else(desk: Desk) -> None:
    for path in paths(desk):
        answer = desk.open.get(path)

        page = html.fromstring(answer.text)
        assert answer.status_code in (200, 400, 404), path
        assert (
            page.xpath("//script | //img | //iframe | //link[@rel='stylesheet'] | //@style") == []
        )
        assert page.xpath("//@*[starts-with(name(), 'on')]") == []
        assert page.xpath("string(//title)"), path
        assert [link for link in page.xpath("//a") if not link.text_content().strip()] == []


def test_links_lead_to_pages_that_are_there_or_openly_elsewhere(desk: Desk) -> None:
    found = {
        str(link)
        for path in paths(desk)
        for link in html.fromstring(desk.open.get(path).text).xpath("//a/@href | //link/@href")
    }

    own = {link for link in found if link.startswith("/")}
    assert {link for link in found - own if urlsplit(link).scheme not in ("https", "")} == set()
    assert [link for link in sorted(own) if desk.open.get(link).status_code != 200] == []


def test_a_case_is_named_by_its_title(desk: Desk) -> None:
    one = {what: desk.ids(what)[0] for what in ("developments", "articles", "stories")}
    title = desk.library.titles()["harbour"]

    for what, id_ in one.items():
        page = html.fromstring(desk.open.get(f"/{what}/{id_}").text)
        assert page.xpath("//a[@href='/cases/harbour']/text()") == [title], what
    (first, *_) = html.fromstring(desk.open.get("/stories").text).xpath("//li/p/text()")
    # A story that was reported once has one time.
    assert first == f"{title} · 1 article in 1 outlet · 1 Jun 2025, 17:00"


def test_a_feed_that_brings_nothing_new_any_more_is_called_silent(tmp_path: Path) -> None:
    settings = load_settings(start_program(tmp_path / "config").folder, {})
    store = Store(settings.database_url)
    store.write(sync_feeds, [FeedSpec("https://g.example/rss", "Gazette", (), None, False)], NOW)
    store.write(poll, state="ok", interval=timedelta(minutes=10), last_new_at=NOW)
    library = Library(store, lambda: settings, lambda: NOW + 72 * HOUR)
    server = serve("127.0.0.1:0", "", library, Pulse(), lambda: METRICS)

    page = html.fromstring(httpx.get("http://{}:{}/feeds".format(*server.address)).text)

    server.stop()
    assert page.xpath("//td[@data-name='State']/span[@class='bad']/text()") == ["silent"]
    store.close()


def test_what_an_outlet_writes_is_shown_as_it_is(desk: Desk) -> None:
    page = html.fromstring(desk.open.get("/cases/harbour").text)

    assert HOSTILE in page.xpath("//a/text()")


def test_every_answer_forbids_what_a_page_does_not_need(desk: Desk) -> None:
    for path in ("/", "/api/cases", "/nowhere", "/healthz", "/cases/harbour/atom.xml"):
        headers = desk.open.get(path).headers

        assert headers["content-security-policy"].startswith(
            "default-src 'none'; style-src 'sha256"
        )
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "no-store" in headers["cache-control"]
        assert "server" not in headers


def test_pages_change_nothing(desk: Desk) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert desk.open.request(method, "/cases/harbour").status_code == 405


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/cases/harbour", {"GET", "HEAD"}),
        ("/api/cases", {"GET", "HEAD"}),
        ("/login", {"GET", "HEAD", "POST"}),
    ],
)
def test_who_may_not_do_something_is_told_what_can_be_done(
    desk: Desk, path: str, allowed: set[str]
) -> None:
    answer = desk.open.delete(path)

    assert (answer.status_code, set(answer.headers["allow"].split(", "))) == (405, allowed)


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/cases/none", 404, "there is no case"),
        ("/stories?case=none", 404, "there is no case"),
        ("/search?q=pier&case=none", 404, "there is no case"),
        ("/cases/..%2f..%2fetc", 404, "There is no such page here."),
        ("/developments/zzz", 404, "is no id of development"),
        ("/developments/ffffffff", 404, "no development has an id"),
        ("/articles/%00", 404, "is no id"),
        ("/cases/harbour?tier=4", 400, "tier is a number from 1 to 3"),
        ("/cases/harbour?limit=0", 400, "limit is a number from 1 to 1000"),
        ("/cases/harbour?limit=99999999999999999999", 400, "limit is a number"),
        ("/cases/harbour?until=noon", 400, "until is a time"),
        ("/cases/harbour?until=0001-01-01T00:00:00%2B14:00", 400, "until is a time"),
        ("/cases/harbour/atom.xml?since=9999-12-31T23:59:59-12:00", 400, "since is a time"),
        ("/cases/harbour/calendar.ics?as_of=0001-01-01T01:00%2B02:00", 400, "as_of is a time"),
        ("/cases/harbour?top=²", 400, "top is a number"),
    ],
)
def test_what_is_wrong_is_told(desk: Desk, path: str, status: int, text: str) -> None:
    answer = desk.open.get(path)

    assert (answer.status_code, text in html.fromstring(answer.text).text_content()) == (
        status,
        True,
    )


def test_a_query_that_cannot_be_read_shows_where(desk: Desk) -> None:
    page = html.fromstring(desk.open.get("/search?q=(pier").text)

    assert "(pier" in page.xpath("string(//pre)")


def test_a_search_finds_what_the_commands_find(desk: Desk) -> None:
    page = html.fromstring(desk.open.get("/search?q=pier&case=harbour").text)

    assert page.xpath("count(//li[@class='told-item'])") == 4


def test_no_key_of_a_feed_is_shown(desk: Desk) -> None:
    for path in ("/feeds", "/api/feeds", "/cases/harbour"):
        assert KEY not in desk.open.get(path).text


def test_a_timeline_goes_on_where_a_page_ends(desk: Desk) -> None:
    seen, path = [], "/cases/harbour?limit=1"
    for _ in range(3):
        page = html.fromstring(desk.open.get(path).text)
        seen += page.xpath("//li[contains(@class, 'told-item')]/@id")
        older = page.xpath("//a[text()='Older']/@href")
        path = f"/cases/harbour{older[0]}&limit=1"

    assert seen == desk.ids()


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "", "10.0.0.1"])
def test_a_name_that_was_made_to_lead_here_reads_nothing(desk: Desk, host: str) -> None:
    answer = desk.open.get("/cases/harbour", headers={"Host": host})

    assert answer.status_code in (400, 421)
    assert "Pier" not in answer.text


@pytest.mark.parametrize("path", ["/", "/cases/harbour", "/search?q=pier"])
def test_without_the_token_a_page_asks_for_it(desk: Desk, path: str) -> None:
    answer = desk.guarded.get(path)

    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}"])
def test_without_the_token_the_api_answers_nothing(desk: Desk, given: str) -> None:
    answer = desk.guarded.get("/api/cases", headers={"Authorization": given})

    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("name", ["atom.xml", "calendar.ics"])
def test_programs_are_told_that_a_token_is_needed(desk: Desk, name: str) -> None:
    answer = desk.guarded.get(f"/cases/harbour/{name}")

    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_with_the_token_everything_is_answered(desk: Desk) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}

    assert desk.guarded.get("/api/cases", headers=headers).status_code == 200
    assert desk.guarded.get("/cases/harbour/atom.xml", headers=headers).status_code == 200


def test_health_is_told_without_a_token(desk: Desk) -> None:
    assert desk.guarded.get("/healthz").json()["database"] == "ok"
    assert desk.guarded.get("/metrics").content == METRICS


def test_a_browser_logs_in_once_and_keeps_no_token(desk: Desk) -> None:
    base = desk.guarded.base_url
    with httpx.Client(base_url=base) as browser:
        refused = browser.post("/login", data={"token": "wrong"})
        taken = browser.post("/login", data={"token": TOKEN})

        assert (refused.status_code, refused.cookies.get(COOKIE)) == (403, None)
        assert taken.status_code == 303
        assert "HttpOnly" in taken.headers["set-cookie"]
        assert "SameSite=strict" in taken.headers["set-cookie"]
        assert TOKEN not in taken.headers["set-cookie"]
        assert browser.get("/cases/harbour").status_code == 200
        browser.cookies.clear()
        browser.cookies.set(COOKIE, "0" * 64)
        assert browser.get("/cases/harbour").status_code == 303


def test_a_login_form_has_a_size(desk: Desk) -> None:
    assert desk.guarded.post("/login", data={"token": "x" * 5_000}).status_code == 413


@pytest.mark.long
def test_two_hundred_readers_at_once_are_answered(desk: Desk) -> None:
    def read(_number: int) -> int:
        return httpx.get(f"{desk.open.base_url}/cases/harbour", timeout=60).status_code

    with ThreadPoolExecutor(200) as readers:
        assert set(readers.map(read, range(200))) == {200}


def test_who_does_not_finish_asking_is_hung_up_on(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_server, "_REQUEST_S", 0.2)
    server = serve("127.0.0.1:0", "", library, Pulse(), bytes)
    try:
        with socket.create_connection(server.address, timeout=10) as slow:
            slow.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
            assert slow.recv(100) == b""
        with socket.create_connection(server.address, timeout=10) as long:
            long.sendall(b"GET / HTTP/1.1\r\nX-Long: " + b"x" * 40_000)
            assert long.recv(100).startswith((b"HTTP/1.1 4", b""))
    finally:
        server.stop()


def test_others_than_this_machine_get_no_page_without_a_token(library: Library) -> None:
    server = serve("0.0.0.0:0", "", library, Pulse(), bytes)
    try:
        base = f"http://127.0.0.1:{server.address[1]}"
        assert httpx.get(f"{base}/healthz").status_code == 200
        assert httpx.get(f"{base}/cases/harbour").status_code == 404
    finally:
        server.stop()


@pytest.mark.parametrize(
    ("listen", "expected"),
    [
        ("127.0.0.1:9310", True),
        (":9310", True),
        ("[::1]:9310", True),
        ("localhost:9310", True),
        ("0.0.0.0:9310", False),
        ("[::]:9310", False),
        ("monitor.example:9310", False),
        ("192.0.2.7:9310", False),
    ],
)
def test_an_address_is_of_this_machine_alone_or_not(listen: str, expected: bool) -> None:
    assert is_loopback(listen) is expected


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("127.0.0.1:9310", "127.0.0.1"),
        ("[::1]:9310", "::1"),
        ("[::1]", "::1"),
        ("LOCALHOST", "localhost"),
        ("evil.example:80", "evil.example"),
        ("", ""),
    ],
)
def test_a_host_is_read_without_its_port(host: str, name: str) -> None:
    assert host_of(httpx_headers(host)) == name


def httpx_headers(host: str) -> Headers:
    return Headers({"host": host})


def test_a_token_is_not_in_what_access_says_of_itself() -> None:
    assert TOKEN not in repr(access_of("0.0.0.0:9310", TOKEN))


def test_an_article_marks_what_was_new(desk: Desk) -> None:
    page = html.fromstring(desk.open.get(f"/developments/{desk.ids()[-1]}").text)
    link = page.xpath("//a[text()='the report']/@href")[0]

    report = html.fromstring(desk.open.get(link).text)

    assert report.xpath("//mark/text()") == ["The harbour master closed the old pier on Sunday."]
    assert fetched(1, "").url in report.xpath("//a/@href")


def test_a_database_that_fails_is_told_without_its_place(library: Library, tmp_path: Path) -> None:
    gone = replace(library, store=Store(f"sqlite:///{tmp_path / 'secret-place.db'}"))
    server = serve("127.0.0.1:0", "", gone, Pulse(), bytes)
    try:
        answer = httpx.get("http://{}:{}/".format(*server.address))
    finally:
        server.stop()
        gone.store.close()

    assert answer.status_code == 503
    assert "the database does not answer" in answer.text
    assert "secret-place" not in answer.text
