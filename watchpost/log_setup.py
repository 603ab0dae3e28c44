"""Structured logging: JSON lines for machines, coloured lines on a terminal, UTC times, never a secret."""

import logging
import re
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

LOG_FILE = "watchpost.log"
POLLER_LOG_FILE = "poller.log"
SIZE_LIMIT = 4 * 1024 * 1024
_SECRET = re.compile(r"passw|passphrase|secret|token|private_key", re.IGNORECASE)


def log_to_stderr(level: str) -> None:
    """For the poller: JSON lines, or coloured ones where standard error is a terminal."""
    on_terminal = sys.stderr.isatty()
    # The default shows the values of local variables, and a password may be one.
    console = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    renderer: Processor = console if on_terminal else structlog.processors.JSONRenderer()
    _install(logging.StreamHandler(sys.stderr), renderer, level)


def log_to_file(folder: Path, level: str) -> None:
    """For commands: their output is for people, so what is logged goes to a file, which is made when it is needed.

    A folder that cannot be made costs the log, not the command.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            folder / LOG_FILE, maxBytes=SIZE_LIMIT, backupCount=1, encoding="utf-8", errors="replace", delay=True
        )
    except OSError:
        handler = logging.NullHandler()
    _install(handler, structlog.processors.JSONRenderer(), level)


def without_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Blanks every value whose name says that it is a secret: a last line of defence."""
    return {name: "***" if _SECRET.search(name) and name != "event" else value for name, value in event.items()}


def _install(handler: logging.Handler, renderer: Processor, level: str) -> None:
    """Sends structlog's and the standard library's records through one handler, which replaces the one before."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_secrets,
    ]
    final: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer]
    if not isinstance(renderer, structlog.dev.ConsoleRenderer):
        final.insert(1, structlog.processors.format_exc_info)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=final))
    root = logging.getLogger()
    for old in root.handlers[:]:
        if isinstance(old.formatter, structlog.stdlib.ProcessorFormatter):
            root.removeHandler(old)
            old.close()
    root.addHandler(handler)
    root.setLevel(level)
    # At INFO, asyncssh tells of every key exchange and channel (ten lines a login), Alembic of each of its plugins.
    for chatty in ("asyncssh", "alembic"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
