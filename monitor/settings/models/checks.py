"""Values of the config files that are checked one by one, and the types that models are made of."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import date, datetime, timedelta
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from monitor.model.private import PrivatePlace, read_private_place
from monitor.settings.addresses import read_mail_address, to_ascii_contact
from monitor.settings.values import (
    Cadence,
    Held,
    Quiet,
    read_cadence,
    read_duration,
    read_held,
    read_quiet,
    read_size,
    wrong,
)
from monitor.urls import is_web_url, shown, site_of

# What begins an address of Apprise; only Apprise knows which services there are.
_APPRISE_URL = re.compile(r"[a-z0-9]{1,30}://\S", re.IGNORECASE)
# Goes into a User-Agent comment: no blanks, parentheses, <>.
_CONTACT = re.compile(r"(?:mailto:|https?://)[!-'*-;=?-~]{3,200}")
_MAX_SHOWN_CHARS = 100  # of a wrong value; it may be a whole page that was pasted
_HEADER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,99}")
# What to do with a login that stands in an address.
LOGIN = 'take it out and write auth = { user = "…", password_env = "VARIABLE" } below the url'
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_LISTEN = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]):(\d{1,5})")


def read_url(value: str) -> str:
    """Returns a web address without credentials."""
    if _has_credentials(value):
        raise wrong(
            "a URL may not hold a user name or password",
            "take the part before the @ out; it would end up in logs",
        )
    if not is_web_url(value):
        raise wrong(f"{_show_url(value)} is no web address", "write http:// or https:// and a host")
    return value


def read_https_url(value: str) -> str:
    """Returns an https address, or nothing."""
    if value and not read_url(value).startswith("https://"):
        raise wrong(f"{_show_url(value)} is no https address", "write https:// and a host")
    return value


def read_apprise_url(value: SecretStr) -> SecretStr:
    """Returns an address that names a service, whatever service that is."""
    if not _APPRISE_URL.match(value.get_secret_value()):
        raise wrong("this is no address of Apprise", 'write "service://…" as Apprise documents it')
    return value


def read_base_url(value: str) -> str:
    """Returns a web address without query and without a slash at its end, or nothing."""
    # Paths are put behind it.
    if value and set("?#") & set(read_url(value)):
        raise wrong(f"{_show_url(value)} has more than a path", "end it before ? and #")
    return value.rstrip("/")


def read_ping_url(value: SecretStr) -> SecretStr:
    """Returns a web address that is a secret, or nothing."""
    if value.get_secret_value() and not is_web_url(value.get_secret_value()):
        raise wrong("this is no web address", "write http:// or https:// and a host")
    return value


def read_feed_url(value: str) -> str:
    """Returns the web address of a feed, without credentials."""
    if _has_credentials(value):
        raise wrong("a URL may not hold a user name or password; it would end up in logs", LOGIN)
    return read_url(value)


def read_header_name(value: str) -> str:
    """Returns the name of a header, or nothing."""
    if value and not _HEADER.fullmatch(value):
        raise wrong(f"{value!r} is no name of a header", 'write a name such as "Authorization"')
    return value


def _show_url(value: str) -> str:
    # What stands before an @ may be a password.
    return "this" if "@" in value else repr(shown(value)[:_MAX_SHOWN_CHARS])


def _has_credentials(url: str) -> bool:
    # What cannot be taken apart is no address, which is found out next.
    try:
        return "@" in urlsplit(url).netloc
    except ValueError:
        return False


def read_site(value: str) -> str:
    """Returns a host as addresses are compared by it."""
    site = site_of(f"https://{value}/")
    if "." not in site or site != value.lower().removeprefix("www."):
        raise wrong(f"{value!r} is no site", 'write a host alone, such as "example.org"')
    return site


def read_language(value: str) -> str:
    """Returns a language as ISO 639 has it, without a country."""
    # "en-GB" is refused: sentences are analysed by language alone.
    if not _LANGUAGE.fullmatch(value):
        raise wrong(f"{value!r} is no language code", 'write two small letters, such as "en"')
    return value


def read_contact(value: str) -> str:
    """Returns an address for a site's owner, or nothing."""
    contact = to_ascii_contact(value)
    if contact and not _CONTACT.fullmatch(contact):
        raise wrong(f"{value!r} is no contact", 'write "mailto:desk@example.org" or a web address')
    return contact


