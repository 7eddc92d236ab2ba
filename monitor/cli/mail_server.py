"""Asking a mail server what it offers, before somebody waits for a first alert in vain."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HOST_AND_PORT = re.compile(r"(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\])(?::(?P<port>\d{1,5}))?")
_IMPLICIT_PORT = 465
_DEFAULT_PORT = 25
_MAX_PORT = 65_535
_TIMEOUT_S = 8
# What this machine says to itself needs no certificate, and seldom has one.
_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server as the config names it; `tls` is "starttls", "implicit" or "none"."""

    host: str = "localhost"
    port: int = _DEFAULT_PORT
    tls: str = "none"


def read_mail_server(text: str) -> MailServer | None:
    """Reads "host" or "host:port"; None for what is neither."""
    found = _HOST_AND_PORT.fullmatch(text.strip())
    if found is None:
        return None
    port = int(found["port"] or _DEFAULT_PORT)
    if not 0 < port <= _MAX_PORT:
        return None
    tls = "implicit" if port == _IMPLICIT_PORT else "none"
    return MailServer(found["host"].strip("[]"), port, tls)


def ask_mail_server(server: MailServer) -> MailServer:
    """Greets a mail server and returns it with the encryption that it offers.

    Raises:
        OSError: it does not answer, or not as a mail server does.
    """
    import smtplib

    kind = smtplib.SMTP_SSL if server.tls == "implicit" else smtplib.SMTP
    try:
        with kind(server.host, server.port, timeout=_TIMEOUT_S) as connection:
            connection.ehlo_or_helo_if_needed()
            offers_starttls = connection.has_extn("starttls")
    except smtplib.SMTPException as error:
        raise OSError(f"{server.host}:{server.port} is no mail server: {error}") from error
    if server.tls == "none" and offers_starttls and server.host not in _LOCAL:
        return MailServer(server.host, server.port, "starttls")
    return server
