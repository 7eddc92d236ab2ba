"""Where alerts go, and when: channels, and the [[alert]] of a case."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from monitor.settings.models.routes import (
    CHANNEL_TYPES,
    AlertRule,
    ChatSettings,
    EmailSettings,
)


def rule(**given: object) -> AlertRule:
    return AlertRule.model_validate({"channel": "desk", **given})


def test_a_rule_tells_everything_at_once_where_nothing_else_is_said() -> None:
    plain = rule()

    assert plain.when.is_now
    assert (plain.tiers, plain.languages, plain.quiet, plain.sources) == ((), (), None, 1)
    assert plain.wants(3, "de")


@pytest.mark.parametrize(
    ("tiers", "languages", "tier", "lang", "wanted"),
    [
        ((1,), (), 1, "en", True),
        ((1,), (), 2, "en", False),
        ((1, 3), (), 3, "", True),
        ((), ("en", "es"), 2, "es", True),
        ((), ("en", "es"), 2, "de", False),
        ((1,), ("en",), 1, "es", False),
        # What nobody knows of it keeps nothing back.
        ((1,), (), None, "en", True),
        ((), ("en",), 1, "", True),
        ((1,), ("en",), None, "", True),
    ],
)
def test_a_channel_gets_its_tiers_and_languages_and_what_is_not_known(
    tiers: tuple[int, ...],
    languages: tuple[str, ...],
    tier: int | None,
    lang: str,
    wanted: bool,
) -> None:
    assert rule(tiers=tiers, languages=languages).wants(tier, lang) is wanted


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"when": "daily 08:00", "held": "daily 09:00"}, "held is for when"),
        ({"when": "weekly mon 08:00", "quiet": "22:00-07:00"}, "quiet is for when"),
        ({"urgent": "acquitted"}, "urgent passes quiet hours"),
        ({"tiers": [4]}, "less than or equal to 3"),
        ({"tiers": ["1"]}, "valid integer"),
        ({"languages": ["en-GB"]}, "no language code"),
        ({"sources": 0}, "greater than or equal to 1"),
        ({"sources": 11}, "less than or equal to 10"),
        ({"when": "hourly"}, "daily 08:00"),
        ({"quiet": "22-7"}, "22:00-07:00"),
        ({"urgent": "x" * 2_001, "quiet": "22:00-07:00"}, "at most 2000"),
        ({"chanel": "desk"}, "chanel"),
    ],
)
def test_what_makes_no_sense_together_or_alone_is_refused(
    given: dict[str, object], said: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        rule(**given)

    told = [f"{error['msg']} {error['loc']} {error.get('ctx')}" for error in caught.value.errors()]
    assert any(said in one for one in told), told


def test_quiet_hours_and_what_passes_them_go_together() -> None:
    night = rule(quiet="22:00-07:00", urgent="acquitted OR released")

    assert (str(night.quiet), night.urgent) == ("22:00-07:00", "acquitted OR released")


def test_one_set_of_recipients_is_one_address_in_whatever_order() -> None:
    there, back = (
        EmailSettings(type="email", to=recipients)
        for recipients in (("b@x.example", "a@x.example"), ("a@x.example", "b@x.example"))
    )

    assert there.address == back.address == "a@x.example,b@x.example"


def test_mail_without_a_recipient_is_refused() -> None:
    with pytest.raises(ValidationError, match="at least 1"):
        EmailSettings.model_validate({"type": "email", "to": []})


@pytest.mark.parametrize("kind", ["slack", "teams", "discord", "ntfy", "matrix"])
def test_chats_are_one_kind_of_channel_each_with_its_address(kind: str) -> None:
    assert CHANNEL_TYPES[kind] is ChatSettings
    chat = ChatSettings.model_validate({"type": kind, "url": "https://chat.example/hook"})
    assert chat.address == "https://chat.example/hook"


def test_every_type_of_channel_says_where_it_leads() -> None:
    assert all(isinstance(kind.address, property) for kind in CHANNEL_TYPES.values())
