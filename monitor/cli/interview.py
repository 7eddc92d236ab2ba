"""The questions of `monitor init`: each answer is checked when it is given, and asked for again
where it is wrong; feeds are looked at, and what the query would find in them today is shown.

What is right is said in one place: an answer is checked by writing the config that it would make
into a folder that is thrown away, and reading that as the program does."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from monitor.cli.mail_server import MailServer, ask_mail_server, log_in, read_mail_server
from monitor.cli.output import count_of
from monitor.cli.templates import (
    PASSWORD_FILE,
    NewCase,
    default_query,
    wider_query,
    write_config,
)
from monitor.errors import ConfigErrors, MonitorError
from monitor.text import fold, one_line, short_line

if TYPE_CHECKING:
    from monitor.settings import Settings

MAX_TITLE = 200  # of a feed in feeds.toml
_HEADLINES_SHOWN = 5
_UTC = "UTC"
_ZONE_LINK = Path("/etc/localtime")
_ZONES = "zoneinfo/"


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A feed that was fetched once.

    Attributes:
        offers: feeds that a page names, where the address is a page.
        headlines: titles of items that the case would read in full, of `hits` in all.
        rhythm: how often it would be asked, and why; empty where nobody can say.
        error: why it cannot be read; empty when it can.
    """

    url: str
    title: str = ""
    items: int = 0
    hits: int = 0
    headlines: tuple[str, ...] = ()
    rhythm: str = ""
    offers: tuple[str, ...] = ()
    error: str = ""


class Person(Protocol):
    """Who answers."""

    def ask(self, question: str, default: str = "") -> str:
        """Returns an answer, the default where nothing is typed."""

    def ask_secret(self, question: str) -> str:
        """Returns an answer that is not shown while it is typed."""

    def say(self, text: str) -> None:
        """Tells something."""


Look = Callable[["Settings"], Sequence[LookedAt]]


def interview(person: Person, given: NewCase, look: Look) -> NewCase:
    """Returns the answers for a new case: what was given, and what a person says.

    Args:
        look: fetches each feed of some settings once.
    """
    case = _ask_title(person, given)
    case = _ask_query(person, case, default_query(case.title))
    case = _ask_feeds(person, case, look)
    return case if given.email else _ask_email(person, case)


def _ask_title(person: Person, case: NewCase) -> NewCase:
    while True:
        title = person.ask("Name of the case (a person, a company, a law)").strip()
        named = replace(case, title=title)
        if not title:
            person.say("  a case needs a name")
        elif _is_right(person, named):
            return named


def _ask_query(person: Person, case: NewCase, default: str) -> NewCase:
    """Asks for the query, with what is worth knowing of the name's spellings."""
    if case.query and _is_right(person, case):
        return case
    for hint in describe_spellings(case.title):
        person.say(hint)
    while True:
        asked = replace(case, query=person.ask("Query", default).strip())
        if _is_right(person, asked):
            return asked


def describe_spellings(title: str) -> list[str]:
    """Returns what a phrase finds and what it does not, for a name of several words."""
    words, wide = fold(title).split(), wider_query(title)
    if not wide:
        return ["Accents, case and hyphens never matter."]
    found = f"Accents, case and hyphens never matter: {'-'.join(words).upper()} is found, too."
    # Where it is what is offered anyway, it is said once.
    is_offered = wide == default_query(title)
    return [found] if is_offered else [found, f"Names are written in many ways; wider: {wide}"]


def describe_gaps(case: NewCase, command: str) -> list[str]:
    """Returns what was not said of a case that nobody was asked about, with what was taken in its
    place and how to say it.

    Args:
        command: how the program is called with the config of the case.
    """
    gaps = []
    if not case.query:
        gaps.append(f"no --query: it looks for {default_query(case.title)}")
    if not case.feeds:
        gaps.append(f"no --feed: nothing is watched before `{command} feeds add URL`")
    if not case.email:
        gaps.append("no --email: alerts are printed on the terminal; channels.toml has the rest")
    elif case.mail_server == MailServer():
        where = _place_of(case.mail_server)
        gaps.append(f"no --mail-server: mail goes through {where}; [smtp] in monitor.toml names it")
    return gaps


