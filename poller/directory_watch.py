"""Whether many hosts refuse one login at once: then it is the directory behind them that is down, and not the hosts.

A password that nobody accepts any more looks the same, and is treated the same: hundreds of hosts that count three
refusals each would lock the account. Pure: time comes in, what to do goes out.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from poller.retry import Hold
from storage.host import Host
from storage.host_status import HostStatus
from storage.login import Login, login_of
from storage.reason import HostState, Reason

WINDOW_MS = 120_000
"""Refusals count as one event when they are no further apart."""
PRUNE_MS = 1000
"""Ten thousand hosts may answer within seconds; what is old is looked for no more often."""
REFUSING_AT_LEAST = 3
SHARE = 3
"""A third of all hosts of a login, and of those that were tried of late, have to refuse it."""
TRIAL_MS = 300_000
"""Between two tries of one host each: twelve an hour lock no account for good, and fill no log."""

_REFUSED = frozenset({Reason.AUTH, Reason.DIRECTORY_DOWN})
_PAST_THE_LOGIN = frozenset({
    Reason.NO_SHELL,
    Reason.RESTRICTED,
    Reason.WINDOWS,
    Reason.SUDO,
    Reason.NO_PYTHON,
    Reason.PYTHON_TOO_OLD,
    Reason.PSUTIL_MISSING,
    Reason.PROBE_CRASHED,
    Reason.BAD_LINE,
})  # fmt: skip


class Phase(StrEnum):
    """What is believed of a login."""

    CALM = "calm"
    SUSPECT = "suspect"
    """Many refuse, and others have not answered yet: nobody is blamed before they have."""
    FEW = "few"
    """Several refuse, but few of all, and none was let in of late: they have lost an account, or nobody else had to log
    in while the directory is down. Nothing is claimed and no refusal counts until another host of theirs is let in."""
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Turn:
    """A message: the directory behind a login went down, or is there again."""

    login: Login
    is_down: bool
    refusing: int
    tried: int


@dataclass(frozen=True, slots=True)
class Moves:
    """What is to be done: how hosts are held from now on, and what is to be told."""

    holds: Mapping[int, Hold] = field(default_factory=dict)
    turns: tuple[Turn, ...] = ()


class DirectoryWatch:
    """Watches every login of a poller. Not for several threads."""

    def __init__(self) -> None:
        self._logins: dict[int, Login] = {}
        self._groups: dict[Login, _Group] = {}

    def follow(self, hosts: Iterable[Host], now_ms: int) -> Moves:
        """Takes note of the hosts there are; all others are forgotten."""
        logins = {host.id: login for host in hosts if (login := login_of(host)) is not None}
        if logins == self._logins:
            return Moves()
        for host_id, login in self._logins.items():
            if logins.get(host_id) != login:
                self._groups[login].forget(host_id)
        members: dict[Login, set[int]] = {}
        for host_id, login in logins.items():
            members.setdefault(login, set()).add(host_id)
        self._logins = logins
        moves = Moves()
        for login, group in self._groups.items():
            group.members = members.get(login, set())
            moves = _joined(moves, group.judge(now_ms))
        self._groups = {login: self._groups.get(login) or _Group(login, ids) for login, ids in members.items()}
        return moves

    def take(self, status: HostStatus, now_ms: int) -> Moves:
        """Takes note of a host's new state."""
        login = self._logins.get(status.host_id)
        return self._groups[login].take(status, now_ms) if login is not None else Moves()

    def step(self, now_ms: int) -> Moves:
        """What follows from nothing but the time."""
        moves = Moves()
        for group in self._groups.values():
            moves = _joined(moves, group.judge(now_ms))
        return moves

    def renew(self, credentials: Collection[str]) -> list[int]:
        """Takes note of other secrets, with which a login that is down is due now; returns all hosts that use them."""
        groups = [group for login, group in self._groups.items() if login.credential in credentials]
        for group in groups:
            group.renew()
        return [host_id for group in groups for host_id in group.members]

    def due(self, now_ms: int, jitter: float) -> list[int]:
        """Hosts that are to be tried now, at most one of each login that is down. `jitter` is 0 to 1."""
        return [host_id for group in self._groups.values() if (host_id := group.due(now_ms, jitter)) is not None]


