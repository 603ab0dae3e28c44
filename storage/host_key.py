"""A server's public key. Apart from the database, which workers do not have."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HostKey:
    """A server's public key.

    Attributes:
        address: of the server, as the host has it; case does not matter.
        port: of the server.
        algorithm: as `ssh-ed25519`.
        public_key: OpenSSH form, algorithm and base64.
        fingerprint: `SHA256:` and base64 without padding, as `ssh-keygen -l` shows it.
    """

    address: str
    port: int
    algorithm: str
    public_key: str
    fingerprint: str
