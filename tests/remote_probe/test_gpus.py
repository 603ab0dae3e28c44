"""Against a stand-in for NVIDIA's library and one for its program: no machine with such a GPU was at hand."""

import subprocess
import sys
from pathlib import Path

import pytest

from remote_probe import series
from remote_probe.gpus import Gpus, Measuring, measure_by_program, parse_field, parse_row
from remote_probe.late_answer import LateAnswer
from tests.eventually import eventually
from tests.remote_probe.probe_child import ROOT

GIB = 1 << 30
SOURCE = Path(__file__).with_name("nvml_stand_in.c")
# After the code of the handle: utilization, memory, temperature and power, a code before each one's values.
BUSY = f"gpu 0  0 37 12  0 {80 * GIB} {50 * GIB} {30 * GIB}  0 61  0 251500"
IDLE = f"gpu 0  0 0 0  0 {24 * GIB} {24 * GIB} 0  0 33  0 18250"
NOT_SUPPORTED = "gpu 0  3 7 7  3 7 7 7  3 7  3 7"
LOST = "gpu 15  0 7 7  0 7 7 7  0 7  0 7"
BUSY_VALUES = [37, 80 * GIB, 50 * GIB, 61, 251.5]
IDLE_VALUES = [0, 24 * GIB, 24 * GIB, 33, 18.25]
ABSENT = [None] * 5

SMI = """#!/bin/sh
echo "$@" >"$0.asked"
cat <<END
{rows}
END
exit {status}
"""


