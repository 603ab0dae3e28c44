"""Takes, keeps and gives up hosts, so that of several pollers each reads its share; see `storage.leases`."""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog

from poller.sharing.share_words import ShareWords
from storage.database import Database
from storage.errors import WatchpostError
from storage.host import Host
from storage.leases.fence import Fence
from storage.leases.lease_rows import acquire, cut_off, forget_ended, release, take_over
from storage.leases.liveness import Liveness
from storage.leases.share import DUTIES, Life, Peer, Share, decide_share
from storage.leases.situation import Situation, read_situation
from storage.pollers import Run
from storage.requests import Request

FORGET_S = 3_600.0

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _State:
    """What was decided last; replaced as a whole, as it is made in another thread than it is read in.

    Attributes:
        mark: differs whenever `mine` does.
        mine: hosts to be read.
        leaving: hosts whose lease is open, but is to be another's.
        elsewhere: hosts that other pollers read which are not known to be gone.
        peers: the other pollers, by id.
        is_leader: whether the duties are ours.
    """

    mark: int = 0
    mine: frozenset[int] = frozenset()
    leaving: frozenset[int] = frozenset()
    elsewhere: frozenset[int] = frozenset()
    peers: Mapping[str, Peer] = field(default_factory=dict)
    is_leader: bool = False


class SharedHosts:
    """A `poller.share.Share` of one of several pollers.

    Where the database is away everything stays as it is: what was ours is read on, and the fence judges it later.
    """

    def __init__(
        self,
        database: Database,
        name: str,
        run: Callable[[], Run | None],
        fence: Fence,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepares it.

        Args:
            database: on PostgreSQL.
            name: of this poller.
            run: which run this is, once it is registered.
            fence: told of every change of our leases.
            monotonic: seconds on a clock that is never set.
        """
        self._database = database
        self._name = name
        self._run = run
        self._fence = fence
        self._monotonic = monotonic
        self._liveness = Liveness()
        self._words = ShareWords()
        self._busy = asyncio.Lock()
        self._seen: Situation | None = None
        self._settled: object = None
        self._forgot_at: float | None = None
        self._is_displaced = False
        self._state = _State()

    @property
    def mark(self) -> object:
        """See `Share`."""
        return self._state.mark

    @property
    def is_leader(self) -> bool:
        """See `Share`."""
        return self._state.is_leader

    def mine(self, hosts: Sequence[Host]) -> Sequence[Host]:
        """See `Share`."""
        ours = self._state.mine
        return [host for host in hosts if host.id in ours]

    def to_release(self) -> Collection[int]:
        """See `Share`."""
        return self._state.leaving

    def answers(self, request: Request) -> bool:
        """See `Share`."""
        state, run = self._state, self._run()
        asked = request.payload.get("poller_id")
        if asked is not None:
            peer = state.peers.get(str(asked))
            return (run is not None and asked == run.poller_id) or peer is None or peer.life is Life.GONE
        return request.payload.get("host_id") not in state.elsewhere

    async def step(self) -> None:
        """See `Share`."""
        async with self._busy:
            await asyncio.to_thread(self._step)

    async def released(self, host_ids: Collection[int]) -> None:
        """See `Share`."""
        async with self._busy:
            # What is ours again meanwhile has a session again.
            leaving = self._state.leaving & frozenset(host_ids)
            if leaving:
                await asyncio.to_thread(self._release, leaving)

    def _step(self) -> None:
        with self._database.reading() as connection:
            seen = read_situation(connection, self._seen)
        # Asked after that: it may just have registered again.
        run = self._run()
        if run is None:
            return
        # Asked when the answer is there: what took long must not count as the silence of others.
        looked_at = self._monotonic()
        self._seen = seen
        registered = seen.runs.get(run.poller_id)
        if registered is None or registered.is_older_than(run):
            # The database was begun anew, or has gone back in time; the next heartbeat registers us again.
            self._settled = None
            return
        lives = self._liveness.look([sign for sign in seen.signs if sign.poller_id != run.poller_id], looked_at)
        peers = {poller_id: Peer(seen.names[poller_id], life) for poller_id, life in lives.items()}
        self._words.peers(peers)
        if self._yields(registered, run):
            self._settled = None
            self._decide(seen.leases, Share(), peers, "")
            return
        self._forget_ended(looked_at)
        circumstances = seen.mark, seen.revision, peers
        if circumstances == self._settled:
            return
        share = decide_share(seen.host_ids, seen.leases, peers, run.poller_id, self._name)
        leases = {**seen.leases, **dict.fromkeys(self._take(share, peers, run, seen), run.poller_id)}
        # What could not be done, and what follows from what was done, is for the next step.
        self._settled = None if share else circumstances
        self._decide(leases, share, peers, run.poller_id)

    def _yields(self, registered: Run, run: Run) -> bool:
        """Whether another run under our name has taken our place; its lock will tell us to end."""
        is_displaced = registered != run
        if is_displaced and not self._is_displaced:
            self._words.displaced()
        self._is_displaced = is_displaced
        return is_displaced

    def _take(self, share: Share, peers: Mapping[str, Peer], run: Run, seen: Situation) -> list[int]:
        """Does what is to be done at once; returns the hosts that are ours by that."""
        got: list[int] = []
        try:
            for dead, host_ids in share.take_over.items():
                last = seen.last_heartbeat(dead)
                self._cut_off(dead, last)
                with self._database.recording() as connection:
                    taken = take_over(connection, run.poller_id, dead, host_ids, last_heartbeat=last)
                got += taken
                self._words.took_over(peers[dead].name if dead in peers else dead, len(taken))
            if share.acquire:
                with self._database.recording() as connection:
                    acquired = acquire(connection, run.poller_id, share.acquire)
                got += acquired
                self._words.acquired(len(acquired))
        finally:
            if got:
                self._fence.leases_changed()
        return got

    def _cut_off(self, dead: str, last_heartbeat: int | None) -> None:
        try:
            with self._database.recording() as connection:
                cut_off(connection, dead, last_heartbeat=last_heartbeat)
        except WatchpostError as error:
            # Our role may not; then a transaction of a frozen poller is waited for.
            _log.info("poller_not_cut_off", detail=error.message)

    def _release(self, leaving: frozenset[int]) -> None:
        run = self._run()
        if run is None:
            return
        with self._database.recording() as connection:
            release(connection, run.poller_id, sorted(leaving))
        self._fence.leases_changed()
        self._words.released(len(leaving))
        self._state = replace(self._state, leaving=self._state.leaving - leaving)

    def _decide(self, leases: Mapping[int, str], share: Share, peers: Mapping[str, Peer], me: str) -> None:
        before = self._state
        held = frozenset(host_id for host_id, holder in leases.items() if holder == me and host_id != DUTIES)
        leaving = frozenset(share.release)
        mine = held - leaving
        living = {poller_id for poller_id, peer in peers.items() if peer.life is not Life.GONE}
        self._words.lost(len(before.mine - held))
        self._state = _State(
            mark=before.mark + (mine != before.mine),
            mine=mine,
            leaving=leaving,
            elsewhere=frozenset(host_id for host_id, holder in leases.items() if holder in living),
            peers=peers,
            is_leader=bool(me) and leases.get(DUTIES) == me,
        )
        self._words.duties(are_ours=self._state.is_leader)

    def _forget_ended(self, at: float) -> None:
        if self._state.is_leader and (self._forgot_at is None or at - self._forgot_at >= FORGET_S):
            with self._database.recording() as connection:
                forget_ended(connection)
            self._forgot_at = at
