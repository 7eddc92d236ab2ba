"""Mails as bytes: whatever they say, they are read as they were meant, by strict readers."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerts.payload import DigestKind, DigestPayload
from monitor.alerts.rendering import render_alert, render_digest
from monitor.channels.mail import build_mail
from tests.alerts.generated import make_messages
from tests.alerts.samples import OPTIONS, PAYLOAD, poison

DATE = "Fri, 06 Jun 2025 12:05:00 +0000"
SENDER, DESK = "monitor@example.org", ["desk@example.org", "night@example.org"]
# RFC 5322 §2.2: a name, a colon, and lines that go on with a blank.
HEADER = re.compile(rb"[!-9;-~]+:(?: [ -~]*)?(?:\r\n[ \t][ -~]+)*\r\n")


def mail(message) -> bytes:
    return build_mail(message, SENDER, DESK, date=DATE)


def assert_wire_format(content: bytes) -> None:
    """Checks what RFC 5322 and 2045 ask of the bytes, without a parser of mails."""
    head, _, body = content.partition(b"\r\n\r\n")
    assert content.isascii()
    assert re.fullmatch(rb"(?:" + HEADER.pattern + rb")+", head + b"\r\n")
    assert b"\r" not in content.replace(b"\r\n", b"")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\x00" not in content
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert max(map(len, body.split(b"\r\n"))) <= 78


@pytest.mark.long
def test_five_hundred_mails_are_read_strictly_as_they_were_meant():
    for message in make_messages(500):
        content = mail(message)

        assert_wire_format(content)
        parsed = email.message_from_bytes(content, policy=email.policy.strict)
        assert [part.get_content_type() for part in parsed.walk()] == [
            *("multipart/alternative", "text/plain", "text/html")
        ]
        assert len(parsed.keys()) == len(set(map(str.lower, parsed.keys())))
        plain, rich = (part.get_content() for part in parsed.iter_parts())
        assert plain.split() == message.text.split()
        assert rich.split() == message.html.split()
        assert parsed["Subject"] == message.subject
        assert all(" ".join(str(parsed[name]).split()) == value for name, value in message.headers)
        assert not any(part.defects for part in parsed.walk())
        assert len(content) <= 30_000


@settings(max_examples=60)
@given(st.text(max_size=120), st.sampled_from(("alert", "digest")))
def test_no_title_changes_the_set_of_headers(title, kind):
    def keys(payload) -> list[str]:
        given_ = {**OPTIONS, "id": "one"}
        if kind == "alert":
            message = render_alert(payload, **given_)
        else:
            digest = DigestPayload(DigestKind.DIGEST, payload.case, (payload,))
            message = render_digest(digest, **given_)
        parsed = email.message_from_bytes(mail(message), policy=email.policy.strict)
        return sorted(parsed.keys())

    titled = replace(
        PAYLOAD,
        case=replace(PAYLOAD.case, title=title),
        article=replace(PAYLOAD.article, title=title, outlet=title),
        development=replace(PAYLOAD.development, summary_sentence=title),
    )
    assert keys(titled) == keys(poison(PAYLOAD, title)) == keys(PAYLOAD)
