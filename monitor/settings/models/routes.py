"""channels.toml, and the [[alert]] of a case: where its alerts go, and when."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, model_validator

from monitor.settings.models.checks import (
    Count,
    HeldWhen,
    Language,
    MailAddress,
    QuietHours,
    Tier,
    WebUrl,
    When,
    read_apprise_url,
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


class ChatSettings(Section):
    """A channel that posts messages to a chat or push service."""

    type: Literal["slack", "teams", "discord", "ntfy", "matrix"] = Field(
        description="Posts to a Slack webhook, a Teams workflow, a Discord webhook, an ntfy topic, "
        "a Matrix hookshot."
    )
    url: WebUrl = Field(description="Address that the service gave you; it is a secret.")

    @property
    def address(self) -> str:
        """Where it leads."""
        return self.url


class AppriseSettings(Section):
    """A channel that sends through Apprise (extra `apprise`) to one of the services it knows."""

    type: Literal["apprise"] = Field(description="Sends through Apprise.")
    url: Annotated[SecretStr, AfterValidator(read_apprise_url)] = Field(
        description='Address as Apprise writes it, such as "tgram://TOKEN/CHAT"; a secret.'
    )

    @property
    def address(self) -> str:
        """Where it leads."""
        return self.url.get_secret_value()


class ConsoleSettings(Section):
    """A channel that prints to the standard output."""

    type: Literal["console"] = Field(description="Prints.")

    @property
    def address(self) -> str:
        """Where it leads."""
        return "console"


ChannelSettings = EmailSettings | WebhookSettings | ChatSettings | AppriseSettings | ConsoleSettings
CHANNEL_TYPES: dict[str, type[ChannelSettings]] = {
    "email": EmailSettings,
    "webhook": WebhookSettings,
    "slack": ChatSettings,
    "teams": ChatSettings,
    "discord": ChatSettings,
    "ntfy": ChatSettings,
    "matrix": ChatSettings,
    "apprise": AppriseSettings,
    "console": ConsoleSettings,
}


class AlertRule(Section):
    """One [[alert]] of a case: where its alerts go, and when."""

    channel: str = Field(description='Name of a channel of channels.toml, or "console".')
    when: When = Field(
        default=Cadence.NOW,
        validate_default=False,
        description='"now", "daily 08:00" or "weekly mon 08:00", in the `timezone` of the case, '
        "else of monitor.toml.",
    )
    tiers: tuple[Tier, ...] = Field(
        default=(),
        description="Kinds of news that the channel gets: 1 a change of state, 2 an official act, "
        "3 a statement. All when left out; a channel may stand in several [[alert]] with other "
        "tiers.",
    )
    languages: tuple[Language, ...] = Field(
        default=(), description="Languages of reports that the channel gets; all when left out."
    )
    quiet: QuietHours = Field(
        default=None,
        description='Hours in which a channel that is told at once is left alone: "22:00-07:00", '
        "in the same zone. What comes then is told when they end.",
    )
    urgent: str = Field(
        default="",
        max_length=2_000,
        description="Query that what is to pass `quiet` has to match.",
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

    @model_validator(mode="after")
    def _quiet_beside_now(self) -> AlertRule:
        """Refuses quiet hours of a digest, which has its own hour, and what passes none."""
        if self.quiet is not None and not self.when.is_now:
            raise wrong('quiet is for when = "now"; a digest has its own hour', "leave quiet out")
        if self.urgent and self.quiet is None:
            raise wrong(
                "urgent passes quiet hours, and there are none", 'set quiet = "22:00-07:00"'
            )
        return self

    def wants(self, tier: int | None, lang: str) -> bool:
        """Returns whether the channel gets news of a tier in a language; what nobody knows of it
        keeps nothing from it.
        """
        # Better told twice than not at all.
        is_of_tier = not self.tiers or tier is None or tier in self.tiers
        return is_of_tier and (not self.languages or not lang or lang in self.languages)
