"""A real terminal for tests: a program runs on the far end of a pseudo-terminal, a test reads and types."""

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

_DEADLINE_S = 60.0


class Terminal:
    """What is on the screen so far, and the keys."""

    def __init__(self, process: subprocess.Popen[bytes], master: int) -> None:
        self.process = process
        self._master = master
        self._seen = b""

    @property
    def text(self) -> str:
        """Everything that was written, control sequences included."""
        return self._seen.decode("utf-8", "replace")

    def read_until(self, text: str) -> str:
        """Waits until the program has written that; returns everything so far."""
        deadline = time.monotonic() + _DEADLINE_S
        while text not in self.text:
            assert time.monotonic() < deadline, f"{text!r} never came; this did:\n{self.text}"
            assert self._read(), f"the program ended without {text!r}; it wrote:\n{self.text}"
        return self.text

    def type(self, keys: str) -> None:
        """Types on the keyboard."""
        os.write(self._master, keys.encode())

    def wait(self) -> int:
        """Waits for the end and returns the exit status; what was written until then is in `text`."""
        deadline = time.monotonic() + _DEADLINE_S
        while self._read() and time.monotonic() < deadline:
            pass
        return self.process.wait(_DEADLINE_S)

    def _read(self) -> bool:
        ready, _, _ = select.select([self._master], [], [], 0.2)
        if not ready:
            return self.process.poll() is None
        try:
            part = os.read(self._master, 65_536)
        except OSError:
            return False
        self._seen += part
        return bool(part)


@contextlib.contextmanager
def on_terminal(
    command: Sequence[str], *, environment: Mapping[str, str], folder: Path, size: tuple[int, int] = (40, 120)
) -> Iterator[Terminal]:
    """Runs a program on a terminal of its own, `size` in rows and columns; it is gone at the end."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
    process = subprocess.Popen(
        command,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**environment, "TERM": "xterm-256color"},
        cwd=folder,
        start_new_session=True,
        preexec_fn=_take_terminal,  # noqa: PLW1509 - there is no other way to a controlling terminal
    )
    os.close(slave)
    try:
        yield Terminal(process, master)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait()
        os.close(master)


def _take_terminal() -> None:
    """In the child: makes the terminal the one that /dev/tty is."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
