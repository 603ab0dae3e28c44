"""`python -m watchpost`, and the script `watchpost`."""

import io
import os
import sys

import structlog

from watchpost.app import app
from watchpost.configuration import LOG_LEVELS, platform_folders
from watchpost.log_setup import LOG_FILE, log_to_file


def main() -> None:
    """Runs the command line and ends the process with its exit status."""
    for stream in (sys.stdout, sys.stderr):
        # A locale that knows no “quotes” must not turn a clear text into a traceback.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    level = os.environ.get("LOG_LEVEL", "").upper()
    log_to_file(platform_folders().log, level if level in LOG_LEVELS else "INFO")
    try:
        app(prog_name="watchpost")
    except Exception as error:  # noqa: BLE001 - the last resort: a person gets a sentence, the log file the traceback
        structlog.get_logger().critical("unforeseen_error", exc_info=error)
        sys.stderr.write(
            f"✖ Something went wrong inside Watchpost ({type(error).__name__}).\n"
            f"  The details are in {platform_folders().log / LOG_FILE}; please report them.\n"
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
