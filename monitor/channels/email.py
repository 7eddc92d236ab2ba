"""Mail over SMTP.

A connection is either verified TLS from the first byte (`implicit`), verified TLS before anything
is said (`starttls`), or plain (`none`), which is never used to log in. There is no fallback from
one to another. Tried and left: `smtplib` (verifies nothing unless told, blocks), aiosmtplib's own
default (sends in clear where STARTTLS is missing)."""

from __future__ import annotations

import asyncio
import email
import email.errors
import email.policy
import re
import ssl
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import aiosmtplib

from monitor.alerts import header_text
from monitor.channels.base import Clock, wall_clock
from monitor.errors import DeliveryError
from monitor.model import Message, Receipt
from monitor.settings import SmtpSettings
from monitor.text import one_line

DEADLINE = timedelta(seconds=45)  # for one message, from connecting to the answer
FAREWELL_SECONDS = 2
MAX_REMEMBERED = 1_000  # messages that some recipients have and others not yet

_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")


@dataclass(slots=True)
class _Progress:
    """How far a mail has come that not all recipients have yet: who accepted it, and who never
    will, with the server's word.
    """

    accepted: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def done(self) -> set[str]:
        return self.accepted | self.refused.keys()


class EmailChannel:
    """Sends each message to all recipients of a channel.

    Args:
        ca_folder: folder that `ca_file` is relative to.
    """

    def __init__(
        self,
        smtp: SmtpSettings,
        recipients: Sequence[str],
        *,
        ca_folder: Path = Path(),
        clock: Clock = wall_clock,
        deadline: timedelta = DEADLINE,
    ) -> None:
        self._smtp = smtp
        self._recipients = tuple(recipients)
        self._clock = clock
        self._deadline = deadline
        self._context = _tls_context(smtp, ca_folder) if smtp.tls != "none" else None
        # A recipient that is to be tried again must not make the others get the mail again.
        self._progress: OrderedDict[str, _Progress] = OrderedDict()

    async def send(self, message: Message) -> Receipt:
        """Sends a message to the recipients that have not accepted it yet.

        Raises:
            DeliveryError: some did not accept it; permanent when the server says so of all of
                these.
        """
        progress = self._progress.get(message.id, _Progress())
        recipients = [address for address in self._recipients if address not in progress.done]
        content = build_mail(
            message, self._smtp.from_, self._recipients, date=format_datetime(self._clock())
        )
        try:
            async with asyncio.timeout(self._deadline.total_seconds()):
                refused, answer = await self._transmit(recipients, content)
        except TimeoutError as error:
            server = f"{self._smtp.host}:{self._smtp.port}"
            raise DeliveryError(
                f"{server}: no answer within {self._deadline.total_seconds():g} s"
            ) from error
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise self._translate(error) from error
        return self._conclude(
            message.id, progress, {address: refused.get(address) for address in recipients}, answer
        )

    async def _transmit(
        self, recipients: Sequence[str], content: bytes
    ) -> tuple[dict[str, tuple[int, str]], str]:
        """Returns the recipients that were refused, with the server's answers, and its answer to
        the mail.
        """
        client = aiosmtplib.SMTP(
            hostname=self._smtp.host,
            port=self._smtp.port,
            use_tls=self._smtp.tls == "implicit",
            start_tls=self._smtp.tls == "starttls",
            tls_context=self._context,
            local_hostname=self._smtp.from_.rpartition("@")[2],
            timeout=self._deadline.total_seconds(),
        )
        try:
            await client.connect()
            if self._smtp.username:
                await self._log_in(client)
            refused, answer = await client.sendmail(self._smtp.from_, recipients, content)
            # Whatever the farewell brings, the answer to the mail stands.
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit(timeout=FAREWELL_SECONDS)
        except aiosmtplib.SMTPRecipientsRefused as error:
            return {one.recipient: (one.code, one.message) for one in error.recipients}, ""
        finally:
            client.close()
        return {address: (one.code, one.message) for address, one in refused.items()}, answer

    async def _log_in(self, client: aiosmtplib.SMTP) -> None:
        if self._context is None:
            raise DeliveryError(
                "a login needs TLS", permanent=True, hint='set smtp.tls to "starttls" or "implicit"'
            )
        await client.login(self._smtp.username, self._smtp.password.get_secret_value())

    def _conclude(
        self, id_: str, progress: _Progress, told: dict[str, tuple[int, str] | None], answer: str
    ) -> Receipt:
        """Turns what the server told each recipient (None: accepted) into a receipt or an error."""
        later = []
        for address, refusal in told.items():
            if refusal is None:
                progress.accepted.add(address)
            elif refusal[0] >= 500:
                progress.refused[address] = f"{refusal[0]} {one_line(refusal[1], limit=200)}"
            else:
                later.append(f"{address}: {refusal[0]} {one_line(refusal[1], limit=200)}")
        refused = "; ".join(f"{address}: {text}" for address, text in progress.refused.items())
        if later:
            self._remember(id_, progress)
            raise DeliveryError(
                f"not accepted yet by {len(later)} of {len(self._recipients)}: {'; '.join(later)}"
            )
        self._progress.pop(id_, None)
        if not progress.accepted:
            raise DeliveryError(
                f"no recipient was accepted: {refused}",
                permanent=True,
                hint="check the channel's addresses",
            )
        return Receipt(
            one_line(f"{answer}{f' (refused: {refused})' if refused else ''}", limit=500)
        )

    def _remember(self, id_: str, progress: _Progress) -> None:
        self._progress[id_] = progress
        while len(self._progress) > MAX_REMEMBERED:
            self._progress.popitem(last=False)

    def _translate(self, error: Exception) -> DeliveryError:
        server = f"{self._smtp.host}:{self._smtp.port}"
        match error:
            case aiosmtplib.SMTPAuthenticationError():
                hint = "check smtp.username and smtp.password"
                return DeliveryError(
                    f"{server}: the login was refused ({error.code})",
                    permanent=error.code >= 500,
                    hint=hint,
                )
            case aiosmtplib.SMTPResponseException():
                answer = f"{error.code} {one_line(error.message, limit=200)}"
                return DeliveryError(f"{server}: refused: {answer}", permanent=error.code >= 500)
            case _ if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
                hint = "check smtp.host, smtp.tls and smtp.ca_file"
                return DeliveryError(
                    f"{server}: no trusted TLS: {one_line(str(error), limit=200)}", hint=hint
                )
            case aiosmtplib.SMTPException() if "STARTTLS" in str(error):
                return DeliveryError(
                    f"{server}: offers no STARTTLS; nothing was sent",
                    hint="check smtp.tls and smtp.port",
                )
            case _:
                return DeliveryError(
                    f"{server}: {type(error).__name__}: {one_line(str(error), limit=200)}"
                )


