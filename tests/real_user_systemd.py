"""A real systemd of a user for tests, in folders of its own: `systemctl --user` speaks to it and to no other."""

import contextlib
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.command_line import PYTHONPATH
from tests.eventually import eventually

_SYSTEMD = "/lib/systemd/systemd"
_BOOT_MARK = "/run/systemd/system"
"""Without this folder systemd refuses to start."""


@contextlib.contextmanager
def user_systemd(folder: Path) -> Iterator[Mapping[str, str]]:
    """Starts one; gives the environment in which it is found, with an empty home. All that it started ends with it."""
    runtime, home = folder / "runtime", folder / "home"
    folder.mkdir(exist_ok=True)
    runtime.mkdir(mode=0o700)
    home.mkdir()
    environment = {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": PYTHONPATH,
        "XDG_RUNTIME_DIR": str(runtime),
    }
    start = f"mount -t tmpfs none /run/systemd && mkdir {_BOOT_MARK} && exec {_SYSTEMD} --user --unit=basic.target"
    # In a name space of mounts of its own, so that nothing else takes this machine for one that systemd has booted.
    name_space = ["unshare", "--mount"] if os.getuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    is_booted = Path(_BOOT_MARK).is_dir()
    command = [_SYSTEMD, "--user", "--unit=basic.target"] if is_booted else [*name_space, "sh", "-c", start]
    with (folder / "systemd.log").open("wb") as log:
        # It must not outlive a run that is killed.
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        eventually(lambda: _is_up(environment) or process.poll() is not None)
        assert process.poll() is None, (folder / "systemd.log").read_text()
        yield environment
    finally:
        process.terminate()
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _is_up(environment: Mapping[str, str]) -> bool:
    asked = subprocess.run(
        ["systemctl", "--user", "is-active", "basic.target"], check=False, env=environment, capture_output=True
    )
    return asked.stdout.strip() == b"active"
