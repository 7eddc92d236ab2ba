"""Writes the generated documents: docs/cli.md and docs/monitor.1 from `--help`, docs/config.md from
the settings' own descriptions, docs/webhook.schema.json from the payloads, docs/output.schema.json
from the rows that commands print.

Run it with `make docs`; a test compares what it would write with what is there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command
from typer.testing import CliRunner

from monitor import __version__
from monitor.alerts.schema import event_schema
from monitor.cli.commands import app
from monitor.cli.commands.reading.schemas import output_schema
from monitor.settings import reference_markdown

DOCS = Path(__file__).parent
WIDTH = 100

CLI_HEAD = """# Commands

This page is generated from `monitor --help` (`make docs`).

Data goes to stdout, talk to stderr. Reading commands print a table on a terminal and JSON lines
when piped; `--format` takes `table`, `json`, `jsonl`, `csv` or `md`;
[output.schema.json](output.schema.json) has the JSON Schema of their rows. Ids accept unique
prefixes of at least three digits. Times accept `7d`, `2025-06-06` and ISO 8601.

Exit codes: 0 done · 1 failed or not found · 2 usage or config · 3 degraded (`status --check`) ·
130 interrupted.

`monitor --install-completion` lets bash, zsh, fish and PowerShell complete commands and options;
`--show-completion` prints what it would install. `man docs/monitor.1` shows this page at a
terminal.
"""
EXIT_CODES = "0 done, 1 failed or not found, 2 usage or config, 3 degraded, 130 interrupted."


def iter_commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yields the path of every command, groups before what is in them."""
    yield path
    for name, part in getattr(command, "commands", {}).items():
        yield from iter_commands(part, (*path, name))


def cli_markdown() -> str:
    """Returns docs/cli.md."""
    parts = [CLI_HEAD]
    for path in iter_commands(get_command(app)):
        # A fixed width and no colours, whatever terminal this runs in.
        result = CliRunner(env={"COLUMNS": str(WIDTH), "TERM": "dumb", "NO_COLOR": "1"}).invoke(
            app, [*path, "--help"], prog_name="monitor"
        )
        title = " ".join(("monitor", *path))
        lines = "\n".join(line.rstrip() for line in result.output.strip().splitlines())
        parts.append(f"{'#' * min(3, len(path) + 2)} {title}\n\n```text\n{lines}\n```\n")
    return "\n".join(parts)


def man_page() -> str:
    """Returns docs/monitor.1, for man(1)."""
    command = get_command(app)
    about = roff(command.get_short_help_str(limit=200))
    parts = [
        f'.TH MONITOR 1 "" "monitor {__version__}"',
        f".SH NAME\nmonitor \\- {about}",
        ".SH SYNOPSIS\n.B monitor\n[\\-\\-config DIR] [\\-\\-verbose|\\-\\-quiet] COMMAND",
        f".SH DESCRIPTION\n{roff(command.help)}",
        *(man_section(path) for path in iter_commands(command) if path),
        f".SH EXIT STATUS\n{roff(EXIT_CODES)}",
    ]
    return "\n".join(parts) + "\n"


def man_section(path: tuple[str, ...]) -> str:
    """Returns what a man page says of a command: what it does, its arguments and options."""
    command: Any = get_command(app)
    for name in path:
        command = command.commands[name]
    lines = [f".SS monitor {roff(' '.join(path))}", roff(command.help or "")]
    context = command.make_context("monitor", [], resilient_parsing=True)
    for part in command.get_params(context):
        is_option = part.param_type_name == "option"
        names = "/".join(part.opts) if is_option else part.metavar or part.name.upper()
        lines += [f".TP\n.B {roff(names)}", roff(getattr(part, "help", None) or "")]
    return "\n".join(filter(None, lines))


def roff(text: str) -> str:
    """Returns a text that a man page shows as it is: no line of it is a request."""
    escaped = text.strip().replace("\\", "\\e").replace("-", "\\-")
    # A line that begins with a dot or an apostrophe would be a command (groff_man(7)).
    lines = (f"\\&{line}" if line[:1] in (".", "'") else line for line in escaped.splitlines())
    return "\n".join(line if line.strip() else ".PP" for line in lines)


def output_schema_json() -> str:
    """Returns docs/output.schema.json."""
    return json.dumps(output_schema(), indent=1) + "\n"


def webhook_schema() -> str:
    """Returns docs/webhook.schema.json."""
    return json.dumps(event_schema(), indent=1) + "\n"


DOCUMENTS = {
    "cli.md": cli_markdown,
    "monitor.1": man_page,
    "output.schema.json": output_schema_json,
    "config.md": reference_markdown,
    "webhook.schema.json": webhook_schema,
}

if __name__ == "__main__":
    for name, make in DOCUMENTS.items():
        (DOCS / name).write_text(make(), encoding="utf-8")
        print(f"wrote docs/{name}")
