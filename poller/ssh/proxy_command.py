"""A program whose input and output are the connection, as OpenSSH's ProxyCommand has it."""

import contextlib
import os
import socket
import subprocess
from dataclasses import dataclass

from poller.failure import classify

_PATIENCE_S = 0.5
"""For a program that has closed its output to say how it ended."""


@dataclass(frozen=True, slots=True)
class ProxyCommand:
    """A started program, and our end of its connection."""

    process: subprocess.Popen[bytes]
    sock: socket.socket

    @classmethod
    def start(cls, command: str) -> "ProxyCommand":
        """Starts it by the user's shell, as ssh does. Blocks for the time of a fork.

        Raises:
            SessionError: it cannot be started.
        """
        ours, its = socket.socketpair()
        try:
            with its:
                process = subprocess.Popen(  # noqa: S603  # the user's own configuration asks for it
                    (os.environ.get("SHELL") or "/bin/sh", "-c", f"exec {command}"),
                    stdin=its.fileno(),
                    stdout=its.fileno(),
                    stderr=subprocess.DEVNULL,
                    # Ctrl-C in our terminal is not meant for it.
                    start_new_session=True,
                )
        except OSError as error:
            ours.close()
            raise classify(error) from error
        return cls(process, ours)

    def finish(self) -> int | None:
        """How it ended by itself; None where it had to be ended. Blocks for half a second at the most."""
        try:
            return self.process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            return None
        finally:
            self.end()

    def end(self) -> None:
        """Ends it, if it has not ended by itself, and reaps it. May be called again."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()
