"""Which network interfaces are worth a series, and how fast their links are."""

import os

from remote_probe import clock
from remote_probe.proc_file import read_text

# Asking a driver for its link speed can take it milliseconds and a lock.
_LOOK_AGAIN_S = 30.0
_BYTES_PER_MEGABIT = 125000


class Interfaces:
    """The physical interfaces of a host, or those that lead out of it where it has no physical one.

    Bridges, bonds, tunnels and the like carry what a physical interface carries too: they would count it twice.
    """

    def __init__(self, everything, sys_net="/sys/class/net", proc_net="/proc/net"):
        self._everything = everything
        self._sys_net = sys_net
        self._proc_net = proc_net
        self._names = None
        self._chosen = []
        self._speeds = {}
        self._looked_at = 0.0

    def choose(self, names):
        """The wanted ones among the names, in their order. Looks again when names change, and every 30 s."""
        now = clock.steady()
        if names != self._names or now - self._looked_at >= _LOOK_AGAIN_S:
            self._names = list(names)
            self._looked_at = now
            self._chosen = self._look(names)
            self._speeds = {name: self._read_speed(name) for name in self._chosen}
        return self._chosen

    def speed(self, name):
        """Link speed of a chosen interface in bytes/s; None where the link names none."""
        return self._speeds.get(name)

    def _look(self, names):
        if self._everything:
            return [name for name in names if name != "lo"]
        physical = [name for name in names if self._is_physical(name)]
        if physical:
            return [name for name in physical if not self._counts_elsewhere(name, physical)]
        # A container has nothing but virtual ones.
        ways_out = self._ways_out()
        return [name for name in names if name in ways_out and name != "lo"]

    def _is_physical(self, name):
        try:
            return "/virtual/" not in os.readlink(os.path.join(self._sys_net, name))
        except OSError:
            return False

    def _counts_elsewhere(self, name, physical):
        folder = os.path.join(self._sys_net, name)
        # A cloud's fast path stands behind the interface that has the address, and both count its traffic. A member of
        # a bond or a bridge does not: those are virtual.
        try:
            master = os.path.basename(os.readlink(os.path.join(folder, "master")))
        except OSError:
            master = ""
        # A share of a card, made for a guest or a container, of which there may be 128.
        return master in physical or os.path.islink(os.path.join(folder, "device", "physfn"))

    def _ways_out(self):
        """Interfaces with a default route."""
        routes = [line.split() for line in read_text(self._proc_net + "/route").splitlines()]
        found = {route[0] for route in routes if len(route) > 7 and route[1] == route[7] == "00000000"}
        routes6 = [line.split() for line in read_text(self._proc_net + "/ipv6_route").splitlines()]
        return found | {route[9] for route in routes6 if len(route) > 9 and route[0] == "0" * 32 and route[1] == "00"}

    def _read_speed(self, name):
        try:
            megabits = int(read_text(os.path.join(self._sys_net, name, "speed")))
        except ValueError:
            return None
        # -1, or 2**32 - 1 on older kernels: unknown.
        return megabits * _BYTES_PER_MEGABIT if 0 < megabits < 0xFFFFFFFF else None
