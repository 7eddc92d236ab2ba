"""The commented config that `monitor init` writes."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from monitor.cli.config_files import write_whole
from monitor.cli.mail_server import MailServer
from monitor.errors import MonitorError
from monitor.text import fold_words, normalise

# A name of so many words is printed whole as a rule.
_PHRASE_WORDS = 2
_LONG = 4  # letters; what has fewer is an article or a preposition as a rule
# Every text has them: no item of any feed would be passed over.
_ARTICLES = frozenset(
    ("the", "a", "an", "el", "la", "los", "las", "le", "les", "der", "die", "das")
)
MAX_SLUG = 64  # it stands in mail headers and commands

MONITOR_TOML = """\
# The service. Every value can also come from the environment: MONITOR_DATABASE_URL,
# MONITOR_FETCH__CONCURRENCY, …
# All keys with their meaning and default: docs/config.md
# An edit of these files holds from the next start of `monitor run` on, or from a SIGHUP to it.

# Relative paths are relative to this file. For several workers: postgresql+psycopg://user@host/name
database_url = "sqlite:///monitor.db"

# For display, digests and quiet hours.
timezone = {timezone}

[fetch]
# Goes into the User-Agent, so that a site's owner can reach you.
contact = {contact}
"""

# Only where mail is wanted: a section that nothing uses looks as if it had to be filled in.
SMTP_TOML = """
[smtp]
host = {host}
port = {port}
# "starttls", "implicit" or "none"; without encryption no password is ever sent.
tls = {tls}
from = {sender}
{login}
"""

# Beside the config, readable by its owner alone.
PASSWORD_FILE = "secrets/mail-password"  # noqa: S105 - where it lies, not what it is
LOGIN_TOML = """\
username = {username}
password_file = {password_file}"""
NO_LOGIN_TOML = """\
# Where the server wants a login:
#   username = "…"   password_env = "MONITOR_SMTP_PASSWORD\""""

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
# One case; the file name is its slug. An edit holds from the next start or SIGHUP on.
title = {title}
# Why you follow it: printed in every alert.
note = {note}

# Words and "phrases", AND, OR, NOT, NEAR/n, prefix*, title: and other fields, /regular
# expressions/. Case, accents and hyphens never matter.
query = '''{query}'''
# A wider one for what feeds show: these items are read in full, and the query decides.
# candidates = '''…'''

# Feed URLs, titles or "tag:us"; "*" is all.
feeds = [{feeds}]

# Texts that are known already: stored before the first poll, never alerted.
seeds = [{seeds}]

{rules}"""

ALERT_TOML = """\
[[alert]]
channel = {channel}
when = "now"                      # or "daily 08:00", "weekly mon 08:00"
# What was held back in doubt comes in a digest; "none" switches it off.
# held = "daily 08:00"
"""


# What means something within the quotation marks of a query: their end, and a beginning of a word.
_SIGNS = str.maketrans('"*', "  ")


def default_query(title: str) -> str:
    """Returns the query for a case of which only the name is known: a short name as a phrase; of a
    longer one, which texts seldom print whole, the ways in which they do; of a subject its words.
    """
    words = _without_article(normalise(title).translate(_SIGNS).split())
    phrase = '"{}"'.format(" ".join(words))
    if len(words) <= _PHRASE_WORDS:
        return phrase
    return (wider_query(title) if _is_name(words) else _all_of(words)) or phrase


def _without_article(words: Sequence[str]) -> Sequence[str]:
    # Behind it there may be nothing but marks.
    is_article = bool(words) and words[0].lower() in _ARTICLES
    return words[1:] if is_article and fold_words(" ".join(words[1:])) else words


def _is_name(words: Sequence[str]) -> bool:
    """Returns whether words look like a name: all in capitals but for small ones in between."""
    small = itertools.filterfalse(_is_capital, words)
    return sum(map(_is_capital, words)) > 1 and all(len(word) < _LONG for word in small)


def _is_capital(word: str) -> bool:
    return word[:1].isupper()


def wider_query(name: str) -> str:
    """Returns a query for a name however it is written: without its first names, or with others
    between; empty for a single word.
    """
    # Words, however they are joined: a query has no room for other signs.
    words = _without_article(fold_words(name))
    # Scripts without capitals have other ways to write a name.
    if len(words) < 2 or name.lower() == name.upper():
        return ""
    near = f"({words[0]} NEAR/3 {words[-1]})"
    # "la torre" without its first name would be found in half of all texts.
    if len(words) == 2 or len(words[-2]) < _LONG:
        return near
    return f'"{words[-2]} {words[-1]}" OR {near}'


def _all_of(words: Sequence[str]) -> str:
    """Returns a query for texts that hold all words of a subject but the small ones; empty where
    that leaves a single one.
    """
    telling = [word for word in words if len(word) >= _LONG or _is_capital(word)]
    folded = list(dict.fromkeys(fold_words(" ".join(telling))))
    return " AND ".join(folded) if len(folded) > 1 else ""


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
        feed_titles: names of feeds by address, as the feeds say themselves.
        timezone: name of the zone in which times are shown.
    """

    title: str
    query: str = ""
    feeds: tuple[str, ...] = ()
    email: str = ""
    seeds: tuple[Path, ...] = ()
    note: str = ""
    feed_titles: Mapping[str, str] = field(default_factory=dict)
    timezone: str = "UTC"
    mail_server: MailServer = field(default_factory=MailServer)


