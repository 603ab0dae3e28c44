"""What carries a host's probe, and with what."""

from pathlib import Path

import pytest

from poller.connector import Connector, ssh_target
from poller.failure import SessionError
from poller.host_requests import try_host
from poller.probe_start.probe_options import ProbeOptions
from storage.database import Database
from storage.host import NewHost, Transport
from storage.reason import Reason
from storage.secret_keeper import KeyringChoice, SecretKeeper
from tests.host_certificates import sign_host
from tests.no_secrets import NoSecrets
from tests.real_sshd import ADDRESS, RealSshd, current_user, make_key, read_public_key, running_sshd


@pytest.fixture
def connector(database: Database) -> Connector:
    return Connector(database, SecretKeeper(KeyringChoice.SYSTEM, NoSecrets()))


class Sink:
    def lines(self, lines: list[bytes]) -> None:
        """Takes them."""

    def ended(self, failure: SessionError) -> None:
        """Takes it."""


def host_on(server: RealSshd, transport: Transport) -> NewHost:
    return NewHost(
        name="db",
        address=ADDRESS,
        port=server.port,
        username=current_user(),
        identity_file=str(server.identity),
        transport=transport,
    )


def test_a_host_is_reached_as_it_is_registered() -> None:
    host = NewHost(name="db", address="db1", port=2222, username="bob", identity_file="~/key", compression=True)
    target = ssh_target(host)
    assert (target.address, target.port, target.username) == ("db1", 2222, "bob")
    assert (target.identity_file, target.compression) == (Path("~/key").expanduser(), True)


@pytest.mark.parametrize("transport", [Transport.SSH, Transport.PARAMIKO])
async def test_a_host_whose_key_nobody_trusts_is_refused_by_either_transport(
    connector: Connector, sshd: RealSshd, transport: Transport
) -> None:
    with pytest.raises(SessionError) as caught:
        await connector.start(host_on(sshd, transport), ProbeOptions(), Sink())
    assert caught.value.reason is Reason.HOST_KEY_UNKNOWN
    assert caught.value.host_key == sshd.host_key()


async def test_a_host_that_an_authority_of_known_hosts_vouches_for_needs_no_word_from_anybody(
    connector: Connector, tmp_path: Path, home: Path
) -> None:
    authority = make_key(tmp_path / "authority")
    certificate = sign_host(authority, tmp_path / "own")
    (home / ".ssh/known_hosts").write_text(f"@cert-authority * {read_public_key(authority)}\n")
    with running_sshd(tmp_path / "own", f"HostCertificate {certificate}") as server:
        host = host_on(server, Transport.SSH)
        verdict = await try_host(connector, host, lambda _: None)
    assert verdict.ok, verdict.message
