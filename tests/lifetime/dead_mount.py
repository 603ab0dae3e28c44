"""A file system whose server takes questions and never answers: what a dead NFS server is to a host.

It is a FUSE file system in a mount namespace of its own, so that nobody but who is put there looks at it. Every
question that has reached the server holds its thread in uninterruptible sleep, also against SIGKILL, until the server
is gone: then the kernel fails them all.
"""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SERVER = """
import ctypes, os, struct, sys
path = sys.argv[1]
device = os.open("/dev/fuse", os.O_RDWR)
libc = ctypes.CDLL(None, use_errno=True)
options = "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other" % device
if libc.mount(b"dead.example:/export", path.encode(), b"fuse", 0, options.encode()):
    sys.exit("mount: " + os.strerror(ctypes.get_errno()))
INIT = 26
said = False
while True:
    request = os.read(device, 1 << 20)
    length, opcode, unique = struct.unpack_from("<IIQ", request)
    if opcode == INIT:
        answer = struct.pack("<IIIIHHIIHHI28x", 7, 31, 4096, 0, 1, 1, 4096, 1, 1, 0, 0)
        os.write(device, struct.pack("<IiQ", 16 + len(answer), 0, unique) + answer)
        print("mounted", flush=True)
    elif not said:
        said = True
        print("asked", flush=True)
"""


@dataclass(frozen=True)
class DeadMount:
    """Where it is.

    Attributes:
        server: the process that does not answer.
    """

    server: subprocess.Popen[str]

    @property
    def enter(self) -> tuple[str, ...]:
        """What to put before a command that is to see it."""
        return ("nsenter", f"--mount=/proc/{self.server.pid}/ns/mnt")

    def wait_until_asked(self) -> None:
        """Returns once somebody waits for an answer."""
        assert self.server.stdout is not None
        assert self.server.stdout.readline() == "asked\n"

    def fail(self) -> None:
        """Ends the server: everybody who waits gets an error."""
        self.server.kill()
        self.server.wait()


@contextlib.contextmanager
def dead_mount(folder: Path) -> Iterator[DeadMount]:
    """Mounts it on a folder; it is gone at the end, and nobody waits any more."""
    folder.mkdir()
    command = ("unshare", "--mount", "--propagation", "private", sys.executable, "-IS", "-c", _SERVER, str(folder))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            assert server.stdout.readline() == "mounted\n"
            yield DeadMount(server)
        finally:
            server.kill()
