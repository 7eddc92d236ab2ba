"""Asking a mail server what it offers, before somebody waits for a first alert in vain."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smtplib import SMTP

_HOST_AND_PORT = re.compile(r"(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\])(?::(?P<port>\d{1,5}))?")
_IMPLICIT_PORT = 465
_DEFAULT_PORT = 25
_MAX_PORT = 65_535
_TIMEOUT_S = 8
# What this machine says to itself needs no certificate, and seldom has one.
_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server as the config names it.

    Attributes:
        tls: "starttls", "implicit" or "none".
        takes_login: it offers one, on a connection on which a password is safe.
        username: empty for no login.
    """

    host: str = "localhost"
    port: int = _DEFAULT_PORT
    tls: str = "none"
    takes_login: bool = False
    username: str = ""
    password: str = field(default="", repr=False)


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
    """Greets a mail server and returns it with the encryption and the login that it offers.

    Raises:
        OSError: it does not answer, not as a mail server does, or with a certificate that nobody
            vouches for.
    """
    with _connected(server) as connection:
        if server.tls == "none" and connection.has_extn("starttls") and server.host not in _LOCAL:
            server = replace(server, tls="starttls")
    # Without encryption no password is ever sent, so that a login is not even asked for.
    if server.tls == "none":
        return server
    with _connected(server) as connection:
        return replace(server, takes_login=connection.has_extn("auth"))


def log_in(server: MailServer) -> None:
    """Logs in as sending would.

    Raises:
        OSError: the server refuses it, or does not answer.
    """
    with _connected(server) as connection:
        connection.login(server.username, server.password)


@contextmanager
def _connected(server: MailServer) -> Iterator[SMTP]:
    """Opens a connection that was greeted, encrypted as the server is said to be."""
    import smtplib
    import ssl

    place, context = f"{server.host}:{server.port}", ssl.create_default_context()
    kind: Callable[..., SMTP] = smtplib.SMTP
    if server.tls == "implicit":
        kind = partial(smtplib.SMTP_SSL, context=context)
    try:
        with kind(server.host, server.port, timeout=_TIMEOUT_S) as connection:
            if server.tls == "starttls":
                connection.starttls(context=context)
            connection.ehlo_or_helo_if_needed()
            yield connection
    except smtplib.SMTPAuthenticationError as error:
        raise OSError(f"{place} refuses the login ({error.smtp_code})") from error
    except smtplib.SMTPException as error:
        raise OSError(f"{place} is no mail server: {error}") from error