def read_zone(value: object) -> ZoneInfo:
    """Returns the zone of an IANA name."""
    # OSError: "America" is a folder of the zone database.
    try:
        return value if isinstance(value, ZoneInfo) else ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise wrong(
            f"{value!r} is no time zone", 'write a name such as "UTC" or "America/New_York"'
        ) from error


def read_optional_zone(value: object) -> ZoneInfo | None:
    """Returns the zone of an IANA name, None where nothing is said."""
    return None if value is None else read_zone(value)


def read_private(value: object) -> bool | tuple[PrivatePlace, ...]:
    """Returns whether private addresses may be fetched from: all, none, or those of places."""
    if isinstance(value, bool):
        return value
    if not isinstance(value, list | tuple):
        raise wrong("must be true or false, without quotes")
    places = []
    for text in value:
        try:
            places.append(read_private_place(text))
        except (ValueError, AttributeError) as error:
            hint = 'write "wiki.example", "10.1.0.0/16" or "10.1.2.3:8080"'
            raise wrong(f"{text!r} is no host or network", hint) from error
    return tuple(places)


def read_listen(value: str) -> str:
    """Returns host and port, or nothing for no server."""
    found = _LISTEN.fullmatch(value)
    if value and not (found and int(found[1]) < 65_536):
        raise wrong(
            f"{value!r} is no address to listen on",
            'write host and port, such as "127.0.0.1:9310", or ""',
        )
    return value


def read_database_url(value: str) -> str:
    """Returns the URL of an SQLite file or of a PostgreSQL database."""
    # As servers and their tools write it; the driver is psycopg, whatever is written.
    is_known = value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://"))
    # In memory each connection would have a database of its own.
    if not is_known or value.endswith(("///", ":memory:")):
        raise wrong(
            "this is no database URL",
            'write "sqlite:///PATH" or "postgresql://USER@HOST/NAME"',
        )
    return value


def read_hook_secret(value: SecretStr) -> SecretStr:
    """Returns one or two secrets.

    Source: https://www.standardwebhooks.com
    """
    # Two while a secret is replaced: receivers accept either signature.
    for secret in value.get_secret_value().split() or [""]:
        if not _is_hook_secret(secret):
            raise wrong(
                "the secret is no Standard Webhooks secret",
                'write "whsec_" and base64; two, with a blank, while you rotate',
            )
    return value


def _is_hook_secret(secret: str) -> bool:
    """Whether a text is "whsec_" and base64."""
    if not secret.startswith("whsec_"):
        return False
    try:
        # Padding may be missing, and too much of it does no harm.
        return bool(base64.b64decode(secret.removeprefix("whsec_") + "=="))
    except (binascii.Error, ValueError):
        return False


def read_published(value: object) -> object:
    """Returns a date of TOML; text in quotes is not one, however it reads."""
    if isinstance(value, date | datetime):
        return value
    raise wrong(
        f"{value!r} is no date", "write it without quotes: 2025-04-14 or 2025-04-14T18:30:00Z"
    )


Duration = Annotated[timedelta, BeforeValidator(read_duration)]
Size = Annotated[int, BeforeValidator(read_size)]
When = Annotated[Cadence, BeforeValidator(read_cadence)]
HeldWhen = Annotated[Held | None, BeforeValidator(read_held)]
QuietHours = Annotated[Quiet | None, BeforeValidator(read_quiet)]
WebUrl = Annotated[str, AfterValidator(read_url)]
MailAddress = Annotated[str, AfterValidator(read_mail_address)]
ReplyAddress = Annotated[str, AfterValidator(lambda value: value and read_mail_address(value))]
Language = Annotated[str, AfterValidator(read_language)]
Site = Annotated[str, AfterValidator(read_site)]
Count = Annotated[int, Field(strict=True)]
Tier = Annotated[int, Field(strict=True, ge=1, le=3)]
Flag = Annotated[bool, Field(strict=True)]
PRIVATE = bool | tuple[PrivatePlace, ...]
Private = Annotated[bool | tuple[PrivatePlace, ...], BeforeValidator(read_private)]
