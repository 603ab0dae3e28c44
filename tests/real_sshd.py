"""A real OpenSSH server for tests: own configuration, own host keys, a free port on the loopback, gone afterwards."""

import contextlib
import getpass
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import psutil

from storage.host_keys import HostKey, fingerprint_of
from tests.eventually import eventually

SSHD = "/usr/sbin/sshd"
# A child dies with the tests, however they do: also by SIGKILL, where no fixture comes to tidy up.
WITH_US = ("setpriv", "--pdeathsig", "TERM")
ADDRESS = "127.0.0.1"
_DEADLINE_S = 60.0
_ACCOUNTS = itertools.count()
# These programs do not wait for one another: the second one gives up.
_IN_TURN = ("flock", "/run/lock/watchpost-test-accounts")

_CONFIG = """\
ListenAddress {address}:{port}
PidFile none
UsePAM no
StrictModes no
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
AuthorizedKeysFile {folder}/authorized_keys
PrintMotd no
PrintLastLog no
MaxStartups 500
LogLevel VERBOSE
"""


def make_key(path: Path, kind: str = "ed25519", passphrase: str = "") -> Path:
    """A new key pair at `path` and `path.pub`."""
    bits = ("-b", "2048") if kind == "rsa" else ()
    # -a 1: the test is not about how slowly a passphrase opens a key.
    subprocess.run(
        ("ssh-keygen", "-q", "-t", kind, *bits, "-a", "1", "-N", passphrase, "-C", "", "-f", path),
        check=True,
        stdin=subprocess.DEVNULL,
    )
    return path


def read_public_key(path: Path) -> str:
    """The OpenSSH form of the public key beside a key file, without its comment."""
    return " ".join(Path(f"{path}.pub").read_text(encoding="ascii").split()[:2])


