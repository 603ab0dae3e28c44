"""What a login needs: which keys a host may present, and the secret that it takes."""

from dataclasses import dataclass, field
from typing import Protocol

from storage.host import NewHost
from storage.host_key import HostKey


@dataclass(frozen=True, slots=True)
class Grant:
    """What one host is logged in to with.

    Attributes:
        trusted_keys: that the host may present, the one trusted first in front.
        secret: password or passphrase; None where there is none. Never shown.
    """

    trusted_keys: tuple[HostKey, ...] = ()
    secret: str | None = field(default=None, repr=False)


class Trust(Protocol):
    """Knows what a login needs."""

    async def of(self, host: NewHost) -> Grant:
        """What is granted for a host.

        Raises:
            DatabaseUnavailableError: trusted keys could not be read.
            KeyringUnavailableError: the host's secret could not be read.
        """
