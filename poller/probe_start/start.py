"""How the probe gets onto a host: one short command that fits any shell, and the rest on its standard input.

The command reads one line and lets the shell run it. So it is the same for every host, every option and every version
to come, and an account may be held to it: `poller.probe_start.forced_command`.
"""

from dataclasses import dataclass
from enum import StrEnum

from poller.probe_start.bootstrap import payload, python_flags, stub
from poller.probe_start.probe_options import ProbeOptions, first_pause
from poller.probe_start.shell_source import shell_source

# In single quotes for every login shell: sh, bash, dash, ksh, zsh, fish, csh. No `!`, which csh would expand even
# there. The last word is a name for whoever looks at `ps` on the host.
START_COMMAND = "exec /bin/sh -c 'read -r W && eval \"$W\"; exit 95' watchpost_probe"

# RHEL 8 has no python3 in its minimal installation, but the second. `exec` of what is not there would end the shell
# with 127 before `exit 97`, hence the look before.
_BY_PYTHON = (
    "for P in python3 /usr/libexec/platform-python python; do "
    'command -v $P >/dev/null 2>&1 && exec $P {flags} -c "{stub}"; done; exit 97\n'
)
# Line by line, as `read` takes not a byte too many: what comes behind is the life line. `#end` tells a source that is
# complete from one that was cut off.
_BY_SHELL = (
    'C=; N=$(printf "\\nx"); N=${N%x}; '
    'while IFS= read -r L; do case $L in "#end") eval "$C"; exit;; esac; C=$C$L$N; done; exit 95\n'
)
_END = "#end\n"
# Who is root already needs no sudo, which is not everywhere. -n: there is nobody to type a password.
_BY_SUDO = (
    'case $(id -u 2>/dev/null) in 0) read -r W && eval "$W";; '
    "*) exec sudo -n /bin/sh -c 'read -r W && eval \"$W\"; exit 95' watchpost_probe;; esac; exit 95\n"
)
# For cmd.exe and PowerShell alike, which agree on little more than double quotes. `py` is python.org's launcher, there
# where `python` is not in the PATH. Not -S: psutil is among the site-packages.
_BY_CMD = '{python} -IEB -c "{stub}"'


class Way(StrEnum):
    """What reads the source on the host."""

    PYTHON = "python"
    SHELL = "shell"
    WINDOWS_PYTHON = "python on Windows"
    WINDOWS_LAUNCHER = "py on Windows"


@dataclass(frozen=True, slots=True)
class Start:
    """One way to start the probe.

    Attributes:
        command: what to run on the host.
        source: what to write to its standard input, which then stays open.
    """

    command: str
    source: bytes


def start_by(way: Way, options: ProbeOptions, now_s: float | None = None) -> Start:
    """The command and what it is fed.

    Args:
        way: what reads the source.
        options: what the probe is to do.
        now_s: by our clock, where the host is to find its phase; Windows does without.
    """
    pause_s = None if now_s is None else first_pause(options, now_s)
    match way:
        case Way.PYTHON:
            source = payload(options)
            return _start_python(stub(len(source), pause_s), source, python_flags(options), sudo=options.sudo)
        case Way.SHELL:
            return start_shell(shell_source(options, pause_s), sudo=options.sudo)
        case Way.WINDOWS_PYTHON:
            return _start_windows("python", payload(options))
        case Way.WINDOWS_LAUNCHER:
            return _start_windows("py -3", payload(options))


def start_python(source: bytes, *, size: int | None = None, flags: str = "-ISEB", sudo: bool = False) -> Start:
    """Starts what `bootstrap.pack` made; `size` is how many bytes of it to wait for, where that is not all of them."""
    return _start_python(stub(len(source) if size is None else size), source, flags, sudo=sudo)


def start_shell(source: str, *, sudo: bool = False) -> Start:
    """Starts a text of the shell's own."""
    return _start((_BY_SHELL + source + _END).encode(), sudo)


def _start_python(stub_text: str, source: bytes, flags: str, *, sudo: bool) -> Start:
    return _start(_BY_PYTHON.format(flags=flags, stub=stub_text).encode() + source, sudo)


def _start(lines: bytes, sudo: bool) -> Start:
    return Start(START_COMMAND, _BY_SUDO.encode() + lines if sudo else lines)


def _start_windows(python: str, source: bytes) -> Start:
    return Start(_BY_CMD.format(python=python, stub=stub(len(source))), source)
