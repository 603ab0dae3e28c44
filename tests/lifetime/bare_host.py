"""A host on which every place for files is empty, so that whatever is written there shows."""

import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PLACES = ("/tmp", "/var/tmp", "/dev/shm", "/run")
_PREPARE = """
for PLACE in "$@"; do mount -t tmpfs none "$PLACE" || exit; done
echo ready
read -r _
"""


@dataclass(frozen=True)
class BareHost:
    """A mount namespace, kept by a process."""

    keeper: subprocess.Popen[str]
    places: tuple[str, ...]

    @property
    def force_command(self) -> str:
        """A line of sshd_config that puts every login there."""
        return f'ForceCommand exec nsenter --mount={self._namespace} /bin/sh -c "$SSH_ORIGINAL_COMMAND"'

    def files(self) -> list[str]:
        """All that was left in the places that were empty."""
        command = ("nsenter", f"--mount={self._namespace}", "find", *self.places, "-mindepth", "1")
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()

    @property
    def _namespace(self) -> str:
        return f"/proc/{self.keeper.pid}/ns/mnt"


@contextlib.contextmanager
def bare_host(home: Path) -> Iterator[BareHost]:
    """Empties `/tmp` and the like, and a home, for those who are put there."""
    places = (str(home), *_PLACES)
    command = ("unshare", "--mount", "--propagation", "private", "/bin/sh", "-c", _PREPARE, "sh", *places)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as keeper:
        try:
            assert keeper.stdout is not None
            assert keeper.stdout.readline() == "ready\n"
            yield BareHost(keeper, places)
        finally:
            keeper.kill()
