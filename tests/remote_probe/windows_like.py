"""Runs the probe in a Python that lacks what Python on Windows lacks, with a stand-in for psutil."""

import ast
import os
import select
import sys
import time
from types import SimpleNamespace
from typing import Any

_ABSENT_FUNCTIONS = {
    os: "fork forkpty get_blocking getloadavg getuid initgroups killpg mkfifo openpty posix_spawn posix_spawnp pread "
    "set_blocking setsid statvfs sysconf uname wait waitpid O_CLOEXEC O_NONBLOCK",
    select: "poll epoll POLLIN POLLOUT POLLERR POLLHUP POLLNVAL",
    time: "clock_gettime clock_getres pthread_getcpuclockid",
}
_ABSENT_MODULES = ("fcntl", "grp", "posix", "pwd", "resource", "syslog", "termios", "tty", "pty", "_posixsubprocess")


def main() -> int:
    """The options are literals on the command line."""
    from tests.remote_probe import psutil_stand_in

    loaded: dict[str, Any] = sys.modules
    for module, names in _ABSENT_FUNCTIONS.items():
        for name in names.split():
            if hasattr(module, name):
                delattr(module, name)
    for name in _ABSENT_MODULES:
        loaded[name] = None
    vars(sys)["platform"] = "win32"
    vars(os)["O_BINARY"] = 0x8000
    loaded["msvcrt"] = SimpleNamespace(setmode=lambda fd, mode: None)
    loaded["psutil"] = psutil_stand_in.windows()
    version = SimpleNamespace(product_type=3, platform_version=(10, 0, 20348))
    vars(sys)["getwindowsversion"] = lambda: version
    os.environ["PROCESSOR_ARCHITECTURE"] = "AMD64"

    from remote_probe.main import main as run

    status: int = run(ast.literal_eval(sys.argv[1]))
    return status


if __name__ == "__main__":
    sys.exit(main())
