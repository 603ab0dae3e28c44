"""Runs the probe: the entry of what is sent to a host, and of `python3 -m remote_probe`."""

import os

from remote_probe import json_line
from remote_probe.channel import open_channel
from remote_probe.options import Options
from remote_probe.proc_reader import ProcReader
from remote_probe.stream import MARKER, Stream

_ENDED = 0
_READER_UNAVAILABLE = 94
_LAST_WORDS_S = 1.0
_DETAIL_LIMIT = 500


def main(wanted, stdin_fd=0):
    """Reads and writes until the end.

    Args:
        wanted: options as `options.Options` takes them.
        stdin_fd: the life line, where one is wanted.

    Returns:
        The exit status, see docs/probe-protocol.md.
    """
    options = Options(wanted)
    channel = open_channel(_take_stdout(), stdin_fd if options.lifeline else None, options.watchdog_s)
    try:
        return _run(options, channel)
    finally:
        channel.close()


def _run(options, channel):
    try:
        reader = _open_reader(options)
    except ImportError as error:
        _say(options, channel, "psutil_missing", str(error))
        return _READER_UNAVAILABLE
    except (OSError, AttributeError) as error:
        # Windows lacks what /proc is read with, too.
        _say(options, channel, "reader_unavailable", str(error))
        return _READER_UNAVAILABLE
    try:
        Stream(options, reader, channel).run()
    except Exception as error:
        _say(None, channel, "probe_crashed", type(error).__name__ + ": " + str(error))
        raise
    return _ENDED


def _open_reader(options):
    if options.reader == "proc":
        return ProcReader(options)
    from remote_probe.psutil_reader import PsutilReader

    return PsutilReader(options)


def _say(options, channel, code, detail):
    """Writes an error line; before it the marker, when nothing has been written yet."""
    marker = MARKER if options is not None and options.marker else ""
    channel.put(marker + json_line.encode({"error": code, "detail": detail[:_DETAIL_LIMIT]}))
    channel.drain(_LAST_WORDS_S)


def _take_stdout():
    """The protocol's descriptor; what anything else prints goes to standard error from now on."""
    fd = os.dup(1)
    # Where standard error was closed, the duplicate has taken its number.
    os.dup2(2 if fd > 2 else os.open(os.devnull, os.O_WRONLY), 1)
    if hasattr(os, "O_BINARY"):
        # Windows would write "\r\n".
        import msvcrt

        msvcrt.setmode(fd, os.O_BINARY)  # type: ignore[attr-defined]
    return fd
