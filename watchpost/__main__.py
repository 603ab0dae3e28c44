"""`python -m watchpost`, and the script `watchpost`."""

import io
import os
import sys

from watchpost.desktop_start import start_from_bare_command
from watchpost.worker_start import start_from_worker_command

_INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells and Typer have it."""


def main() -> None:
    """Opens the window or runs the command line, and ends the process with its exit status."""
    for stream in (sys.stdout, sys.stderr):
        # A locale that knows no “quotes” must not turn a clear text into a traceback.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        status = 0 if start_from_worker_command() else start_from_bare_command()
        if status is None:
            _run_command_line()
    except KeyboardInterrupt:
        # Where no command is there yet to end by it, as while its libraries are loaded.
        status = _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last resort: a person gets a sentence, the log file the traceback
        _tell_unforeseen(error)
        status = 1
    sys.exit(status)


def _run_command_line() -> None:
    """Ends the process by itself. Imported here: the window is to be there before Typer is."""
    from watchpost.app import app  # noqa: PLC0415

    _log_to_file()
    app(prog_name="watchpost")


def _log_to_file() -> None:
    from watchpost.configuration import LOG_LEVELS, platform_folders  # noqa: PLC0415
    from watchpost.log_setup import log_to_file  # noqa: PLC0415

    level = os.environ.get("LOG_LEVEL", "").upper()
    log_to_file(platform_folders().log, level if level in LOG_LEVELS else "INFO")


def _tell_unforeseen(error: Exception) -> None:
    import structlog  # noqa: PLC0415

    from watchpost.configuration import platform_folders  # noqa: PLC0415
    from watchpost.log_setup import LOG_FILE  # noqa: PLC0415

    _log_to_file()
    structlog.get_logger().critical("unforeseen_error", exc_info=error)
    sys.stderr.write(
        f"✖ Something went wrong inside Watchpost ({type(error).__name__}).\n"
        f"  The details are in {platform_folders().log / LOG_FILE}; please report them.\n"
    )


if __name__ == "__main__":
    main()
