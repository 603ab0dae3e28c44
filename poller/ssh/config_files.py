"""Which files the SSH configuration consists of, and how far its answers can be kept."""

import glob
import os
import re
import shlex
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FILES_LIMIT = 256
BYTES_LIMIT = 4 * 2**20
DEPTH_LIMIT = 16

_LINE = re.compile(r"([A-Za-z0-9]+)(?:\s*=\s*|\s+)(.*)")
_FLEETING_CONDITIONS = frozenset({"exec", "localnetwork"})

Signature = frozenset[tuple[str, int, int, int]]


@dataclass(frozen=True, slots=True)
class ConfigFiles:
    """What is to be known of a configuration without understanding it.

    Attributes:
        signature: changes with any of its files.
        fleeting: the same files may give another answer a moment later: a command, the environment, the network or a
            name server has a say in it, or there is something in them that is not understood here.
        same_for_all: it makes no difference between hosts.
    """

    signature: Signature
    fleeting: bool
    same_for_all: bool


def look_at_files(roots: Sequence[tuple[Path, Path]], home: Path) -> ConfigFiles:
    """Looks through configuration files and those that they include, wherever the `Include` stands.

    Args:
        roots: each file, with the folder in which the relative names of its includes are looked for.
        home: what `~` stands for.
    """
    reading = _Reading(home)
    for root, folder in roots:
        reading.file(root, folder, 0)
    return ConfigFiles(frozenset(reading.seen), reading.fleeting, not reading.selective)


def has_changed(files: ConfigFiles, roots: Sequence[tuple[Path, Path]]) -> bool:
    """Whether any of the files is not what it was, at the price of a look at each. New ones are not looked for."""
    known = {name for name, *_ in files.signature}
    if any(str(root) not in known and root.exists() for root, _ in roots):
        return True
    return any(_version(Path(name)) != version for name, *version in files.signature)


def _version(path: Path) -> list[int]:
    try:
        status = path.stat()
    except OSError:
        return []
    return [status.st_mtime_ns, status.st_size, status.st_ino]


class _Reading:
    def __init__(self, home: Path) -> None:
        self.seen: set[tuple[str, int, int, int]] = set()
        self.fleeting = False
        self.selective = False
        self._home = home
        self._bytes_left = BYTES_LIMIT

    def file(self, path: Path, folder: Path, depth: int) -> None:
        text = self._text(path)
        self.fleeting = self.fleeting or depth > DEPTH_LIMIT
        for line in text.splitlines():
            if self.fleeting:
                # Nothing will be kept for long: no need to know more.
                return
            if (stripped := line.strip()) and not stripped.startswith("#"):
                self._line(stripped, folder, depth)

    def _line(self, line: str, folder: Path, depth: int) -> None:
        match = _LINE.fullmatch(line)
        if match is None:
            self.fleeting = True
            return
        keyword, value = match[1].lower(), match[2]
        # Tokens stand for the host; ssh expands some of them itself.
        self.selective = self.selective or keyword in {"match", "hostname"} or "%" in value
        self.fleeting = self.fleeting or "${" in value
        if keyword == "host":
            self.selective = self.selective or value.strip("\"' ") != "*"
        elif keyword == "match":
            words = {word.lstrip("!").strip('"').lower() for word in value.replace("=", " ").split()}
            self.fleeting = self.fleeting or bool(words & _FLEETING_CONDITIONS)
        elif keyword == "canonicalizehostname":
            self.fleeting = self.fleeting or value.strip('"').lower() not in {"no", "false"}
        elif keyword == "include":
            self._include(value, folder, depth)

    def _include(self, value: str, folder: Path, depth: int) -> None:
        try:
            patterns = shlex.split(value, comments=True)
        except ValueError:
            patterns = ["%"]
        for pattern in patterns:
            if "%" in pattern:
                self.fleeting = True
                return
            own = pattern == "~" or pattern.startswith("~/")
            where = self._home / pattern[2:] if own else folder / os.path.expanduser(pattern)  # noqa: PTH111
            # Path.glob takes no absolute patterns.
            for name in sorted(glob.glob(str(where))):  # noqa: PTH207
                self.file(Path(name), folder, depth + 1)

    def _text(self, path: Path) -> str:
        try:
            with open(path, "rb", opener=_open_at_once) as file:
                status = os.fstat(file.fileno())
                content = file.read(self._bytes_left + 1) if stat.S_ISREG(status.st_mode) else b""
        except FileNotFoundError:
            return ""
        except OSError:
            self.fleeting = True
            return ""
        self.seen.add((str(path), status.st_mtime_ns, status.st_size, status.st_ino))
        self._bytes_left -= len(content)
        odd = not stat.S_ISREG(status.st_mode) or self._bytes_left < 0 or len(self.seen) > FILES_LIMIT
        self.fleeting = self.fleeting or odd
        return content.decode("utf-8", "replace")


def _open_at_once(name: str, flags: int) -> int:
    """Never waits: what is included may be a pipe that nobody writes to."""
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))