def build_mail(message: Message, sender: str, recipients: Sequence[str], *, date: str) -> bytes:
    """Returns a message as it goes over the wire: plain text and HTML, 7-bit, no header but those
    that were meant.

    Raises:
        DeliveryError: a header would not survive as the one line that it is; permanent.
    """
    # Addresses come from checked settings and may be many; all else may hold text from the web.
    named = (("From", sender), ("Subject", message.subject), ("Date", date), *message.headers)
    headers = [
        ("To", ", ".join(recipients)),
        *((name, header_text(value)) for name, value in named),
    ]
    try:
        content = _compose(message, headers)
    except (ValueError, LookupError, email.errors.MessageError) as error:
        raise DeliveryError(
            f"the mail cannot be written: {one_line(str(error), limit=200)}", permanent=True
        ) from error
    _check_headers(content, [name for name, _ in headers])
    return content


def _compose(message: Message, headers: Sequence[tuple[str, str]]) -> bytes:
    mail = EmailMessage(policy=email.policy.SMTP)
    for name, value in headers:
        if not _HEADER_NAME.fullmatch(name) or name in mail:
            raise ValueError(f"the header {name!r} is none, or comes twice")
        mail[name] = value
    mail.set_content(_encodable(message.text), cte="quoted-printable")
    mail.add_alternative(_encodable(message.html), subtype="html", cte="quoted-printable")
    return mail.as_bytes()


def _check_headers(content: bytes, meant: list[str]) -> None:
    """Reads the finished bytes as a receiver does: whatever slipped into them would be found here
    (CVE-2024-6923).
    """
    parsed = email.message_from_bytes(content, policy=email.policy.compat32)
    expected = [*meant, "MIME-Version", "Content-Type"]
    if (
        sorted(map(str.lower, parsed.keys())) != sorted(map(str.lower, expected))
        or not parsed.is_multipart()
    ):
        raise DeliveryError(
            "the mail would hold a header that was not meant",
            permanent=True,
            hint="report this as a bug",
        )


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _tls_context(smtp: SmtpSettings, folder: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(folder / smtp.ca_file) if smtp.ca_file else None)
