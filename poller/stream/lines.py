"""Cuts a probe's byte stream into lines, after the noise that a login may print first."""

from poller.failure import SessionError
from storage.reason import Reason

MARKER = b"\0\0WATCHPOST1\n"
"""What the probe writes before its first line; two NULs are in no banner."""

LINE_LIMIT = 2**20
NOISE_LIMIT = 64 * 1024
_TAIL = 2048
"""Bytes of noise that are remembered: they are all there is to say when no probe follows."""


class LineSplitter:
    """Fed with what arrives, gives back the lines that are complete.

    Attributes:
        started: whether the marker has come; everything before it is noise.
        noise: the last bytes before the marker.
    """

    def __init__(self, limit: int = LINE_LIMIT, noise_limit: int = NOISE_LIMIT) -> None:
        self.started = False
        self.noise = b""
        self._limit = limit
        self._noise_limit = noise_limit
        self._noise_size = 0
        self._chunks: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Takes the next bytes; returns the lines they complete, without their newlines.

        Raises:
            SessionError: a line, or the noise before the marker, is longer than allowed (`BAD_LINE`).
        """
        if self.started and not self._chunks and 0 <= data.find(b"\n") == len(data) - 1 <= self._limit:
            # As nearly always: a line, the whole line, and nothing but it.
            return [data[:-1]]
        if not self.started:
            data = self._skip_noise(data)
        if b"\n" not in data:
            self._keep(data)
            return []
        # Joined once a line is complete: adding up byte by byte would copy a long line over and over.
        *lines, rest = b"".join((*self._chunks, data)).split(b"\n")
        self._chunks = []
        self._size = 0
        if max(map(len, lines)) > self._limit:
            raise _too_long(self._limit)
        self._keep(rest)
        return lines

    def _keep(self, data: bytes) -> None:
        if not data:
            return
        self._size += len(data)
        if self._size > self._limit:
            raise _too_long(self._limit)
        self._chunks.append(data)

    def _skip_noise(self, data: bytes) -> bytes:
        """What follows the marker; nothing while it has not come."""
        seen = self.noise + data
        at = seen.find(MARKER)
        if at >= 0:
            self.started = True
            self.noise = seen[:at][-_TAIL:]
            return seen[at + len(MARKER) :]
        self._noise_size += len(data)
        if self._noise_size > self._noise_limit:
            raise SessionError(Reason.BAD_LINE, f"{self._noise_limit // 1024} KiB came from the host, and no probe.")
        self.noise = seen[-_TAIL:]
        return b""


def _too_long(limit: int) -> SessionError:
    return SessionError(Reason.BAD_LINE, f"A line is longer than {limit // 1024} KiB.")
