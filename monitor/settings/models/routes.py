"""channels.toml, and the [[alert]] of a case: where its alerts go, and when."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, model_validator

from monitor.settings.models.checks import (
    Count,
    HeldWhen,
    MailAddress,
    WebUrl,
    When,
    read_hook_secret,
    read_https_url,
)
from monitor.settings.models.section import Section
from monitor.settings.values import Cadence, wrong


class EmailSettings(Section):
    """A channel that sends mail through the [smtp] server of monitor.toml."""

    type: Literal["email"] = Field(description="Sends mail.")
    to: tuple[MailAddress, ...] = Field(
        min_length=1, description="Addresses that get every alert of the channel."
    )
    unsubscribe: Annotated[str, AfterValidator(read_https_url)] = Field(
        default="",
        description="Page on which a recipient can leave the channel, https; goes into "
        "List-Unsubscribe. Without one the header is left out.",
    )

    @property
    def address(self) -> str:
        """Where it leads: the same for the same recipients, in whatever order."""
        return ",".join(sorted(self.to))


class WebhookSettings(Section):
    """A channel that posts events (Standard Webhooks)."""

    type: Literal["webhook"] = Field(description="Posts to a web address.")
    url: WebUrl = Field(description="Address that events are posted to.")
    secret: Annotated[SecretStr, AfterValidator(read_hook_secret)] = Field(
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