def write_config(folder: Path, case: NewCase) -> list[Path]:
    """Writes the files of a config and copies the seeds beside it; returns what was written. Where
    one cannot be written, none is left.

    Raises:
        MonitorError: a seed cannot be read, or a file exists already.
        OSError: a file cannot be written.
    """
    query = _checked_query(case)
    contents = _service_files(case)
    written: list[Path] = []
    try:
        for seed in case.seeds:
            copied = _copy_seed(folder, seed)
            written.append(copied)  # each at once: what follows may fail
        contents[f"cases/{slug(case.title)}.toml"] = _case_toml(case, query, written)
        for name, content in contents.items():
            written.append(_write_new(folder / name, content))
    except (MonitorError, OSError):
        # Half a config would stand in the way of the next try.
        for path in written:
            path.unlink(missing_ok=True)
        raise
    return written


def case_file(
    case: NewCase, *, channels: Sequence[str], feeds: Sequence[str] = ("*",)
) -> tuple[str, str]:
    """Returns the name and the content of the file of one more case.

    Args:
        channels: where its alerts go.
        feeds: which feeds it takes, as a case names them.

    Raises:
        MonitorError: its query cannot be written.
    """
    content = _case_toml(case, _checked_query(case), (), channels=channels, feeds=feeds)
    return f"{slug(case.title)}.toml", content


def _checked_query(case: NewCase) -> str:
    """Returns the query of a case.

    Raises:
        MonitorError: it cannot be written.
    """
    query = case.query or default_query(case.title)
    # The query stands in a literal string, whose only end is this and which has no escapes.
    if "'''" in query:
        raise MonitorError("a query cannot hold three apostrophes in a row")
    return query


def _service_files(case: NewCase) -> dict[str, str]:
    """Returns the files that all cases share, by name."""
    files = {
        "monitor.toml": _service_toml(case),
        "feeds.toml": _feeds_toml(case),
        "channels.toml": _channels_toml(case.email),
    }
    if case.email and case.mail_server.username:
        files[PASSWORD_FILE] = f"{case.mail_server.password}\n"
    return files


def _case_toml(
    case: NewCase,
    query: str,
    seeds: Sequence[Path],
    *,
    channels: Sequence[str] = ("desk",),
    feeds: Sequence[str] = ("*",),
) -> str:
    return CASE_TOML.format(
        title=toml_string(case.title),
        note=toml_string(case.note),
        query=query,
        feeds=", ".join(map(toml_string, feeds)),
        seeds=", ".join(toml_string(f"../seeds/{path.name}") for path in seeds),
        rules="\n".join(ALERT_TOML.format(channel=toml_string(name)) for name in channels),
    )


def _service_toml(case: NewCase) -> str:
    contact = toml_string(f"mailto:{case.email}" if case.email else "")
    service = MONITOR_TOML.format(contact=contact, timezone=toml_string(case.timezone))
    return service + (_smtp_toml(case) if case.email else "")


def _smtp_toml(case: NewCase) -> str:
    server = case.mail_server
    # Sent by who gets it: an address of which nobody knows whether it exists is often refused.
    return SMTP_TOML.format(
        host=toml_string(server.host),
        port=server.port,
        tls=toml_string(server.tls),
        sender=toml_string(case.email),
        login=_login_toml(server),
    )


def _login_toml(server: MailServer) -> str:
    if not server.username:
        return NO_LOGIN_TOML
    return LOGIN_TOML.format(
        username=toml_string(server.username), password_file=toml_string(PASSWORD_FILE)
    )


def _feeds_toml(case: NewCase) -> str:
    tables = (feed_table(url, case.feed_titles.get(url, "")) for url in case.feeds)
    return "\n".join([FEEDS_TOML, *tables])


def feed_table(url: str, title: str, every: str = "", tags: Sequence[str] = ()) -> str:
    """Returns a feed as a table of feeds.toml, with the keys that have a value."""
    lines = ["[[feed]]", f"url = {toml_string(url)}"]
    lines += [f"title = {toml_string(title)}"] if title else []
    lines += [f"every = {toml_string(every)}"] if every else []
    lines += [f"tags = [{', '.join(map(toml_string, tags))}]"] if tags else []
    return "\n".join(lines) + "\n"


def _channels_toml(email: str) -> str:
    channel = EMAIL_CHANNEL.format(email=toml_string(email)) if email else CONSOLE_CHANNEL
    return CHANNELS_TOML + channel


def slug(title: str) -> str:
    """Returns the file name of a case: its title in lower-case ASCII words joined by hyphens;
    "case" where nothing of it is left, as of one in Cyrillic.
    """
    from monitor.text import fold

    name = re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")
    # Between words, where there are several.
    if len(name) > MAX_SLUG:
        name = name[: MAX_SLUG + 1].rpartition("-")[0] or name[:MAX_SLUG]
    return name or "case"


def _write_new(path: Path, content: str) -> Path:
    """Writes a file that does not exist.

    Raises:
        MonitorError: it does; somebody may have edited it.
    """
    if path.exists():
        raise MonitorError(f"{path} exists", hint="give another folder, or edit what is there")
    write_whole(path, content)
    return path


def _copy_seed(folder: Path, seed: Path) -> Path:
    """Copies a seed beside the config and returns the copy.

    Raises:
        MonitorError: it cannot be read or written.
    """
    # A copy, so that a config can be moved or kept in version control as a whole.
    try:
        text = seed.read_bytes()
        target = _free_path(folder / "seeds" / seed.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text)
    except OSError as error:
        raise MonitorError(f"{seed}: the seed cannot be read: {error}") from error
    return target


def _free_path(path: Path) -> Path:
    """Returns a path, or the next one behind it that no file has: seeds of several folders may have
    one name.
    """
    others = (path.with_stem(f"{path.stem}-{number}") for number in itertools.count(2))
    return next(one for one in itertools.chain([path], others) if not one.exists())
