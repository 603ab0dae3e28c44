from pathlib import Path

from remote_probe import series
from remote_probe.proc_pressure import Pressure, parse_totals

LINES = "some avg10=1.53 avg60=0.42 avg300=0.10 total={}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total={}\n"


def _pressure(folder: Path, **texts: str) -> Pressure:
    for resource, text in texts.items():
        (folder / resource).write_text(text)
    return Pressure(str(folder))


def test_some_is_waiting_and_full_is_stalled_in_seconds(tmp_path: Path) -> None:
    texts = {"cpu": LINES.format(1_500_000, 0), "io": LINES.format(250_000, 125_000), "memory": LINES.format(0, 0)}
    pressure = _pressure(tmp_path, **texts)
    assert pressure.read() == [1.5, None, 0.25, 0.125, 0.0, 0.0]
    assert pressure.series == series.pressure(["cpu", "io", "memory"])


def test_the_cpu_of_an_older_kernel_has_no_full_line(tmp_path: Path) -> None:
    assert _pressure(tmp_path, cpu=LINES.format(9, 9).splitlines()[0]).read() == [9e-06, None]
    assert _pressure(tmp_path, cpu=LINES.format(9, 3_000_000)).read() == [9e-06, 3.0]


def test_a_kernel_without_it_has_no_series(tmp_path: Path) -> None:
    assert Pressure(str(tmp_path / "nowhere")).series == ()
    # A file whose reading fails, as all of them do with psi=0.
    (tmp_path / "io").mkdir()
    pressure = _pressure(tmp_path, memory=LINES.format(1, 1))
    assert pressure.series == series.pressure(["memory"])


def test_lines_that_are_not_there_are_none() -> None:
    assert parse_totals(b"") == (None, None)


def test_this_machine_counts_up() -> None:
    pressure = Pressure()
    first = pressure.read()
    assert len(first) == len(pressure.series) == (6 if Path("/proc/pressure").exists() else 0)
    assert all(before is None or before <= after for before, after in zip(first, pressure.read(), strict=True))
