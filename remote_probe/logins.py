"""Who is logged in: from utmp, or from systemd's notes where nobody writes utmp (Debian 13, musl)."""

import os
from struct import unpack_from

from remote_probe import series
from remote_probe.proc_file import list_folder, read_file, read_text

_UTMP = ("/run/utmp", "/var/run/utmp")
_SESSIONS = "/run/systemd/sessions"
_CGROUP = "/proc/self/cgroup"
_FILE_LIMIT = 1 << 20
_SESSIONS_LIMIT = 10000
# A record has 400 bytes where its times have 64 bits, as on 64-bit ARM. What is read of it comes before them.
_RECORD, _WIDE_RECORD = 384, 400
_WIDE_MACHINES = ("aarch64", "riscv64", "loongarch64")
_USER_PROCESS = 7


class Logins:
    """How many sessions people have on the machine. No series where nobody keeps account of them.

    utmp knows those with a terminal or a screen. In systemd's notes every SSH login counts, as they do not say whether
    it has a terminal; the probe's own does not.
    """

    def __init__(self, utmp=_UTMP, sessions=_SESSIONS, cgroup=_CGROUP):
        self.series = ()  # type: tuple[tuple[str, ...], ...]
        self._utmp = utmp
        self._sessions = sessions
        self._cgroup = cgroup

    def read(self):
        """Their number."""
        count = self._count_utmp()
        if count is None and os.path.isdir(self._sessions):
            count = self._count_sessions()
        self.series = () if count is None else series.USERS
        return [] if count is None else [count]

    def _count_utmp(self):
        for path in self._utmp:
            try:
                text = read_file(path, _FILE_LIMIT)
            except OSError:
                continue
            # Empty: it was made for whoever might want to write into it. Those who do begin with the boot.
            if text:
                return sum(map(_is_alive, user_processes(text, record_size(len(text), os.uname().machine))))
        return None

    def _count_sessions(self):
        # Beside each lies a pipe with an ending, whose reading would not come back.
        names = [name for name in list_folder(self._sessions)[:_SESSIONS_LIMIT] if "." not in name]
        own = read_text(self._cgroup)
        others = [name for name in names if "/session-%s.scope" % name not in own]
        return sum(is_users_session(read_text(self._sessions + "/" + name)) for name in others)


def record_size(length, machine):
    """Bytes of a record in a utmp file of so many bytes."""
    fitting = [size for size in (_RECORD, _WIDE_RECORD) if length % size == 0]
    if len(fitting) == 1:
        return fitting[0]
    return _WIDE_RECORD if machine in _WIDE_MACHINES else _RECORD


def user_processes(text, size):
    """The process ids of those who have logged in, from the records of utmp."""
    for offset in range(0, len(text) - size + 1, size):
        kind, pid, user = unpack_from("=hxxi36x32s", text, offset)
        if kind == _USER_PROCESS and user.strip(b"\0"):
            yield pid


def is_users_session(text):
    """Whether systemd's note of a session is about a person's, and one that is not over."""
    fields = dict(line.partition("=")[::2] for line in text.splitlines())
    return fields.get("CLASS", "").startswith("user") and fields.get("STATE") != "closing"


def _is_alive(pid):
    """Who is cut off rarely logs out."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
