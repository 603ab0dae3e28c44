"""Speaks to the systemd of this user by its own programs, with time-outs, and tells what they complain of."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from storage.errors import WatchpostError
from storage.printable import printable
from storage.translation import _

TIMEOUT_S = 30.0
_WORDS_LIMIT = 400


class UserServiceError(WatchpostError):
    """The service cannot be installed, asked or removed."""

    kind = "user_service"


@dataclass(frozen=True, slots=True)
class UnitStatus:
    """What systemd says of a unit.

    Attributes:
        active: `ActiveState`, such as `active`, `activating`, `failed`, `inactive`.
        detail: `SubState`, such as `running`, `auto-restart`, `dead`.
    """

    active: str
    detail: str

    @property
    def is_alive(self) -> bool:
        """Whether systemd keeps it running, or is about to start it."""
        return self.active in {"active", "activating", "reloading"}

    @property
    def is_failing(self) -> bool:
        """Whether it ended without having been asked to."""
        return self.active == "failed" or self.detail == "auto-restart"


class Systemctl:
    """`systemctl --user` and `journalctl --user`. Every call takes up to its time-out."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = _for_programs(environment)

    def status(self, unit: str) -> UnitStatus:
        """How a unit is; one that does not exist is inactive and dead. Raises UserServiceError: there is no systemd."""
        complaint = _("The systemd of this login does not answer: {words}")
        words = self._run("systemctl", "show", "--property=ActiveState,SubState", unit, complaint=complaint)
        said = dict(line.split("=", 1) for line in words.splitlines() if "=" in line)
        return UnitStatus(said.get("ActiveState", ""), said.get("SubState", ""))

    def tell(self, *arguments: str, timeout_s: float = TIMEOUT_S) -> None:
        """Has something done. Raises UserServiceError with what systemd says against it."""
        self._run("systemctl", *arguments, timeout_s=timeout_s)

    def log_of(self, unit: str, lines: int = 20) -> list[str]:
        """The last lines of a unit's log; nothing where there is no journal."""
        try:
            words = self._run("journalctl", f"--unit={unit}", f"--lines={lines}", "--output=cat")
        except UserServiceError:
            return []
        return words.splitlines()

    def _run(self, program: str, *arguments: str, timeout_s: float = TIMEOUT_S, complaint: str = "") -> str:
        path = shutil.which(program, path=self._environment.get("PATH"))
        if path is None or not sys.platform.startswith("linux"):
            raise UserServiceError(
                _("This system has no systemd."), hint=_("docs/operation.md says how other systems keep it running.")
            )
        try:
            done = subprocess.run(  # noqa: S603 - found on the PATH of this user; the arguments are ours
                [path, "--user", "--no-pager", *arguments],
                check=False,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=timeout_s,
                env=self._environment,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _failure(complaint, f"{program} {arguments[0]}", _reason(error)) from error
        if done.returncode != 0:
            words = done.stderr.decode("utf-8", "replace").strip() or str(done.returncode)
            raise _failure(complaint, f"{program} {arguments[0]}", words)
        return done.stdout.decode("utf-8", "replace")


def _failure(complaint: str, command: str, words: str) -> UserServiceError:
    text = complaint or _("{command} failed: {words}")
    return UserServiceError(
        text.format(command=command, words=printable(words, _WORDS_LIMIT)),
        hint=_("Log in as this user in the ordinary way: “su” and “sudo” bring no systemd of the user along."),
    )


def _reason(error: OSError | subprocess.TimeoutExpired) -> str:
    if isinstance(error, subprocess.TimeoutExpired):
        return _("no answer within {seconds} s").format(seconds=round(error.timeout))
    return error.strerror or str(error)


def _for_programs(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for programs that are not ours."""
    made = dict(environment)
    # A bundle puts its own libraries first; the system's programs want theirs.
    if getattr(sys, "frozen", False):
        original = made.pop("LD_LIBRARY_PATH_ORIG", None)
        made.pop("LD_LIBRARY_PATH", None)
        if original is not None:
            made["LD_LIBRARY_PATH"] = original
    # Some ways to log in forget to say where it is.
    folder = Path(f"/run/user/{os.getuid()}")
    if "XDG_RUNTIME_DIR" not in made and folder.is_dir():
        made["XDG_RUNTIME_DIR"] = str(folder)
    return made
