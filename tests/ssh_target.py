"""How to get into a test's server."""

from poller.ssh_settings import SshTarget
from tests.real_sshd import RealSshd, current_user


def target_of(server: RealSshd) -> SshTarget:
    """With the server's own identity, without a look at anybody's configuration."""
    return SshTarget(
        server.address,
        server.port,
        current_user(),
        identity_file=server.identity,
        trusted_keys=[server.host_key()],
        ssh_config=None,
    )
