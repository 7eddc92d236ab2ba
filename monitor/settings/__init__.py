"""Settings: the config folder and the environment, read into typed values; every error with its
file and line.
"""

from monitor.settings.cases import is_slug
from monitor.settings.describing import SettingRow, describe
from monitor.settings.loading import CASES_FOLDER, load_settings
from monitor.settings.models import (
    LOGIN,
    AlertRule,
    AlertsSettings,
    AppriseSettings,
    ChannelSettings,
    ChatSettings,
    ConsoleSettings,
    EmailSettings,
    FeedAuth,
    FeedSettings,
    FetchSettings,
    HttpSettings,
    ScheduleSettings,
    SmtpSettings,
    WebhookSettings,
)
from monitor.settings.reference import reference_markdown
from monitor.settings.seeds import MAX_SEED_BYTES, read_seed_text
from monitor.settings.settings import CaseSettings, SeedSettings, Settings
from monitor.settings.values import Cadence

__all__ = [
    "CASES_FOLDER",
    "LOGIN",
    "MAX_SEED_BYTES",
    "AlertRule",
    "AlertsSettings",
    "AppriseSettings",
    "Cadence",
    "CaseSettings",
    "ChannelSettings",
    "ChatSettings",
    "ConsoleSettings",
    "EmailSettings",
    "FeedAuth",
    "FeedSettings",
    "FetchSettings",
    "HttpSettings",
    "ScheduleSettings",
    "SeedSettings",
    "SettingRow",
    "Settings",
    "SmtpSettings",
    "WebhookSettings",
    "describe",
    "is_slug",
    "load_settings",
    "read_seed_text",
    "reference_markdown",
]
