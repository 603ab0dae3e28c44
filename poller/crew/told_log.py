"""The log of a worker: every event goes to the poller, which has the one log."""

import logging
from collections.abc import Callable

import structlog
from structlog.typing import EventDict, WrappedLogger

from poller.crew.messages import Told

TEXT_LIMIT = 4_000
"""Characters of one value; a traceback is cut in front, as its end says most."""
LEVELS = frozenset({"debug", "info", "warning", "error", "critical"})


def log_to(send: Callable[[Told], None]) -> None:
    """Has everything that is logged in this process sent away."""

    def leave(_logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        name = _text(event.pop("event", ""))
        fields = {_text(key): _plain(value) for key, value in event.items()}
        send(Told(method if method in LEVELS else "error", name, fields))
        raise structlog.DropEvent

    structlog.configure(processors=[structlog.processors.format_exc_info, leave], cache_logger_on_first_use=False)
    # At INFO, asyncssh tells of every key exchange and channel: ten lines a login.
    logging.basicConfig(handlers=[_Leaving(send)], level=logging.WARNING, force=True)


class _Leaving(logging.Handler):
    """What libraries log by the standard library."""

    def __init__(self, send: Callable[[Told], None]) -> None:
        super().__init__()
        self._send = send

    def emit(self, record: logging.LogRecord) -> None:
        level = record.levelname.lower()
        self._send(Told(level if level in LEVELS else "error", _text(self.format(record)), {}))


def _plain(value: object) -> object:
    if value is None or isinstance(value, (bool, float)) or (isinstance(value, int) and value.bit_length() < 64):
        return value
    return _text(value)


def _text(value: object) -> str:
    """Names of files and what hosts say may hold halves of characters, which no message can carry."""
    return str(value)[-TEXT_LIMIT:].encode(errors="replace").decode()
