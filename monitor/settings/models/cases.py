"""cases/SLUG.toml and seeds.toml: what is followed, and what is known of it from the start."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, field_validator

from monitor.settings.models.checks import (
    Language,
    Tier,
    WebUrl,
    read_optional_zone,
    read_published,
)
from monitor.settings.models.routes import AlertRule
from monitor.settings.models.section import Section
from monitor.settings.values import wrong


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
    timezone: Annotated[ZoneInfo | None, BeforeValidator(read_optional_zone)] = Field(
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
        default=(),
        description="Texts that the case knows from the start; they never alert. Each file has a "
        "name of its own.",
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
        # Few cases name any, and loading the judge takes longer than reading a config.
        if not value:
            return value
        from monitor.novelty import read_events

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
    published_at: Annotated[datetime | date | None, BeforeValidator(read_published)] = Field(
        default=None, description="When it was published; a date, or a time with its offset."
    )


class SeedsFile(Section):
    """seeds.toml, beside the seed files."""

    seed: tuple[SeedEntry, ...] = Field(default=(), description="One [[seed]] for each seed file.")
