"""What may stand in the config files: every key with its type, default, limits and description.

`docs/config.md` is generated from here, so a key cannot exist without its description.
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, TypeGuard
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)

from monitor.model.private import PrivatePlace, read_private_place
from monitor.novelty import read_events
from monitor.settings.addresses import read_mail_address, to_ascii_contact
from monitor.settings.values import (
    Cadence,
    Held,
    print_duration,
    read_cadence,
    read_duration,
    read_held,
    read_retention,
    read_size,
    wrong,
)
from monitor.urls import is_web_url, shown, site_of

# Goes into a User-Agent comment: no blanks, parentheses, <>.
_CONTACT = re.compile(r"(?:mailto:|https?://)[!-'*-;=?-~]{3,200}")
_MAX_SHOWN_CHARS = 100  # of a wrong value; it may be a whole page that was pasted
_HEADER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,99}")
_AUTH_HINT = 'write { user = "…", password_env = "…" } or { header = "…", value_env = "…" }'
# What to do with a login that stands in an address.
LOGIN = 'take it out and write auth = { user = "…", password_env = "VARIABLE" } below the url'
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_LISTEN = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]):(\d{1,5})")


def _read_url(value: str) -> str:
    """Returns a web address without credentials."""
    if _has_credentials(value):
        raise wrong(
            "a URL may not hold a user name or password",
            "take the part before the @ out; it would end up in logs",
        )
    if not is_web_url(value):
        raise wrong(f"{_show_url(value)} is no web address", "write http:// or https:// and a host")
    return value


def _read_feed_url(value: str) -> str:
    """Returns the web address of a feed, without credentials."""
    if _has_credentials(value):
        raise wrong("a URL may not hold a user name or password; it would end up in logs", LOGIN)
    return _read_url(value)


def _read_header_name(value: str) -> str:
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


def _read_site(value: str) -> str:
    """Returns a host as addresses are compared by it."""
    site = site_of(f"https://{value}/")
    if "." not in site or site != value.lower().removeprefix("www."):
        raise wrong(f"{value!r} is no site", 'write a host alone, such as "example.org"')
    return site


def _read_language(value: str) -> str:
    """Returns a language as ISO 639 has it, without a country."""
    # "en-GB" is refused: sentences are analysed by language alone.
    if not _LANGUAGE.fullmatch(value):
        raise wrong(f"{value!r} is no language code", 'write two small letters, such as "en"')
    return value


def _read_contact(value: str) -> str:
    """Returns an address for a site's owner, or nothing."""
    contact = to_ascii_contact(value)
    if contact and not _CONTACT.fullmatch(contact):
        raise wrong(f"{value!r} is no contact", 'write "mailto:desk@example.org" or a web address')
    return contact


def _read_zone(value: object) -> ZoneInfo:
    """Returns the zone of an IANA name."""
    # OSError: "America" is a folder of the zone database.
    try:
        return value if isinstance(value, ZoneInfo) else ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise wrong(
            f"{value!r} is no time zone", 'write a name such as "UTC" or "America/New_York"'
        ) from error


def _read_optional_zone(value: object) -> ZoneInfo | None:
    return None if value is None else _read_zone(value)


def _read_private(value: object) -> bool | tuple[PrivatePlace, ...]:
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


def _read_listen(value: str) -> str:
    """Returns host and port, or nothing for no server."""
    found = _LISTEN.fullmatch(value)
    if value and not (found and int(found[1]) < 65_536):
        raise wrong(
            f"{value!r} is no address to listen on",
            'write host and port, such as "127.0.0.1:9310", or ""',
        )
    return value


def _read_database_url(value: str) -> str:
    """Returns the URL of an SQLite file or of a PostgreSQL database."""
    is_known = value.startswith(("sqlite:///", "postgresql+psycopg://"))
    # In memory each connection would have a database of its own.
    if not is_known or value.endswith(("///", ":memory:")):
        raise wrong(
            "this is no database URL",
            'write "sqlite:///PATH" or "postgresql+psycopg://USER@HOST/NAME"',
        )
    return value


def _read_hook_secret(value: SecretStr) -> SecretStr:
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


