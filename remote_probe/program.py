"""Runs a program of the host: under a deadline, with bounded output, and nothing of it left behind.

Not by `subprocess`, which would cost 1.5 MB of memory; only Windows needs that.
"""

import atexit
import errno
import os
import select
import time

from remote_probe.proc_file import list_folder

OUTPUT_LIMIT = 65536
UNKNOWN_STATUS = 255
"""Where the system keeps no status: the probe was started by something that ignores the ends of its children."""

_KILL = 9
# Python ignores them (SIGPIPE, SIGXFSZ), and a program would inherit that: `yes | head` would never end.
_SIGNALS_BACK_TO_DEFAULT = (13, 25)
# How soon it is seen that a program has ended while something that it started keeps its output open.
_LOOK_S = 0.1
_FIRST_NAP_S = 0.001
_LONGEST_NAP_S = 0.05
# What the kernel needs to end a killed process; one that is stuck in it is left until it comes back.
_DYING_S = 0.5

_running = set()  # type: set[int]
_undead = set()  # type: set[int]


def run(arguments, deadline_s, output_limit=OUTPUT_LIMIT, input_text=None):
    """Runs a program to its end. May be called by any thread.

    It has a process group of its own, no descriptor of ours, LC_ALL=C; what it says on standard error is lost.

    Args:
        arguments: the program, which is looked for in PATH, and what it is told.
        deadline_s: seconds until it is killed with everything in its process group.
        output_limit: bytes; a program that writes more is killed, and its output ends there.
        input_text: what it reads on standard input, at most what a pipe holds (16 KiB everywhere); else nothing.

    Returns:
        Its exit status (minus the signal's number when a signal ended it) and its output, bytes.

    Raises:
        TimeoutError: it was not over at the deadline.
        OSError: it cannot be started. `TimeoutError` is one as well, so that has to be caught first.
    """
    if not hasattr(os, "fork"):
        return _run_by_subprocess(arguments, deadline_s, output_limit, input_text)
    _reap_undead()
    ends_at = time.monotonic() + deadline_s
    pid, output_fd = _start(arguments, input_text)
    status = None
    try:
        output, status = _read_output(pid, output_fd, output_limit, ends_at)
        if len(output) > output_limit:
            return -_KILL, output[:output_limit]
        status = _await_end(pid, ends_at) if status is None else status
        if status is None:
            raise TimeoutError(errno.ETIMEDOUT, "not over within %g s" % deadline_s)
        return status, output
    finally:
        os.close(output_fd)
        _end(pid, status is not None)


def _start(arguments, input_text):
    """The process id and the descriptor of its output."""
    if any("\0" in argument for argument in arguments):
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    path = find(arguments[0]) if arguments else ""
    if not path:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), *arguments[:1])
    keep_descriptors()
    environment = dict(os.environ, LC_ALL="C")
    input_fd = _open_input(input_text)
    try:
        output_fd, its_output = os.pipe()
        try:
            spawn = _spawn if hasattr(os, "posix_spawn") else _fork
            pid = spawn(path, arguments, environment, input_fd, its_output)
        except BaseException:
            os.close(output_fd)
            raise
        finally:
            os.close(its_output)
    finally:
        os.close(input_fd)
    _running.add(pid)
    return pid, output_fd


def find(program):
    """The path of a program of the host; empty where there is none that may be run."""
    folders = [""] if "/" in program else os.environ.get("PATH", os.defpath).split(os.pathsep)
    for folder in folders:
        path = os.path.join(folder, program)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return ""


def keep_descriptors():
    """No program inherits a descriptor of ours above 2.

    Python's own are kept already; some come from who started the probe, or from libraries. One that leaked could hold
    the session open.
    """
    for name in list_folder("/proc/self/fd") or map(str, range(256)):
        if name.isdigit() and int(name) > 2:
            try:
                os.set_inheritable(int(name), False)
            except OSError:
                continue


