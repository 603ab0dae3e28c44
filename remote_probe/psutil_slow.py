"""The slow group by psutil, file systems apart."""

import os

from remote_probe import series
from remote_probe.gpus import Gpus, Measuring
from remote_probe.late_answer import LateAnswer
from remote_probe.psutil_import import WINDOWS
from remote_probe.temperatures import printable

# On Windows it is worked out from two clocks, one of which people and servers set.
_SAME_BOOT_S = 2.0


class PsutilBootTime:
    """As `proc_cpu.BootTime`."""

    def __init__(self, psutil):
        self.series = series.BOOT_TIME
        self._psutil = psutil
        self._known = None  # type: float | None

    def read(self):
        """UTC seconds."""
        found = self._psutil.boot_time()
        if self._known is None or abs(found - self._known) > _SAME_BOOT_S:
            self._known = found
        return [self._known]


class PsutilUsers:
    """As `logins.Logins`."""

    def __init__(self, psutil):
        self.series = series.USERS
        self._psutil = psutil

    def read(self):
        """The number of sessions."""
        return [len(self._psutil.users())]


class PsutilTemperatures:
    """As `temperatures.Temperatures`. On macOS and Windows psutil knows no sensors."""

    def __init__(self, psutil):
        self.series = ()  # type: tuple[tuple[str, ...], ...]
        self._ask = getattr(psutil, "sensors_temperatures", None)
        self._names = []

    def read(self):
        """Degrees Celsius, in the order of `series.temperatures`."""
        if self._ask is None:
            return []
        found = {}  # type: dict[str, float | None]
        for chip, sensors in self._ask().items():
            for number, sensor in enumerate(sensors, 1):
                name = printable("%s %s" % (chip, sensor.label or "temp%d" % number))
                found.setdefault(name, sensor.current)
        names = list(found)[: series.SENSORS_LIMIT]
        if names != self._names:
            self._names = names
            self.series = series.temperatures(names)
        return [found[name] for name in names]


def gpu_source(system):
    """As `gpus.Gpus`, whose files are elsewhere on Windows."""
    if system != WINDOWS:
        return Gpus()
    folder = os.path.join(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32")
    library, program = os.path.join(folder, "nvml.dll"), os.path.join(folder, "nvidia-smi.exe")
    return Gpus((library,), LateAnswer(Measuring((library,), (program,)).measure))
