"""Mail over SMTP.

A connection is either verified TLS from the first byte (`implicit`), verified TLS before anything
is said (`starttls`), or plain (`none`), which is never used to log in. There is no fallback from
one to another. Tried and left: `smtplib` (verifies nothing unless told, blocks), aiosmtplib's own
default (sends in clear where STARTTLS is missing)."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import aiosmtplib

from monitor.channels.base import Clock, wall_clock
from monitor.channels.mail import build_mail
from monitor.errors import DeliveryError
from monitor.model import Message, Receipt, RecipientAnswer
from monitor.settings import SmtpSettings
from monitor.text import one_line

DEADLINE = timedelta(seconds=45)  # for one message, from connecting to the answer
FAREWELL_SECONDS = 2
_MAX_ANSWER_CHARS = 200
_PERMANENT_FROM = 500  # RFC 5321 §4.2.1: 5yz is permanent, 4yz is not


@dataclass(frozen=True, slots=True)
class _Refusal:
    """A server's answer to a recipient that it does not accept."""

    code: int
    text: str

    @property
    def is_permanent(self) -> bool:
        """Whether asking again will not help."""
        return self.code >= _PERMANENT_FROM

    def __str__(self) -> str:
        return f"{self.code} {one_line(self.text, limit=_MAX_ANSWER_CHARS)}"


@dataclass(frozen=True, slots=True)
class _Transmission:
    """What a server answered to a mail.

    Attributes:
        refusals: by recipient; all others were accepted.
        answer: to the mail as a whole; empty when no recipient was accepted.
    """

    refusals: Mapping[str, _Refusal]
    answer: str = ""