def _read_published(value: object) -> object:
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
WebUrl = Annotated[str, AfterValidator(_read_url)]
MailAddress = Annotated[str, AfterValidator(read_mail_address)]
Language = Annotated[str, AfterValidator(_read_language)]
Site = Annotated[str, AfterValidator(_read_site)]
Count = Annotated[int, Field(strict=True)]
Tier = Annotated[int, Field(strict=True, ge=1, le=3)]
Flag = Annotated[bool, Field(strict=True)]
PRIVATE = bool | tuple[PrivatePlace, ...]
Private = Annotated[bool | tuple[PrivatePlace, ...], BeforeValidator(_read_private)]


class Section(BaseModel):
    """A table of a config file: no unknown keys, no changes after loading."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        arbitrary_types_allowed=True,
        populate_by_name=False,
        hide_input_in_errors=True,
    )


class FetchSettings(Section):
    """How feeds and pages are asked for."""

    contact: Annotated[str, AfterValidator(_read_contact)] = Field(
        default="",
        description="How a site's owner can reach you, `mailto:` or a web address; goes into the "
        "User-Agent.",
    )
    concurrency: Count = Field(default=8, ge=1, le=256, description="Requests under way at once.")
    per_host: Count = Field(
        default=1, ge=1, le=16, description="Requests under way at once to one host."
    )
    per_host_delay: Duration = Field(
        default=timedelta(seconds=2), description="Least time between two requests to one host."
    )
    deadline: Duration = Field(
        default=timedelta(seconds=30),
        description="Longest time for one exchange, redirects included.",
    )
    max_bytes: Size = Field(
        default=10_000_000, description="Largest body that is read, after decompression."
    )
    robots: Flag = Field(
        default=True,
        description="Heed robots.txt for article pages; feeds are addresses that you chose, and "
        "not subject to it.",
    )
    resolve_google_news: Flag = Field(
        default=False,
        description="Ask Google News where its newer links lead and read the article: two requests "
        "a link, one in ten seconds. Needs the extra `google-news`; it breaks now and then, and "
        "the terms of these feeds limit their use. Without it such an item is its headline.",
    )
    allow_private: Private = Field(
        default=False,
        description="Also fetch from addresses that are not public: for tests and intranets only. "
        'All, or those of a list of hosts and networks, with a port or without: `["wiki.example", '
        '"10.1.0.0/16:8080"]`.',
    )

    @field_validator("deadline")
    @classmethod
    def _bounded(cls, value: timedelta) -> timedelta:
        """Refuses a deadline that no exchange keeps, or that holds up a pass for hours."""
        if not timedelta(seconds=1) <= value <= timedelta(minutes=10):
            raise wrong(
                f"{print_duration(value)} is out of range", 'write a time from "1s" to "10m"'
            )
        return value


class ScheduleSettings(Section):
    """How often feeds are polled; within these bounds each feed's own rhythm decides."""

    min_interval: Duration = Field(
        default=timedelta(minutes=15),
        description="Shortest time between two polls; a feed's own max-age or ttl may ask for "
        "longer.",
    )
    max_interval: Duration = Field(
        default=timedelta(hours=6),
        description="Longest time between two polls of a feed that works.",
    )

    @model_validator(mode="after")
    def _ordered(self) -> ScheduleSettings:
        """Refuses bounds that no interval lies within."""
        if not timedelta(0) < self.min_interval <= self.max_interval:
            raise wrong(
                "min_interval must be above 0 and not above max_interval", "swap or widen them"
            )
        return self


class SmtpSettings(Section):
    """The mail server that channels of type email send through."""

    host: str = Field(default="localhost", min_length=1, description="Name of the mail server.")
    port: Count = Field(
        default=25,
        ge=1,
        le=65_535,
        description="Its port: 25, 465 (implicit) or 587 (starttls) as a rule.",
    )
    tls: Literal["starttls", "implicit", "none"] = Field(
        default="none",
        description="`starttls` and `implicit` check the certificate and never fall back to a "
        "clear connection.",
    )
    from_: MailAddress = Field(
        default="monitor@localhost", alias="from", description="Sender of every mail."
    )
    username: str = Field(default="", description="Name to log in with; empty for none. Needs tls.")
    password: SecretStr = Field(default=SecretStr(""), description="Password to log in with.")
    ca_file: Path | None = Field(
        default=None,
        description="Certificates to trust instead of the system's, for a server of your own "
        "(PEM).",
    )

    @model_validator(mode="after")
    def _login_is_safe(self) -> SmtpSettings:
        """Refuses a login that would fail, or show the password to everybody on the way."""
        if self.username and self.tls == "none":
            raise wrong(
                'a login with tls = "none" would send the password in clear',
                'set tls = "starttls" or "implicit"',
            )
        if self.username and not self.password.get_secret_value():
            raise wrong(
                "username is set but the password is empty",
                "set password_file, password_env (and that variable) or password",
            )
        return self


