"""The layers hold: imports point down, pure packages touch nothing outside, and the command line
starts light.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_import_contracts_are_kept() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout


def test_help_loads_no_heavy_package() -> None:
    code = "import sys, monitor.cli; print(*sys.modules, sep='\\n')"
    loaded = set(
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.split()
    )

    heavy = {
        "sqlalchemy",
        "sqlmodel",
        "httpx",
        "trafilatura",
        "lxml",
        "alembic",
        "pydantic",
        "feedparser",
        "apscheduler",
        "rich.table",
    }
    assert loaded & heavy == set()


def test_reading_commands_do_not_load_what_only_the_daemon_needs() -> None:
    code = "import sys, monitor.store.views.feeds, monitor.settings; print(*sys.modules, sep='\\n')"
    loaded = set(
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.split()
    )

    assert (
        loaded & {"httpx", "trafilatura", "feedparser", "alembic", "apscheduler", "pebble"} == set()
    )


def test_trafilatura_imports() -> None:
    """Older pip drops the extra of lxml that trafilatura needs, silently."""
    done = subprocess.run(
        [sys.executable, "-c", "import trafilatura"], capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
