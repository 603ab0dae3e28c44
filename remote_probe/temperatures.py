"""Temperatures from /sys/class/hwmon, or from /sys/class/thermal where no hwmon device has any."""

import os
import time

from remote_probe import series
from remote_probe.proc_file import list_folder, read_file, read_text
from remote_probe.timed_call import TimedCalls

# Some drivers ask a slow bus or firmware for each reading; one that is stuck delays a single line by this much.
_DEADLINE_S = 1.0
_DEVICES_LIMIT = 64
_WORD_LIMIT = 100
_LOWEST_C, _HIGHEST_C = -50.0, 200.0


class Temperatures:
    """One value a sensor. A device whose driver does not answer has absent values, and delays nobody else."""

    def __init__(self, sys_class="/sys/class", deadline_s=_DEADLINE_S):
        self.series = ()  # type: tuple[tuple[str, ...], ...]
        self._folders = sys_class + "/hwmon", sys_class + "/thermal"
        self._deadline_s = deadline_s
        self._calls = TimedCalls(deadline_s)
        self._known = {}
        self._shown = None

    def read(self):
        """Degrees Celsius, in the order of `series.temperatures`; None for a sensor that tells nothing sensible."""
        hwmon, thermal = self._folders
        devices = self._update(hwmon, "hwmon")
        self._measure(devices)
        if not any(device.may_have_sensors() for device in devices):
            devices = self._update(thermal, "thermal_zone")
            self._measure(devices)
        sensors = [sensor for device in devices for sensor in device.shown()][: series.SENSORS_LIMIT]
        shown = [(sensor.name, sensor.place) for sensor in sensors]
        if shown != self._shown:
            self._shown = shown
            self.series = series.temperatures(unique_names(shown))
        return [sensor.celsius for sensor in sensors]

    def _update(self, folder, prefix):
        """The devices that are there now, in the order of their numbers; known ones keep what was learnt of them."""
        names = [name for name in list_folder(folder) if name.startswith(prefix)]
        known = self._known.get(folder, {})
        found = {}
        for name in _in_order(names)[:_DEVICES_LIMIT]:
            path = folder + "/" + name
            # Numbers are used again; where the link leads says which device it is.
            key = path, _link(path)
            found[key] = known.get(key) or Device(path)
        self._known[folder] = found
        return list(found.values())

    def _measure(self, devices):
        calls = [(device, self._calls.start(device.path, device.measure)) for device in devices]
        ends_at = time.monotonic() + self._deadline_s
        for device, call in calls:
            if self._calls.answer(device.path, call, ends_at - time.monotonic()) is None:
                device.forget_values()


class Device:
    """One chip, or one thermal zone, with its sensors.

    Attributes:
        path: its folder.
    """

    def __init__(self, path):
        self.path = path
        self._sensors = None

    def measure(self):
        """Reads every sensor; may take as long as the driver likes. Returns True."""
        if self._sensors is None:
            self._sensors = list(find_sensors(self.path))
        for sensor in self._sensors:
            sensor.measure()
        return True

    def forget_values(self):
        """What was read before is not how it is now."""
        for sensor in self._sensors or ():
            sensor.celsius = None

    def may_have_sensors(self):
        """True also while nobody knows."""
        return self._sensors is None or bool(self._sensors)

    def shown(self):
        """The sensors that have told something sensible at least once."""
        return [sensor for sensor in self._sensors or () if sensor.has_told]


class Sensor:
    """One sensor.

    Attributes:
        name: chip and label.
        place: what tells it from another of the same name.
        celsius: as last read; None while it tells nothing sensible.
        has_told: whether it ever did. Boards have inputs to which nothing is connected.
    """

    def __init__(self, name, place, path):
        self.name = name
        self.place = place
        self.celsius = None
        self.has_told = False
        self._path = path

    def measure(self):
        """Reads it."""
        try:
            self.celsius = parse_celsius(read_file(self._path, 64))
        except (OSError, ValueError):
            self.celsius = None
        self.has_told = self.has_told or self.celsius is not None


def find_sensors(folder):
    """The sensors of a hwmon device, or of a thermal zone."""
    place = printable(os.path.basename(_link(folder + "/device")) or os.path.basename(folder), 40)
    if os.path.exists(folder + "/temp"):
        yield Sensor(printable(read_text(folder + "/type")) or place, place, folder + "/temp")
        return
    # Before Linux 3.14 they were in the folder of the device that the chip is.
    for base in (folder, folder + "/device"):
        chip = printable(read_text(base + "/name")) or place
        for name in _in_order([name[: -len("_input")] for name in list_folder(base) if _is_input(name)]):
            label = printable(read_text(base + "/" + name + "_label")) or name
            yield Sensor(chip + " " + label, place, base + "/" + name + "_input")


def parse_celsius(text):
    """Degrees out of thousandths of one; None for what no server has been at and lived to tell."""
    celsius = int(text) / 1000
    return celsius if _LOWEST_C <= celsius <= _HIGHEST_C else None


def unique_names(sensors):
    """A name for each (name, place): the place is added where several have the same name, then a number."""
    names = [name for name, _ in sensors]
    repeated = {name for number, name in enumerate(names) if name in names[:number]}
    unique = {}  # type: dict[str, None]
    for name, place in sensors:
        full = "%s (%s)" % (name, place) if name in repeated else name
        number = 2
        while full in unique:
            full = "%s (%s %d)" % (name, place, number)
            number += 1
        unique[full] = None
    return list(unique)


def printable(text, limit=_WORD_LIMIT):
    """One line of characters that a person can see, of bounded length."""
    text = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(text.split())[:limit]


def _in_order(names):
    """By their numbers: hwmon2 before hwmon10."""
    return sorted(names, key=lambda name: (len(name), name))


def _is_input(name):
    return name.startswith("temp") and name.endswith("_input") and name[4:-6].isdigit()


def _link(path):
    try:
        return os.readlink(path)
    except OSError:
        return ""
