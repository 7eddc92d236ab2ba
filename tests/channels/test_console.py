"""The console shows an alert and nothing that a terminal would obey."""

import asyncio
import io
from dataclasses import replace

import pytest

from monitor.alerts.rendering import render_alert
from monitor.channels.console import ConsoleChannel
from monitor.errors import DeliveryError
from tests.alerts.samples import FIRST, HOSTILE, OPTIONS, PAYLOAD, poison

MESSAGE = render_alert(PAYLOAD, **OPTIONS)


def printed(message, stream=None) -> str:
    stream = stream or io.StringIO()
    asyncio.run(ConsoleChannel(stream).send(message))
    return stream.getvalue()


def test_an_alert_is_a_block_with_subject_and_text():
    lines = printed(MESSAGE).splitlines()

    assert lines[1] == MESSAGE.subject
    assert FIRST in lines
    assert lines[0] == lines[-1]


def test_no_control_character_reaches_the_terminal():
    text = printed(
        replace(render_alert(poison(PAYLOAD, HOSTILE), **OPTIONS), subject=HOSTILE, text=HOSTILE)
    )

    assert not any(ord(char) < 32 and char != "\n" for char in text)
    assert "\x9b" not in text
    assert "\u202e" not in text


def test_a_terminal_without_unicode_gets_question_marks():
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")

    asyncio.run(ConsoleChannel(stream).send(replace(MESSAGE, text="Ábrego")))

    assert b"?brego" in raw.getvalue()


def test_a_closed_stream_is_a_failure():
    stream = io.StringIO()
    stream.close()

    with pytest.raises(DeliveryError, match="cannot print"):
        printed(MESSAGE, stream)
