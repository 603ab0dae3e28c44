"""Messages between the poller and its workers as bytes: each with its length before it."""

from collections.abc import Iterator

HEADER = 4
"""Bytes of the length, the most significant one first."""


def framed(message: bytes) -> bytes:
    """A message as it goes over the socket."""
    return len(message).to_bytes(HEADER, "big") + message


class Unframer:
    """Fed with what arrives, gives back the messages that are complete."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Takes the next bytes."""
        self._held += data
        while len(self._held) >= HEADER:
            end = HEADER + int.from_bytes(self._held[:HEADER], "big")
            if len(self._held) < end:
                return
            message = bytes(self._held[HEADER:end])
            del self._held[:end]
            yield message
