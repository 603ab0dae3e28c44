"""Brings sessions in line with what the database asks for, and with what is ours of it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence

import structlog

from poller.assignment import Assigner, Assignment
from poller.crew.crew import KEY_REASONS, Crew
from poller.share import Share
from poller.wanted import Wanted, read_last_states, read_wanted
from storage.credentials import list_credentials
from storage.database import Database
from storage.host import Host

_log = structlog.get_logger()


async def _nobody_asks(_every: Sequence[Host], _mine: Sequence[Host]) -> None:
    """An `on_shared` for who need not know."""


class Following:
    """Looks at the database now and then; each step is cheap while nothing has changed."""

    def __init__(  # noqa: PLR0913 - each is another party
        self,
        database: Database,
        crew: Crew,
        share: Share,
        flush: Callable[[], Awaitable[bool]],
        run_interval_s: float | None = None,
        *,
        on_hosts: Callable[[Iterable[Host]], None] = lambda _: None,
        on_shared: Callable[[Sequence[Host], Sequence[Host]], Awaitable[None]] = _nobody_asks,
        on_renewed: Callable[[Collection[str]], None] = lambda _: None,
    ) -> None:
        """Prepares it.

        Args:
            database: what people ask for.
            crew: holds the sessions.
            share: what of it is ours.
            flush: writes what was recorded up to now; False when that did not work out.
            run_interval_s: overrides the interval of the database.
            on_hosts: told which hosts are ours whenever that has changed, before any of them is tried.
            on_shared: told before that of all hosts that there are, and of those that are ours, as they are stored.
            on_renewed: told the names of credentials that have another secret.
        """
        self._database = database
        self._crew = crew
        self._share = share
        self._flush = flush
        self._assigner = Assigner(run_interval_s)
        self._on_hosts = on_hosts
        self._on_shared = on_shared
        self._on_renewed = on_renewed
        self._wanted: Wanted | None = None
        # What was acted on, as a step may fail on its way there.
        self._keys_mark: object = None
        self._credentials_mark: object = None
        self._credentials: Mapping[str, object] = {}
        self._mark: object = None
        self._todo: list[Assignment] = []
        # None before the first: of all that were there at the start, the crew has been told.
        self._told_of: list[Assignment] | None = None

    async def step(self) -> None:
        """Reads what is wanted, has it followed, and lets go of what another poller waits for."""
        before = self._wanted
        wanted = await asyncio.to_thread(read_wanted, self._database, before)
        if before is None:
            self._keys_mark, self._credentials_mark = wanted.keys_mark, wanted.credentials_mark
            self._credentials = await asyncio.to_thread(self._read_credentials)
        self._wanted = wanted
        if before is not None and before.interval_s != wanted.interval_s:
            _log.info("interval_changed", interval_s=wanted.interval_s)
        # Looked at together with what is ours, before anything is waited for: the share may change meanwhile, and only
        # of these hosts the sessions are sure to be over then.
        leaving = tuple(self._share.to_release())
        await self._follow(wanted)
        if wanted.keys_mark != self._keys_mark:
            self._crew.retry(KEY_REASONS)
            self._keys_mark = wanted.keys_mark
        if wanted.credentials_mark != self._credentials_mark:
            await self._renew()
            self._credentials_mark = wanted.credentials_mark
        await self._let_go(leaving)

    async def _follow(self, wanted: Wanted) -> None:
        settings = wanted.interval_s, wanted.checks_interval_s
        mark = (wanted.revision, wanted.checks_mark, *settings, self._share.mark)
        if mark != self._mark:
            mine = self._share.mine(wanted.hosts)
            await self._on_shared(wanted.hosts, mine)
            self._todo = self._assigner.assignments(wanted, mine)
            self._mark = mark
            self._on_hosts(assignment.host for assignment in self._todo)
        await self._tell_last_states()
        await self._crew.follow(mark, self._todo)

    async def _tell_last_states(self) -> None:
        """A host that comes to us from another poller, or back, goes on from where it was left."""
        if self._told_of is self._todo:
            return
        if self._told_of is not None and (new := _host_ids(self._todo) - _host_ids(self._told_of)):
            last_states = await asyncio.to_thread(read_last_states, self._database, new)
            self._crew.remember(last_states.values())
        self._told_of = self._todo

    async def _renew(self) -> None:
        before, now = self._credentials, await asyncio.to_thread(self._read_credentials)
        if renewed := {name for name, version in now.items() if before.get(name) != version}:
            self._on_renewed(renewed)
        self._credentials = now

    def _read_credentials(self) -> Mapping[str, object]:
        """Which secret each one has, by name."""
        with self._database.reading() as connection:
            return {each.name: (each.id, each.updated_at) for each in list_credentials(connection)}

    async def _let_go(self, leaving: Collection[int]) -> None:
        """Another poller may read these hosts only when nothing of ours about them can come any more."""
        if leaving and await self._flush():
            await self._share.released(leaving)


def _host_ids(todo: Iterable[Assignment]) -> set[int]:
    return {assignment.host.id for assignment in todo}
