"""Where the buttons of mails lead, by the config."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

from monitor.alerts.actions.signed import PROGRAM, MailLinks
from monitor.settings import Settings


def links_of(settings: Settings) -> MailLinks:
    """Returns where the buttons of mails lead."""
    # Not a property of the settings: reading a config must not load what renders mails.
    secret = settings.http.link_secret.get_secret_value()
    return MailLinks(
        settings.http.public_url, secret, settings.smtp.reply_to, _program(settings.folder)
    )


def _program(folder: Path) -> str:
    """Returns what commands about a config begin with."""
    # What is looked for without being named, see `cli`.
    is_usual = folder.name == "config"
    return PROGRAM if is_usual else f"{PROGRAM} --config {quote(str(folder))}"
