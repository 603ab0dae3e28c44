"""The poller as a service of this user: systemd starts it at login and keeps it running without a window."""

import getpass
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from monitor_gui.surroundings import ServiceState
from storage.errors import AlreadyExistsError, PollerRunningError
from storage.keyring_passphrase import FILE_VARIABLE, passphrase_file
from storage.poller_lock import poller_is_running
from storage.poller_name import poller_name
from storage.translation import _
from watchpost.poller_child import last_words, own_program
from watchpost.systemctl import Systemctl, UserServiceError
from watchpost.systemd_unit import exec_line, unit_text

UNIT = "watchpost.service"
READY_TIMEOUT_S = 60.0
"""A busy machine takes seconds to start Python; a large database to look through."""
_STOP_TIMEOUT_S = 45.0
"""`TimeoutStopSec` of the unit, and what systemd itself takes."""
_LINGER_FOLDER = Path("/var/lib/systemd/linger")
_CARRIED = (
    "LOG_LEVEL",
    # Where libpq finds passwords and servers: names of files. PGPASSWORD is a secret and stays out of the unit.
    "PGPASSFILE",
    "PGSERVICEFILE",
    "WATCHPOST_HEALTH",
    "WATCHPOST_KEYRING",
    "WATCHPOST_POLLER_NAME",
    "WATCHPOST_SPOOL_DIR",
    "WATCHPOST_SPOOL_LIMIT_MB",
    "WATCHPOST_TIME_ZONE",
)


