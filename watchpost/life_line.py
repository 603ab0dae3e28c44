"""Ends this process with whoever started it: their end of standard input closes, however they end."""

import contextlib
import os
import signal
import threading


def end_with_stdin() -> None:
    """From now on the end of standard input is as good as SIGTERM."""
    threading.Thread(target=_wait, name="standard input", daemon=True).start()


def _wait() -> None:
    # Not through `sys.stdin`: the interpreter cannot shut down while a thread waits inside a buffered reader.
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            pass
    os.kill(os.getpid(), signal.SIGTERM)