class AlertsSettings(Section):
    """How alerts are gathered and held back."""

    group_wait: Duration = Field(
        default=timedelta(minutes=5),
        description="How long an alert waits for more developments found together; `poll` never "
        "waits.",
    )
    max_per_hour: Count = Field(
        default=10,
        ge=1,
        le=1_000,
        description="Alerts a channel gets in an hour; what is over comes in one roll-up, nothing "
        "is dropped.",
    )


class HttpSettings(Section):
    """The built-in web server."""

    listen: Annotated[str, AfterValidator(_read_listen)] = Field(
        default="", description="`host:port` that serves /healthz and /metrics; empty for none."
    )
    ping: SecretStr = Field(
        default=SecretStr(""),
        description="Web address of a service that raises the alarm when it is not posted to: each "
        "minute while all is well, with /fail behind it while it is not.",
    )

    @field_validator("ping")
    @classmethod
    def _is_web_address(cls, value: SecretStr) -> SecretStr:
        """Refuses what is no web address, without showing it: its path is a key."""
        if value.get_secret_value() and not is_web_url(value.get_secret_value()):
            raise wrong("it is no web address", "write http:// or https:// and a host")
        return value


class StorageSettings(Section):
    """What the database keeps."""

    keep_texts: Annotated[timedelta | None, BeforeValidator(read_retention)] = Field(
        default=None,
        description='How long texts of articles that told nothing new are kept: "forever", or a '
        'time such as "365d", at least 30 days. What is known by them stays known.',
    )


class JudgeFile(Section):
    """How articles are compared."""

    semantic: Literal["auto", "off"] = Field(
        default="auto",
        description="`auto` uses the sentence encoder of the extra `semantic` where it is "
        "installed, to show the stored sentence nearest in meaning; it decides no verdict. `off` "
        "never does.",
    )