class SystemdUserService:
    """One service a user, for one database. Nothing is looked at before it is asked for.

    Attributes:
        unit_path: where its unit file is, or would be.
    """

    def __init__(self, url: str, environment: Mapping[str, str], program: Sequence[str] | None = None) -> None:
        """Remembers what it is for.

        Args:
            url: of the database that it polls.
            environment: of this process, with what `.env` adds.
            program: starts Watchpost; None for the program that this is.
        """
        self._url = url
        self._environment = environment
        self._systemctl = Systemctl(environment)
        self._command = [*(own_program() if program is None else program), "run", "--db", url]
        folder = environment.get("XDG_CONFIG_HOME") or Path(environment.get("HOME") or Path.home(), ".config")
        self.unit_path = Path(folder) / "systemd" / "user" / UNIT
        self._explanation = _purpose(lingers=True)

    @property
    def explanation(self) -> str:
        """One sentence: what it does, or why it cannot; as the last call of `state` found it."""
        return self._explanation

    def state(self) -> ServiceState:
        """How it is now; one for another database counts as absent."""
        try:
            status = self._systemctl.status(UNIT)
        except UserServiceError as error:
            self._explanation = error.message
            return ServiceState.UNSUPPORTED
        if self._is_for_another_database():
            self._explanation = _other_database()
            return ServiceState.ABSENT
        self._explanation = _purpose(lingers=lingers())
        if not self._unit():
            return ServiceState.ABSENT
        return ServiceState.RUNNING if status.is_alive else ServiceState.STOPPED

    def install(self) -> None:
        """Writes the unit, starts it now and at every login, and waits until it polls.

        Raises:
            AlreadyExistsError: there is one, for another database.
            PollerRunningError: another poller works on this database; on a server, one of the same name.
            UserServiceError: systemd refuses, or the poller does not come up; nothing is left behind then.
            InvalidInputError: a path that a unit file cannot hold.
        """
        status = self._systemctl.status(UNIT)
        if self._is_for_another_database():
            raise AlreadyExistsError(_other_database(), hint=_("Remove that one first: watchpost service remove"))
        if not status.is_alive and self._is_polling():
            raise PollerRunningError(
                _("Another poller already works on this database."), hint=_("Stop it first, then install the service.")
            )
        self._write(unit_text(self._command, self._carried()))
        try:
            self._systemctl.tell("daemon-reload")
            self._systemctl.tell("enable", UNIT)
            self._systemctl.tell("stop", UNIT, timeout_s=_STOP_TIMEOUT_S)
            # To wait for its first word would take as long as an upgrade of the database, and not tell why it fails.
            self._systemctl.tell("start", "--no-block", UNIT)
            self._wait_until_polling()
        except UserServiceError:
            self._clear_away()
            raise

    def remove(self) -> None:
        """Stops it and takes it away, whichever database it is for; does nothing where there is none.

        Raises:
            UserServiceError: systemd refuses.
        """
        if self._unit():
            self._systemctl.tell("disable", "--now", UNIT, timeout_s=_STOP_TIMEOUT_S)
            self._clear_away()

    def _is_polling(self) -> bool:
        return poller_is_running(self._url, poller_name(self._environment.get("WATCHPOST_POLLER_NAME")))

    def _wait_until_polling(self) -> None:
        deadline = time.monotonic() + READY_TIMEOUT_S
        while not self._is_polling():
            status = self._systemctl.status(UNIT)
            if status.is_failing or not status.is_alive or time.monotonic() > deadline:
                words = last_words(self._systemctl.log_of(UNIT)) or f"{status.active}, {status.detail}"
                raise UserServiceError(
                    _("The service does not come up: {words}").format(words=words),
                    hint=_("Try “watchpost run” in a terminal: it says more."),
                )
            time.sleep(0.1)

    def _clear_away(self) -> None:
        for arguments in (("disable", "--now", UNIT), ("reset-failed", UNIT)):
            self._try(*arguments)
        self.unit_path.unlink(missing_ok=True)
        self._try("daemon-reload")

    def _try(self, *arguments: str) -> None:
        try:
            self._systemctl.tell(*arguments, timeout_s=_STOP_TIMEOUT_S)
        except UserServiceError:
            # What is to be taken away may not have come that far.
            return

    def _unit(self) -> str:
        """The unit file's text; empty where there is none."""
        try:
            return self.unit_path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""

    def _is_for_another_database(self) -> bool:
        unit = self._unit()
        ending = exec_line(["", "--db", self._url]).removeprefix('""')
        return bool(unit) and not any(
            line.startswith("ExecStart=") and line.endswith(ending) for line in unit.splitlines()
        )

    def _carried(self) -> dict[str, str]:
        """What of this environment the poller needs there too: choices, and names of files; never a secret."""
        carried = {name: value for name in _CARRIED if (value := self._environment.get(name))}
        if self._environment.get(FILE_VARIABLE) and (file := passphrase_file(self._environment)):
            carried[FILE_VARIABLE] = str(file.absolute())
        agent, folder = self._environment.get("SSH_AUTH_SOCK", ""), self._environment.get("XDG_RUNTIME_DIR")
        # An agent elsewhere has another name after every login.
        if folder and agent.startswith(f"{folder}/"):
            carried["SSH_AUTH_SOCK"] = agent
        return carried

    def _write(self, text: str) -> None:
        draft = self.unit_path.with_suffix(".draft")
        try:
            # Readable for all, as unit files are: there is no secret in it.
            self.unit_path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            draft.write_text(text, encoding="utf-8")
            draft.chmod(0o644)
            draft.replace(self.unit_path)
        except OSError as error:
            raise UserServiceError(
                _("The unit file {path} cannot be written: {words}.").format(
                    path=self.unit_path, words=error.strerror or error
                ),
                hint=_("Check owner and mode of that folder."),
            ) from error


def lingers() -> bool:
    """Whether services of this user run before a login and after logging out, as `loginctl enable-linger` has it."""
    try:
        return (_LINGER_FOLDER / getpass.getuser()).exists()
    except (OSError, KeyError):
        return False


def linger_hint() -> str:
    """How to keep the service running after logging out; empty where it does."""
    return "" if lingers() else _("It ends when you log out. To keep it on all the time: loginctl enable-linger")


def _purpose(*, lingers: bool) -> str:
    if lingers:
        return _("The system watches on without this window, from its start until it is shut down.")
    return _("The system watches on without this window, whenever you are logged in.")


def _other_database() -> str:
    return _("The service of this user is there already, for another database.")
