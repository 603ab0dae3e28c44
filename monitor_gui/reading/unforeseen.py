"""Errors that nobody foresaw, as errors that can be shown."""

import structlog

from storage.errors import WatchpostError

_log = structlog.get_logger()


class UnforeseenError(WatchpostError):
    """A mistake in Watchpost itself."""

    kind = "unforeseen"


def as_shown(error: Exception, doing: str) -> WatchpostError:
    """The error for a person; one that was not foreseen is logged with its traceback."""
    if isinstance(error, WatchpostError):
        return error
    _log.error("unforeseen_error", doing=doing, exc_info=error)
    return UnforeseenError(
        f"Something went wrong inside Watchpost ({type(error).__name__}).", hint="The log file has the details."
    )
