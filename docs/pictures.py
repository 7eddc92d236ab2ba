"""Draws docs/pictures/* from a real run: two outlets, a feed each, on a loopback news site, a mail
server and, for mails and pages, a real browser (see `tests/browser.py`).

    python -m docs.pictures

Outlets are invented; what they print is the seed article of the shipped case and public facts.
"""

from __future__ import annotations

import io
import re
import tempfile
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
    """Plays the story and draws it."""
    FOLDER.mkdir(exist_ok=True)
    mailbox = Mailbox()
    with tempfile.TemporaryDirectory() as folder:
        outlets = [Outlet("Bay Courier", "127.0.3.1"), Outlet("Harbour Gazette", "127.0.3.2")]
        config = write_config(Path(folder) / "config", outlets, mailbox=mailbox, extra=PAGES)
        console = '\n[[alert]]\nchannel = "console"\nwhen = "now"\nheld = "none"\n'
        case = config / "cases" / "abrego-garcia.toml"
        case.write_text(case.read_text() + console)
        run_command(config, "poll", "--at", FEED_AT)
        copy = outlets[0].publish(
            Story("/copy", "Bukele says no", PARAGRAPHS, at(COPY_AT), "Kilmar Abrego Garcia")
        )
        outlets[1].publish(
            Story(
                "/oath",
                "Judge orders testimony under oath",
                [*NEWS, *PARAGRAPHS],
                at(NEWS_AT),
                "Kilmar Abrego Garcia",
            )
        )
        alert = run(config, "poll", "--at", "2025-04-15T22:30:00")
        draw("alert", "monitor poll", alert)
        shown = run(config, "timeline", "--format", "table") + run(
            config, "why", copy, "--format", "table"
        )
        draw("why", "monitor timeline, monitor why", shown)
        alert_mail = mailbox.messages[-1]
        digest_mail = _send_digest(config, outlets[0], mailbox)
        draw_pages(config)
        for outlet in outlets:
            outlet.close()
    mailbox.close()
    draw_mails({"mail-alert": alert_mail, "mail-digest": digest_mail})
    draw_first_session()


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
        outlet.publish(
            Story(f"/later-{number}", title, [text, *PARAGRAPHS[:2]], when, "Kilmar Abrego Garcia")
        )
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
