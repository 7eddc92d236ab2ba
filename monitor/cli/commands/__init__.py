"""The commands, a module a noun. They import what they need inside themselves: `--help` answers
within 200 ms.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from monitor import __version__
from monitor.cli.commands import (
    alerts,
    articles,
    cases,
    db,
    developments,
    feedback,
    feeds,
    replay,
    run,
    setup,
    status,
    why,
)
from monitor.cli.commands.outgoing import channels, silence
from monitor.cli.commands.reading import evidence, export, stories
from monitor.cli.doctor import doctor
from monitor.cli.query_command import QueryCommand
from monitor.cli.state import GlobalOptions
from monitor.cli.streams import discard_output, prepare_streams
from monitor.errors import ConfigErrors, MonitorError, QueryError

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130

app = typer.Typer(
    name="monitor",
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
app.command("init")(setup.init)
app.command("run")(run.run)
app.command("poll")(run.poll)
app.command("check")(setup.check)
app.command("status")(status.status)
app.add_typer(feeds.app, name="feeds")
app.add_typer(cases.app, name="cases")
app.command("search", cls=QueryCommand)(articles.search)
app.add_typer(articles.app, name="articles")
app.add_typer(stories.app, name="stories")
app.add_typer(developments.app, name="developments")
app.command("timeline")(developments.list_)
app.command("why")(why.why)
app.command("export")(export.export)
app.add_typer(evidence.app, name="evidence")
app.command("doctor")(doctor)
app.command("feedback")(feedback.feedback)
app.command("replay")(replay.replay)
app.add_typer(alerts.app, name="alerts")
app.add_typer(channels.app, name="channels")
app.add_typer(silence.app, name="silence")
app.add_typer(setup.seeds_app, name="seeds")
app.add_typer(db.app, name="db")
app.add_typer(setup.config_app, name="config")


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
