"""Which hosts `~/.ssh/config` has behind a jump host."""

from pathlib import Path

import pytest

from alerts.notifier.jump_hosts import failed_jump_host
from poller.failure import SessionError
from poller.notifying.jumps import configured_jumps
from poller.ssh.route import told_of_jump_host
from poller.ssh.settings import SshTarget
from storage.host import Host, Transport
from storage.reason import Reason

CONFIG = """
Host web-1 web-2
  ProxyJump jump@bastion.example:2222
Host db-1
  ProxyJump outer,[2001:db8::1]
Host plain
  ProxyJump none
Host *.inside
  ProxyJump inner
"""


def host(host_id: int, address: str, transport: Transport = Transport.SSH) -> Host:
    return Host(id=host_id, revision=1, name=f"h{host_id}", address=address, transport=transport)


def test_the_last_jump_host_before_each_is_told(home: Path) -> None:
    (home / ".ssh" / "config").write_text(CONFIG)
    hosts = [host(1, "web-1"), host(2, "db-1"), host(3, "plain"), host(4, "elsewhere"), host(5, "x.inside")]
    assert configured_jumps([*hosts, host(6, "web-2", Transport.LOCAL)]) == {1: "bastion.example", 2: "2001:db8::1"}


def test_without_a_configuration_or_with_a_broken_one_nothing_is_known(home: Path) -> None:
    assert configured_jumps([host(1, "web-1")]) == {}
    (home / ".ssh" / "config").write_bytes(b"\xff\xfe\x00Host" * 10)
    assert configured_jumps([host(1, "web-1")]) == {}


@pytest.mark.parametrize("reason", [Reason.TIMEOUT, Reason.NO_ROUTE, Reason.HOST_KEY_CHANGED])
def test_what_a_session_says_of_a_jump_host_is_understood(reason: Reason) -> None:
    target = SshTarget(address="bastion")
    told = told_of_jump_host(target, SessionError(reason, "It does not answer."))
    assert failed_jump_host(told.message) == "bastion"
    assert failed_jump_host("It does not answer.") == failed_jump_host(None) == ""
