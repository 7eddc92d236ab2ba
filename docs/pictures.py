"""Draws docs/pictures/* from a real run: two outlets, a feed each, on a loopback news site, a mail
server and, for mails and pages, a real browser (see `tests/browser.py`).

    python -m docs.pictures

Outlets are invented; what they print is the seed article of the shipped case and public facts.
"""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

from rich.console import Console
from rich.text import Text

from monitor.daemon.observability.web_server import serve
from monitor.daemon.pulse import Pulse
from monitor.pages.library import Library
from monitor.settings import load_settings
from monitor.store import Store
from tests.acceptance.config import run_command, write_config
from tests.acceptance.first_session import play
from tests.browser import open_browser
from tests.conftest import SEED
from tests.world import Mailbox, Outlet, Story, at

FOLDER = Path(__file__).with_name("pictures")
SESSION = Path(__file__).with_name("first-session.txt")
WIDTH = 100
PARAGRAPHS = [line for line in SEED.read_text(encoding="utf-8").splitlines() if line.strip()]
NEWS = [
    "A federal judge in Maryland on Tuesday ordered government officials to answer questions under "
    "oath about what they have done to bring Abrego Garcia back.",
    "Judge Paula Xinis set a two-week timetable for the depositions.",
]
LATER = [
    (
        "Senator meets Abrego Garcia in San Salvador",
        "Senator Chris Van Hollen met Kilmar Abrego Garcia in San Salvador on Thursday.",
    ),
    (
        "Appeals court refuses to halt order on Abrego Garcia",
        "A federal appeals court on Thursday refused to suspend the order of Judge Paula Xinis.",
    ),
]
LATER_AT = "2025-04-17T19:00:00"
# Where readers reach the pages: buttons of the mails lead there.
PAGES = """[http]
listen = "127.0.0.1:9310"
public_url = "https://monitor.example.org"
link_secret = "only-for-pictures-0123456789abcdef"
token = "only-for-pictures"
"""
SHOWN = {"page-cases": "/", "page-timeline": "/cases/abrego-garcia"}
SCREENS = [(900, "light"), (360, "dark")]
FEED_AT, COPY_AT, NEWS_AT = "2025-04-15T20:00:00", "2025-04-15T21:00:00", "2025-04-15T22:00:00"
ALERT_AT = "2025-04-15T22:30:00"
SUBJECT = "Kilmar Abrego Garcia"
# Remote fonts would be asked for by whoever looks at the picture.
_FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
_ADDRESS = re.compile(r"http://127\.0\.3\.(\d):\d+")


