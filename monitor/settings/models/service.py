"""monitor.toml: the service."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)

from monitor.settings.models.checks import (
    Count,
    Duration,
    Flag,
    HeldWhen,
    MailAddress,
    Private,
    ReplyAddress,
    Site,
    Size,
    read_base_url,
    read_contact,
    read_database_url,
    read_listen,
    read_ping_url,
    read_zone,
)
from monitor.settings.models.section import Section
from monitor.settings.values import Cadence, print_duration, read_retention, wrong


class FetchSettings(Section):
    """How feeds and pages are asked for."""

    contact: Annotated[str, AfterValidator(read_contact)] = Field(
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
    reply_to: ReplyAddress = Field(
        default="",
        description="Who reads answers to mails: what a reader thinks of an alert is then a mail "
        "to this address, where no link does it. Empty for nobody.",
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
    heartbeat: HeldWhen = Field(
        default=Cadence(time(9), 0),
        validate_default=False,
        description='When each channel gets a sign of life, whatever happens: "weekly mon 09:00", '
        '"daily 09:00" or "none".',
    )


MIN_LINK_SECRET = 32  # characters: nobody guesses it, as hexadecimal digits it is 128 bits


class HttpSettings(Section):
    """The built-in web server."""

    listen: Annotated[str, AfterValidator(read_listen)] = Field(
        default="",
        description="`host:port` that serves /healthz, /metrics and the read-only pages; empty for "
        "none.",
    )
    token: SecretStr = Field(
        default=SecretStr(""),
        description="What a reader of the pages has to know; on an address that others reach there "
        "are no pages without it.",
    )
    public_url: Annotated[str, AfterValidator(read_base_url)] = Field(
        default="",
        description="Address under which the readers of mails reach the pages, such as "
        '"https://monitor.example.org"; then mails have buttons that lead there. Empty for none.',
    )
    link_secret: SecretStr = Field(
        default=SecretStr(""),
        description="What the links of mails are signed with, 32 characters or more; keep it to "
        "yourself. Another one ends all links that were sent.",
    )

    @model_validator(mode="after")
    def _links_lead_somewhere(self) -> HttpSettings:
        """Refuses links that lead nowhere, and those that anybody could make."""
        if not self.public_url:
            return self
        if not self.listen:
            raise wrong("public_url is set but no pages are served", "set listen")
        if not self.token.get_secret_value():
            raise wrong(
                "public_url is set but everybody who reaches it could read all pages",
                "set token_file, token_env (and that variable) or token",
            )
        if len(self.link_secret.get_secret_value()) < MIN_LINK_SECRET:
            raise wrong(
                f"links have to be signed with a secret of {MIN_LINK_SECRET} characters at least",
                "set link_secret_file to a file with the output of `openssl rand -hex 32`",
            )
        return self


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

    database_url: Annotated[str, AfterValidator(read_database_url)] = Field(
        default="sqlite:///../var/monitor.db",
        description="`sqlite:///PATH` or `postgresql://USER@HOST/NAME`.",
    )
    timezone: Annotated[ZoneInfo, BeforeValidator(read_zone)] = Field(
        default=ZoneInfo("UTC"), description="Zone in which times are shown and digests are due."
    )
    healthcheck_url: Annotated[SecretStr, AfterValidator(read_ping_url)] = Field(
        default=SecretStr(""),
        description="Address that is posted to once a minute while all works and nothing waits to "
        "be sent; whoever is behind it notices when that ends. Empty for none.",
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
