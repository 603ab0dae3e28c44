"""Names of users by their number."""

from remote_probe import clock
from remote_probe.proc_file import read_text
from remote_probe.timed_call import TimedCalls

_DEADLINE_S = 1.0
_ASK_AGAIN_S = 60.0
_FILE_LIMIT = 1 << 20


class UserNames:
    """Looks into /etc/passwd first: the system's own lookup loads libraries, and may wait for a directory server."""

    def __init__(self, users_file="/etc/passwd", look_up=None):
        self._users_file = users_file
        self._look_up = look_up or _look_up
        self._calls = TimedCalls(_DEADLINE_S)
        self._names = {}
        self._nameless_until = {}

    def name(self, uid):
        """The name, or the number as text while nobody knows one."""
        if uid not in self._names and self._nameless_until.get(uid, 0.0) <= clock.steady():
            self._find(uid)
        return self._names.get(uid) or str(uid)

    def _find(self, uid):
        for line in read_text(self._users_file, _FILE_LIMIT).splitlines():
            name, _, rest = line.partition(":")
            number = rest.split(":", 2)[1:2]
            if number and number[0].isdigit():
                self._names.setdefault(int(number[0]), name)
        if uid not in self._names:
            found = self._calls.ask("user", self._look_up, uid)
            if found:
                self._names[uid] = found
            else:
                self._nameless_until[uid] = clock.steady() + _ASK_AGAIN_S


def _look_up(uid):
    import pwd

    return pwd.getpwuid(uid).pw_name
