"""A message as a mail: its headers, plain text and HTML, checked once more as bytes.

Used by the mail channel; what the texts say was rendered before (`alerts.rendering`)."""

from __future__ import annotations

import email
import email.errors
import email.policy
import re
from collections.abc import Sequence
from email.message import EmailMessage

from monitor.alerts import header_text
from monitor.errors import DeliveryError
from monitor.model import Message
from monitor.text import one_line

_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
_MAX_LINE_CHARS = 78  # RFC 5322 §2.1.1: should; what has no blank may have up to 998
# Programs compare what stands here; the rest is for people, and may be encoded.
_VERBATIM = frozenset(
    {
        *("from", "to", "message-id", "in-reply-to", "references"),
        *("list-id", "x-monitor-case", "x-monitor-alert"),
    }
)


class _MailPolicy(email.policy.EmailPolicy):
    """Folds like its base, but never encodes what programs compare.

    The base encodes what is ASCII and longer than a line (cpython#100991): no filter finds such a
    List-Id, no thread such a Message-ID.
    """

    def fold(self, name: str, value: str) -> str:
        """Returns a header as its lines."""
        if name.lower() in _VERBATIM and value.isascii():
            return _fold_at_blanks(name, value) + self.linesep
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        """Returns a header as its lines in bytes."""
        if name.lower() in _VERBATIM and value.isascii():
            return self.fold(name, value).encode("ascii")
        return bytes(super().fold_binary(name, value))


# Lines end as SMTP has them, so that the bytes checked are those that are sent.
_POLICY = _MailPolicy(linesep="\r\n")


def build_mail(message: Message, sender: str, recipients: Sequence[str], *, date: str) -> bytes:
    """Returns a message as it goes over the wire: plain text and HTML, 7-bit, no header but those
    that were intended.

    Args:
        recipients: all of the channel, also those that have the mail already.
        date: as RFC 5322 writes it.

    Raises:
        DeliveryError: a header would not survive as the one line that it is; permanent.
    """
    # Addresses come from checked settings and may be many; all else may hold text from the web.
    headers = [("To", ", ".join(recipients))]
    own = (("From", sender), ("Subject", message.subject), ("Date", date))
    for name, value in (*own, *message.headers):
        headers.append((name, header_text(value)))
    try:
        content = _compose(message, headers)
    except (ValueError, LookupError, email.errors.MessageError) as error:
        raise DeliveryError(
            f"the mail cannot be written: {one_line(str(error), limit=200)}", permanent=True
        ) from error
    _check_headers(content, [name for name, _ in headers])
    return content


def _compose(message: Message, headers: Sequence[tuple[str, str]]) -> bytes:
    mail = EmailMessage(policy=_POLICY)
    # Quoted-printable: 8-bit text would depend on what each server on the way can carry.
    for name, value in headers:
        if not _HEADER_NAME.fullmatch(name) or name in mail:
            raise ValueError(f"the header {name!r} is none, or comes twice")
        mail[name] = value
    mail.set_content(_encodable(message.text), cte="quoted-printable")
    mail.add_alternative(_encodable(message.html), subtype="html", cte="quoted-printable")
    return mail.as_bytes()


def _fold_at_blanks(name: str, value: str) -> str:
    """Returns a header on lines that break at its blanks; each goes on with the blank itself."""
    # The first word stays beside the name: some servers take an empty first line for no header.
    first, *words = value.split(" ")
    lines = [f"{name}: {first}"]
    for word in words:
        # A line of blanks alone would end the headers for some readers.
        if word and len(lines[-1]) + 1 + len(word) > _MAX_LINE_CHARS:
            lines.append(f" {word}")
        else:
            lines[-1] += f" {word}"
    return "\r\n".join(lines)


def _check_headers(content: bytes, intended: list[str]) -> None:
    """Reads the finished bytes as a receiver does: whatever slipped into them would be found here
    (CVE-2024-6923).
    """
    parsed = email.message_from_bytes(content, policy=email.policy.compat32)
    expected = sorted(map(str.lower, (*intended, "MIME-Version", "Content-Type")))
    # An empty line smuggled into a header would end the headers early, and the parts with them.
    if sorted(map(str.lower, parsed.keys())) != expected or not parsed.is_multipart():
        raise DeliveryError(
            "the mail would hold a header that was not meant",
            permanent=True,
            hint="report this as a bug",
        )


def _encodable(text: str) -> str:
    # A lone surrogate cannot be sent.
    return text.encode("utf-8", "replace").decode()