def draw(name: str, title: str, text: str) -> None:
    """Writes a picture of what a terminal shows."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text(text.rstrip()))
    svg = _FONT_FACE.sub("", console.export_svg(title=title, unique_id=name))
    (FOLDER / f"{name}.svg").write_text(svg.replace("Fira Code", "monospace"), encoding="utf-8")


def run(config: Path, *arguments: str) -> str:
    """Returns a command with what it prints, addresses of the loopback site made short."""
    done = run_command(config, *arguments, columns=WIDTH)
    command = " ".join(f'"{one}"' if " " in one else one for one in arguments)
    return _ADDRESS.sub(r"http://outlet-\1.example", f"$ monitor {command}\n{done.stdout}\n")


def draw_mails(mails: dict[str, EmailMessage]) -> None:
    """Draws mails as a telephone and a wide screen show them, light and dark."""
    with open_browser() as browser:
        for name, mail in mails.items():
            page = mail.get_body(("html",))
            assert page is not None
            text = _ADDRESS.sub(r"http://outlet-\1.example", page.get_content())
            for width, scheme in SCREENS:
                browser.look_like(width=width, scheme=scheme)
                browser.show(text)
                (FOLDER / f"{name}-{scheme}.png").write_bytes(browser.picture())


def draw_pages(config: Path) -> None:
    """Draws pages as the daemon serves them, on the day after the news."""
    settings = load_settings(config, {})
    store = Store(settings.database_url)
    library = Library(store, lambda: settings, lambda: at(LATER_AT) + timedelta(days=1))
    server = serve("127.0.0.1:0", "", library, Pulse(), lambda: b"")
    base = "http://{}:{}".format(*server.address)
    with open_browser() as browser:
        for name, path in SHOWN.items():
            for width, scheme in SCREENS:
                browser.look_like(width=width, scheme=scheme)
                browser.open(base + path)
                (FOLDER / f"{name}-{scheme}.png").write_bytes(browser.picture())
    server.stop()
    store.close()


def main() -> None:
    """Plays the story twice and draws it."""
    FOLDER.mkdir(exist_ok=True)
    draw_terminal()
    draw_mails_and_pages()
    draw_first_session()


def draw_terminal() -> None:
    """Draws the alert and what is asked about it as somebody new sees them: without pages, so with
    commands where mails have signed links.
    """
    with play_story("") as played:
        draw("alert", "monitor poll", played.shown)
        timeline = run(played.config, "timeline", "--format", "table")
        why = run(played.config, "why", played.copy, "--format", "table")
        draw("why", "monitor timeline, monitor why", timeline + why)


def draw_mails_and_pages() -> None:
    """Draws what a desk gets that has pages."""
    with play_story(PAGES) as played:
        mails = {"mail-alert": played.mailbox.messages[-1]}
        mails["mail-digest"] = _send_digest(played.config, played.outlet, played.mailbox)
        draw_pages(played.config)
    draw_mails(mails)


@dataclass(frozen=True, slots=True)
class Played:
    """What came of the story: `shown` by the poll that alerted, `copy` the address of the reprint
    that did not.
    """

    config: Path
    mailbox: Mailbox
    outlet: Outlet
    copy: str
    shown: str


@contextmanager
def play_story(extra: str) -> Iterator[Played]:
    """Plays the story with a config, `extra` in its monitor.toml, and takes it down afterwards."""
    mailbox = Mailbox()
    outlets = [Outlet("Bay Courier", "127.0.3.1"), Outlet("Harbour Gazette", "127.0.3.2")]
    with tempfile.TemporaryDirectory() as folder:
        config = write_config(Path(folder) / "config", outlets, mailbox=mailbox, extra=extra)
        console = '\n[[alert]]\nchannel = "console"\nwhen = "now"\nheld = "none"\n'
        case = config / "cases" / "abrego-garcia.toml"
        case.write_text(case.read_text() + console)
        run_command(config, "poll", "--at", FEED_AT)
        copy = _publish(outlets)
        shown = run(config, "poll", "--at", ALERT_AT)
        yield Played(config, mailbox, outlets[0], copy, shown)
    for outlet in outlets:
        outlet.close()
    mailbox.close()


def _publish(outlets: Sequence[Outlet]) -> str:
    """Has one outlet reprint the seed and another print it with news on top; returns the address
    of the reprint.
    """
    news = [*NEWS, *PARAGRAPHS]
    title = "Judge orders testimony under oath"
    copy = Story("/copy", "Bukele says no", PARAGRAPHS, at(COPY_AT), SUBJECT)
    outlets[1].publish(Story("/oath", title, news, at(NEWS_AT), SUBJECT))
    return outlets[0].publish(copy)


def _send_digest(config: Path, outlet: Outlet, mailbox: Mailbox) -> EmailMessage:
    """Has two more developments come in a digest; returns it."""
    case = config / "cases" / "abrego-garcia.toml"
    case.write_text(
        case.read_text()
        .replace('when = "now"', 'when = "daily 08:00"')
        .replace('held = "none"', "")
    )
    for number, (title, text) in enumerate(LATER):
        when = at(LATER_AT) + timedelta(minutes=number)
        outlet.publish(Story(f"/later-{number}", title, [text, *PARAGRAPHS[:2]], when, SUBJECT))
    run_command(config, "poll", "--at", "2025-04-17T20:00:00")
    run_command(config, "poll", "--at", "2025-04-18T12:30:00")
    return mailbox.messages[-1]


def draw_first_session() -> None:
    """Plays the first session of somebody new, and keeps it as text and as a picture."""
    with tempfile.TemporaryDirectory() as folder:
        text = play(Path(folder)).text
    SESSION.write_text(text, encoding="utf-8")
    draw("first-session", "make init, make run", text)


if __name__ == "__main__":
    main()
