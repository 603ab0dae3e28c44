"""Certificates of hosts, made by the real ssh-keygen."""

import subprocess
from pathlib import Path

from tests.real_sshd import ADDRESS, make_key


def sign_host(authority: Path, folder: Path, *options: str, principals: str = ADDRESS) -> Path:
    """A host key and its certificate, where a `RealSshd` of that folder finds them; returns the certificate.

    It is told of by `HostCertificate`. Options are those of ssh-keygen; "" as principals makes it good for any host.
    """
    folder.mkdir(parents=True, exist_ok=True)
    key = make_key(folder / "host_ed25519")
    names = ("-n", principals) if principals else ()
    command = ("ssh-keygen", "-q", "-s", authority, "-h", "-I", "host", *names, *options, f"{key}.pub")
    subprocess.run(command, check=True)
    return folder / "host_ed25519-cert.pub"