class MonitorFile(Section):
    """monitor.toml: the service."""

    database_url: Annotated[str, AfterValidator(_read_database_url)] = Field(
        default="sqlite:///../var/monitor.db",
        description="`sqlite:///PATH` or `postgresql+psycopg://USER@HOST/NAME`.",
    )
    timezone: Annotated[ZoneInfo, BeforeValidator(_read_zone)] = Field(
        default=ZoneInfo("UTC"), description="Zone in which times are shown and digests are due."
    )
    fetch: FetchSettings = Field(
        default=FetchSettings(), description="How feeds and pages are asked for."
    )
    schedule: ScheduleSettings = Field(
        default=ScheduleSettings(), description="How often feeds are polled."
    )
    smtp: SmtpSettings = Field(default=SmtpSettings(), description="The mail server.")
    alerts: AlertsSettings = Field(
        default=AlertsSettings(), description="How alerts are gathered and held back."
    )
    http: HttpSettings = Field(default=HttpSettings(), description="The built-in web server.")
    storage: StorageSettings = Field(
        default=StorageSettings(), description="What the database keeps."
    )
    judge: JudgeFile = Field(default=JudgeFile(), description="How articles are compared.")
    publishers: dict[str, tuple[Site, ...]] = Field(
        default={},
        description='Sites that are one newsroom: "Harbour group" = ["gazette.example", '
        '"courier.example"]. Added to those that the program knows; counts for what is read from '
        "then on.",
    )

    @field_validator("publishers")
    @classmethod
    def _check_publishers(cls, value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """Refuses publishers without a name or a site, and a site of two."""
        owners: dict[str, str] = {}
        for name, sites in value.items():
            if not name.strip() or not sites:
                raise wrong(f"{name!r} needs a name and a site", 'write "Name" = ["example.org"]')
            for site in sites:
                first = owners.setdefault(site, name)
                if first != name:
                    raise wrong(f"{site} is of {first!r} and of {name!r}", "keep one of them")
        return value


class FeedAuth(Section):
    """A login, or a header with a token; it goes to the feed's own site alone."""

    user: str = Field(default="", max_length=500, description="Name for Basic authentication.")
    password: SecretStr = Field(default=SecretStr(""), description="Password that goes with it.")
    header: Annotated[str, AfterValidator(_read_header_name)] = Field(
        default="", description='Name of a header, such as "Authorization", instead of a login.'
    )
    value: SecretStr = Field(default=SecretStr(""), description="What the header holds.")

    @model_validator(mode="after")
    def _is_whole(self) -> FeedAuth:
        """Refuses half a login, and a login beside a header."""
        password, value = self.password.get_secret_value(), self.value.get_secret_value()
        given = list(map(bool, (self.user, password, self.header, value)))
        if given not in ([True, True, False, False], [False, False, True, True]):
            raise wrong("it needs a login or a header, whole and not both", _AUTH_HINT)
        if not value.isprintable():
            raise wrong("the value holds a line break or worse", "keep it on one line")
        return self

    def to_header(self) -> tuple[str, str]:
        """Returns the header that is sent: its name and its value, which is a secret."""
        if self.header:
            return self.header, self.value.get_secret_value()
        pair = f"{self.user}:{self.password.get_secret_value()}"
        return "Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}"


class FeedSettings(Section):
    """One feed."""

    url: Annotated[str, AfterValidator(_read_feed_url)] = Field(description="Address of the feed.")
    title: str = Field(
        default="",
        max_length=200,
        description="Name to show; the feed's own when empty. Cases may name it.",
    )
    tags: tuple[str, ...] = Field(
        default=(), description='Labels; a case takes all feeds with one by "tag:LABEL".'
    )
    every: Duration | None = Field(
        default=None, description="Pins the time between two polls; else it adapts to the feed."
    )
    match: Literal["query", "all"] = Field(
        default="query",
        description='"all": every item belongs to the cases that name this feed (a docket feed, a '
        "press office).",
    )
    auth: FeedAuth | None = Field(
        default=None,
        description='Login or token of a feed that is not for everybody: { user = "desk", '
        'password_env = "DOCKET_PASSWORD" } or { header = "Authorization", value_file = "…" }.',
    )

    @field_validator("every")
    @classmethod
    def _not_too_often(cls, value: timedelta | None) -> timedelta | None:
        """Refuses an interval that would make a site block the program."""
        if value is not None and value < timedelta(minutes=1):
            raise wrong(f"{print_duration(value)} is too often", 'write "1m" or more')
        return value


class FeedsFile(Section):
    """feeds.toml: what is polled."""

    feed: tuple[FeedSettings, ...] = Field(default=(), description="One [[feed]] for each feed.")


class EmailSettings(Section):
    """A channel that sends mail through the [smtp] server of monitor.toml."""

    type: Literal["email"] = Field(description="Sends mail.")
    to: tuple[MailAddress, ...] = Field(
        min_length=1, description="Addresses that get every alert of the channel."
    )

    @property
    def address(self) -> str:
        """Where it leads: the same for the same recipients, in whatever order."""
        return ",".join(sorted(self.to))


class WebhookSettings(Section):
    """A channel that posts events (Standard Webhooks)."""

    type: Literal["webhook"] = Field(description="Posts to a web address.")
    url: WebUrl = Field(description="Address that events are posted to.")
    secret: Annotated[SecretStr, AfterValidator(_read_hook_secret)] = Field(
        description='Signing secret, "whsec_…"; two of them, with a blank between, while you '
        "rotate."
    )

    @property
    def address(self) -> str:
        """Where it leads."""
        return self.url


class ConsoleSettings(Section):
    """A channel that prints to the standard output."""

    type: Literal["console"] = Field(description="Prints.")

    @property
    def address(self) -> str:
        """Where it leads."""
        return "console"


ChannelSettings = EmailSettings | WebhookSettings | ConsoleSettings
CHANNEL_TYPES: dict[str, type[ChannelSettings]] = {
    "email": EmailSettings,
    "webhook": WebhookSettings,
    "console": ConsoleSettings,
}


class AlertRule(Section):
    """One [[alert]] of a case: where its alerts go, and when."""

    channel: str = Field(description='Name of a channel of channels.toml, or "console".')
    when: When = Field(
        default=Cadence.NOW,
        validate_default=False,
        description='"now", "daily 08:00" or "weekly mon 08:00", in `timezone`.',
    )
    sources: Count = Field(
        default=1,
        ge=1,
        le=10,
        description="How many newsrooms must have it before it is told at once; 1 tells it as soon "
        "as one has it, and says so. A digest tells all.",
    )
    held: HeldWhen = Field(
        default=None,
        description='When a channel that is told at once gets what was held back in doubt: "daily '
        '08:00", "weekly mon 08:00" or "none". Where it is left out and the case has no digest: '
        '"daily 08:00". Given beside `sources`, also what waits for another newsroom.',
    )

    @model_validator(mode="after")
    def _held_beside_now(self) -> AlertRule:
        """Refuses a digest beside a digest, which tells what was held back anyway."""
        if self.held is not None and not self.when.is_now:
            raise wrong(
                'held is for when = "now"; a digest tells what was held back anyway',
                "leave held out",
            )
        return self


class CaseFile(Section):
    """cases/SLUG.toml: one case; the file's name is its slug."""

    title: str = Field(
        min_length=1, max_length=200, description="Name of the case, in every alert's subject."
    )
    note: str = Field(
        default="", max_length=2_000, description="Why you follow it; printed in every alert."
    )
    languages: tuple[Language, ...] = Field(
        default=(), description="Languages that the case is told in; others are still matched."
    )
    timezone: Annotated[ZoneInfo | None, BeforeValidator(_read_optional_zone)] = Field(
        default=None,
        description='Zone of the place where it happens, on whose calendar "Tuesday" is; UTC-5 '
        "when left out.",
    )
    query: str = Field(description="What belongs to the case, in the query language.")
    candidates: str | None = Field(
        default=None,
        description="A wider query for what feeds show (title, teaser, address): which items are "
        "read in full.",
    )
    events: dict[str, tuple[str, ...]] = Field(
        default={},
        description='Event classes of its own: SANCTION = ["sanction*", "sanciona*"]; words for '
        "what happens in it.",
    )
    tiers: dict[str, Tier] = Field(
        default={},
        description="Moves event classes to another tier: DETAIN = 1. 1 is a change of state, 2 a "
        "filing, procedure, official act or finding, 3 a statement, politics, media.",
    )
    feeds: tuple[str, ...] = Field(
        default=("*",), min_length=1, description='Feed URLs, titles or "tag:LABEL"; "*" is all.'
    )
    seeds: tuple[str, ...] = Field(
        default=(), description="Texts that the case knows from the start; they never alert."
    )
    alerts_per_week: float | None = Field(
        default=None,
        gt=0,
        le=500,
        description="About how many alerts a week you want of it: moves the threshold to the score "
        "that so many articles reached over the last eight weeks. `monitor cases test` shows what "
        "a rate brings.",
    )
    alert: tuple[AlertRule, ...] = Field(
        default=(), description="One [[alert]] for each channel that gets its alerts."
    )

    @field_validator("events")
    @classmethod
    def _check_events(cls, value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """Refuses classes that cannot be read; they are read again when the case is made."""
        try:
            read_events(value)
        except ValueError as error:
            raise wrong(str(error)) from error
        return value


class SeedEntry(Section):
    """One [[seed]] of a seeds.toml: what is known about a seed file beside it."""

    file: str = Field(description="Name of the seed file.")
    case: str = Field(
        default="", description="Slug of the case that it is for; the case itself names its seeds."
    )
    title: str = Field(default="", max_length=500, description="Headline.")
    outlet: str = Field(default="", max_length=200, description="Who published it.")
    lang: Language | None = Field(default=None, description="Language of the text.")
    url: WebUrl | None = Field(default=None, description="Where it was published.")
    published_at: Annotated[datetime | date | None, BeforeValidator(_read_published)] = Field(
        default=None, description="When it was published; a date, or a time with its offset."
    )


class SeedsFile(Section):
    """seeds.toml, beside the seed files."""

    seed: tuple[SeedEntry, ...] = Field(default=(), description="One [[seed]] for each seed file.")


def is_section(kind: object) -> TypeGuard[type[Section]]:
    """Returns whether a type is that of a table."""
    return isinstance(kind, type) and issubclass(kind, Section)


def known_keys(model: type[Section]) -> dict[str, Any]:
    """Returns the fields of a section by the key under which they stand in the file."""
    return {field.alias or name: field for name, field in model.model_fields.items()}
