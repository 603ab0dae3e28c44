"""An SSH server that is not OpenSSH, for tests: on a free port of the loopback, with an account of its own."""

import contextlib
import os
import pwd
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psutil

from storage.host_keys import HostKey, fingerprint_of
from tests.eventually import eventually
from tests.real_sshd import ADDRESS, WITH_US, Account, free_port, make_key, read_public_key, throwaway_account


@dataclass
class RealPeer:
    """A running server.

    Attributes:
        program: what its processes are called.
        folder: holds its log and its keys.
        port: on 127.0.0.1.
        process: what listens; every session is a child of it.
        account: the only one that may log in.
        identity: a private key of that account.
        public_keys: of the host, by their kind.
    """

    program: str
    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    account: Account
    identity: Path
    public_keys: dict[str, str]
    address: str = ADDRESS

    @classmethod
    def start(
        cls,
        program: str,
        folder: Path,
        account: Account,
        public_keys: dict[str, str],
        command: Callable[[int], Sequence[str | Path]],
    ) -> Self:
        """Starts a server that listens on the port it is given."""
        identity = _allowed_identity(folder, account)
        log = folder / "log"
        for _ in range(5):
            port = free_port()
            with log.open("wb") as file:
                process = subprocess.Popen((*WITH_US, *command(port)), stdin=subprocess.DEVNULL, stderr=file)
            if _listens(process):
                return cls(program, folder, port, process, account, identity, public_keys)
        raise RuntimeError(f"{program} did not start:\n{log.read_text()}")

    @property
    def user(self) -> str:
        """Who may log in."""
        return self.account.name

    def host_key(self, kind: str = "ed25519") -> HostKey:
        """The host key of one kind, as Watchpost would trust it."""
        public_key = self.public_keys[kind]
        return HostKey(self.address, self.port, public_key.split()[0], public_key, fingerprint_of(public_key))

    def stop(self) -> None:
        """Ends the server and every session."""
        self.process.terminate()
        self.process.wait()
        self.drop_sessions()

    def sessions(self) -> list[psutil.Process]:
        """The processes that serve a connection."""
        with contextlib.suppress(psutil.NoSuchProcess):
            return [child for child in psutil.Process(self.process.pid).children() if child.name() == self.program]
        return []

    def drop_sessions(self) -> None:
        """Kills the sessions, and so the connections, as a crash would; the server goes on."""
        for session in self.sessions():
            session.kill()

    def log(self) -> str:
        """What the server has logged so far."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")


@contextlib.contextmanager
def peer_account() -> Iterator[Account]:
    """An account whose home these servers accept: they refuse keys in a folder that others may write to, as /tmp."""
    with throwaway_account(home_in=Path("/var/lib")) as account:
        yield account


def need_program(program: str, package: str) -> None:
    """Says which package is missing."""
    if not Path(program).exists():
        raise RuntimeError(f"{program} is missing; install {package} (`make test` does)")


def _allowed_identity(folder: Path, account: Account) -> Path:
    """A key of the account; servers side by side share it."""
    folder.mkdir(parents=True, exist_ok=True)
    identity = account.home / "identity"
    if not identity.exists():
        make_key(identity)
        allowed = account.home / ".ssh" / "authorized_keys"
        allowed.parent.mkdir(mode=0o700)
        allowed.write_text(read_public_key(identity) + "\n", encoding="ascii")
        owner = pwd.getpwnam(account.name)
        for path in (allowed.parent, allowed):
            os.chown(path, owner.pw_uid, owner.pw_gid)
    return identity


def _listens(process: subprocess.Popen[bytes]) -> bool:
    """Waits until it does; False when it has ended instead, as another was quicker to take the port."""

    def listening() -> bool:
        with contextlib.suppress(psutil.NoSuchProcess):
            return any(found.status == psutil.CONN_LISTEN for found in psutil.Process(process.pid).net_connections())
        return False

    eventually(lambda: process.poll() is not None or listening())
    return process.poll() is None
