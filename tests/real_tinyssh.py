"""A real tinyssh for tests: ed25519, curve25519 and chacha20 alone, one channel in a connection, no passwords."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.real_peer import RealPeer, need_program
from tests.real_sshd import ADDRESS, Account

_TINYSSH = "/usr/sbin/tinysshd"


@contextlib.contextmanager
def running_tinyssh(folder: Path, account: Account) -> Iterator[RealPeer]:
    """A server that is gone at the end."""
    need_program(_TINYSSH, "tinysshd")
    need_program("/usr/bin/tcpserver", "ucspi-tcp")
    keys = folder / "keys"
    if not keys.exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(("tinysshd-makekey", "-q", keys), check=True)
    shown = subprocess.run(("tinysshd-printkey", keys), check=True, capture_output=True, text=True).stdout
    server = RealPeer.start(
        "tinysshd",
        folder,
        account,
        {"ed25519": " ".join(shown.split()[:2])},
        # -HRDl0: looks up no names.
        lambda port: ("tcpserver", "-HRDl0", ADDRESS, str(port), _TINYSSH, "-v", keys),
    )
    try:
        yield server
    finally:
        server.stop()
