"""Signed links of mails: who holds one may do the one thing that it says, once, for a while.

A link names an alert, what is to be done about it, and its end; a signature (HMAC-SHA256, RFC 2104)
keeps anybody else from making one. It holds no name and no address of a reader."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import quote

from monitor.text import one_line

LIFETIME = timedelta(days=30)  # a mail that is older is hardly read any more
SILENCE_FOR = timedelta(days=7)
# What is signed begins so: no other use of the same secret can be taken for a link.
_CONTEXT = b"monitor link 1\n"
_SIGNATURE_BYTES = 24  # of 32: NIST SP 800-107 asks for half at least
_LATEST = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp())
_TOKEN = re.compile(r"([a-z-]{4,20})\.([0-9a-f]{8,40})\.(\d{1,12})\.([A-Za-z0-9_-]{32})")


PROGRAM = "monitor"


class Act(StrEnum):
    """What can be done about an alert."""

    SILENCE = "silence"
    NOT_RELEVANT = "not-relevant"
    NOT_NEW = "not-new"
    WAS_NEWS = "was-news"


LABELS: Mapping[Act, str] = {
    Act.SILENCE: "Silence this story for 7 days",
    Act.NOT_RELEVANT: "Not about the case",
    Act.NOT_NEW: "Not new",
    Act.WAS_NEWS: "This was news",
}


@dataclass(frozen=True, slots=True)
class SignedAct:
    """What a link allows.

    Attributes:
        alert_id: the alert's public id.
        ends_at: from then on it allows nothing.
    """

    act: Act
    alert_id: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class MailLinks:
    """Where the buttons of a mail lead.

    Attributes:
        base: where readers reach the pages, without a slash at its end; empty for nowhere.
        secret: what links are signed with; empty where there are none.
        reply_to: who reads answers to mails; empty for nobody.
        program: what commands begin with, with the config that they are about.
    """

    base: str = ""
    secret: str = field(default="", repr=False)
    reply_to: str = ""
    program: str = PROGRAM

    def of_act(self, act: Act, alert_id: str, title: str, now: datetime) -> str:
        """Returns what a button leads to: a signed link, else a mail to who reads answers, else
        nothing.

        Args:
            title: of what the alert tells, for the subject of that mail.
            now: when the message was sealed; a repeat has the same links.
        """
        if self.base and self.secret:
            token = sign(SignedAct(act, alert_id, now + LIFETIME), self.secret)
            return f"{self.base}/act/{token}"
        if self.reply_to:
            subject = f"{LABELS[act]}: {one_line(title, limit=80)} [{alert_id}]"
            return f"mailto:{quote(self.reply_to, safe='@')}?subject={_escape(subject)}"
        return ""

    def of_case(self, slug: str) -> str:
        """Returns the page of a case; empty where there are no pages."""
        return f"{self.base}/cases/{quote(slug, safe='')}" if self.base else ""


NO_LINKS = MailLinks()


def _escape(text: str) -> str:
    # A lone surrogate has no bytes; a blank as "+" would stay one in a subject (RFC 6068).
    return quote(text.encode("utf-8", "replace"), safe="")


def sign(what: SignedAct, secret: str) -> str:
    """Returns the token of a link."""
    said = f"{what.act}.{what.alert_id}.{int(what.ends_at.timestamp())}"
    return f"{said}.{_signature(said, secret)}"


def read_signed(token: str, secret: str) -> SignedAct | None:
    """Returns what a token allows, ended or not; None for one that was not signed with the
    secret.
    """
    match = _TOKEN.fullmatch(token)
    if match is None or not secret:
        return None
    # In constant time: how long a refusal takes must not tell how much was right.
    said = token.rpartition(".")[0]
    if not hmac.compare_digest(match[4], _signature(said, secret)):
        return None
    seconds = min(int(match[3]), _LATEST)
    return SignedAct(Act(match[1]), match[2], datetime.fromtimestamp(seconds, UTC))


def _signature(said: str, secret: str) -> str:
    digest = hmac.new(secret.encode(), _CONTEXT + said.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:_SIGNATURE_BYTES]).decode()
