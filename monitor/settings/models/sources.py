"""feeds.toml: what is polled."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, field_validator, model_validator

from monitor.settings.models.checks import (
    Duration,
    read_feed_url,
    read_header_name,
)
from monitor.settings.models.section import Section
from monitor.settings.values import print_duration, wrong

_AUTH_HINT = 'write { user = "…", password_env = "…" } or { header = "…", value_env = "…" }'


class FeedAuth(Section):
    """A login, or a header with a token; it goes to the feed's own site alone."""

    user: str = Field(default="", max_length=500, description="Name for Basic authentication.")
    password: SecretStr = Field(default=SecretStr(""), description="Password that goes with it.")
    header: Annotated[str, AfterValidator(read_header_name)] = Field(
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

    url: Annotated[str, AfterValidator(read_feed_url)] = Field(description="Address of the feed.")
    title: str = Field(
        default="",
        max_length=200,
        description="Name to show; its address when empty. Cases may name it.",
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
