"""What a worker logs in with: it asks the poller, as it has neither the database nor the keyring."""

import asyncio
from collections.abc import Callable
from itertools import count

from poller.crew.messages import Ask, Granted
from poller.trust import Grant
from storage.errors import DatabaseCorruptError, DatabaseUnavailableError, WatchpostError
from storage.host import Host, NewHost

_DATABASE_KINDS = frozenset({DatabaseUnavailableError.kind, DatabaseCorruptError.kind})


class GrantError(WatchpostError):
    """The poller could not find out what a host is logged in to with."""

    kind = "grant"


class AskedTrust:
    """A `poller.trust.Trust` over the wire."""

    def __init__(self, send: Callable[[Ask], None]) -> None:
        """Takes what sends a question."""
        self._send = send
        self._numbers = count()
        self._asked: dict[tuple[int, int], asyncio.Future[Granted]] = {}

    async def of(self, host: NewHost) -> Grant:
        """As `Trust.of`; whatever else went wrong there is a GrantError."""
        assert isinstance(host, Host)  # noqa: S101
        question = next(self._numbers), host.id
        answer = self._asked[question] = asyncio.get_running_loop().create_future()
        try:
            self._send(Ask(question[0], host))
            granted = await answer
        finally:
            del self._asked[question]
        if granted.failure is not None:
            kind, message, hint = granted.failure
            raise (DatabaseUnavailableError if kind in _DATABASE_KINDS else GrantError)(message, hint=hint)
        return Grant(granted.trusted_keys, granted.secret)

    def answered(self, granted: Granted) -> None:
        """Takes the answer to one question; who asked may have gone, and what is for another host is not taken."""
        answer = self._asked.get((granted.number, granted.host_id))
        if answer is not None and not answer.done():
            answer.set_result(granted)
