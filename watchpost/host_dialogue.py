"""What a person sees while a host is reached for: its key, and each step of the connection test."""

import asyncio
import shlex
from collections.abc import Sequence

import typer
from rich.console import Console
from rich.text import Text

from fleet.inventory_text import inventory_line
from fleet.reading import shown_address
from poller.failure import SessionError
from poller.ssh.host_key_trust import TrustedKeys
from storage.connection_step import Step
from storage.errors import WatchpostError
from storage.host import Host, Transport
from storage.host_keys import HostKey, KeySource
from storage.printable import printable
from storage.utc import now_ms
from watchpost.console import errors
from watchpost.host_trust import Vouching, decide
from watchpost.remote_actions import RemoteActions, StepOutcome, TestOutcome

STEP_TEXT = {
    Step.NAME: "address found",
    Step.TCP: "connected",
    Step.HOST_KEY: "host key trusted",
    Step.LOGIN: "logged in",
    Step.PYTHON: "probe started",
    Step.FIRST_READING: "first reading received",
}
FAILED_TEXT = {
    Step.NAME: "finding the address",
    Step.TCP: "connecting",
    Step.HOST_KEY: "checking the host key",
    Step.LOGIN: "logging in",
    Step.PYTHON: "starting the probe",
    Step.FIRST_READING: "waiting for the first reading",
}
_DETAIL_LINES = 10


class HostDialogue:
    """Tells a person what happens, on one console; a quiet one for scripts tells nothing."""

    def __init__(self, console: Console, *, quiet: bool) -> None:
        self._console = console
        self._quiet = quiet

    @property
    def is_quiet(self) -> bool:
        """Whether nobody reads along."""
        return self._quiet

    def say(self, text: str) -> None:
        """A line of plain text."""
        if not self._quiet:
            self._console.print(Text(printable(text, 2000)))

    def settle_key(self, keys: TrustedKeys[Host], actions: RemoteActions, vouching: Vouching) -> list[HostKey]:
        """Sees to it that the host's key is trusted, and says on whose word.

        Raises:
            WatchpostError: nobody vouches for it, or the host cannot be reached.
        """
        trusted = keys.now()
        if not trusted and (known := asyncio.run(keys.import_known(now_ms()))):
            self.say(f"Trusted from ~/.ssh/known_hosts: {', '.join(_shown(key) for key in known)}")
            return known
        if not trusted and proves_itself(keys):
            self.say("known_hosts names an authority that signs this host's certificate: no key has to be confirmed.")
            return []
        if not trusted:
            self.present_key(keys, actions, trusted, vouching)
        return keys.now()

    def present_key(
        self, keys: TrustedKeys[Host], actions: RemoteActions, trusted: Sequence[HostKey], vouching: Vouching
    ) -> None:
        """Looks at the key that the host presents now, and trusts it when somebody vouches for it."""
        key = actions.scan_host_key(keys.host)
        source = decide(keys.host.name, key, trusted, vouching)
        if source is None:
            self.say(f"{_shown(key)} is trusted already.")
            return
        keys.trust([key], source, now_ms(), replacing=bool(trusted))
        word = "Trusted as the first key of this host" if source is KeySource.ACCEPT_NEW else "Trusted"
        self.say(f"{word}: {_shown(key)}")

    def test(self, host: Host, actions: RemoteActions) -> TestOutcome:
        """Tests the connection, each step ticked as it passes. Raises SessionError when it fails."""
        self.say(f"Testing the connection to {host.name} ({shown_address(host)}) …")
        outcome = actions.test(host, self._tick)
        if outcome.ok:
            self.say(f"It works: {inventory_line(host, outcome.inventory, now_ms())}")
            return outcome
        for step in outcome.steps:
            self._cross(step)
        error = outcome.error()
        self._last_words(error)
        raise error

    def _tick(self, step: Step) -> None:
        if not self._quiet:
            self._console.print(Text("  ✔ ", "green") + Text(STEP_TEXT[step]))

    def _cross(self, step: StepOutcome) -> None:
        if not self._quiet and not step.ok:
            self._console.print(Text("  ✖ ", "red") + Text(FAILED_TEXT[step.step]))

    def _last_words(self, error: SessionError) -> None:
        for line in error.detail.splitlines()[-_DETAIL_LINES:]:
            self.say(f"    {line}")


def proves_itself(keys: TrustedKeys[Host]) -> bool:
    """Whether a certificate of the host is enough, as far as known_hosts can tell. Paramiko knows no such thing."""
    return keys.host.transport is Transport.SSH and asyncio.run(keys.has_authority())


def ask_about_key(host: Host, key: HostKey, trusted: Sequence[HostKey]) -> bool:
    """Asks a person whether a key is the host's."""
    console = errors()
    console.print(Text(f"{printable(host.name)} ({printable(shown_address(host))}) presents the host key"))
    console.print(Text(f"    {_shown(key)}", "bold"))
    if trusted:
        console.print(Text("  ▲ It has changed. Trusted so far:", "yellow"))
        for old in trusted:
            console.print(Text(f"    {_shown(old)}"))
        console.print(Text("  Was the host set up anew? If nobody knows of that, somebody may be in between."))
    console.print(Text("  Compare it with what this prints on the host: ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub"))
    return typer.confirm("Trust it?", default=False, err=True)


def with_way_out(error: WatchpostError, host: Host) -> WatchpostError:
    """The same error, with what becomes of the host that it is about."""
    name = shlex.quote(host.name)
    error.hint = f"{error.hint}\nThe host stays registered; remove it with: watchpost hosts remove {name}".strip()
    return error


def _shown(key: HostKey) -> str:
    return f"{key.algorithm} {key.fingerprint}"
