"""A host that has nothing but busybox: a folder that sshd locks its sessions into."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import real_sshd
from tests.login_shells import program
from tests.real_sshd import Account, RealSshd, running_sshd, throwaway_account

APPLETS = ("sh", "cat", "sleep", "date", "df", "uname", "awk", "id")
# In a mount namespace of its own, which is gone with its last process, whatever becomes of the tests. The folder is
# mounted over itself to be a file system of its own, as the root of every host is.
_SSHD_INSIDE = """\
#!/bin/sh
exec unshare -m sh -c 'mount --bind "$0" "$0" && mount --bind /proc "$0/proc" &&
mount --bind /dev/null "$0/dev/null" && exec {sshd} "$@"' {root} "$@"
"""


@contextlib.contextmanager
def busybox_host(folder: Path, without: tuple[str, ...] = ()) -> Iterator[tuple[RealSshd, Account]]:
    """Its server and the account that can log in there. `without` names applets that are missing."""
    # Every folder on the way has to belong to root alone; those for temporary files do not.
    root = Path(tempfile.mkdtemp(prefix="watchpost-test-", dir="/var/lib"))
    try:
        _furnish(root, without)
        wrapper = folder / "sshd"
        folder.mkdir(exist_ok=True)
        wrapper.write_text(_SSHD_INSIDE.format(sshd=real_sshd.SSHD, root=root))
        wrapper.chmod(0o755)
        with (
            pytest.MonkeyPatch.context() as patched,
            throwaway_account("/bin/sh") as account,
        ):
            patched.setattr(real_sshd, "SSHD", wrapper)
            with running_sshd(folder / "server", f"ChrootDirectory {root}", "PasswordAuthentication yes") as server:
                yield server, account
    finally:
        shutil.rmtree(root)


def _furnish(root: Path, without: tuple[str, ...]) -> None:
    root.chmod(0o755)
    for name in ("bin", "dev", "etc", "proc"):
        (root / name).mkdir()
    shutil.copy(program("busybox"), root / "bin" / "busybox")
    for applet in set(APPLETS) - set(without):
        (root / "bin" / applet).symlink_to("busybox")
    (root / "dev" / "null").touch()
    (root / "etc" / "os-release").write_text('PRETTY_NAME="Busybox and nothing else"\n')
