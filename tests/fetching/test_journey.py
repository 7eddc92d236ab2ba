"""What goes with a request to where it is now: cookies and credentials of that site alone."""

from __future__ import annotations

import pytest

from monitor.errors import FetchError
from monitor.fetching import Client, Credentials
from monitor.fetching.journey import Journey
from tests.fetching.server import Request, Server, Visit, response
from tests.fetching.test_client import visiting

COURT = "https://court.example/docket.xml"
TOKEN = Credentials(COURT, "X-Token", "open sesame")


@pytest.mark.parametrize(
    ("own", "url", "is_for"),
    [
        (COURT, "https://court.example/moved.xml", True),
        (COURT, "https://COURT.example/docket.xml", True),
        (COURT, "https://court.example:8443/docket.xml", False),
        (COURT, "http://court.example/docket.xml", False),
        (COURT, "https://www.court.example/docket.xml", False),
        (COURT, "https://court.example.evil.example/", False),
        ("http://court.example/a", "https://court.example/a", True),
        ("http://court.example:8080/a", "https://court.example/a", False),
        ("http://court.example/a", "http://other.example/a", False),
    ],
)
def test_credentials_are_for_their_own_site_and_never_sent_in_the_clear(
    own: str, url: str, is_for: bool
) -> None:
    assert Credentials(own, "X-Token", "open sesame").is_for(url) is is_for


def test_the_text_of_credentials_does_not_tell_them() -> None:
    assert "sesame" not in repr(Journey(COURT, credentials=TOKEN))


def test_own_headers_follow_the_journey() -> None:
    journey = Journey(COURT, credentials=TOKEN)
    journey.cookies.keep(COURT, ["gate=open; Path=/"])
    assert journey.own_headers() == {"Cookie": "gate=open", "X-Token": "open sesame"}

    assert journey.refresh("https://elsewhere.example/")
    assert journey.own_headers() == {}


@pytest.mark.parametrize("target", ["", "mailto:a@b.example", COURT, "https://"])
def test_a_journey_is_sent_on_to_another_web_address_only(target: str) -> None:
    journey = Journey(COURT, permanent_url=None)

    assert not journey.refresh(target)
    assert journey.url == COURT


def test_a_journey_is_sent_on_once() -> None:
    journey = Journey(COURT)

    assert journey.refresh("/a")
    assert not journey.refresh("/b")
    assert (journey.url, journey.is_permanent) == ("https://court.example/a", False)


def test_a_login_is_sent_to_its_site_and_left_out_at_the_next() -> None:
    async def answer(visit: Visit) -> None:
        await visit.send(_answer(visit.request))

    async def use(client: Client, server: Server) -> list[str | None]:
        login = Credentials(server.url(), "Authorization", "Basic abc")
        await client.fetch_feed(server.url("/feed"), credentials=login)
        return [request.headers.get("authorization") for request in server.requests]

    assert visiting(answer, use) == ["Basic abc", "Basic abc", None]


def _answer(request: Request) -> bytes:
    port = request.headers["host"].split(":")[1]
    targets = {"/feed": "/moved", "/moved": f"http://localhost:{port}/elsewhere"}
    if request.target in targets:
        return response(status="302 Found", headers=(("Location", targets[request.target]),))
    return response(b"<rss/>")


def test_a_feed_that_wants_a_login_says_how_it_gets_one() -> None:
    async def answer(visit: Visit) -> None:
        await visit.send(response(status="401 Unauthorized"))

    async def use(client: Client, server: Server) -> None:
        await client.fetch_feed(server.url("/feed"))

    with pytest.raises(FetchError, match="401") as refused:
        visiting(answer, use)

    assert "auth" in refused.value.hint


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
def test_a_login_that_is_refused_is_told_as_that(status: str) -> None:
    async def answer(visit: Visit) -> None:
        await visit.send(response(status=status))

    async def use(client: Client, server: Server) -> None:
        login = Credentials(server.url(), "Authorization", "Basic abc")
        await client.fetch_feed(server.url("/feed"), credentials=login)

    with pytest.raises(FetchError, match=status[:3]) as refused:
        visiting(answer, use)

    assert refused.value.hint == "the login that `auth` in feeds.toml gives was refused"
