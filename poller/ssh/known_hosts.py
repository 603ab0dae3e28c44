"""Reads host keys, and what is said of them, out of OpenSSH's known_hosts files."""

import base64
import binascii
import contextlib
import hmac
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import asyncssh

from poller.ssh.host_key_judgement import host_key_of
from storage.errors import InvalidInputError
from storage.host_key import HostKey

SIZE_LIMIT = 16 * 2**20
_SSH_PORT = 22
_AUTHORITY = "@cert-authority"
_REVOKED = "@revoked"
_MARKERS = frozenset({"", _AUTHORITY, _REVOKED})
_HASHED = "|1|"
_WORDS_OF_A_KEY = 3

# Files that were read, with what tells one version from the next: each connection asks, and 2,000 lines take 5 ms.
_kept: "dict[Path, tuple[tuple[int, int, int, int], tuple[_Entry, ...]]]" = {}


@dataclass(frozen=True, slots=True)
class HostMarks:
    """What known_hosts says of keys that are not simply the host's. Keys are as `ssh-ed25519 AAAA…`.

    Attributes:
        authorities: those who sign certificates of the host (`@cert-authority`).
        revoked: those that must never be taken again, the host's own and authorities' (`@revoked`).
    """

    authorities: frozenset[str] = frozenset()
    revoked: frozenset[str] = frozenset()


def keys_from_known_hosts(path: Path, address: str, port: int) -> list[HostKey]:
    """The keys that a file knows for a host, in its order; hashed names are found, too. Revoked ones are left out.

    An entry without a port is for port 22 alone, and certificate authorities are passed over. A missing file knows
    nothing, and a line that cannot be read is skipped, as ssh does.

    Raises:
        InvalidInputError: the file is there, but cannot be read.
    """
    entries = _entries(path.expanduser())
    name = _name(address, port)
    found = list(_matching(entries, "", name))
    revoked = frozenset(_matching(entries, _REVOKED, name))
    return [key for text in found if text not in revoked for key in _host_key(text, address, port)]


def read_marks(files: Iterable[Path], name: str, port: int) -> HostMarks:
    """What these files say of a host besides its keys. Reads only what has changed since.

    As for ssh, an entry without a port is for any port here, and a file that cannot be read says nothing.
    """
    authorities: set[str] = set()
    revoked: set[str] = set()
    names = dict.fromkeys((_name(name, port), name.lower()))
    for path in files:
        with contextlib.suppress(InvalidInputError):
            entries = _entries(path)
            authorities.update(key for each in names for key in _matching(entries, _AUTHORITY, each))
            revoked.update(key for each in names for key in _matching(entries, _REVOKED, each))
    return HostMarks(frozenset(authorities - revoked), frozenset(revoked))


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line: its marker or "", which hosts it is about, and the key."""

    marker: str
    names: str
    key: str


def _name(address: str, port: int) -> str:
    return address.lower() if port == _SSH_PORT else f"[{address.lower()}]:{port}"


def _matching(entries: Iterable[_Entry], marker: str, name: str) -> Iterator[str]:
    return (entry.key for entry in entries if entry.marker == marker and _fits(entry.names, name))


def _fits(names: str, name: str) -> bool:
    if names.startswith(_HASHED):
        salt, digest = _hash_parts(names)
        return bool(salt) and hmac.compare_digest(hmac.digest(salt, name.encode(), "sha1"), digest)
    fits = False
    for pattern in names.split(","):
        if pattern.startswith("!"):
            if _pattern(pattern[1:]).fullmatch(name):
                return False
        elif pattern == name or (("*" in pattern or "?" in pattern) and _pattern(pattern).fullmatch(name)):
            fits = True
    return fits


@lru_cache(maxsize=1024)
def _pattern(text: str) -> re.Pattern[str]:
    """`*` is any characters and `?` one; brackets are themselves, as they stand around a name with a port."""
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(char) or re.escape(char) for char in re.sub(r"\*+", "*", text)), re.DOTALL)


@lru_cache(maxsize=65_536)
def _hash_parts(names: str) -> tuple[bytes, bytes]:
    try:
        salt, digest = (base64.b64decode(part, validate=True) for part in names.removeprefix(_HASHED).split("|"))
    except (binascii.Error, ValueError):
        return b"", b""
    return salt, digest


def _host_key(text: str, address: str, port: int) -> list[HostKey]:
    try:
        return [host_key_of(asyncssh.import_public_key(text), address, port)]
    except (asyncssh.KeyImportError, ValueError):
        return []


def _entries(path: Path) -> tuple[_Entry, ...]:
    """The lines of a file that can be read. Raises InvalidInputError."""
    try:
        with open(path, "rb", opener=_open_at_once) as file:
            status = os.fstat(file.fileno())
            version = (status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size)
            kept = _kept.get(path)
            if kept is not None and kept[0] == version:
                return kept[1]
            if not stat.S_ISREG(status.st_mode):
                return ()
            content = file.read(SIZE_LIMIT + 1)
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise InvalidInputError(
            f"{path} cannot be read: {error.strerror}.", hint="Check its permissions, or name another file."
        ) from None
    if len(content) > SIZE_LIMIT:
        raise InvalidInputError(f"{path} is larger than {SIZE_LIMIT // 2**20} MiB.", hint="Is it a known_hosts file?")
    entries = tuple(entry for line in content.decode("utf-8", "replace").splitlines() for entry in _entry(line))
    _kept[path] = version, entries
    return entries


def _entry(line: str) -> list[_Entry]:
    words = line.split(maxsplit=4)
    marker = words.pop(0) if words and words[0].startswith("@") else ""
    if len(words) < _WORDS_OF_A_KEY or words[0].startswith("#") or marker not in _MARKERS:
        return []
    names = words[0] if words[0].startswith(_HASHED) else words[0].lower()
    return [_Entry(marker, names, f"{words[1]} {words[2]}")]


def _open_at_once(name: str, flags: int) -> int:
    """Never waits: a pipe may stand where a file should."""
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))
