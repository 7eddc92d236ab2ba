"""Links of mails: opening one changes nothing, its form does what it says, once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from lxml import html

from monitor.alerts.actions.signed import Act, SignedAct, sign
from monitor.daemon.observability.web_server import serve
from monitor.daemon.pulse import Pulse
from monitor.model import Outcome
from monitor.pages.library import Library
from monitor.settings import load_settings
from monitor.store import Store
from monitor.store.silences import SilenceView, list_silences
from monitor.store.views.alerts import list_alerts
from monitor.store.views.feedback import FeedbackView, get_labels, list_feedback
from tests.pages.conftest import TOKEN
from tests.pipeline.program import Program, start_program
from tests.store.rows import NOW
from tests.store.views.stored import MAIL, alert, judge

SECRET = "0123456789abcdef0123456789abcdef"
LATER = NOW + timedelta(days=1)


@dataclass
class Clicked:
    """The pages of a store with one alert, as somebody sees them who has links and no token."""

    library: Library
    reader: httpx.Client
    alert_id: str
    program: Program
    now: datetime = LATER

    def link(self, act: Act, *, days: int = 30, secret: str = SECRET) -> str:
        what = SignedAct(act, self.alert_id, self.now + timedelta(days=days))
        return f"/act/{sign(what, secret)}"

    def silences(self) -> list[SilenceView]:
        return self.library.store.read(list_silences, now=self.now, with_ended=True)

    def feedback(self) -> list[FeedbackView]:
        return self.library.store.read(list_feedback)


@pytest.fixture
def clicked(tmp_path: Path) -> Iterator[Clicked]:
    program = start_program(tmp_path / "config")
    folder = program.folder
    with (folder / "monitor.toml").open("a") as file:
        file.write(
            f'[http]\nlisten = "127.0.0.1:9310"\ntoken = "{TOKEN}"\nlink_secret = "{SECRET}"\n'
            'public_url = "https://monitor.example.org"\n'
        )
    store = Store(load_settings(folder, {}).database_url)
    store.write(alert, 1, hours=1, tier=1, title="<b>Pier</b> closed")
    (told,) = store.read(list_alerts, limit=9)
    found: list[Clicked] = []
    library = Library(store, lambda: load_settings(folder, {}), lambda: found[0].now)
    server = serve("127.0.0.1:0", TOKEN, library, Pulse(), bytes)
    with httpx.Client(base_url="http://{}:{}".format(*server.address)) as reader:
        found.append(Clicked(library, reader, told.id, program))
        yield found[0]
    server.stop()
    store.close()


@pytest.mark.parametrize("act", Act)
def test_opening_a_link_changes_nothing(clicked: Clicked, act: Act) -> None:
    for method in ("GET", "HEAD", "GET"):
        assert clicked.reader.request(method, clicked.link(act)).status_code == 200

    assert (clicked.silences(), clicked.feedback()) == ([], [])


def test_the_page_says_what_it_is_about_and_asks_with_a_form(clicked: Clicked) -> None:
    page = html.fromstring(clicked.reader.get(clicked.link(Act.NOT_NEW)).text)

    assert "harbour master closed the old pier" in page.text_content()
    (form,) = page.forms
    assert (form.method, form.action) == ("POST", clicked.link(Act.NOT_NEW))
    assert page.xpath("//a | //script | //img | //nav") == []


def test_the_form_silences_the_story_for_a_week(clicked: Clicked) -> None:
    done = clicked.reader.post(clicked.link(Act.SILENCE))

    (silence,) = clicked.silences()
    assert (done.status_code, silence.case, silence.kind) == (200, "harbour", "story")
    assert silence.ends_at == clicked.now + timedelta(days=7)
    assert silence.comment == "by a link in a mail"


@pytest.mark.parametrize(
    ("rule", "where"),
    [
        ('when = "now"\nheld = "none"', "It stays in the timeline: no channel of the case gets"),
        ('when = "now"', "comes with the next digest of each channel that gets one"),
        ('when = "daily 08:00"', "comes with the next digest of each channel that gets one"),
    ],
)
def test_the_page_promises_a_digest_where_there_is_one(
    clicked: Clicked, rule: str, where: str
) -> None:
    case = f'title = "Harbour"\nquery = "pier"\n[[alert]]\nchannel = "console"\n{rule}\n'
    clicked.program.write_case("harbour", case)

    assert where in clicked.reader.post(clicked.link(Act.SILENCE)).text


def test_the_page_of_a_case_that_left_the_config_promises_no_digest(clicked: Clicked) -> None:
    assert "next digest" not in clicked.reader.post(clicked.link(Act.SILENCE)).text


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (Act.NOT_NEW, "not_new"),
        (Act.NOT_RELEVANT, "not_relevant"),
        (Act.WAS_NEWS, "new"),
    ],
)
def test_the_form_keeps_what_a_reader_thinks(clicked: Clicked, act: Act, kind: str) -> None:
    assert clicked.reader.post(clicked.link(act)).status_code == 200

    (given,) = clicked.feedback()
    assert (given.kind, given.case) == (kind, "harbour")


def test_what_was_held_back_in_doubt_is_said_to_be_news_by_its_reader(clicked: Clicked) -> None:
    held = {"outcome": Outcome.DIGEST, "targets": (MAIL,)}
    clicked.library.store.write(judge, 2, hours=2, title="Quay closed", **held)
    waiting = clicked.library.store.read(list_alerts, limit=9)
    (doubt,) = [one for one in waiting if one.id != clicked.alert_id]
    link = replace(clicked, alert_id=doubt.id).link(Act.WAS_NEWS)

    asked = clicked.reader.get(link)
    assert clicked.feedback() == []
    done = clicked.reader.post(link)

    assert ("This was news" in asked.text, done.status_code) == (True, 200)
    (given,) = clicked.feedback()
    assert (given.kind, given.title) == ("new", "Quay closed")
    # The case learns from the verdict on that article.
    assert [label.is_new for label in clicked.library.store.read(get_labels, "harbour")] == [True]


def test_a_link_that_was_used_is_refused(clicked: Clicked) -> None:
    link = clicked.link(Act.NOT_NEW)
    clicked.reader.post(link)
    clicked.reader.post(clicked.link(Act.NOT_RELEVANT))

    again = clicked.reader.post(link)

    assert (again.status_code, "used before" in again.text) == (409, True)
    assert [given.kind for given in clicked.feedback()] == ["not_relevant"]


def test_of_many_that_use_a_link_at_once_one_does(clicked: Clicked) -> None:
    link = clicked.link(Act.SILENCE)

    def post(_number: int) -> int:
        return httpx.post(f"{clicked.reader.base_url}{link}", timeout=60).status_code

    with ThreadPoolExecutor(12) as readers:
        answers = sorted(readers.map(post, range(12)))

    assert answers == [200, *[409] * 11]
    assert len(clicked.silences()) == 1


def test_a_link_that_has_ended_is_refused(clicked: Clicked) -> None:
    link = clicked.link(Act.SILENCE, days=2)
    clicked.now += timedelta(days=2)

    for method in ("GET", "POST"):
        assert clicked.reader.request(method, link).status_code == 410
    assert clicked.silences() == []


def test_a_used_link_stays_refused_when_what_is_remembered_of_it_is_gone(clicked: Clicked) -> None:
    link = clicked.link(Act.SILENCE, days=2)
    clicked.reader.post(link)
    clicked.now += timedelta(days=3)
    # Another use forgets what has ended.
    clicked.reader.post(clicked.link(Act.NOT_NEW))

    assert clicked.reader.post(link).status_code == 410
    assert len(clicked.silences()) == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("secret", [SECRET[::-1], TOKEN])
def test_a_forged_link_is_none(clicked: Clicked, method: str, secret: str) -> None:
    answer = clicked.reader.request(method, clicked.link(Act.SILENCE, secret=secret))

    assert answer.status_code == 404
    assert "pier" not in answer.text
    assert clicked.silences() == []


@pytest.mark.parametrize("token", ["", "x", "../cases", "%2e%2e", "silence", "a" * 9_000])
def test_what_is_no_link_is_told_without_an_error_of_ours(clicked: Clicked, token: str) -> None:
    assert clicked.reader.get(f"/act/{token}").status_code in (303, 404)


def test_a_form_of_another_site_is_refused(clicked: Clicked) -> None:
    for site in ("cross-site", "same-site"):
        answer = clicked.reader.post(clicked.link(Act.SILENCE), headers={"Sec-Fetch-Site": site})

        assert answer.status_code == 403
    assert clicked.silences() == []


def test_a_link_opens_nothing_but_itself(clicked: Clicked) -> None:
    answer = clicked.reader.get(clicked.link(Act.SILENCE))

    assert "set-cookie" not in answer.headers
    assert clicked.reader.get("/cases/harbour").status_code == 303
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_a_link_to_what_is_gone_is_told(clicked: Clicked) -> None:
    gone = replace(clicked, alert_id="ffffffffffffffff").link(Act.SILENCE)

    for method in ("GET", "POST"):
        answer = clicked.reader.request(method, gone)
        assert (answer.status_code, "not stored any more" in answer.text) == (404, True)


def test_no_other_method_acts(clicked: Clicked) -> None:
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS"):
        assert clicked.reader.request(method, clicked.link(Act.SILENCE)).status_code == 405
    assert clicked.silences() == []
