"""Draws the pictures of the README anew: `python -m benchmarks.gui_pictures FOLDER`. The same ones every time."""

import os
import sys
from pathlib import Path

from benchmarks.picture_database import make_picture_database
from monitor_gui.camera import Wish
from monitor_gui.screenshots import render_all
from tests.monitor_gui.surroundings import TestSurroundings
from watchpost.demo.place import demo_place

SIZE = (1440, 900)
NAMES = {"fleet-tiles": "fleet", "host": "host"}
_AT_MS = 1_790_002_680_000
"""2026-09-21 14:58 UTC, an afternoon as any other."""


def draw(folder: Path, *, hosts: int = 24) -> list[Path]:
    """Writes the demonstration's fleet and its most telling host, dark and light, and says which files these are."""
    with demo_place() as place:
        make_picture_database(place, hosts=hosts, at_ms=_AT_MS)
        wish = Wish(sizes=(SIZE,), only=tuple(NAMES))
        surroundings = TestSurroundings(place.database_url, place.path)
        drawn = render_all(surroundings, place.path / "pictures", wish, clock=lambda: _AT_MS + 1000)
        folder.mkdir(parents=True, exist_ok=True)
        return [_put(path, folder) for path in drawn]


def _put(path: Path, folder: Path) -> Path:
    name = path.name.replace(f"-{SIZE[0]}x{SIZE[1]}", "")
    for taken, shown in NAMES.items():
        name = name.replace(taken, shown)
    target = folder / name
    target.write_bytes(path.read_bytes())
    return target


if __name__ == "__main__":
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    for written in draw(Path(sys.argv[1])):
        print(written)
