"""A header value stays one header, on every Python."""

import email
import email.policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.headers import header_text, make_list_id, make_message_id

ENCODED = st.text(alphabet="=?_QBqb0AD utf-8:x\r\n\u00ad\u200b", max_size=80)
ATTACK = "=?utf-8?q?Breaking=0D=0ABcc:_evil=40x?="


def names_after(value: str) -> list[str]:
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["Subject"] = value
    mail["X-Monitor-Case"] = value
    return email.message_from_bytes(mail.as_bytes(), policy=email.policy.compat32).keys()


@given(st.text() | ENCODED | ENCODED.map(lambda text: f"=?utf-8?q?{text}?="))
def test_no_text_adds_a_header(text):
    assert names_after(header_text(text)) == ["Subject", "X-Monitor-Case"]


@pytest.mark.parametrize(
    "text",
    [
        ATTACK,
        f"[x] {ATTACK}",
        "==??utf-8?q?=0ABcc:_x?=",
        "=\x00?utf-8?q?=0ABcc:_x?=",
        "=?utf-8?b?DQpCY2M6IHg=?=",
        "x\r\nBcc: y",
        "x\n\ny",
    ],
)
def test_the_known_attacks_add_no_header(text):
    assert names_after(header_text(text)) == ["Subject", "X-Monitor-Case"]
    assert "=?" not in header_text(text)


@given(st.text())
def test_a_header_is_one_short_line(text):
    value = header_text(text)

    assert len(value) <= 200
    assert len(value.splitlines()) <= 1
    assert value == header_text(value)


def test_what_is_meant_is_kept():
    assert header_text("Ábrego García’s lawyer: “no”") == "Ábrego García’s lawyer: “no”"


@given(st.text(), st.text())
def test_ids_are_ids(name, sender):
    assert email.message_from_string(f"Message-ID: {make_message_id(name, sender)}\n\n").keys() == [
        "Message-ID"
    ]
    assert make_message_id(name, sender).isascii()
    assert make_list_id("slug", name, sender).endswith(">")
    assert make_list_id("slug", name, sender).count("<") == 1
