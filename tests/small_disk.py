"""A disk of a few hundred kilobytes for tests: really full, or really read-only. Needs the right to mount."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path


class SmallDisk:
    """A mounted one.

    Attributes:
        folder: where.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self) -> None:
        """Takes every byte that is left."""
        with contextlib.suppress(OSError), (self.folder / "ballast").open("ab", buffering=0) as ballast:
            while True:
                ballast.write(bytes(512))

    def make_room(self) -> None:
        """Undoes `fill`."""
        (self.folder / "ballast").unlink(missing_ok=True)

    def forbid_writing(self) -> None:
        """As a disk that the kernel has found faulty. Nothing may be open for writing."""
        self._mount("-o", "remount,ro", self.folder)

    def allow_writing(self) -> None:
        """Undoes `forbid_writing`."""
        self._mount("-o", "remount,rw", self.folder)

    @staticmethod
    def _mount(*words: str | Path) -> None:
        done = subprocess.run(["mount", *words], check=False, capture_output=True, text=True)
        assert done.returncode == 0, f"this test needs the right to mount, as root has it: {done.stderr}"


@contextlib.contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[SmallDisk]:
    """Mounts one at a folder, which is made; the test fails where that is not allowed."""
    folder.mkdir()
    SmallDisk._mount("-t", "tmpfs", "-o", f"size={kilobytes}k", "none", folder)
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True, capture_output=True)
