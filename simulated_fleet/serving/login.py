"""Who is let in: the fleet's one user, by the fleet's key or its password."""

import asyncio
import hmac
from dataclasses import dataclass

import asyncssh

from simulated_fleet.condition import Reach
from simulated_fleet.serving.connection import FleetConnection
from simulated_fleet.serving.figures import Counts
from simulated_fleet.serving.host import SimulatedHost
from simulated_fleet.serving.jumps import JumpBoard
from simulated_fleet.serving.session import ProbeSession, Room

USERNAME = "watch"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a login is checked against.

    Attributes:
        client_key: the public key that is let in, as on the wire.
        password: that is let in.
    """

    client_key: bytes
    password: str


class Login(asyncssh.SSHServer):
    """asyncssh's callbacks of one connection."""

    def __init__(self, entry: Entry, room: Room, jumps: JumpBoard, counts: Counts) -> None:
        self._entry = entry
        self._room = room
        self._jumps = jumps
        self._counts = counts
        self._connection: FleetConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """The connection stands."""
        if isinstance(conn, FleetConnection):
            self._connection = conn

    async def begin_auth(self, _username: str) -> bool:
        """Somebody wants to log in; a slow host takes its time."""
        delay_s = self._host.condition.delay_s
        if delay_s:
            await asyncio.sleep(delay_s)
        return True

    def public_key_auth_supported(self) -> bool:
        """Keys are taken."""
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Whether this key is let in."""
        return self._judged(username == USERNAME and key.public_data == self._entry.client_key)

    def password_auth_supported(self) -> bool:
        """Passwords are taken."""
        return True

    def validate_password(self, username: str, password: str) -> bool:
        """Whether this password is let in."""
        return self._judged(
            username == USERNAME and hmac.compare_digest(password.encode(), self._entry.password.encode())
        )

    def auth_completed(self) -> None:
        """Somebody is in."""
        self._counts.logins += 1

    def session_requested(self) -> ProbeSession:
        """A channel for a command."""
        connection = self._of_login
        session = ProbeSession(connection, self._room)
        connection.sessions.append(session)
        return session

    def connection_requested(
        self, dest_host: str, dest_port: int, _orig_host: str, _orig_port: int
    ) -> asyncssh.SSHTCPSession[bytes]:
        """A way through this host, to one behind it."""
        return self._jumps.open(self._host, dest_host, dest_port)

    @property
    def _of_login(self) -> FleetConnection:
        if self._connection is None:
            raise RuntimeError("a login without a connection")
        return self._connection

    @property
    def _host(self) -> SimulatedHost:
        return self._of_login.host

    def _judged(self, good: bool) -> bool:
        allowed = good and self._host.reach is not Reach.REFUSES_LOGIN
        if not allowed:
            self._counts.refused += 1
        return allowed
