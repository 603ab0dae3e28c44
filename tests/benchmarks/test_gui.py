import json
import os
import subprocess
import sys
import time
from pathlib import Path

from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from benchmarks.gui import WANTED
from benchmarks.gui_child import MEASUREMENTS
from benchmarks.gui_live import Heartbeat
from benchmarks.gui_pictures import NAMES
from benchmarks.gui_start import read_marks
from monitor_gui.camera import live_for

ROOT = Path(__file__).parents[2]


def test_every_figure_has_its_measurement_and_a_name_of_its_own() -> None:
    assert {wanted.measurement for wanted in WANTED} == set(MEASUREMENTS)
    assert len({wanted.name for wanted in WANTED}) == len(WANTED)


def test_a_heartbeat_notices_what_keeps_the_thread_from_painting(qtbot: QtBot) -> None:
    pulse = Heartbeat()
    pulse.start()
    QTimer.singleShot(5, lambda: time.sleep(0.08))
    live_for(150)
    assert pulse.stop() >= 80
    pulse.start()
    assert pulse.longest_ms == 0


def test_marks_are_read_relative_to_the_call_of_the_program(tmp_path: Path) -> None:
    file = tmp_path / "marks"
    assert read_marks(file, 0) == {}
    file.write_text("first_paint 1500000000 90000000\n", encoding="utf-8")
    mark = read_marks(file, 1_000_000_000)["first_paint"]
    assert (mark.wall_ms, mark.cpu_ms) == (500, 90)


def test_the_pictures_of_the_readme_are_of_the_fleet_and_of_one_host() -> None:
    assert set(NAMES.values()) == {"fleet", "host"}


def test_a_measurement_says_what_it_has_measured_as_json() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.gui_child", "host", "--quick"],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert json.loads(done.stdout.splitlines()[-1])["host_ms"] > 0