class EmailChannel:
    """Sends each message to all recipients of a channel.

    Args:
        unsubscribe: https address where a recipient can leave the channel; empty for none.
        ca_folder: folder that `ca_file` is relative to.
        clock: the time of day, for the mail's date.
        deadline: for one message, from connecting to the answer.
    """

    def __init__(  # noqa: PLR0913 (callers name them)
        self,
        smtp: SmtpSettings,
        recipients: Sequence[str],
        *,
        unsubscribe: str = "",
        ca_folder: Path = Path(),
        clock: Clock = wall_clock,
        deadline: timedelta = DEADLINE,
    ) -> None:
        self._smtp = smtp
        self._recipients = tuple(recipients)
        given = {"List-Unsubscribe": unsubscribe and f"<{unsubscribe}>", "Reply-To": smtp.reply_to}
        self._headers = tuple((name, value) for name, value in given.items() if value)
        self._clock = clock
        self._deadline_seconds = deadline.total_seconds()
        self._context = _tls_context(smtp, ca_folder) if smtp.tls != "none" else None

    async def send(self, message: Message) -> Receipt:
        """Sends a message to the recipients that have not answered to it yet.

        Raises:
            DeliveryError: none of all recipients has accepted it; permanent when none ever will.
        """
        answered = {answer.recipient for answer in message.answered}
        recipients = [address for address in self._recipients if address not in answered]
        # Whoever had no answer yet may have been taken out of the config since.
        if not recipients:
            return _conclude(message, (), {}, "nobody is left to be asked")
        date = format_datetime(self._clock())
        # Whoever sends it knows where its recipients can leave; what was sealed does not.
        message = replace(message, headers=(*message.headers, *self._headers))
        content = build_mail(message, self._smtp.from_, self._recipients, date=date)
        sent = await self._transmit(recipients, content)
        # One mail to all of them, but each recipient is accepted or refused on its own.
        later = {one: text for one, text in sent.refusals.items() if not text.is_permanent}
        final = [_answer(one, sent) for one in recipients if one not in later]
        return _conclude(message, final, later, sent.answer)

    async def _transmit(self, recipients: Sequence[str], content: bytes) -> _Transmission:
        """Hands a mail to the server within the deadline; translates foreign errors."""
        try:
            async with asyncio.timeout(self._deadline_seconds):
                return await self._hand_over(recipients, content)
        except TimeoutError as error:
            message = f"{self._server}: no answer within {self._deadline_seconds:g} s"
            raise DeliveryError(message) from error
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise self._translate(error) from error

    async def _hand_over(self, recipients: Sequence[str], content: bytes) -> _Transmission:
        client = self._make_client()
        try:
            await client.connect()
            if self._smtp.username:
                await self._log_in(client)
            refused, answer = await client.sendmail(self._smtp.from_, recipients, content)
            # Whatever the farewell brings, the answer to the mail stands.
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit(timeout=FAREWELL_SECONDS)
        except aiosmtplib.SMTPRecipientsRefused as error:
            return _Transmission(
                {one.recipient: _Refusal(one.code, one.message) for one in error.recipients}
            )
        finally:
            client.close()  # also after a cancellation: an open connection would outlive its task
        refusals = {address: _Refusal(one.code, one.message) for address, one in refused.items()}
        return _Transmission(refusals, answer)

    def _make_client(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self._smtp.host,
            port=self._smtp.port,
            use_tls=self._smtp.tls == "implicit",
            start_tls=self._smtp.tls == "starttls",
            tls_context=self._context,
            # Not this machine's name, which says nothing outside and may be private.
            local_hostname=self._smtp.from_.rpartition("@")[2],
            timeout=self._deadline_seconds,
        )

    async def _log_in(self, client: aiosmtplib.SMTP) -> None:
        # The settings refuse this, too; a password in clear is worth a second look.
        if self._context is None:
            raise DeliveryError(
                "a login needs TLS", permanent=True, hint='set smtp.tls to "starttls" or "implicit"'
            )
        await client.login(self._smtp.username, self._smtp.password.get_secret_value())

    @property
    def _server(self) -> str:
        return f"{self._smtp.host}:{self._smtp.port}"

    def _translate(self, error: Exception) -> DeliveryError:
        """Turns an error of the libraries below into one of ours."""
        if isinstance(error, aiosmtplib.SMTPResponseException):
            return self._translate_answer(error)
        text = one_line(str(error), limit=_MAX_ANSWER_CHARS)
        if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
            hint = "check smtp.host, smtp.tls and smtp.ca_file"
            return DeliveryError(f"{self._server}: no trusted TLS: {text}", hint=hint)
        if isinstance(error, aiosmtplib.SMTPException) and "STARTTLS" in str(error):
            message = f"{self._server}: offers no STARTTLS; nothing was sent"
            return DeliveryError(message, hint="check smtp.tls and smtp.port")
        return DeliveryError(f"{self._server}: {type(error).__name__}: {text}")

    def _translate_answer(self, error: aiosmtplib.SMTPResponseException) -> DeliveryError:
        refusal = _Refusal(error.code, error.message)
        if isinstance(error, aiosmtplib.SMTPAuthenticationError):
            message = f"{self._server}: the login was refused ({error.code})"
            hint = "check smtp.username and smtp.password"
            return DeliveryError(message, permanent=refusal.is_permanent, hint=hint)
        message = f"{self._server}: refused: {refusal}"
        return DeliveryError(message, permanent=refusal.is_permanent)


def _answer(recipient: str, sent: _Transmission) -> RecipientAnswer:
    refusal = sent.refusals.get(recipient)
    text = one_line(sent.answer, limit=_MAX_ANSWER_CHARS) if refusal is None else str(refusal)
    return RecipientAnswer(recipient, is_accepted=refusal is None, text=text)


def _conclude(
    message: Message,
    answered: Sequence[RecipientAnswer],
    later: Mapping[str, _Refusal],
    detail: str,
) -> Receipt:
    """Returns the receipt of a mail.

    Args:
        answered: the final answers of this attempt.
        later: recipients that are to be tried again, with the server's answers.
        detail: the server's answer to the mail.

    Raises:
        DeliveryError: no recipient has given a final answer, or all have refused it for good.
    """
    known = (*message.answered, *answered)
    waiting = "; ".join(f"{one}: {refusal}" for one, refusal in later.items())
    if later and not known:
        raise DeliveryError(f"no recipient has accepted it yet: {waiting}")
    refused = "; ".join(str(answer) for answer in known if not answer.is_accepted)
    if not later and not any(answer.is_accepted for answer in known):
        text, hint = f"no recipient was accepted: {refused}", "check the channel's addresses"
        raise DeliveryError(text, permanent=True, hint=hint)
    detail = f"{detail} (refused: {refused})" if refused else detail
    return Receipt(one_line(detail, limit=500), tuple(answered), waiting)


def _tls_context(smtp: SmtpSettings, folder: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(folder / smtp.ca_file) if smtp.ca_file else None)
