"""Logging: one line per unit of work, on stderr; words on a terminal, JSON lines elsewhere."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC
from functools import partial
from typing import Any

import structlog

from monitor.cli.events import LogForm, Narrator, choose_form
from monitor.cli.streams import log_stream
from monitor.errors import MonitorError
from monitor.text import one_line
from monitor.urls import shown_in

MAX_FIELD = 1000


def set_up_logs(
    *,
    is_verbose: bool,
    is_quiet: bool,
    form: LogForm | None = None,
    narrator: Narrator | None = None,
) -> None:
    """Sets up logging for this process: INFO by default, DEBUG or WARNING on request; where a
    narrator tells a person, it chooses for itself.

    Args:
        narrator: tells a person what the events mean, by the names of their feeds.
    """
    _quieten_libraries()
    chosen = choose_form(form)
    told = None if is_verbose or chosen is LogForm.JSON else narrator or Narrator({}, UTC)
    level = _level(is_verbose=is_verbose, is_quiet=is_quiet, is_told=told is not None)
    renderer = _renderer(chosen, told)
    structlog.configure(
        processors=[*_processors(renderer)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(log_stream()),
    )


def _level(*, is_verbose: bool, is_quiet: bool, is_told: bool) -> int:
    """Returns the least level that is logged; who asks for both wants to see more."""
    if is_verbose:
        return logging.DEBUG
    if is_quiet:
        return logging.WARNING
    # A narrator leaves out by itself what a person need not know.
    return logging.DEBUG if is_told else logging.INFO


def _quieten_libraries() -> None:
    """Lets libraries that use the standard logging report errors alone."""
    # These write URLs with their credentials at INFO (encode/httpx#2760), or a line per tick.
    for name in ("httpx", "httpcore", "apscheduler", "alembic", "trafilatura", "htmldate"):
        logging.getLogger(name).setLevel(logging.ERROR)


def _processors(renderer: structlog.typing.Processor) -> Iterator[structlog.typing.Processor]:
    """Yields the steps from the fields of an event to its line, in order."""
    yield structlog.contextvars.merge_contextvars
    yield structlog.processors.add_log_level
    yield structlog.processors.TimeStamper(fmt="iso", utc=True)
    yield _tell_known_errors
    # Not left to the renderer for terminals, which prints the values of variables with them.
    yield structlog.processors.format_exc_info
    # After all that adds text, before what writes it.
    yield _clean
    yield renderer


def _tell_known_errors(
    _logger: object, _method: str, fields: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Puts an error of ours, such as a full disk, in words where a crash has its traceback."""
    error = fields.get("exc_info")
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, MonitorError):
        del fields["exc_info"]
        fields.setdefault("error", str(error))
    return fields


def _renderer(form: LogForm, narrator: Narrator | None) -> structlog.typing.Processor:
    """Returns what makes a line of the fields: words for a person, JSON for a program."""
    if form is LogForm.JSON:
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    if narrator is None:
        return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    return partial(_narrate, narrator)


def _narrate(
    narrator: Narrator, _logger: object, _method: str, fields: structlog.typing.EventDict
) -> str:
    """Returns the line of an event, with the traceback of a crash.

    Raises:
        DropEvent: nobody has to know of it.
    """
    line = narrator.tell(fields)
    if not line:
        raise structlog.DropEvent
    return "\n".join(filter(None, (line, fields.get("exception"))))


def _clean(
    _logger: object, _method: str, fields: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Leaves out empty fields and makes text from the web harmless: no control characters, no line
    of its own, and no key in an address.
    """
    cleaned: structlog.typing.EventDict = {}
    for name, value in fields.items():
        if value is not None:
            cleaned[name] = _clean_field(name, value)
    return cleaned


def _clean_field(name: str, value: Any) -> Any:
    if isinstance(value, str):
        # A traceback is ours, not from the web, and is useless on one line.
        return shown_in(value if name == "exception" else one_line(value, limit=MAX_FIELD))
    if isinstance(value, Mapping):
        return {key: _clean_field(key, one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_clean_field(name, one) for one in value]
    return value
