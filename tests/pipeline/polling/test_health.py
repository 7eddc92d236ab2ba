"""A source that dries up is told to people, once, and again when it is back; over real HTTP, to a
webhook and by mail.
"""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, select

from monitor.store.schema.tables import Delivery
from tests.acceptance.config import write_config
from tests.pipeline.conftest import Newsroom
from tests.world import Mailbox, Outlet


def broken() -> tuple[int, str, bytes]:
    return 500, "text/plain", b"out of paper"


def gone() -> tuple[int, str, bytes]:
    return 410, "text/plain", b"closed"


def notices(newsroom: Newsroom) -> list[dict[str, Any]]:
    return [event for event in newsroom.alerts if str(event["type"]).startswith("feed.")]


def fail(newsroom: Newsroom, *outlets: Outlet, hours: int = 30) -> None:
    for outlet in outlets:
        outlet.answers["/feed.xml"] = broken
    for _ in range(hours // 6):
        newsroom.poll(hours=6)


def _deliveries(session: Session) -> list[tuple[str, str, int | None]]:
    return [
        (row.kind, row.state, row.case_id)
        for row in session.exec(select(Delivery).order_by(Delivery.id)).all()
    ]


def test_a_feed_that_fails_for_a_day_is_told_once_with_its_reason(newsroom: Newsroom) -> None:
    newsroom.poll()
    outlet = newsroom.outlets[0]

    fail(newsroom, outlet, hours=60)

    (notice,) = notices(newsroom)
    assert notice["type"] == "feed.silent"
    (feed,) = notice["data"]["feeds"]
    assert (feed["url"], feed["title"], feed["state"]) == (outlet.feed_url, outlet.name, "failing")
    assert feed["reason"].startswith("it has failed since ")
    # The address stands beside it already.
    assert feed["reason"].endswith(" UTC: answered 500 Internal Server Error")
    assert notice["data"]["about"]["feed"] == outlet.feed_url


def test_a_feed_whose_host_asks_for_weeks_of_peace_is_told_at_once(newsroom: Newsroom) -> None:
    newsroom.poll()
    outlet = newsroom.outlets[0]
    outlet.retry_after["/feed.xml"] = 20 * 86_400
    newsroom.poll(hours=6)
    del outlet.retry_after["/feed.xml"]
    for _ in range(3):
        newsroom.poll(hours=7 * 24)

    told, back = notices(newsroom)
    (feed,) = told["data"]["feeds"]
    assert (feed["url"], feed["state"]) == (outlet.feed_url, "failing")
    assert "its host wants no polls before" in feed["reason"]
    assert back["type"] == "feed.recovered"
    beats = [event for event in newsroom.alerts if event["type"] == "heartbeat"]
    assert [beat["data"]["about"]["troubled"] for beat in beats] == [1, 1, 0]


def test_a_feed_that_is_back_is_told_once_and_may_fall_silent_again(newsroom: Newsroom) -> None:
    newsroom.poll()
    outlet = newsroom.outlets[0]
    fail(newsroom, outlet)
    del outlet.answers["/feed.xml"]
    newsroom.poll()
    newsroom.poll()
    fail(newsroom, outlet)

    assert [notice["type"] for notice in notices(newsroom)] == [
        "feed.silent",
        "feed.recovered",
        "feed.silent",
    ]
    assert (
        len({key for key, event in newsroom.hook.events if event["type"].startswith("feed.")}) == 3
    )


def be_gone(newsroom: Newsroom) -> None:
    """Three days of answers that one feed is gone for good."""
    newsroom.outlets[1].answers["/feed.xml"] = gone
    for _ in range(4):
        newsroom.poll(hours=24)


def test_a_feed_that_is_gone_for_good_is_told_once_and_not_before_three_days(
    newsroom: Newsroom,
) -> None:
    newsroom.poll()
    newsroom.outlets[1].answers["/feed.xml"] = gone
    for _ in range(3):
        newsroom.poll(hours=24)
        assert notices(newsroom) == []

    for _ in range(3):
        newsroom.poll(hours=24)

    (notice,) = notices(newsroom)
    assert [(feed["url"], feed["state"]) for feed in notice["data"]["feeds"]] == [
        (newsroom.outlets[1].feed_url, "gone")
    ]


def test_an_outage_of_the_whole_network_is_one_message_and_so_is_its_end(
    newsroom: Newsroom,
) -> None:
    newsroom.poll()

    fail(newsroom, newsroom.outlets[0], hours=12)
    fail(newsroom, *newsroom.outlets, hours=72)
    for outlet in newsroom.outlets:
        del outlet.answers["/feed.xml"]
    newsroom.poll()

    down, up = notices(newsroom)
    assert (down["type"], len(down["data"]["feeds"])) == ("feed.silent", 3)
    assert "network" in down["data"]["notice"]["title"]
    assert (up["type"], len(up["data"]["feeds"])) == ("feed.recovered", 3)


def test_a_refused_notice_is_sent_again_under_the_same_id(newsroom: Newsroom) -> None:
    newsroom.poll()
    newsroom.hook.status = 500
    be_gone(newsroom)
    assert newsroom.read(_deliveries) == [("notice", "pending", None)]
    newsroom.hook.status = 200

    newsroom.poll(hours=24)
    newsroom.poll()

    assert newsroom.read(_deliveries) == [("notice", "sent", None)]
    assert len(notices(newsroom)) == 1


def test_a_notice_comes_by_mail_too(newsroom: Newsroom, mailbox: Mailbox) -> None:
    write_config(
        newsroom.config, newsroom.outlets, mailbox=mailbox, database_url=newsroom.database_url
    )
    newsroom.poll()

    be_gone(newsroom)

    (message,) = mailbox.messages
    assert message["Subject"] == "[monitor] A feed is in trouble: Bay Courier"
    body = message.get_body(("plain",))
    assert body is not None
    assert newsroom.outlets[1].feed_url in body.get_content()
