"""Reads host keys out of OpenSSH's known_hosts files."""

from pathlib import Path

import asyncssh

from poller.host_key_judgement import host_key_of
from storage.errors import InvalidInputError
from storage.host_keys import HostKey

SIZE_LIMIT = 16 * 2**20
_SSH_PORT = 22


def keys_from_known_hosts(path: Path, address: str, port: int) -> list[HostKey]:
    """The keys that a file knows for a host, in its order; hashed names are found, too. Revoked ones are left out.

    An entry without a port is for port 22 alone, and certificate authorities are passed over. A missing file knows
    nothing, and a line that cannot be read is skipped, as ssh does.

    Raises:
        InvalidInputError: the file is there, but cannot be read.
    """
    keys: list[asyncssh.SSHKey] = []
    revoked: list[asyncssh.SSHKey] = []
    name = address.lower() if port == _SSH_PORT else f"[{address.lower()}]:{port}"
    for line in _lines(path):
        try:
            # The port is in the name: asyncssh would take an entry without one for any port.
            found = asyncssh.import_known_hosts(line).match(name, "", None)
        except ValueError:
            continue
        keys += found[0]
        revoked += found[2]
    return [host_key_of(key, address, port) for key in keys if key not in revoked]


def _lines(path: Path) -> list[str]:
    try:
        with path.expanduser().open("rb") as file:
            text = file.read(SIZE_LIMIT + 1)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise InvalidInputError(
            f"{path} cannot be read: {error.strerror}.", hint="Check its permissions, or name another file."
        ) from None
    if len(text) > SIZE_LIMIT:
        raise InvalidInputError(f"{path} is larger than {SIZE_LIMIT // 2**20} MiB.", hint="Is it a known_hosts file?")
    return text.decode("utf-8", "replace").splitlines()