class _Group:
    """All hosts of one login, and when each was last refused, let in, or began to be tried."""

    def __init__(self, login: Login, members: set[int]) -> None:
        self.login = login
        self.members = members
        self._phase = Phase.CALM
        self._refused: dict[int, int] = {}
        self._let_in: dict[int, int] = {}
        self._connecting: dict[int, int] = {}
        self._blocked: set[int] = set()
        self._trials: dict[int, int] = {}
        self._next_trial = 0
        self._is_renewed = False
        self._pruned_at = 0

    def forget(self, host_id: int) -> None:
        """The host is no longer of this group."""
        self._blocked.discard(host_id)
        for known in (self._refused, self._let_in, self._connecting, self._trials):
            known.pop(host_id, None)

    def take(self, status: HostStatus, now_ms: int) -> Moves:
        """Takes note of a member's new state."""
        host_id = status.host_id
        self._connecting.pop(host_id, None)
        self._blocked.discard(host_id)
        if status.state is HostState.BLOCKED:
            self._blocked.add(host_id)
        if status.state is HostState.CONNECTING:
            self._connecting[host_id] = now_ms
        elif status.reason in _REFUSED:
            return self._take_refusal(host_id, status.reason, now_ms)
        elif status.state is HostState.UP or status.reason in _PAST_THE_LOGIN:
            self._let_in[host_id] = now_ms
            if self._refused.pop(host_id, None) is not None and self._phase is Phase.DOWN:
                return self._calm()
        # Thousands that come up one after the other change nothing, as long as none is suspected.
        return self.judge(now_ms) if self._phase in {Phase.SUSPECT, Phase.FEW} else Moves()

    def judge(self, now_ms: int) -> Moves:
        """Looks at how many of those that were tried of late refuse."""
        if self._phase is Phase.DOWN:
            return Moves() if self._refused else self._calm()
        if now_ms - self._pruned_at >= PRUNE_MS:
            self._prune(now_ms)
        refusing, answered = len(self._refused), len(self._refused) + len(self._let_in)
        tried = answered + len(self._connecting)
        before = self._phase
        self._phase = self._phase_of(refusing, answered, tried)
        if before is self._phase:
            return Moves()
        if self._phase in {Phase.DOWN, Phase.FEW}:
            self._trials = {}
            self._next_trial = now_ms + TRIAL_MS
        if self._phase is Phase.DOWN:
            turn = Turn(self.login, is_down=True, refusing=refusing, tried=tried)
            # Those that were blocked long before have a cause of their own.
            return Moves(dict.fromkeys(self.members - (self._blocked - self._refused.keys()), Hold.DOWN), (turn,))
        if self._phase is Phase.CALM:
            self._is_renewed = False
            return Moves(dict.fromkeys(self.members, Hold.NONE))
        return Moves(dict.fromkeys(self._refused, Hold.WAIT))

    def _phase_of(self, refusing: int, answered: int, tried: int) -> Phase:
        """What is to be believed, of a login that was not known to be down."""
        are_many = refusing >= REFUSING_AT_LEAST and SHARE * refusing >= len(self.members)
        if self._phase is Phase.FEW:
            if self._let_in or not refusing:
                return Phase.CALM
            return Phase.DOWN if are_many else Phase.FEW
        if refusing < REFUSING_AT_LEAST or SHARE * refusing < answered:
            return Phase.CALM
        if SHARE * refusing < tried:
            return Phase.SUSPECT
        if are_many:
            return Phase.DOWN
        # Who is let in, or was blocked already, shows that the login is good elsewhere, or had a cause of its own.
        own = len(self._refused.keys() - self._blocked)
        return Phase.FEW if not self._let_in and own >= REFUSING_AT_LEAST else Phase.CALM

    def renew(self) -> None:
        """The secret is another one. It may be wrong as well: one host finds out for all that are held."""
        self._is_renewed = self._phase is not Phase.CALM

    def due(self, now_ms: int, jitter: float) -> int | None:
        """The host that has not been tried for longest, when it is time for one."""
        if self._phase not in {Phase.DOWN, Phase.FEW} or not (self._is_renewed or now_ms >= self._next_trial):
            return None
        self._is_renewed = False
        self._next_trial = now_ms + int(TRIAL_MS * (0.75 + 0.5 * jitter))
        chosen = min(self._refused, key=lambda host_id: (self._last_try(host_id), host_id), default=None)
        if chosen is not None:
            self._trials[chosen] = now_ms
        return chosen

    def _last_try(self, host_id: int) -> int:
        return max(self._trials.get(host_id, 0), self._refused[host_id])

    def _take_refusal(self, host_id: int, reason: Reason, now_ms: int) -> Moves:
        self._let_in.pop(host_id, None)
        self._refused[host_id] = now_ms
        if self._phase is Phase.DOWN:
            # One that was edited, or has come to this login since, is not held yet.
            return Moves({host_id: Hold.DOWN}) if reason is Reason.AUTH else Moves()
        moves = self.judge(now_ms)
        return Moves({host_id: Hold.WAIT}) if self._phase in {Phase.SUSPECT, Phase.FEW} and not moves.holds else moves

    def _prune(self, now_ms: int) -> None:
        self._pruned_at = now_ms
        # Those that wait are not tried, so that their refusals stay the latest word.
        ageing = (
            (self._let_in, self._connecting)
            if self._phase is Phase.FEW
            else (self._refused, self._let_in, self._connecting)
        )
        for known in ageing:
            for host_id in [host_id for host_id, at in known.items() if at <= now_ms - WINDOW_MS]:
                del known[host_id]

    def _calm(self) -> Moves:
        turn = Turn(self.login, is_down=False, refusing=len(self._refused), tried=len(self._let_in))
        self._phase, self._is_renewed = Phase.CALM, False
        # Those that refused are judged anew.
        self._refused.clear()
        return Moves(dict.fromkeys(self.members, Hold.NONE), (turn,))


def _joined(one: Moves, other: Moves) -> Moves:
    return Moves({**one.holds, **other.holds}, one.turns + other.turns) if other.holds or other.turns else one
