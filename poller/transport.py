"""What any carrier of a probe's stream has in common, whether SSH or a child process."""

from collections.abc import Callable
from typing import Protocol

from poller.failure import SessionError
from storage.connection_step import Step


class ProbeSink(Protocol):
    """Takes what a probe sends. Called from the event loop; must neither block nor raise."""

    def lines(self, lines: list[bytes]) -> None:
        """One or more whole lines, without newlines, in order. May come before the start has returned."""

    def ended(self, failure: SessionError) -> None:
        """The stream is over, and why. Called exactly once for a session that had started.

        Not called when the start itself failed (it raised) or after `ProbeConnection.close`.
        """


class ProbeConnection(Protocol):
    """A started probe."""

    async def close(self) -> None:
        """Ends the probe on the host and the connection to it. May be called again, and after the end."""


OnStep = Callable[[Step], None]
"""Called for each step as it passes."""
