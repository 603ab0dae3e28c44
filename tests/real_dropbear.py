"""A real dropbear for tests, the SSH server of routers and of everything small."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.real_peer import RealPeer, need_program
from tests.real_sshd import ADDRESS, Account

_DROPBEAR = "/usr/sbin/dropbear"


@contextlib.contextmanager
def running_dropbear(folder: Path, account: Account, *options: str) -> Iterator[RealPeer]:
    """A server that is gone at the end; `options` go to its command line.

    It has keys of three kinds: with one of ed25519 alone, version 2022.83 crashes on a client that asks for others.
    """
    need_program(_DROPBEAR, "dropbear-bin")
    folder.mkdir(parents=True, exist_ok=True)
    keys = {kind: folder / f"host_{kind}" for kind in ("rsa", "ecdsa", "ed25519")}
    public_keys = {kind: _make_key(path, kind) for kind, path in keys.items()}
    named = [word for path in keys.values() for word in ("-r", str(path))]
    server = RealPeer.start(
        "dropbear",
        folder,
        account,
        public_keys,
        lambda port: (_DROPBEAR, "-F", "-E", *named, *options, "-p", f"{ADDRESS}:{port}", "-P", folder / "pid"),
    )
    try:
        yield server
    finally:
        server.stop()


def _make_key(path: Path, kind: str) -> str:
    """Makes a host key, if it is not there, and returns its public half in OpenSSH's form."""
    bits = ("-s", "2048") if kind == "rsa" else ()
    if not path.exists():
        subprocess.run(("dropbearkey", "-t", kind, *bits, "-f", path), check=True, capture_output=True)
    shown = subprocess.run(("dropbearkey", "-y", "-f", path), check=True, capture_output=True, text=True).stdout
    return " ".join(next(line for line in shown.splitlines() if " AAAA" in line).split()[:2])
