"""A machine of its own for tests, booted by a real systemd: what is on this disk, and nothing that it does reaches it.

The disk of this machine is the lower layer of an overlay whose upper one is in memory. Processes, mounts, network,
names and control groups are its own; `/tmp`, `/run`, `/var/tmp`, `/dev` and `/dev/shm` are new and empty, and no clock,
kernel setting or module is within its power. It dies with the test.
"""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.command_line import PYTHONPATH, ROOT
from tests.eventually import eventually

SOURCE = Path("/srv/watchpost")
"""Where the source tree is in there: the place that it has here may be one that is emptied."""
PYTHON = Path("/srv/python/bin/python")
"""The environment of the tests, in the same way."""
_GROUPS = (Path("/sys/fs/cgroup/unified"), Path("/sys/fs/cgroup"))
_ENVIRONMENT = {
    "HOME": "/root",
    "LANG": "C.UTF-8",
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "PYTHONPATH": PYTHONPATH.replace(str(ROOT), str(SOURCE)),
    "PYTHONDONTWRITEBYTECODE": "1",
}
# `$1` a folder to begin in, `$2` the source tree, `$3` the environment, `$4` its interpreter.
_BOOT = """
set -e
mount -t tmpfs -o size=2g,mode=755 none "$1"
cd "$1"
mkdir up work root
mount -t overlay -o "lowerdir=/,upperdir=$1/up,workdir=$1/work" none root
cd root
for new in tmp:1777 run:755 var/tmp:1777 dev:755; do
    mkdir -p "${new%:*}"
    mount -t tmpfs -o "mode=${new#*:}" none "${new%:*}"
done
for device in null zero full random urandom tty; do
    touch "dev/$device"
    mount --bind "/dev/$device" "dev/$device"
done
mkdir dev/pts dev/shm srv/watchpost srv/python old
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 none dev/pts
mount -t tmpfs -o mode=1777 none dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mount --bind -o ro "$2" srv/watchpost
mount --bind -o ro "$3" srv/python
pivot_root . old
cd /
mount -t proc -o nosuid,nodev,noexec none /proc
mount --bind /proc/sys /proc/sys
mount -o remount,ro,bind /proc/sys
mount -t sysfs -o ro none /sys
mount -t cgroup2 none /sys/fs/cgroup
umount -l /old
# The interpreter may lie in a home; only the copies of these folders in memory are opened.
place="$4"
while [ "$place" != / ]; do chmod o+x "$place"; place=$(dirname "$place"); done
# None of the services of this machine begins.
find /etc/systemd/system -mindepth 1 -delete
rm -rf /var/lib/watchpost /var/log/journal
mkdir /var/log/journal
mount --make-rshared /
ip link set lo up
exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin setpriv \
    --bounding-set -sys_time,-sys_module,-sys_boot,-sys_rawio,-syslog,-mac_admin,-mac_override,-wake_alarm \
    /lib/systemd/systemd --system --unit=basic.target
"""


class Machine:
    """A machine that runs."""

    def __init__(self, first: int) -> None:
        """Takes the id of its first process, as it is known outside."""
        self._enter = ["nsenter", f"--target={first}", "--all"]

    def call(
        self, *command: str, user: str = "root", words: str = "", environment: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs a command in there, in `/`.

        Args:
            command: the program and its arguments.
            user: who runs it, with all of their groups.
            words: its standard input.
            environment: variables besides the usual ones.
        """
        become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"] if user != "root" else []
        variables = {**_ENVIRONMENT, **(environment or {})}
        return subprocess.run(
            [*self._enter, *become, *command], check=False, input=words, env=variables, capture_output=True, text=True
        )

    def do(self, *command: str, user: str = "root", words: str = "") -> str:
        """The same; it has to work. Gives its standard output."""
        done = self.call(*command, user=user, words=words)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        return done.stdout.strip()

    def write(self, path: str, text: str, mode: str = "644") -> None:
        """Writes a file, and the folders above it where they are missing."""
        self.do("install", "-D", f"--mode={mode}", "/dev/stdin", path, words=text)


@contextlib.contextmanager
def real_machine(folder: Path) -> Iterator[Machine]:
    """Boots one. Needs root.

    Args:
        folder: an empty one; nothing is ever written there.
    """
    group = next(place for place in _GROUPS if (place / "cgroup.controllers").exists()) / f"machine-{os.getpid()}"
    group.mkdir()
    within = ["setpriv", "--pdeathsig=KILL", "sh", "-c", 'echo $$ > "$0/cgroup.procs" && exec "$@"', str(group)]
    name_spaces = ["--mount", "--pid", "--cgroup", "--net", "--ipc", "--uts", "--propagation=private"]
    unshare = ["unshare", *name_spaces, "--fork", "--kill-child=KILL"]
    boot = ["sh", "-c", _BOOT, "sh", str(folder), str(ROOT), sys.prefix, str(Path(sys.executable).resolve())]
    with (folder.parent / "boot.log").open("wb") as log:
        process = subprocess.Popen(
            # It must not outlive a run that is killed.
            [*within, *unshare, *boot],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        eventually(lambda: process.poll() is not None or children.read_text())
        first = children.read_text() if process.poll() is None else ""
        assert first, (folder.parent / "boot.log").read_text()
        machine = Machine(int(first))
        eventually(lambda: process.poll() is not None or _is_up(machine))
        assert process.poll() is None, (folder.parent / "boot.log").read_text()
        yield machine
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        eventually(lambda: _is_removed(group))


def _is_up(machine: Machine) -> bool:
    return machine.call("systemctl", "is-active", "basic.target").stdout.strip() == "active"


def _is_removed(group: Path) -> bool:
    try:
        for below in sorted(group.rglob("*/"), reverse=True):
            below.rmdir()
        group.rmdir()
    except OSError:
        # Those who are dying hold it for a moment.
        return False
    return True
