"""Draws docs/pictures/*.svg from a real run: two outlets, a feed each, on a loopback news site.

    python -m docs.pictures

Outlets are invented; what they print is the seed article of the shipped case and public facts.
"""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

from tests.acceptance.config import run_command, write_config
from tests.acceptance.first_session import play
from tests.conftest import SEED
from tests.world import Outlet, Story, at

FOLDER = Path(__file__).with_name("pictures")
SESSION = Path(__file__).with_name("first-session.txt")
WIDTH = 100
PARAGRAPHS = [line for line in SEED.read_text(encoding="utf-8").splitlines() if line.strip()]
NEWS = [
    "A federal judge in Maryland on Tuesday ordered government officials to answer questions under "
    "oath about what they have done to bring Abrego Garcia back.",
    "Judge Paula Xinis set a two-week timetable for the depositions.",
]
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


def main() -> None:
    """Plays the story and draws it."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        outlets = [Outlet("Bay Courier", "127.0.3.1"), Outlet("Harbour Gazette", "127.0.3.2")]
        config = write_config(Path(folder), outlets)
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
        for outlet in outlets:
            outlet.close()
    draw_first_session()


def draw_first_session() -> None:
    """Plays the first session of somebody new, and keeps it as text and as a picture."""
    with tempfile.TemporaryDirectory() as folder:
        text = play(Path(folder)).text
    SESSION.write_text(text, encoding="utf-8")
    draw("first-session", "make init, make run", text)


if __name__ == "__main__":
    main()
