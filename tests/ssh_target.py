"""How to get into a test's server."""

from poller.ssh.settings import SshTarget
from tests.real_peer import RealPeer
from tests.real_sshd import RealSshd


def target_of(server: RealSshd | RealPeer) -> SshTarget:
    """With the server's own identity, without a look at anybody's configuration."""
    return SshTarget(
        server.address,
        server.port,
        server.user,
        identity_file=server.identity,
        trusted_keys=[server.host_key()],
        ssh_config=None,
    )