def _compile(folder: Path, *flags: str) -> str:
    library = folder / "libnvidia-ml.so.1"
    command = ["gcc", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", *flags, "-o", str(library), str(SOURCE)]
    subprocess.run(command, check=True)
    return str(library)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> str:
    return _compile(tmp_path_factory.mktemp("nvml"))


class Driver:
    """What the stand-in of the library says."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "driver"
        self.hang = folder / "driver.hang"

    def says(self, *gpus: str, init: int = 0, count: int = 0) -> None:
        lines = [f"init {init}", f"count {count} {len(gpus)}", *gpus]
        self.file.with_suffix(".new").write_text("\n".join(lines))
        self.file.with_suffix(".new").rename(self.file)

    def calls(self) -> list[str]:
        return self.file.with_suffix(".calls").read_text().split()


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Driver:
    monkeypatch.setenv("NVML_STAND_IN", str(tmp_path / "driver"))
    return Driver(tmp_path)


def _smi(folder: Path, *rows: str, status: int = 0) -> str:
    path = folder / "nvidia-smi"
    path.write_text(SMI.format(rows="\n".join(rows), status=status))
    path.chmod(0o755)
    return str(path)


def _gpus(library: str) -> Gpus:
    return Gpus((library,), LateAnswer(Measuring((library,), ()).measure, 30.0))


def test_use_memory_temperature_and_power_of_each_by_its_number(library: str, driver: Driver) -> None:
    driver.says(BUSY, IDLE)
    gpus = _gpus(library)
    assert gpus.read() == BUSY_VALUES + IDLE_VALUES
    assert gpus.series == series.gpus(["0", "1"])


def test_what_one_does_not_support_is_absent_and_so_is_one_that_fell_off_the_bus(library: str, driver: Driver) -> None:
    driver.says(NOT_SUPPORTED, LOST, IDLE)
    assert _gpus(library).read() == ABSENT + ABSENT + IDLE_VALUES


def test_what_cannot_be_is_absent(library: str, driver: Driver) -> None:
    largest = 2**64 - 1
    driver.says(f"gpu 0  0 4294967295 0  0 {largest} {largest} 0  0 4294967295  0 4294967295")
    assert _gpus(library).read() == ABSENT


def test_a_driver_that_lacks_a_function_tells_the_rest(tmp_path: Path, driver: Driver) -> None:
    driver.says(BUSY)
    assert _gpus(_compile(tmp_path, "-DWITHOUT_POWER")).read() == [*BUSY_VALUES[:4], None]


def test_the_library_is_opened_once_and_anew_when_its_driver_was_replaced(library: str, driver: Driver) -> None:
    gpus = _gpus(library)
    driver.says(BUSY)
    assert [gpus.read(), gpus.read()] == [BUSY_VALUES] * 2
    assert driver.calls() == ["init"]
    driver.says(init=9, count=1)
    assert [gpus.read(), gpus.read()] == [ABSENT] * 2
    driver.says(IDLE)
    assert gpus.read() == IDLE_VALUES
    assert driver.calls() == ["init", "shutdown", "init", "init"]


def test_a_driver_that_hangs_has_absent_values_and_then_is_back(library: str, driver: Driver) -> None:
    gpus = Gpus((library,), LateAnswer(Measuring((library,), ()).measure, 0.05))
    driver.says(BUSY)
    eventually(lambda: gpus.read() == BUSY_VALUES)
    driver.hang.touch()
    eventually(lambda: gpus.read() == ABSENT)
    assert [gpus.read(), gpus.read()] == [ABSENT] * 2
    assert gpus.series == series.gpus(["0"])
    driver.hang.unlink()
    eventually(lambda: gpus.read() == BUSY_VALUES)


def test_no_more_of_them_than_the_limit(library: str, driver: Driver) -> None:
    driver.says(*[IDLE] * 70)
    assert _gpus(library).read() == IDLE_VALUES * series.GPUS_LIMIT


def test_without_the_library_the_program_is_asked(tmp_path: Path) -> None:
    smi = _smi(tmp_path, "0, 37, 81920, 51200, 61, 251.50", "1, [N/A], 24576, 24576, 33, [Not Supported]")
    measuring = Measuring(("libnot-there.so.1",), ("/nowhere/nvidia-smi", smi))
    gpus = Gpus((smi,), LateAnswer(measuring.measure, 30.0))
    assert gpus.read() == [*BUSY_VALUES, None, 24 * GIB, 24 * GIB, 33, None]
    asked = Path(smi + ".asked").read_text()
    assert asked == (
        "--query-gpu=index,utilization.gpu,memory.total,memory.free,temperature.gpu,power.draw "
        "--format=csv,noheader,nounits\n"
    )


def test_a_small_python_that_loads_no_libraries_asks_the_program(
    library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ctypes", None)
    smi = _smi(tmp_path, "0, 37, 81920, 51200, 61, 251.50")
    assert Measuring((library,), (smi,)).measure() == {0: tuple(BUSY_VALUES)}


@pytest.mark.parametrize(
    "said", ["No devices were found", "Failed to initialize NVML: Driver/library version mismatch", ""]
)
def test_a_program_that_finds_none_has_none(tmp_path: Path, said: str) -> None:
    assert measure_by_program((_smi(tmp_path, said, status=6),)) == {}


def test_no_program_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        measure_by_program((str(tmp_path / "nvidia-smi"),))


@pytest.mark.parametrize("row", ["0", "0, 1, 2, 3, 4", "0, 1, 2, 3, 4, 5, 6", "0x, 1, 2, 3, 4, 5"])
def test_a_row_of_another_shape_is_refused(row: str) -> None:
    with pytest.raises(ValueError, match=r"unpack|invalid literal"):
        parse_row(row)


@pytest.mark.parametrize(
    "text", [" [N/A]", " N/A", " [Not Supported]", " [Unknown Error]", " ERR!", " [GPU requires reset]", ""]
)
def test_words_instead_of_a_number_are_absent(text: str) -> None:
    assert parse_field(text) is None


def test_what_only_looks_like_a_number_is_absent() -> None:
    assert parse_row("3, nan, inf, -1, 1e9, -5")[1] == (None,) * 5


def test_without_a_driver_nothing_is_loaded_and_there_are_no_series(tmp_path: Path) -> None:
    script = (
        f"import sys; from remote_probe.gpus import Gpus; g = Gpus(({str(tmp_path / 'no')!r},));"
        "print(g.read(), g.series, 'ctypes' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-B", "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    assert said.stdout == "[] () False\n"


def test_a_driver_that_is_taken_out_takes_its_series_along(library: str, driver: Driver, tmp_path: Path) -> None:
    sign = tmp_path / "nvidiactl"
    sign.touch()
    driver.says(BUSY)
    gpus = Gpus((str(sign),), LateAnswer(Measuring((library,), ()).measure, 30.0))
    assert gpus.read() == BUSY_VALUES
    sign.unlink()
    assert (gpus.read(), gpus.series) == ([], ())


def test_this_machine_can_be_asked() -> None:
    gpus = Gpus()
    assert len(gpus.read()) == len(gpus.series)
