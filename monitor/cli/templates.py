"""The commented config that `monitor init` writes."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import MonitorError

MONITOR_TOML = """\
# The service. Every value can also come from the environment: MONITOR_DATABASE_URL,
# MONITOR_FETCH__CONCURRENCY, …
# All keys with their meaning and default: docs/config.md

# Relative paths are relative to this file. For several workers: postgresql+psycopg://user@host/name
database_url = "sqlite:///../var/monitor.db"

# For display, digests and quiet hours.
timezone = "UTC"

[fetch]
# Goes into the User-Agent, so that a site's owner can reach you.
contact = {contact}
"""

# Only where mail is wanted: a section that nothing uses looks as if it had to be filled in.
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
#   match = "all"    every item belongs to the cases that name this feed (a docket feed, say)
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

# Words and "phrases", AND, OR, NOT, NEAR/n, prefix*, title: and other fields, /regular
# expressions/. Case, accents and hyphens never matter.
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
    # All but one: TOML forbids a bare DEL, which JSON allows.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


@dataclass(frozen=True, slots=True)
class NewCase:
    """What `monitor init` was told.

    Attributes:
        query: what belongs to the case; empty for its name as a phrase.
        email: where alerts go; empty for the terminal.
        seeds: texts that are known already.
    """

    title: str
    query: str = ""
    feeds: tuple[str, ...] = ()
    email: str = ""
    seeds: tuple[Path, ...] = ()


def write_config(folder: Path, case: NewCase) -> list[Path]:
    """Writes the files of a config and copies the seeds beside it; returns what was written.

    Raises:
        MonitorError: a seed cannot be read, or a file exists already.
    """
    query = case.query or default_query(case.title)
    # The query stands in a literal string, whose only end is this and which has no escapes.
    if "'''" in query:
        raise MonitorError("a query cannot hold three apostrophes in a row")
    seeds = [_copy_seed(folder, seed) for seed in case.seeds]
    contents = _service_files(case)
    contents[f"cases/{slug(case.title)}.toml"] = _case_toml(case.title, query, seeds)
    return seeds + [_write_new(folder / name, content) for name, content in contents.items()]


def _service_files(case: NewCase) -> dict[str, str]:
    """Returns the files that all cases share, by name."""
    return {
        "monitor.toml": _service_toml(case.email),
        "feeds.toml": _feeds_toml(case.feeds),
        "channels.toml": _channels_toml(case.email),
    }


def _case_toml(title: str, query: str, seeds: Sequence[Path]) -> str:
    names = ", ".join(toml_string(f"../seeds/{path.name}") for path in seeds)
    return CASE_TOML.format(title=toml_string(title), query=query, seeds=names)


def _service_toml(email: str) -> str:
    contact = toml_string(f"mailto:{email}" if email else "")
    return MONITOR_TOML.format(contact=contact) + (SMTP_TOML if email else "")


def _feeds_toml(urls: Sequence[str]) -> str:
    return FEEDS_TOML + "".join(f"\n[[feed]]\nurl = {toml_string(url)}\n" for url in urls)


def _channels_toml(email: str) -> str:
    channel = EMAIL_CHANNEL.format(email=toml_string(email)) if email else CONSOLE_CHANNEL
    return CHANNELS_TOML + channel


def slug(title: str) -> str:
    """Returns the file name of a case: its title in lower-case ASCII words joined by hyphens;
    "case" where nothing of it is left, as of one in Cyrillic.
    """
    from monitor.text import fold

    return re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-") or "case"


def _write_new(path: Path, content: str) -> Path:
    """Writes a file that does not exist.

    Raises:
        MonitorError: it does; somebody may have edited it.
    """
    if path.exists():
        raise MonitorError(f"{path} exists", hint="give another folder, or edit what is there")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def _copy_seed(folder: Path, seed: Path) -> Path:
    """Copies a seed beside the config and returns the copy.

    Raises:
        MonitorError: it cannot be read or written.
    """
    # A copy, so that a config can be moved or kept in version control as a whole.
    target = folder / "seeds" / seed.name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(seed, target)
    except OSError as error:
        raise MonitorError(f"{seed}: the seed cannot be read: {error}") from error
    return target