def _place_of(server: MailServer) -> str:
    return f"{server.host}:{server.port}"


def _ask_feeds(person: Person, case: NewCase, look: Look) -> NewCase:
    """Asks for feeds until each can be read or is kept all the same, then shows what the query
    finds in them.
    """
    case = replace(case, feeds=tuple(map(to_web_address, case.feeds)))
    while not case.feeds or not _is_right(person, case):
        typed = person.ask("Feeds or sites to watch (addresses, separated by spaces)").split()
        case = replace(case, feeds=tuple(dict.fromkeys(map(to_web_address, typed))))
        if not typed:
            person.say("Without a feed nothing is watched; `monitor feeds add URL` adds one.")
            return case
    looked = look(_draft(case))
    settled = case
    for one in looked:
        settled = _settle_feed(person, settled, one, look)
    # Where an address was replaced, what was found behind it counts.
    if settled.feeds != case.feeds:
        looked = look(_draft(settled))
    return _ask_about_matches(person, settled, look, looked)


def to_web_address(text: str) -> str:
    """Returns an address as people type it with its scheme."""
    return text if "://" in text else f"https://{text}"


def _settle_feed(person: Person, case: NewCase, looked: LookedAt, look: Look) -> NewCase:
    """Says how a feed is, puts the feed of a page into the page's place, and asks for another
    address for one that cannot be read.
    """
    if looked.offers:
        offered = looked.offers[0]
        person.say(f"  {looked.url} is a page; it names the feed {offered}, which is taken")
        case = _replace_feed(case, looked.url, offered)
        return _settle_named(person, case, offered, look)
    if not looked.error:
        title = one_line(looked.title, limit=MAX_TITLE)
        rhythm = f"; {looked.rhythm}" if looked.rhythm else ""
        person.say(f"  {title or looked.url}: {count_of(looked.items, 'item')}{rhythm}")
        return _with_title(case, looked.url, title)
    person.say(f"  {looked.url} cannot be read now: {looked.error}")
    return _ask_another(person, case, looked.url, look)


def _ask_another(person: Person, case: NewCase, url: str, look: Look) -> NewCase:
    """Asks for another address in the place of one that cannot be read."""
    while typed := person.ask("Another address in its place (empty: keep it)").strip():
        other = to_web_address(typed)
        changed = _replace_feed(case, url, other)
        if _is_right(person, changed):
            return _settle_named(person, changed, other, look)
    return case


def _settle_named(person: Person, case: NewCase, url: str, look: Look) -> NewCase:
    (looked,) = look(_draft(replace(case, feeds=(url,))))
    # A page that names a page leads nowhere: what it names is not followed further.
    return _settle_feed(person, case, replace(looked, offers=()), look)


def _replace_feed(case: NewCase, old: str, new: str) -> NewCase:
    feeds = dict.fromkeys(new if url == old else url for url in case.feeds)
    return replace(case, feeds=tuple(feeds))


def _with_title(case: NewCase, url: str, title: str) -> NewCase:
    # Cases may name a feed by its title, so each title stands once.
    if not title or title in case.feed_titles.values():
        return case
    return replace(case, feed_titles={**case.feed_titles, url: title})


def _ask_about_matches(
    person: Person, case: NewCase, look: Look, looked: Sequence[LookedAt]
) -> NewCase:
    """Shows what the query finds in the feeds today, and lets it be changed until it is kept."""
    if all(one.error for one in looked):
        return case
    _show_matches(person, looked)
    while query := person.ask("Another query (empty: keep it)").strip():
        changed = replace(case, query=query)
        if _is_right(person, changed):
            case = changed
            _show_matches(person, look(_draft(case)))
    return case


