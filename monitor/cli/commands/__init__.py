"""The commands, a module a noun. A module is loaded when its command is named, and what a command
needs when it runs: `--help` answers within 120 ms.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, ClassVar

import typer

from monitor import __version__
from monitor.cli.command_kinds import CommandPlace, LazyGroup, QueryCommand
from monitor.cli.state import GlobalOptions
from monitor.cli.streams import discard_output, prepare_streams
from monitor.errors import ConfigErrors, MonitorError, QueryError

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130

_IN = "monitor.cli.commands"


class Commands(LazyGroup):
    """All commands, in the order in which the help lists them."""

    places: ClassVar[Mapping[str, CommandPlace]] = {
        "init": CommandPlace(f"{_IN}.setup:init", "Writes a commented config for a case."),
        "run": CommandPlace(
            f"{_IN}.run:run", "The daemon: polls, judges and alerts until it is stopped."
        ),
        "poll": CommandPlace(
            f"{_IN}.run:poll",
            "One full pass now: poll the feeds, due or not, read, judge, look at pages that are "
            "due again, deliver; then ends.",
        ),
        "check": CommandPlace(
            f"{_IN}.setup:check",
            "Validates the config and every query; says what each case would watch.",
        ),
        "status": CommandPlace(
            f"{_IN}.status:status", "Feeds, queue, outbox and disk at a glance."
        ),
        "search": CommandPlace(
            f"{_IN}.articles:search",
            "Full text over stored articles, best first, with the words around each hit.",
            QueryCommand,
        ),
        "timeline": CommandPlace(
            f"{_IN}.developments:list_",
            "What happened in a case, newest first, and what it changed in the state of the case.",
        ),
        "why": CommandPlace(
            f"{_IN}.why:why",
            "The whole chain of one item: seen, matched, fetched, extracted, copy of, judged, "
            "delivered.",
        ),
        "export": CommandPlace(
            f"{_IN}.reading.export:export",
            "Writes what a case has to stdout, whole: no line is left out, no text is cut.",
        ),
        "doctor": CommandPlace(
            "monitor.cli.doctor:doctor",
            "Checks config, database, disk, clock, feeds, names, channels and workers, and says "
            "what to do.",
        ),
        "feedback": CommandPlace(
            f"{_IN}.feedback:feedback",
            "Tells what you think of a verdict; without an ID shows what was said.",
        ),
        "replay": CommandPlace(
            f"{_IN}.replay:replay",
            "Judges everything a case has stored again, with this version or another threshold, "
            "and prints what would change.",
        ),
        "feeds": CommandPlace(f"{_IN}.feeds:app", "Feeds: what is watched and how it goes."),
        "cases": CommandPlace(f"{_IN}.cases:app", "Cases: what is followed."),
        "articles": CommandPlace(f"{_IN}.articles:app", "Articles: what is stored."),
        "stories": CommandPlace(
            f"{_IN}.reading.stories:app",
            "Stories: the articles on one happening, and whose text each has.",
        ),
        "developments": CommandPlace(
            f"{_IN}.developments:app",
            "Developments: what happened, first reporter, who carries it.",
        ),
        "evidence": CommandPlace(
            f"{_IN}.reading.evidence:app",
            "Evidence: what was fetched and told, in a file that anybody can check.",
        ),
        "alerts": CommandPlace(f"{_IN}.alerts:app", "Alerts: the outbox."),
        "channels": CommandPlace(f"{_IN}.outgoing.channels:app", "Channels: where alerts go."),
        "silence": CommandPlace(
            f"{_IN}.outgoing.silence:app", "Silences: what is not told at once for a while."
        ),
        "seeds": CommandPlace(
            f"{_IN}.setup:seeds_app", "Seeds: texts that a case knows from the start."
        ),
        "db": CommandPlace(f"{_IN}.db:app", "Database: schema, backup, restore, copy, prune."),
        "config": CommandPlace(f"{_IN}.setup:config_app", "Config: what is in force."),
    }


app = typer.Typer(
    name="monitor",
    cls=Commands,
    help=(
        "Follows one case over months of news and alerts only about what is new.\n\n"
        "Start with `monitor init`, then `monitor run`; "
        "ask with `monitor timeline` and `monitor search`."
    ),
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(is_wanted: bool) -> None:
    # Typer calls it always; it is eager, so that --version works without a config.
    if is_wanted:
        typer.echo(f"monitor {__version__}")
        raise typer.Exit


@app.callback()
def set_up(
    ctx: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            "-c",
            metavar="DIR",
            help="Config folder; else $MONITOR_CONFIG, else ./config.",
        ),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Say more about what is done.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say only what went wrong.")] = False,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Takes the options that every command shares."""
    if ctx.invoked_subcommand != "run":
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    folder = config or Path(os.environ.get("MONITOR_CONFIG") or "config")
    ctx.obj = GlobalOptions(folder, is_verbose=verbose, is_quiet=quiet)


def main() -> None:
    """Runs the command line and ends the process with its exit code."""
    prepare_streams()
    try:
        # Not standalone: else typer would report our errors in its own way.
        code = app(prog_name="monitor", standalone_mode=False)
        sys.stdout.flush()  # what cannot be written is told here, not by the interpreter at its end
    except SystemExit as end:
        # The reader of our output has seen enough, as `| head` does; typer takes it for a failure.
        sys.exit(0 if isinstance(end.__context__, BrokenPipeError) else end.code)
    # What is not ours to report is raised again.
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001
        sys.exit(_end_code(error))
    sys.exit(code if isinstance(code, int) else 0)


def _end_code(error: BaseException) -> int:
    """Says what went wrong, and returns the exit code for it.

    Raises:
        BaseException: the error itself, when it is a bug of ours: then its traceback is wanted.
    """
    if isinstance(error, MonitorError):
        return _report(error)
    if isinstance(error, typer.Exit):
        return error.exit_code
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        return EXIT_INTERRUPTED
    if isinstance(error, OSError):
        return _end_of_output(error)
    if _show_usage(error):
        return EXIT_USAGE
    raise error


def _report(error: MonitorError) -> int:
    """Says an error of ours in words; what was typed wrong, config included, counts as usage."""
    # Each line of a list begins with a file and a line, which editors jump to.
    is_list = isinstance(error, ConfigErrors)
    typer.echo(str(error) if is_list else f"error: {error}", err=True)
    return EXIT_USAGE if isinstance(error, ConfigErrors | QueryError) else EXIT_FAILED


def _end_of_output(error: OSError) -> int:
    """A closed pipe is no failure; a full disk is."""
    is_closed_pipe = isinstance(error, BrokenPipeError)
    if not is_closed_pipe:
        typer.echo(f"error: {_describe_system_error(error)}", err=True)
    discard_output()
    return 0 if is_closed_pipe else EXIT_FAILED


def _describe_system_error(error: OSError) -> str:
    """Returns what the system said, with the file where there is one and without its number."""
    text = error.strerror or str(error)
    return f"{error.filename}: {text}" if error.filename else text


def _show_usage(error: BaseException) -> bool:
    """Shows a wrong command line as such; says whether it was one."""
    show = getattr(error, "show", None)
    if show is None or not hasattr(error, "exit_code"):
        return False
    show()
    return True
