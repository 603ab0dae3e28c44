"""Programs that are connections."""

import pytest

from poller.failure import SessionError
from poller.ssh.proxy_command import ProxyCommand


def test_what_is_sent_goes_through_the_program_and_its_end_is_the_end() -> None:
    proxy = ProxyCommand.start("tr a-z A-Z")
    proxy.sock.sendall(b"hello")
    proxy.sock.shutdown(1)
    assert proxy.sock.recv(64) == b"HELLO"
    assert proxy.sock.recv(64) == b""
    proxy.end()
    proxy.end()
    proxy.sock.close()
    assert proxy.process.returncode is not None


def test_a_shell_that_is_not_there_is_a_failure_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL", "/nonexistent/shell")
    with pytest.raises(SessionError):
        ProxyCommand.start("cat")
