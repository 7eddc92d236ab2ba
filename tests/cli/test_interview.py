"""The questions of `init`: a wrong answer is told and asked for again, nothing typed is lost."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import AuthResult, LoginPassword

from monitor.cli import interview as interview_module
from monitor.cli.interview import (
    LookedAt,
    describe_gaps,
    describe_spellings,
    interview,
    system_timezone,
    to_web_address,
)
from monitor.cli.mail_server import MailServer, ask_mail_server, read_mail_server
from monitor.cli.templates import NewCase, default_query, wider_query, write_config
from monitor.settings import Settings, load_settings
from tests.world import Mailbox

FEED = "https://gazette.example/rss"
OTHER = "https://courier.example/feed"


@dataclass
class Typist:
    """A person who types prepared lines; an empty line takes the default."""

    lines: list[str]
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def ask(self, question: str, default: str = "") -> str:
        self.asked.append(question)
        return self.lines.pop(0) or default

    def ask_secret(self, question: str) -> str:
        return self.ask(question)

    def say(self, text: str) -> None:
        self.said.append(text)


class Web:
    """What is behind addresses; counts how often somebody looked."""

    def __init__(self, *known: LookedAt) -> None:
        self.known = {one.url: one for one in known}
        self.looks = 0

    def __call__(self, settings: Settings) -> Sequence[LookedAt]:
        self.looks += 1
        missing = "no such host"
        return [
            self.known.get(feed.url, LookedAt(feed.url, error=missing)) for feed in settings.feeds
        ]


GAZETTE = LookedAt(FEED, "Harbour Gazette", 20, 1, ("Night ferry sails",))
WEB = (GAZETTE, LookedAt(OTHER, "Bay Courier", 10, 0))


def typed(
    *lines: str, given: NewCase | None = None, web: Web | None = None
) -> tuple[NewCase, Typist]:
    person = Typist(list(lines))
    case = interview(person, given or NewCase("", email="desk@example.org"), web or Web(*WEB))
    assert person.lines == [], "every line was asked for"
    return case, person


def test_four_answers_make_a_case() -> None:
    case, person = typed("Night ferry", "", FEED, "")

    assert (case.title, case.query, case.feeds) == ("Night ferry", '"Night ferry"', (FEED,))
    assert case.feed_titles == {FEED: "Harbour Gazette"}
    assert "Of 20 items in these feeds today the query would pick 1." in person.said
    assert "  - Night ferry sails" in person.said


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (("", "Night ferry", "", FEED, ""), "a case needs a name"),
        (("x" * 300, "Night ferry", "", FEED, ""), "200"),
        (("Night ferry", "(night", '"Night ferry"', FEED, ""), "("),
        (("Night ferry", "a ''' b", '"Night ferry"', FEED, ""), "three apostrophes"),
        (("Night ferry", "", "ftp://gazette.example/", FEED, ""), "is no web address"),
        (("Night ferry", "", "https://me:pw@x.example/", FEED, ""), "user name or password"),
    ],
)
def test_a_wrong_answer_is_told_and_asked_for_again(lines: tuple[str, ...], message: str) -> None:
    case, person = typed(*lines)

    assert message in "\n".join(person.said)
    assert (case.title, case.query, case.feeds) == ("Night ferry", '"Night ferry"', (FEED,))


def test_what_was_right_is_not_asked_for_again() -> None:
    _, person = typed("Night ferry", "(night", "night", "ftp://x.example/", FEED, "")

    assert len([question for question in person.asked if question.startswith("Name")]) == 1
    assert len([question for question in person.asked if question == "Query"]) == 2


def test_an_address_is_taken_without_its_scheme_and_once() -> None:
    case, _ = typed("Night ferry", "", f"gazette.example/rss {FEED}", "")

    assert case.feeds == (FEED,)
    assert to_web_address("http://x.example") == "http://x.example"


def test_a_feed_that_cannot_be_read_is_kept_where_nobody_knows_better() -> None:
    case, person = typed("Night ferry", "", "https://down.example/rss", "")

    assert case.feeds == ("https://down.example/rss",)
    assert person.said[-1] == "  https://down.example/rss cannot be read now: no such host"
    assert person.asked[-1] == "Another address in its place (empty: keep it)"


def test_a_mistyped_feed_is_replaced_in_its_place() -> None:
    case, _ = typed("Night ferry", "", f"{OTHER} https://gazete.example/rss", FEED, "")

    assert case.feeds == (OTHER, FEED)


def test_a_page_leads_to_the_feed_that_it_names() -> None:
    page = LookedAt("https://gazette.example/", offers=(FEED, OTHER))
    person = Typist(["Night ferry", "", "gazette.example/", ""])

    case = interview(person, NewCase("", email="desk@example.org"), Web(page, *WEB))

    assert case.feeds == (FEED,)
    assert f"it names the feed {FEED}" in person.said[-4]


def test_a_query_that_finds_the_wrong_things_is_changed_and_shown_anew() -> None:
    case, person = typed("Night ferry", "", FEED, "ferry NEAR/3 night", "(", "")

    assert case.query == "ferry NEAR/3 night"
    shown = [line for line in person.said if line.startswith("Of 20 items")]
    assert len(shown) == 2


def test_without_a_feed_somebody_says_how_to_add_one() -> None:
    case, person = typed("Night ferry", "", "")

    assert case.feeds == ()
    assert "monitor feeds add" in person.said[-1]


def test_two_feeds_of_one_title_keep_it_once() -> None:
    twin = LookedAt(OTHER, "Harbour Gazette", 1)
    person = Typist(["Night ferry", "", f"{FEED} {OTHER}", ""])

    case = interview(person, NewCase("", email="d@example.org"), Web(GAZETTE, twin))

    assert case.feed_titles == {FEED: "Harbour Gazette"}


def test_without_mail_nobody_asks_for_a_server() -> None:
    case, person = typed("Night ferry", "", FEED, "", "", given=NewCase(""))

    assert case.email == ""
    assert person.asked[-1].startswith("Mail address")


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    yield box
    box.close()


def test_a_mail_address_and_its_server_are_asked_for_until_they_are_right(
    mailbox: Mailbox,
) -> None:
    server = f"127.0.0.1:{mailbox.port}"

    case, person = typed(
        *("Night ferry", "", FEED, "", "desk", "desk@example.org", "a b", server), given=NewCase("")
    )

    assert case.email == "desk@example.org"
    assert case.mail_server == MailServer("127.0.0.1", mailbox.port, "none")
    assert any("'desk' is no mail address" in line for line in person.said)
    assert any("'a b' is no mail server" in line for line in person.said)
    assert person.said[-1] == f"  {server} answers; encryption: none"


def test_a_server_that_does_not_answer_is_taken_when_it_is_meant() -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as closed:
        server = f"127.0.0.1:{closed.server_address[1]}"

    case, person = typed(
        *("Night ferry", "", FEED, "", "desk@example.org", server, ""), given=NewCase("")
    )

    assert f"{case.mail_server.host}:{case.mail_server.port}" == server
    assert f"{server} does not answer" in person.said[-1]


def test_how_often_a_feed_is_asked_is_said_with_it() -> None:
    often = replace(GAZETTE, rhythm="asked every 30m (the feed asks for it)")

    _, person = typed("Night ferry", "", FEED, "", "", given=NewCase(""), web=Web(often))

    assert "  Harbour Gazette: 20 items; asked every 30m (the feed asks for it)" in person.said


PLACE = "127.0.0.2"  # what this machine says to itself by its first address is never encrypted


def authenticate(
    _server: object, _session: object, _envelope: object, _mechanism: str, data: LoginPassword
) -> AuthResult:
    return AuthResult(success=data == LoginPassword(b"desk", b"geheim"), handled=False)


@pytest.fixture
def secured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server that wants a login and offers STARTTLS, with a certificate that is trusted here."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(PLACE).configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with socket.create_server((PLACE, 0)) as free:
        port = int(free.getsockname()[1])
    controller = Controller(
        Sink(),
        hostname=PLACE,
        port=port,
        tls_context=context,
        authenticator=authenticate,
        auth_required=True,
    )
    controller.start()
    yield f"{PLACE}:{port}"
    controller.stop()


def test_a_login_is_asked_for_until_the_server_takes_it(secured: str, tmp_path: Path) -> None:
    case, person = typed(
        *("Night ferry", "", FEED, "", "desk@example.org", secured),
        *("desk", "wrong", "desk", "geheim"),
        given=NewCase(""),
    )

    assert f"  {secured} answers; encryption: starttls" in person.said
    assert f"  {secured} refuses the login (535)" in person.said
    assert person.said[-1] == f"  {PLACE} takes the login"
    assert "geheim" not in repr(case)
    written = write_config(tmp_path / "config", case)
    smtp = load_settings(tmp_path / "config", {}).smtp
    assert (smtp.username, smtp.password.get_secret_value()) == ("desk", "geheim")
    secret = next(path for path in written if path.name == "mail-password")
    assert secret.stat().st_mode & 0o777 == 0o600


def test_without_a_name_there_is_no_login(secured: str) -> None:
    case, person = typed(
        *("Night ferry", "", FEED, "", "desk@example.org", secured, ""), given=NewCase("")
    )

    assert (case.mail_server.tls, case.mail_server.username) == ("starttls", "")
    assert person.asked[-1] == f"Name to log in with at {PLACE} (empty: no login)"


def test_a_certificate_that_nobody_vouches_for_is_told(
    secured: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")

    with pytest.raises(OSError, match="certificate verify failed"):
        ask_mail_server(replace(MailServer(), host=PLACE, port=int(secured.rpartition(":")[2])))


class _Web(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def test_what_answers_otherwise_is_no_mail_server() -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), _Web) as web:
        threading.Thread(target=web.handle_request, daemon=True).start()

        with pytest.raises(OSError, match="is no mail server"):
            ask_mail_server(MailServer("127.0.0.1", web.server_address[1]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mail.example.org", MailServer("mail.example.org", 25, "none")),
        (" mail.example.org:587 ", MailServer("mail.example.org", 587, "none")),
        ("mail.example.org:465", MailServer("mail.example.org", 465, "implicit")),
        ("[::1]:2525", MailServer("::1", 2525, "none")),
        ("mail.example.org:0", None),
        ("mail.example.org:70000", None),
        ("mail.example.org:x", None),
        ("https://mail.example.org", None),
        ("", None),
    ],
)
def test_a_mail_server_is_a_host_and_perhaps_a_port(text: str, expected: MailServer | None) -> None:
    assert read_mail_server(text) == expected


@pytest.mark.parametrize(
    ("title", "hints"),
    [
        ("Ferry", ["Accents, case and hyphens never matter."]),
        (
            "Ana Túñez",
            ["ANA-TUNEZ is found, too", "(ana NEAR/3 tunez)"],
        ),
        ("Juan Mar Ríos", ["JUAN-MAR-RIOS is found, too"]),
        ("Ferry of Marlow harbour", ['"marlow harbour" OR (ferry NEAR/3 harbour)']),
    ],
)
def test_spellings_of_a_name_are_told(title: str, hints: list[str]) -> None:
    said = "\n".join(describe_spellings(title))

    assert [hint for hint in hints if hint not in said] == []


def test_a_wider_query_is_not_told_where_it_is_offered_anyway() -> None:
    assert len(describe_spellings("Juan Marcos Ríos")) == 1
    assert default_query("Juan Marcos Ríos") == wider_query("Juan Marcos Ríos")


GIVEN = NewCase("Night ferry", "ferry", (FEED,), "desk@example.org")


@pytest.mark.parametrize(
    ("case", "gaps"),
    [
        (replace(GIVEN, mail_server=MailServer("mail.example.org", 587)), []),
        (GIVEN, ["no --mail-server: mail goes through localhost:25"]),
        (replace(GIVEN, email=""), ["no --email: alerts are printed on the terminal"]),
        (
            NewCase("Night ferry"),
            [
                'no --query: it looks for "Night ferry"',
                "no --feed: nothing is watched before `monitor --config x feeds add URL`",
                "no --email: alerts",
            ],
        ),
    ],
    ids=["nothing", "server", "mail", "all"],
)
def test_what_nobody_said_is_told_with_what_to_do(case: NewCase, gaps: list[str]) -> None:
    told = describe_gaps(case, "monitor --config x")

    assert [line[: len(gap)] for line, gap in zip(told, gaps, strict=True)] == gaps


def test_a_query_that_finds_nothing_today_is_said_to_be_perhaps_too_narrow() -> None:
    _, person = typed("Night ferry", "", OTHER, "", web=Web(LookedAt(OTHER, "Bay Courier", 10, 0)))

    assert "Of 10 items in these feeds today the query would pick 0." in person.said
    assert "too narrow a query" in person.said[-1]


@pytest.mark.parametrize(
    ("variable", "expected"),
    [("Europe/Lisbon", "Europe/Lisbon"), (":Asia/Tokyo", "Asia/Tokyo"), ("America", "UTC")],
)
def test_the_time_zone_is_that_of_the_system(
    variable: str, expected: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TZ", variable)
    monkeypatch.setattr(interview_module, "_ZONE_LINK", tmp_path / "none")

    assert system_timezone() == expected


def test_the_time_zone_of_a_system_that_names_none_is_utc(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("TZ", raising=False)
    monkeypatch.setattr(interview_module, "_ZONE_LINK", tmp_path / "none")

    assert system_timezone() == "UTC"