@dataclass
class RealSshd:
    """A running server.

    Attributes:
        folder: holds all of its files.
        port: on 127.0.0.1.
        process: sshd itself; every session is a child of it.
        identity: a private key that may log in as the current user.
    """

    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    identity: Path
    key_files: dict[str, Path] = field(default_factory=dict)
    address: str = ADDRESS

    @classmethod
    def start(cls, folder: Path, *options: str, kinds: Sequence[str] = ("ed25519",)) -> Self:
        """Starts a server in a folder of its own; `options` are lines of sshd_config and win over the usual ones."""
        _prepare_machine()
        folder.mkdir(parents=True, exist_ok=True)
        identity = folder / "identity"
        if not identity.exists():
            make_key(identity)
            (folder / "authorized_keys").write_text(read_public_key(identity) + "\n", encoding="ascii")
        key_files = {kind: folder / f"host_{kind}" for kind in kinds}
        for kind, path in key_files.items():
            if not path.exists():
                make_key(path, kind)
        for _ in range(5):
            port = free_port()
            process = _launch(folder, port, options, key_files)
            if process is not None:
                return cls(folder, port, process, identity, key_files)
        raise RuntimeError(f"sshd did not start:\n{(folder / 'log').read_text()}")

    @property
    def user(self) -> str:
        """Who may log in with the identity."""
        return current_user()

    def stop(self) -> None:
        """Ends the server and every session."""
        self.drop_sessions()
        self.process.terminate()
        try:
            self.process.wait(_DEADLINE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.drop_sessions()

    def drop_sessions(self) -> None:
        """Kills the sessions of sshd, and so the connections, as a crash would; the server goes on."""
        for child in self._children():
            # One that ends by itself just now does not keep the others alive.
            with contextlib.suppress(psutil.NoSuchProcess):
                if child.name().startswith("sshd"):
                    child.kill()

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Nobody is let in for a while: who comes has to wait."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def host_key(self, kind: str = "ed25519") -> HostKey:
        """The host key of one kind, as Watchpost would trust it."""
        public_key = read_public_key(self.key_files[kind])
        return HostKey(self.address, self.port, public_key.split()[0], public_key, fingerprint_of(public_key))

    def allow(self, key: Path) -> None:
        """Lets another key log in, too."""
        with (self.folder / "authorized_keys").open("a", encoding="ascii") as file:
            file.write(read_public_key(key) + "\n")

    def _children(self) -> list[psutil.Process]:
        with contextlib.suppress(psutil.NoSuchProcess):
            return list(psutil.Process(self.process.pid).children(recursive=True))
        return []

    def log(self) -> str:
        """What the server has logged so far."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def await_log(self, text: str) -> None:
        """Waits until the server has logged something."""
        try:
            eventually(lambda: text in self.log())
        except AssertionError:
            raise AssertionError(f"{text!r} is not in the log of sshd:\n{self.log()}") from None


@contextlib.contextmanager
def running_sshd(folder: Path, *options: str, kinds: Sequence[str] = ("ed25519",)) -> Iterator[RealSshd]:
    """A server that is gone at the end, however that comes."""
    server = RealSshd.start(folder, *options, kinds=kinds)
    try:
        yield server
    finally:
        server.stop()


@dataclass(frozen=True)
class Account:
    """A throw-away account of this machine."""

    name: str
    password: str
    home: Path


@contextlib.contextmanager
def throwaway_account(shell: str = "/bin/bash", home_in: Path | None = None) -> Iterator[Account]:
    """An account with a password; only root can make one, and only root's sshd can check its password.

    Its home is in the folder for temporary files unless another folder is named.
    """
    if os.geteuid() != 0:
        raise RuntimeError("tests that log in with a password need root, as CI has it: run the suite as root")
    # Tests run side by side, and a test may want two of them.
    name = f"wp-{os.getpid()}-{next(_ACCOUNTS)}"
    account = Account(name, "wrong horse battery", Path(tempfile.mkdtemp(prefix="wp-home-", dir=home_in)))
    remove_account(account.name)
    try:
        subprocess.run((*_IN_TURN, "useradd", "-M", "-d", account.home, "-s", shell, account.name), check=True)
        # -c: checks nothing through PAM, which a container may not have set up.
        words = f"{account.name}:{account.password}\n"
        subprocess.run((*_IN_TURN, "chpasswd", "-c", "SHA512"), input=words.encode(), check=True)
        entry = pwd.getpwnam(account.name)
        os.chown(account.home, entry.pw_uid, entry.pw_gid)
        yield account
    finally:
        remove_account(account.name)
        shutil.rmtree(account.home, ignore_errors=True)


def remove_account(name: str) -> None:
    """Removes an account; that it is not there is fine."""
    subprocess.run((*_IN_TURN, "userdel", "-f", name), check=False, capture_output=True)


@contextlib.contextmanager
def running_agent(*keys: Path) -> Iterator[Path]:
    """A real ssh-agent that holds some keys; yields its socket."""
    # Not in pytest's folder: a socket's path has room for 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="wp-agent-"))
    path = folder / "agent"
    process = subprocess.Popen(
        (*WITH_US, "ssh-agent", "-D", "-a", path), stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    )
    try:
        eventually(path.exists)
        environment = {**os.environ, "SSH_AUTH_SOCK": str(path), "SSH_ASKPASS": "/bin/false"}
        for key in keys:
            subprocess.run(("ssh-add", "-q", key), env=environment, check=True, stdin=subprocess.DEVNULL)
        yield path
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A port of the loopback on which nothing listens just now."""
    with socket.socket() as sock:
        sock.bind((ADDRESS, 0))
        port: int = sock.getsockname()[1]
        return port


def current_user() -> str:
    """Who may log in to a `RealSshd` with its identity."""
    return getpass.getuser()


def _prepare_machine() -> None:
    if not Path(SSHD).exists():
        raise RuntimeError(f"{SSHD} is missing; install openssh-server (`make test` does)")
    if os.geteuid() == 0:
        # Debian's unit makes it; where that has never run, sshd refuses to start without.
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)


def _launch(
    folder: Path, port: int, options: Sequence[str], key_files: dict[str, Path]
) -> subprocess.Popen[bytes] | None:
    """sshd, listening; None when somebody else was quicker to take the port."""
    keys = "".join(f"HostKey {path}\n" for path in key_files.values())
    # The first value of a keyword holds, except of MaxStartups.
    usual = _CONFIG.format(address=ADDRESS, port=port, folder=folder).splitlines()
    usual = [line for line in usual if not any(option.startswith(line.split()[0]) for option in options)]
    text = "\n".join((*options, *usual, keys))
    config = folder / "sshd_config"
    config.write_text(text, encoding="utf-8")
    log = folder / "log"
    with log.open("wb") as file:
        process = subprocess.Popen((*WITH_US, SSHD, "-D", "-e", "-f", config), stdin=subprocess.DEVNULL, stderr=file)
    try:
        eventually(lambda: process.poll() is not None or "Server listening" in log.read_text(encoding="utf-8"))
    except BaseException:
        process.kill()
        process.wait()
        raise
    return process if process.poll() is None else None