def _open_input(text):
    if text is None:
        return os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
    reading, writing = os.pipe()
    try:
        os.set_blocking(writing, False)
        _fill(writing, text.encode("utf-8", "replace"))
    except OSError:
        os.close(reading)
        raise
    finally:
        os.close(writing)
    return reading


def _fill(fd, content):
    if content and os.write(fd, content) < len(content):
        raise OSError(errno.EFBIG, "more input than a pipe holds")


def _spawn(path, arguments, environment, input_fd, output_fd):
    actions = [
        # The copies first: where a standard descriptor was closed, one of these may have its number.
        (os.POSIX_SPAWN_DUP2, output_fd, 1),
        (os.POSIX_SPAWN_DUP2, input_fd, 0),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
    ]
    return os.posix_spawn(
        path, arguments, environment, file_actions=actions, setpgroup=0, setsigdef=_SIGNALS_BACK_TO_DEFAULT
    )


def _fork(path, arguments, environment, input_fd, output_fd):
    """Before Python 3.8. What cannot be run has status 127 then."""
    import _signal  # type: ignore[import-not-found]

    pid = os.fork()
    if pid:
        # By parent and child, whoever comes first: until then nothing could kill it.
        _join_group(pid)
        return pid
    try:
        _join_group(0)
        os.dup2(output_fd, 1)
        os.dup2(input_fd, 0)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        for number in _SIGNALS_BACK_TO_DEFAULT:
            _signal.signal(number, _signal.SIG_DFL)
        os.execve(path, arguments, environment)  # noqa: S606 - no shell is wanted
    finally:
        os._exit(127)


def _join_group(pid):
    """Its own group; no matter when the other side has done it."""
    try:
        os.setpgid(pid, pid)
    except OSError:
        return


def _read_output(pid, fd, limit, ends_at):
    """Output, one byte more than the limit at most, and the status where the program was seen to end."""
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    output = b""
    status = None
    while len(output) <= limit:
        left = 0.0 if status is not None else ends_at - time.monotonic()
        if poll.poll(int(max(0.0, min(left, _LOOK_S)) * 1000)):
            chunk = os.read(fd, min(65536, limit + 1 - len(output)))
            if not chunk:
                break
            output += chunk
        elif status is not None or left <= 0:
            break
        else:
            # What it started may keep the output open: that ends with it.
            status = _reap(pid)
    return output, status


def _await_end(pid, ends_at):
    """The status, or None at the deadline."""
    nap = _FIRST_NAP_S
    while True:
        status = _reap(pid)
        left = ends_at - time.monotonic()
        if status is not None or left <= 0:
            return status
        time.sleep(min(nap, left))
        nap = min(nap * 2, _LONGEST_NAP_S)


def _reap(pid):
    """The status of a program that is over, else None."""
    try:
        found, status = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return UNKNOWN_STATUS
    if not found:
        return None
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def _end(pid, is_reaped):
    """Kills what is left of a process group, and reaps its leader."""
    _kill_group(pid)
    _running.discard(pid)
    if not is_reaped and _await_end(pid, time.monotonic() + _DYING_S) is None:
        _undead.add(pid)


def _kill_group(pid):
    try:
        os.killpg(pid, _KILL)
    except OSError:
        return


def _reap_undead():
    for pid in list(_undead):
        if _reap(pid) is not None:
            _undead.discard(pid)


@atexit.register
def end_all():
    """Kills every program that is running: the probe leaves nothing behind."""
    for pid in list(_running):
        _kill_group(pid)


def _run_by_subprocess(arguments, deadline_s, output_limit, input_text):
    """Windows, which has no process groups to speak of: only the program itself is killed."""
    import subprocess

    pipe = subprocess.PIPE
    with subprocess.Popen(arguments, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as child:  # noqa: S603
        try:
            output, _ = child.communicate((input_text or "").encode("utf-8", "replace"), deadline_s)
        except subprocess.TimeoutExpired:
            child.kill()
            raise TimeoutError(errno.ETIMEDOUT, "not over within %g s" % deadline_s) from None
    return child.returncode, output[:output_limit]
