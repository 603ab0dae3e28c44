"""Servers and homes for the poller's tests. A server is gone after the last test that uses it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.real_sshd import Account, RealSshd, running_sshd, throwaway_account
from tests.ssh_library import ASYNCSSH, PARAMIKO, Library


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, so that no key, configuration or agent of whoever runs the tests gets in."""
    folder = tmp_path / "home"
    (folder / ".ssh").mkdir(parents=True, mode=0o700)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    return folder


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealSshd]:
    """A server with ordinary settings, shared by the tests of a file."""
    with running_sshd(tmp_path_factory.mktemp("sshd")) as server:
        yield server


@pytest.fixture
def start_sshd(tmp_path: Path) -> Iterator[Callable[..., RealSshd]]:
    """Starts servers with settings of their own: `start_sshd("MaxSessions 0", kinds=("rsa",))`."""
    with ExitStack() as stack:

        def start(*options: str, kinds: tuple[str, ...] = ("ed25519",), name: str = "own") -> RealSshd:
            return stack.enter_context(running_sshd(tmp_path / name, *options, kinds=kinds))

        yield start


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    """A throw-away account with a password, for the tests of a file."""
    with throwaway_account() as made:
        yield made


@pytest.fixture(params=[ASYNCSSH, PARAMIKO], ids=lambda library: library.name)
def ssh(request: pytest.FixtureRequest) -> Library:
    """Either library."""
    library: Library = request.param
    return library
