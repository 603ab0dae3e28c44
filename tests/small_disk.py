"""A disk of a few hundred kilobytes for tests: really full, or really read-only. Needs the right to mount."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


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
        subprocess.run(["mount", *words], check=True, capture_output=True)


@contextlib.contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[SmallDisk]:
    """Mounts one at a folder, which is made; skips the test where that is not allowed."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "none", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("nothing may be mounted here")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True, capture_output=True)
