"""Finds probes among the processes of this machine, and what they have open."""

from pathlib import Path

import psutil

_NAME = "watchpost_probe"


def probes_below(process: psutil.Process) -> list[psutil.Process]:
    """The running probes that a process or its descendants have started; not the shells that wait for them."""
    found = []
    for child in process.children(recursive=True):
        try:
            words = child.cmdline()
        except psutil.Error:
            continue
        if any(word.startswith(f"{_NAME}=") for word in words):
            found.append(child)
    return found


def is_gone(process: psutil.Process) -> bool:
    """Whether nothing of it runs any more; its parent may not have noticed yet."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def open_files(process: psutil.Process) -> set[str]:
    """What its descriptors lead to, numbers left out: "pipe", "socket", or a path."""
    found = set()
    for descriptor in Path(f"/proc/{process.pid}/fd").iterdir():
        try:
            found.add(str(descriptor.readlink()).partition(":")[0])
        except FileNotFoundError:
            continue
    return found
