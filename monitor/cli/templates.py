"""The commented config that `monitor init` writes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from monitor.errors import MonitorError

MONITOR_TOML = """\
# The service. Every value can also come from the environment: MONITOR_DATABASE_URL, MONITOR_FETCH__CONCURRENCY, …
# All keys with their meaning and default: docs/config.md

# Relative paths are relative to this file. For several workers: postgresql+psycopg://user@host/name
database_url = "sqlite:///../var/monitor.db"

# For display, digests and quiet hours.
timezone = "UTC"

[fetch]
# Goes into the User-Agent, so that a site's owner can reach you.
contact = {contact}
"""

SMTP_TOML = """
[smtp]
host = "localhost"
port = 25
# "starttls", "implicit" or "none"; without encryption no password is ever sent.
tls = "none"
from = "monitor@localhost"
"""

FEEDS_TOML = """\
# What is watched. Every [[feed]] has a url; the rest is optional:
#   title = "…"      a name to show
#   tags = ["us"]    names that cases can use: feeds = ["tag:us"]
#   every = "15m"    pins the interval; else it follows the feed's own rhythm
#   match = "all"    every item belongs to the cases that name this feed (a docket feed, a press office)
"""

CHANNELS_TOML = """\
# Where alerts go. Secrets come from the environment (`…_env`) or a file (`…_file`).
"""

EMAIL_CHANNEL = """
[desk]
type = "email"
to = [{email}]
"""

CONSOLE_CHANNEL = """
# Prints alerts on the terminal. Replace it by a mailbox or a webhook:
#   type = "email"    to = ["desk@example.org"]
#   type = "webhook"  url = "https://…"  secret_env = "MONITOR_HOOK_SECRET"
[desk]
type = "console"
"""

CASE_TOML = """\
# One case; the file name is its slug.
title = {title}
note = "Why we follow this; printed in every alert."
languages = ["en", "es"]

# Words and "phrases", AND, OR, NOT, NEAR/n, prefix*, title: and other fields, /regular expressions/. Case, accents and
# hyphens never matter.
query = '''{query}'''

# Feed URLs, titles or "tag:us"; "*" is all.
feeds = ["*"]

# Texts that are known already: stored before the first poll, never alerted.
seeds = [{seeds}]

[[alert]]
channel = "desk"
when = "now"                      # or "daily 08:00", "weekly mon 08:00"
"""


def default_query(title: str) -> str:
    """Returns the query for a case of which only the name is known: the name as a phrase."""
    return '"{}"'.format(" ".join(title.replace('"', " ").split()))


def toml_string(text: str) -> str:
    """Returns a text as a TOML basic string; JSON's escapes are a subset of TOML's."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def write_config(
    folder: Path,
    *,
    slug: str,
    title: str,
    query: str,
    feeds: Sequence[str],
    email: str,
    seeds: Sequence[Path],
) -> list[Path]:
    """Writes the files of a config and copies the seeds beside it; returns what was written.

    Raises:
        MonitorError: a seed cannot be read, or a file exists already.
    """
    if "'''" in query:
        raise MonitorError("a query cannot hold three apostrophes in a row")
    kept = [_copy_seed(folder, seed) for seed in seeds]
    names = ", ".join(toml_string(f"../seeds/{path.name}") for path in kept)
    contents = {
        "monitor.toml": MONITOR_TOML.format(contact=toml_string(f"mailto:{email}" if email else ""))
        + (SMTP_TOML if email else ""),
        "feeds.toml": FEEDS_TOML
        + "".join(f"\n[[feed]]\nurl = {toml_string(url)}\n" for url in feeds),
        "channels.toml": CHANNELS_TOML
        + (EMAIL_CHANNEL.format(email=toml_string(email)) if email else CONSOLE_CHANNEL),
        f"cases/{slug}.toml": CASE_TOML.format(title=toml_string(title), query=query, seeds=names),
    }
    written = list(kept)
    for name, content in contents.items():
        path = folder / name
        if path.exists():
            raise MonitorError(f"{path} exists", hint="give another folder, or edit what is there")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        written.append(path)
    return written


def _copy_seed(folder: Path, seed: Path) -> Path:
    target = folder / "seeds" / seed.name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(seed, target)
    except OSError as error:
        raise MonitorError(f"{seed}: the seed cannot be read: {error}") from error
    return target
