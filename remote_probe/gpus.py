"""NVIDIA GPUs: through the driver's own library, NVML, or by nvidia-smi where that cannot be loaded.

NVML stays open. Opened at each reading, it would start up every GPU that nothing else keeps running, which takes
seconds; so does nvidia-smi.
"""

import os

from remote_probe import program, series
from remote_probe.late_answer import LateAnswer

_SIGNS_OF_A_DRIVER = ("/proc/driver/nvidia", "/dev/nvidiactl", "/usr/lib/wsl/lib/libnvidia-ml.so.1")
_LIBRARIES = ("libnvidia-ml.so.1", "/usr/lib/wsl/lib/libnvidia-ml.so.1")
_PROGRAMS = ("nvidia-smi", "/usr/lib/wsl/lib/nvidia-smi")
_PROGRAM_DEADLINE_S = 20.0
_QUERY = "--query-gpu=index,utilization.gpu,memory.total,memory.free,temperature.gpu,power.draw"
_MIB = 1 << 20
# What drivers say when they do not know is sometimes the largest number there is.
_BYTES_LIMIT = 1 << 50
_WATTS_LIMIT = 100000.0
_ABSENT = (None,) * 5


class Gpus:
    """Five values a GPU. No series, and nothing loaded, where there is no NVIDIA driver."""

    def __init__(self, signs=_SIGNS_OF_A_DRIVER, answer=None):
        """`answer` is a `LateAnswer` to `Measuring.measure`."""
        self.series = ()  # type: tuple[tuple[str, ...], ...]
        self._signs = signs
        self._answer = answer or LateAnswer(Measuring().measure)
        self._shown = []

    def read(self):
        """Use in percent, memory total and free in bytes, degrees Celsius, watts; absent while the driver hangs."""
        gpus = {}
        if any(map(os.path.exists, self._signs)):
            gpus = self._answer.ask()
            if gpus is None:
                gpus = dict.fromkeys(self._shown, _ABSENT)
        shown = sorted(gpus)[: series.GPUS_LIMIT]
        if shown != self._shown:
            self._shown = shown
            self.series = series.gpus([str(index) for index in shown])
        return [value for index in shown for value in gpus[index]]


class Measuring:
    """Measures by whichever way there is. It may take seconds."""

    def __init__(self, libraries=_LIBRARIES, programs=_PROGRAMS):
        self._libraries = libraries
        self._programs = programs
        self._nvml = None

    def measure(self):
        """Five values for the number of each GPU, as `Gpus.read` has them. Raises OSError where no way works."""
        self._nvml = self._nvml or load_nvml(self._libraries)
        return measure_by_program(self._programs) if self._nvml is None else self._nvml.measure()


def load_nvml(libraries):
    """The first of the libraries that can be loaded, or None."""
    try:
        import ctypes
    except ImportError:  # Debian's python3-minimal
        return None
    for library in libraries:
        try:
            return Nvml(ctypes, ctypes.CDLL(library))
        except OSError:
            continue
    return None


class Nvml:
    """The NVIDIA Management Library. Its functions return 0 for success, and write to where they are told."""

    def __init__(self, ctypes, library):
        self._ctypes = ctypes
        self._library = library
        self._is_open = False

    def measure(self):
        """As `Measuring.measure`."""
        if not self._is_open and not self._call("nvmlInit_v2"):
            raise OSError("NVML does not start")
        self._is_open = True
        count = self._ctypes.c_uint()
        if not self._call("nvmlDeviceGetCount_v2", self._ctypes.byref(count)):
            # The driver has gone, perhaps for a newer one.
            self._call("nvmlShutdown")
            self._is_open = False
            raise OSError("NVML counts no GPUs")
        return {index: self._measure_gpu(index) for index in range(min(count.value, series.GPUS_LIMIT))}

    def _measure_gpu(self, index):
        number, size = self._ctypes.c_uint, self._ctypes.c_ulonglong
        gpu = self._ctypes.c_void_p()
        if not self._call("nvmlDeviceGetHandleByIndex_v2", number(index), self._ctypes.byref(gpu)):
            return _ABSENT
        # In percent: of the time in which it had work, and of that in which its memory had.
        use, _ = self._ask("nvmlDeviceGetUtilizationRates", gpu, number * 2)
        total, free, _ = self._ask("nvmlDeviceGetMemoryInfo", gpu, size * 3)
        (celsius,) = self._ask("nvmlDeviceGetTemperature", gpu, number * 1, number(0))
        (milliwatts,) = self._ask("nvmlDeviceGetPowerUsage", gpu, number * 1)
        return sensible(use, total, free, celsius, None if milliwatts is None else milliwatts / 1000)

    def _ask(self, name, gpu, kind, *arguments):
        """What a function of one GPU writes into an array; None each where it will not."""
        answer = kind()
        return tuple(answer) if self._call(name, gpu, *arguments, answer) else (None,) * len(answer)

    def _call(self, name, *arguments):
        """Whether it succeeded. What an old driver does not have does not."""
        function = getattr(self._library, name, None)
        return function is not None and function(*arguments) == 0


def measure_by_program(programs):
    """As `Measuring.measure`. Raises OSError where there is no such program or it does not come to its end."""
    path = next(filter(None, map(program.find, programs)), "nvidia-smi")
    _, output = program.run([path, _QUERY, "--format=csv,noheader,nounits"], _PROGRAM_DEADLINE_S)
    return dict(parse_row(line) for line in output.decode("utf-8", "replace").splitlines() if line[:1].isdigit())


def parse_row(line):
    """The number of a GPU and its five values, from a line in the order of the query."""
    index, *fields = line.split(",")
    use, total, free, celsius, watts = [parse_field(field) for field in fields]
    return int(index), sensible(use, _bytes(total), _bytes(free), celsius, watts)


def parse_field(text):
    """A number; None for "[N/A]", "[Not Supported]", "[Unknown Error]" and whatever else stands for one."""
    try:
        return float(text)
    except ValueError:
        return None


def sensible(use, total, free, celsius, watts):
    """The same values, without those that cannot be."""
    bounds = (
        (use, 0, 100),
        (total, 0, _BYTES_LIMIT),
        (free, 0, _BYTES_LIMIT),
        (celsius, -50, 200),
        (watts, 0, _WATTS_LIMIT),
    )
    # A comparison with NaN is false.
    return tuple(value if value is not None and low <= value <= high else None for value, low, high in bounds)


def _bytes(mebibytes):
    return None if mebibytes is None else mebibytes * _MIB
