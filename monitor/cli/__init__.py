"""The command line. Commands import what they need inside themselves: `--help` answers within 200
ms.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from monitor import __version__
from monitor.cli.commands import (
    alerts,
    articles,
    cases,
    channels,
    db,
    developments,
    feeds,
    replay,
    run,
    setup,
)
from monitor.cli.state import State
from monitor.errors import ConfigErrors, MonitorError, QueryError

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130

app = typer.Typer(
    name="monitor",
    help=(
        "Follows one case over months of news and alerts only about what is new.\n\n"
        "Start with `monitor init`, then `monitor run`; ask with `monitor timeline` and `monitor search`."
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("init")(setup.init)
app.command("run")(run.run)
app.command("poll")(run.poll)
app.command("check")(setup.check)
app.command("status")(run.status)
app.add_typer(feeds.app, name="feeds")
app.add_typer(cases.app, name="cases")
# A query may begin with a minus sign: "-opinion garcia" is no option.
app.command("search", context_settings={"ignore_unknown_options": True})(articles.search)
app.add_typer(articles.app, name="articles")
app.add_typer(developments.app, name="developments")
app.command("timeline")(developments.list_)
app.command("why")(articles.why)
app.command("feedback")(replay.feedback)
app.command("replay")(replay.replay)
app.add_typer(alerts.app, name="alerts")
app.add_typer(channels.app, name="channels")
app.add_typer(setup.seeds_app, name="seeds")
app.add_typer(db.app, name="db")
app.add_typer(setup.config_app, name="config")


def _print_version(is_wanted: bool) -> None:
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
    folder = config or Path(os.environ.get("MONITOR_CONFIG") or "config")
    ctx.obj = State(folder, is_verbose=verbose, is_quiet=quiet)


def main() -> None:
    """Runs the command line and ends the process with its exit code."""
    try:
        code = app(standalone_mode=False)
        # What cannot be written is told here, not by the interpreter when it ends
        sys.stdout.flush()
    except MonitorError as error:
        typer.echo(
            f"error: {error}" if not isinstance(error, ConfigErrors) else str(error), err=True
        )
        sys.exit(EXIT_USAGE if isinstance(error, ConfigErrors | QueryError) else EXIT_FAILED)
    except typer.Exit as end:
        sys.exit(end.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(EXIT_INTERRUPTED)
    except SystemExit as end:
        # The reader of our output has seen enough, as `| head` does; typer takes that for a
        # failure.
        sys.exit(0 if isinstance(end.__context__, BrokenPipeError) else end.code)
    except BrokenPipeError:
        _discard_output()
        sys.exit(0)
    except OSError as error:
        typer.echo(f"error: {error}", err=True)
        _discard_output()
        sys.exit(EXIT_FAILED)
    except Exception as error:
        if not _show_usage(error):
            raise
        sys.exit(EXIT_USAGE)
    sys.exit(code if isinstance(code, int) else 0)


def _discard_output() -> None:
    """Lets what is still buffered go nowhere: written at the very end it would fail again, and
    change the exit code.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _show_usage(error: Exception) -> bool:
    """Shows a wrong command line as such; says whether it was one."""
    show = getattr(error, "show", None)
    if show is None or not hasattr(error, "exit_code"):
        return False
    show()
    return True
