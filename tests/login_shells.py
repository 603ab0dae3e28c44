"""Every shell that an account may have, and a host's folder of programs with nothing in it but what was chosen."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

LOGIN_SHELLS = ("sh", "bash", "dash", "zsh", "fish", "tcsh", "csh", "ksh", "mksh", "busybox")
PROBE_TOOLS = ("cat", "sleep", "date", "df", "uname", "getconf")
"""What the shell probe uses where it is there; only the first two have to be."""


def program(name: str) -> str:
    """Where a program is. What is missing is in `scripts/test-packages`."""
    path = shutil.which(name)
    if path is None:
        raise RuntimeError(f"{name} is missing; `make test` installs it (scripts/test-packages)")
    return path


def shell_command(name: str) -> tuple[str, ...]:
    """How sshd would start a shell of this name with a command."""
    return (program("busybox"), "sh", "-c") if name == "busybox" else (program(name), "-c")


def folder_of(folder: Path, names: Iterable[str]) -> str:
    """A PATH with these programs in it and no others; `a=b` has the program b under the name a."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        shown, _, real = name.partition("=")
        (folder / shown).symlink_to(os.path.realpath(program(real or shown)))
    return str(folder)
