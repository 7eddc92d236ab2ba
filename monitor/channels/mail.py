"""A message as a mail: its headers, plain text and HTML, checked once more as bytes.

Used by the mail channel; what the texts say was rendered before (`alerts.rendering`)."""

from __future__ import annotations

import email
import email.errors
import email.policy
import re
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Sequence
from email.header import Header
from email.message import EmailMessage

from monitor.alerts.headers import header_text
from monitor.errors import DeliveryError
from monitor.model import Message
from monitor.text import one_line

# Who wrote it, for people: where the sender is the reader's own address, a list of mails would show
# their own name.
_NAME = "monitor"
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
# As SMTP has it, so that the bytes checked are those that are sent.
_LINE_END = "\r\n"
_MAX_LINE_CHARS = 78  # RFC 5322 §2.1.1: should; what has no blank may have up to 998
_MAX_WORD_LINE_CHARS = 76  # RFC 2047 §2: of a line with encoded words


class _MailPolicy(email.policy.EmailPolicy):
    """Folds at blanks, and encodes as a whole what is not ASCII.

    The base encodes what is ASCII and longer than a line (cpython#100991): no filter finds such a
    List-Id, no thread such a Message-ID. And of what it has to encode it loses blanks between two
    words (cpython#92081).
    """

    def fold(self, name: str, value: str) -> str:
        """Returns a header as its lines."""
        folded = _fold_at_blanks(name, value) if value.isascii() else _encode_words(name, value)
        return folded + self.linesep

    def fold_binary(self, name: str, value: str) -> bytes:
        """Returns a header as its lines in bytes."""
        return self.fold(name, value).encode("ascii")


_POLICY = _MailPolicy(linesep=_LINE_END)


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
    own = (("From", f"{_NAME} <{sender}>"), ("Subject", message.subject), ("Date", date))
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
    # 7-bit: more would depend on what each server on the way can carry.
    for name, value in headers:
        if not _HEADER_NAME.fullmatch(name) or name in mail:
            raise ValueError(f"the header {name!r} is none, or comes twice")
        mail[name] = value
    plain, rich = _encodable(message.text), _encodable(message.html)
    mail.set_content(plain, cte=_shorter_encoding(plain))
    mail.add_alternative(rich, subtype="html", cte=_shorter_encoding(rich))
    return mail.as_bytes()


def _shorter_encoding(text: str) -> str:
    """Returns how a text is encoded: in letters that stay readable, unless few of them would."""
    content = text.encode()
    is_plain = len(b2a_qp(content)) <= len(encodebytes(content))
    return "quoted-printable" if is_plain else "base64"


def _encode_words(name: str, value: str) -> str:
    """Returns a header that is not ASCII on lines of encoded words. Source: RFC 2047."""
    words = Header(str(value), "utf-8", header_name=name, maxlinelen=_MAX_WORD_LINE_CHARS)
    return f"{name}: {words.encode(linesep=_LINE_END)}"


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
    return _LINE_END.join(lines)


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
