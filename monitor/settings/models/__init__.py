"""What may stand in the config files: every key with its type, default, limits and description.

`docs/config.md` is generated from here, so a key cannot exist without its description.
"""

from monitor.settings.models.cases import (
    CaseFile,
    SeedEntry,
    SeedsFile,
)
from monitor.settings.models.checks import LOGIN, PRIVATE
from monitor.settings.models.routes import (
    CHANNEL_TYPES,
    AlertRule,
    AppriseSettings,
    ChannelSettings,
    ChatSettings,
    ConsoleSettings,
    EmailSettings,
    WebhookSettings,
)
from monitor.settings.models.section import (
    Section,
    is_section,
    known_keys,
)
from monitor.settings.models.service import (
    AlertsSettings,
    FetchSettings,
    HttpSettings,
    JudgeFile,
    MonitorFile,
    ScheduleSettings,
    SmtpSettings,
    StorageSettings,
)
from monitor.settings.models.sources import (
    FeedAuth,
    FeedSettings,
    FeedsFile,
)

__all__ = [
    "CHANNEL_TYPES",
    "LOGIN",
    "PRIVATE",
    "AlertRule",
    "AlertsSettings",
    "AppriseSettings",
    "CaseFile",
    "ChannelSettings",
    "ChatSettings",
    "ConsoleSettings",
    "EmailSettings",
    "FeedAuth",
    "FeedSettings",
    "FeedsFile",
    "FetchSettings",
    "HttpSettings",
    "JudgeFile",
    "MonitorFile",
    "ScheduleSettings",
    "Section",
    "SeedEntry",
    "SeedsFile",
    "SmtpSettings",
    "StorageSettings",
    "WebhookSettings",
    "is_section",
    "known_keys",
]
