"""Where the buttons of mails lead, by the config."""

from __future__ import annotations

from monitor.alerts.actions.signed import MailLinks
from monitor.settings import Settings


def links_of(settings: Settings) -> MailLinks:
    """Returns where the buttons of mails lead."""
    # Not a property of the settings: reading a config must not load what renders mails.
    secret = settings.http.link_secret.get_secret_value()
    return MailLinks(settings.http.public_url, secret, settings.smtp.reply_to)
