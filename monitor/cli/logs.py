"""Logging: one line per unit of work, on stderr; words on a terminal, JSON elsewhere."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

from monitor.text import one_line

MAX_FIELD = 1000


def set_up_logs(*, is_verbose: bool, is_quiet: bool) -> None:
    """Sets up logging for this process: INFO by default, DEBUG or WARNING on request."""
    level = logging.DEBUG if is_verbose else logging.WARNING if is_quiet else logging.INFO
    # These write URLs with their credentials at INFO (encode/httpx#2760), or a line per tick.
    for name in ("httpx", "httpcore", "apscheduler", "alembic", "trafilatura", "htmldate"):
        logging.getLogger(name).setLevel(logging.ERROR)
    is_terminal = sys.stderr.isatty()
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=True)
        if is_terminal
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([] if is_terminal else [structlog.processors.format_exc_info]),
            _clean,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def _clean(
    _logger: object, _method: str, fields: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Leaves out empty fields and makes text from the web harmless: no control characters, no line
    of its own.
    """
    cleaned: structlog.typing.EventDict = {}
    for name, value in fields.items():
        if value is None:
            continue
        is_trace = name == "exception"
        cleaned[name] = (
            one_line(value, limit=MAX_FIELD) if isinstance(value, str) and not is_trace else value
        )
    return cleaned