def _show_matches(person: Person, looked: Sequence[LookedAt]) -> None:
    items, hits = sum(one.items for one in looked), sum(one.hits for one in looked)
    found = count_of(items, "item")
    person.say(f"Of {found} in these feeds today the query would pick {hits}.")
    if not hits:
        person.say("  It may be a quiet day, or too narrow a query: fewer words find more.")
    headlines = [headline for one in looked for headline in one.headlines]
    for headline in headlines[:_HEADLINES_SHOWN]:
        person.say(f"  - {short_line(headline, limit=MAX_TITLE)}")


def _ask_email(person: Person, case: NewCase) -> NewCase:
    """Asks where alerts go, and for mail which server takes it."""
    while True:
        question = "Mail address for alerts (empty: print them on the terminal)"
        asked = replace(case, email=person.ask(question).strip())
        if not asked.email:
            return asked
        if _is_right(person, asked):
            server = _ask_mail_server(person, asked.mail_server)
            return replace(asked, mail_server=_ask_login(person, server))


def _ask_mail_server(person: Person, default: MailServer) -> MailServer:
    """Asks for a mail server until one answers or is kept all the same."""
    shown = _place_of(default)
    while True:
        typed = person.ask("Mail server (host or host:port)", shown)
        server = read_mail_server(typed)
        if server is None:
            person.say(f"  {typed!r} is no mail server; write a host, or host:port")
            continue
        try:
            answering = ask_mail_server(server)
        except OSError as error:
            person.say(f"  {typed} does not answer: {short_line(str(error), limit=MAX_TITLE)}")
            # Typed twice it is meant: a server may be there tomorrow.
            if typed == shown:
                return server
            shown = typed
            continue
        person.say(f"  {typed} answers; encryption: {answering.tls}")
        return answering


def _ask_login(person: Person, server: MailServer) -> MailServer:
    """Asks for a login until the server takes it or none is wanted, where one is offered."""
    # Tried at once: a wrong password would be found out by the first alert that it keeps back.
    while server.takes_login:
        username = person.ask(f"Name to log in with at {server.host} (empty: no login)").strip()
        if not username:
            break
        password = person.ask_secret(f"Password (not shown; kept in {PASSWORD_FILE})")
        with_login = replace(server, username=username, password=password)
        try:
            log_in(with_login)
        except OSError as error:
            person.say(f"  {short_line(str(error), limit=MAX_TITLE)}")
            continue
        person.say(f"  {server.host} takes the login")
        return with_login
    return server


def _is_right(person: Person, case: NewCase) -> bool:
    """Says what is wrong with the answers so far; returns whether nothing is."""
    try:
        _draft(case)
    except ConfigErrors as errors:
        for error in errors.errors:
            hint = f"; {error.hint}" if error.hint else ""
            # A query that is wrong comes with a caret below it.
            person.say("\n".join(f"  {line}" for line in f"{error.message}{hint}".split("\n")))
        return False
    except MonitorError as error:
        person.say(f"  {error}")
        return False
    return True


def _draft(case: NewCase) -> Settings:
    """Returns the settings that the answers so far would make.

    Raises:
        MonitorError: they cannot be written, or would be wrong.
    """
    from monitor.settings import load_settings

    with tempfile.TemporaryDirectory() as folder:
        # Seeds are read when they are copied for good.
        write_config(Path(folder), replace(case, seeds=()))
        return load_settings(Path(folder), os.environ)


def system_timezone() -> str:
    """Returns the name of this system's time zone; UTC where it does not say."""
    from zoneinfo import ZoneInfo

    linked = str(_ZONE_LINK.resolve()) if _ZONE_LINK.exists() else ""
    named = (os.environ.get("TZ", "").lstrip(":"), linked.rpartition(_ZONES)[2])
    for name in filter(None, named):
        # KeyError: there is no zone of that name; OSError: it is a folder of zones.
        try:
            return ZoneInfo(name).key
        except (KeyError, ValueError, OSError):
            continue
    return _UTC
