"""Mail reaches a real server, over the kind of connection asked for, and never otherwise."""

import asyncio
import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.rendering import render_alert
from monitor.channels.email import EmailChannel
from monitor.channels.mail import build_mail
from monitor.errors import DeliveryError
from monitor.model import RecipientAnswer
from monitor.settings import SmtpSettings
from tests.alerts.samples import FIRST, HOSTILE, OPTIONS, PAYLOAD, poison
from tests.channels.servers import Authority, Mailbox, smtp_server

MESSAGE = render_alert(PAYLOAD, **OPTIONS)
NOW = datetime(2025, 6, 6, 12, 6, tzinfo=UTC)
DATE = "Fri, 06 Jun 2025 12:06:00 +0000"
MEANT = [
    *("To", "From", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-Id", "X-Monitor-Case"),
    *("In-Reply-To", "References", "X-Monitor-Alert", "MIME-Version", "Content-Type"),
]


@pytest.fixture(scope="module")
def authority():
    return Authority()


def channel(port, *, recipients=("desk@example.org",), deadline=timedelta(seconds=10), **smtp):
    values = {"host": "localhost", "port": port, "from": "monitor@example.org", **smtp}
    return EmailChannel(SmtpSettings(**values), recipients, clock=lambda: NOW, deadline=deadline)


def send(mailbox, *, message=MESSAGE, server=None, **smtp):
    """Runs a server and sends through it; gives the receipt."""

    async def run():
        async with smtp_server(mailbox, **(server or {})) as port:
            return await channel(port, **smtp).send(message)

    return asyncio.run(run())


def failure(mailbox, **options) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        send(mailbox, **options)
    return caught.value


def test_a_mail_arrives_as_it_was_rendered():
    mailbox = Mailbox()

    receipt = send(mailbox, recipients=("desk@example.org", "night@example.org"))

    (mail,) = mailbox.mails
    assert mail["From"] == "monitor <monitor@example.org>"
    assert mail["To"] == "desk@example.org, night@example.org"
    assert mail["Date"] == DATE
    assert mail["Message-ID"] == "<d41d8cd9@example.org>"
    assert mail["List-Id"] == "Night ferry <night-ferry.monitor.example.org>"
    text, page = mail.get_payload()
    assert (
        text.get_payload(decode=True).decode().replace("\r\n", "\n").strip() == MESSAGE.text.strip()
    )
    assert page.get_content_type() == "text/html"
    assert FIRST in page.get_payload(decode=True).decode()
    assert receipt.detail


@pytest.mark.parametrize("address", ["", "https://lists.example.org/leave"])
def test_a_recipient_can_leave_where_there_is_a_page_for_it(address):
    mailbox = Mailbox()

    async def run():
        async with smtp_server(mailbox) as port:
            smtp = SmtpSettings(**{"host": "localhost", "port": port, "from": "m@example.org"})
            leaving = EmailChannel(smtp, ["desk@example.org"], unsubscribe=address)
            await leaving.send(MESSAGE)

    asyncio.run(run())

    (mail,) = mailbox.mails
    assert mail["List-Unsubscribe"] == (f"<{address}>" if address else None)


@pytest.mark.parametrize("address", ["", "desk@example.org"])
def test_an_answer_goes_to_who_reads_answers(address):
    mailbox = Mailbox()

    send(mailbox, reply_to=address)

    (mail,) = mailbox.mails
    assert mail["Reply-To"] == (address or None)


def test_starttls_with_a_known_authority_and_a_login(authority, tmp_path):
    mailbox = Mailbox()
    ca_file = authority.write(tmp_path / "ca.pem")

    send(
        mailbox,
        server={"context": authority.context, "login": True},
        tls="starttls",
        ca_file=ca_file,
        username="desk",
        password="geheim",
    )

    assert mailbox.logins == [("desk", "geheim")]
    assert len(mailbox.mails) == 1


def test_tls_from_the_first_byte(authority, tmp_path):
    mailbox = Mailbox()

    send(
        mailbox,
        server={"context": authority.context, "implicit": True},
        tls="implicit",
        ca_file=authority.write(tmp_path / "ca.pem"),
    )

    assert len(mailbox.mails) == 1


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_an_unknown_authority_gets_nothing_and_may_be_mended(authority, tls):
    mailbox = Mailbox()

    error = failure(
        mailbox, server={"context": authority.context, "implicit": tls == "implicit"}, tls=tls
    )

    assert "no trusted TLS" in error.message
    assert not error.permanent
    assert mailbox.recipients == []


def test_a_certificate_for_another_name_gets_nothing(authority, tmp_path):
    mailbox = Mailbox()

    async def run():
        async with smtp_server(mailbox, context=authority.other) as port:
            await channel(port, tls="starttls", ca_file=authority.write(tmp_path / "ca.pem")).send(
                MESSAGE
            )

    with pytest.raises(DeliveryError, match="no trusted TLS"):
        asyncio.run(run())
    assert mailbox.recipients == []


def test_a_server_that_no_longer_offers_starttls_gets_neither_login_nor_mail(authority, tmp_path):
    mailbox = Mailbox()

    error = failure(
        mailbox,
        tls="starttls",
        ca_file=authority.write(tmp_path / "ca.pem"),
        username="desk",
        password="geheim",
    )

    assert "STARTTLS" in error.message
    assert not error.permanent
    assert mailbox.logins == []
    assert mailbox.recipients == []


def test_a_plain_connection_never_logs_in():
    mailbox = Mailbox()

    async def run():
        async with smtp_server(mailbox) as port:
            unchecked = SmtpSettings.model_construct(
                host="localhost",
                port=port,
                tls="none",
                from_="m@example.org",
                username="desk",
                password=None,
                ca_file=None,
            )
            await EmailChannel(unchecked, ["desk@example.org"]).send(MESSAGE)

    with pytest.raises(DeliveryError, match="a login needs TLS"):
        asyncio.run(run())
    assert mailbox.logins == []


def test_a_refused_login_is_permanent_and_keeps_the_password_to_itself(authority, tmp_path):
    error = failure(
        Mailbox(),
        server={"context": authority.context, "login": True},
        tls="starttls",
        ca_file=authority.write(tmp_path / "ca.pem"),
        username="desk",
        password="wrong-secret",
    )

    assert error.permanent
    assert "wrong-secret" not in str(error)


@pytest.mark.parametrize(
    ("answer", "permanent"), [("550 no such user", True), ("451 try later", False)]
)
def test_a_refused_recipient_is_permanent_when_the_server_says_so(answer, permanent):
    error = failure(Mailbox(answers={"desk@example.org": [answer] * 3}))

    assert error.permanent is permanent
    assert answer in error.message


@pytest.mark.parametrize(("answer", "permanent"), [("554 no spam", True), ("452 disk full", False)])
def test_a_refused_mail_is_permanent_when_the_server_says_so(answer, permanent):
    error = failure(Mailbox(data_answer=answer))

    assert error.permanent is permanent
    assert answer in error.message


DESK, SLOW = "desk@example.org", "slow@example.org"


def test_a_receipt_says_who_has_it_and_who_is_to_be_asked_again():
    receipt = send(Mailbox(answers={SLOW: ["451 greylisted"]}), recipients=(DESK, SLOW))

    assert [(one.recipient, one.is_accepted) for one in receipt.answered] == [(DESK, True)]
    assert receipt.waiting == f"{SLOW}: 451 greylisted"


def test_who_has_answered_is_not_asked_again():
    mailbox = Mailbox()
    again = replace(MESSAGE, answered=(RecipientAnswer(DESK, is_accepted=True),))

    receipt = send(mailbox, message=again, recipients=(DESK, SLOW))

    assert mailbox.recipients == [[SLOW]]
    assert mailbox.mails[0]["To"] == f"{DESK}, {SLOW}"
    assert [one.recipient for one in receipt.answered] == [SLOW]
    assert receipt.waiting == ""


def test_who_is_deferred_again_does_not_make_the_channel_fail():
    again = replace(MESSAGE, answered=(RecipientAnswer(DESK, is_accepted=True),))

    receipt = send(
        Mailbox(answers={SLOW: ["451 greylisted"]}), message=again, recipients=(DESK, SLOW)
    )

    assert (receipt.answered, receipt.waiting) == ((), f"{SLOW}: 451 greylisted")


def test_a_mail_that_nobody_is_left_for_asks_no_server():
    again = replace(MESSAGE, answered=(RecipientAnswer(DESK, is_accepted=True),))

    receipt = asyncio.run(channel(1, recipients=(DESK,)).send(again))

    assert (receipt.answered, receipt.waiting) == ((), "")


def test_a_mail_whose_recipients_are_all_deferred_has_failed():
    error = failure(
        Mailbox(answers={DESK: ["451 busy"], SLOW: ["452 full"]}), recipients=(DESK, SLOW)
    )

    assert not error.permanent
    assert "451 busy" in error.message
    assert "452 full" in error.message


def test_a_recipient_that_is_refused_for_good_is_told_while_the_others_have_it():
    mailbox = Mailbox(answers={"gone@example.org": ["550 gone"]})

    receipt = send(mailbox, recipients=("desk@example.org", "gone@example.org"))

    assert mailbox.recipients == [["desk@example.org"]]
    assert "gone@example.org: 550 gone" in receipt.detail


def test_recipients_refused_one_after_the_other_are_a_failure_in_the_end():
    mailbox = Mailbox(answers={DESK: ["550 gone"], SLOW: ["451 later", "550 gone"]})

    first = send(mailbox, recipients=(DESK, SLOW))
    error = failure(
        mailbox, message=replace(MESSAGE, answered=first.answered), recipients=(DESK, SLOW)
    )

    assert [str(one) for one in first.refused] == [f"{DESK}: 550 gone"]
    assert error.permanent
    assert mailbox.recipients == []


def test_no_server_is_a_failure_that_may_pass():
    with pytest.raises(DeliveryError) as caught:
        asyncio.run(channel(1).send(MESSAGE))

    assert not caught.value.permanent
    assert "localhost:1" in caught.value.message


def test_a_server_that_says_nothing_is_left_after_the_deadline():
    async def run():
        silent = asyncio.Event()

        async def hold(reader, writer):
            await silent.wait()
            writer.close()

        async with await asyncio.start_server(hold, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            try:
                await channel(port, deadline=timedelta(seconds=0.2)).send(MESSAGE)
            finally:
                silent.set()

    with pytest.raises(DeliveryError) as caught:
        asyncio.run(run())
    assert not caught.value.permanent


def test_hostile_text_changes_no_header():
    hostile = render_alert(poison(PAYLOAD, HOSTILE), **OPTIONS)
    mailbox = Mailbox()

    send(mailbox, message=hostile)

    (mail,) = mailbox.mails
    assert [name for name in mail if not name.startswith(("X-Peer", "X-Mail", "X-Rcpt"))] == MEANT
    assert mailbox.recipients == [["desk@example.org"]]


@given(st.text(max_size=100))
def test_no_text_changes_a_header(text):
    message = replace(
        render_alert(poison(PAYLOAD, text), **OPTIONS), subject=text, text=text, html=text
    )

    content = build_mail(message, "monitor@example.org", ["desk@example.org"], date=DATE)

    assert email.message_from_bytes(content, policy=email.policy.compat32).keys() == MEANT
    assert max(map(len, content.split(b"\r\n"))) < 998
    assert content.isascii()


LONG_SENDER = "monitor@alerts.harbour-desk.valley-and-island-newsrooms.example.org"
LONG_SLUG = "harbour-board-accounts-and-the-pier-that-was-never-built-at-all"


def raw_headers(content: bytes) -> dict[str, str]:
    """Returns headers as they stand in a mail, without their line breaks."""
    head = content.partition(b"\r\n\r\n")[0].decode("ascii")
    lines = head.replace("\r\n ", " ").split("\r\n")
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


@pytest.mark.parametrize(
    "name", ["Message-ID", "In-Reply-To", "References", "List-Id", "X-Monitor-Case"]
)
@pytest.mark.parametrize("title", ["Night ferry", 'Muelle: ¿quién pagó?, o "Bahía"', "Паром"])
def test_what_programs_compare_is_never_encoded_however_long(name, title):
    case = replace(PAYLOAD.case, slug=LONG_SLUG, title=title)
    options = {**OPTIONS, "sender": LONG_SENDER, "id": "a" * 64}
    message = render_alert(replace(PAYLOAD, case=case), **options)

    content = build_mail(message, LONG_SENDER, ["desk@example.org"], date=DATE)

    value = raw_headers(content)[name]
    assert "=?" not in value
    assert value == dict(message.headers)[name]
    assert name == "X-Monitor-Case" or value.endswith(f"{LONG_SENDER.partition('@')[2]}>")


def test_each_of_many_recipients_stands_whole_on_a_line():
    recipients = [f"reporter.number.{number}@{'n' * 40}.example.org" for number in range(40)]

    content = build_mail(MESSAGE, LONG_SENDER, recipients, date=DATE)

    assert raw_headers(content)["To"].split(", ") == recipients
    assert raw_headers(content)["From"] == f"monitor <{LONG_SENDER}>"


def test_a_mail_to_its_own_sender_says_who_wrote_it_and_starts_no_loop():
    mailbox = Mailbox()
    own = "desk@example.org"

    send(mailbox, recipients=(own,), **{"from": own})

    (mail,) = mailbox.mails
    assert (mail["From"], mail["To"]) == (f"monitor <{own}>", own)
    # What answers by itself leaves such a mail alone (RFC 3834, 5).
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == "<d41d8cd9@example.org>"


@given(st.lists(st.text("ab.-", min_size=0, max_size=90), min_size=1, max_size=9))
def test_folding_moves_no_character_of_an_id(words):
    references = " ".join(f"<{word}@x.example>" for word in words)
    message = replace(MESSAGE, headers=(("References", references),))

    content = build_mail(message, "monitor@example.org", ["desk@example.org"], date=DATE)

    assert raw_headers(content)["References"] == references[:200].rstrip()


@pytest.mark.parametrize(
    "header",
    [("Bcc\r\nX", "y"), ("", "y"), ("X Y", "y"), ("Subject", "again"), ("from", "x@y.example")],
)
def test_a_header_name_that_is_none_or_comes_twice_is_refused(header):
    with pytest.raises(DeliveryError) as caught:
        build_mail(
            replace(MESSAGE, headers=(header,)),
            "monitor@example.org",
            ["desk@example.org"],
            date=DATE,
        )

    assert caught.value.permanent


@pytest.mark.parametrize(
    "address",
    [
        "=?utf-8?q?x=0D=0ABcc:_evil=40x.example?= <desk@example.org>",
        "a@b.example\r\nBcc: c@d.example",
    ],
)
def test_a_hostile_address_stops_the_mail(address):
    """Addresses are checked by the settings; were one of them hostile all the same, nothing would
    be sent.
    """
    with pytest.raises(DeliveryError) as caught:
        build_mail(MESSAGE, "monitor@example.org", [address], date=DATE)

    assert caught.value.permanent
