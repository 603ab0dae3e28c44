"""Which of the hosts are ours, where several pollers share them."""

from collections.abc import Collection, Sequence
from typing import Protocol

from storage.host import Host
from storage.requests import Request


class Share(Protocol):
    """This poller's part of the hosts."""

    @property
    def mark(self) -> object:
        """Differs whenever `mine` would say something else of the same hosts."""

    @property
    def is_leader(self) -> bool:
        """Whether what one poller does for all is ours: minute rows, sealing, retention."""

    def answers(self, request: Request, /) -> bool:
        """Whether a request is ours to answer: not where it is about what another living poller reads."""

    async def step(self) -> None:
        """Looks who lives and what has to change hands; called again and again."""

    def mine(self, hosts: Sequence[Host]) -> Sequence[Host]:
        """Those of these hosts whose sessions are ours now, in their order."""

    def to_release(self) -> Collection[int]:
        """Hosts that another one waits for: no longer among `mine`, and still ours in the database."""

    async def released(self, host_ids: Collection[int]) -> None:
        """Their sessions are over, and all that these brought is written."""


class Everything:
    """The share of a poller that is alone."""

    mark: object = None
    is_leader = True

    def answers(self, _: Request) -> bool:
        """Every one."""
        return True

    async def step(self) -> None:
        """There is nobody else."""

    def mine(self, hosts: Sequence[Host]) -> Sequence[Host]:
        """All of them."""
        return hosts

    def to_release(self) -> Collection[int]:
        """None."""
        return ()

    async def released(self, host_ids: Collection[int]) -> None:
        """Never called."""
