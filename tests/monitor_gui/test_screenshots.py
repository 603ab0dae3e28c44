from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from benchmarks.fleet_database import Extent, make_fleet_database
from fleet.reading import Health
from monitor_gui.camera import Wish
from monitor_gui.screenshots import most_telling, render_all
from storage.database import open_database, prepare_database
from storage.errors import DatabaseUnavailableError
from storage.hosts import list_hosts
from storage.pollers import live_pollers
from tests.fleet.made_up import reading, stale
from tests.monitor_gui.surroundings import IdlePoller, TestSurroundings

END_MS = 1_790_000_000_000
SIZE = (1280, 800)


@pytest.fixture(scope="module")
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> TestSurroundings:
    """A small fleet, some of it in trouble, as it was at END_MS."""
    folder = tmp_path_factory.mktemp("pictures")
    url = f"sqlite:///{folder}/fleet.db"
    make_fleet_database(url, Extent(hosts=8, hours=0.25, end_ms=END_MS))
    return TestSurroundings(url, folder)


def render(surroundings: TestSurroundings, folder: Path, **wish: object) -> list[Path]:
    return render_all(surroundings, folder, Wish(**{"sizes": (SIZE,), **wish}), clock=lambda: END_MS + 500)  # type: ignore[arg-type]


def colours(path: Path) -> int:
    image = QImage(str(path))
    return len({image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)})


def brightness(path: Path) -> float:
    """From 0 to 255, in the middle of nowhere."""
    return QImage(str(path)).pixelColor(SIZE[0] // 2, 4).lightness()


def test_every_page_and_dialog_is_drawn_in_both_themes(
    qapp: QApplication, surroundings: TestSurroundings, tmp_path: Path
) -> None:
    written = render(surroundings, tmp_path / "new" / "folder")
    names = {path.stem for path in written}
    pages = {"fleet-tiles", "fleet-table", "host", "hosts", "empty"}
    dialogs = {"add-host", "credentials", "trust-key", "key-changed"}
    assert {f"{page}-{theme}-1280x800" for page in pages for theme in ("dark", "light")} <= names
    assert {f"{dialog}-{theme}" for dialog in dialogs for theme in ("dark", "light")} <= names
    assert all(colours(path) > 20 for path in written)
    for page in pages:
        dark, light = (tmp_path / "new" / "folder" / f"{page}-{theme}-1280x800.png" for theme in ("dark", "light"))
        assert brightness(dark) < 60
        assert brightness(light) > 200


def test_the_host_with_most_to_show_has_its_curves(
    qapp: QApplication, surroundings: TestSurroundings, tmp_path: Path
) -> None:
    (path,) = render(surroundings, tmp_path, only=("host",), themes=("dark",))
    # Curves have soft edges and shaded areas: hundreds of colours, where an empty page has some tens.
    assert colours(path) > 300


def test_pictures_may_be_of_any_size_and_sharpness(
    qapp: QApplication, surroundings: TestSurroundings, tmp_path: Path
) -> None:
    written = render(surroundings, tmp_path, only=("hosts",), themes=("light",), sizes=((1000, 700),), ratio=2.0)
    assert [path.name for path in written] == ["hosts-light-1000x700.png"]
    image = QImage(str(written[0]))
    assert (image.width(), image.height()) == (2000, 1400)


def test_the_language_is_named_where_there_are_several(
    qapp: QApplication, surroundings: TestSurroundings, tmp_path: Path
) -> None:
    wish = {"only": ("empty",), "themes": ("dark",), "languages": ("en", "xx")}
    assert [path.name for path in render(surroundings, tmp_path, **wish)] == [
        "empty-dark-1280x800-en.png",
        "empty-dark-1280x800-xx.png",
    ]


def test_nothing_is_started_and_nothing_changed(
    qapp: QApplication, surroundings: TestSurroundings, tmp_path: Path
) -> None:
    surroundings.poller = IdlePoller()
    database = open_database(surroundings.database_url)
    with database.reading() as connection:
        before = list_hosts(connection), live_pollers(connection, END_MS)
    render(surroundings, tmp_path, only=("fleet-tiles", "add-host"), themes=("dark",))
    with database.reading() as connection:
        assert (list_hosts(connection), live_pollers(connection, END_MS)) == before
    database.close()
    assert "start" not in surroundings.poller.said
    assert not surroundings.preferences_file.exists()


def test_a_database_without_hosts_shows_the_way_to_the_first(qapp: QApplication, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/empty.db"
    prepare_database(url, now_ms=END_MS)
    written = render(TestSurroundings(url, tmp_path), tmp_path / "pictures", themes=("dark",))
    names = [path.stem.rpartition("-dark")[0] for path in written]
    assert "empty" in names
    assert not {"host", "fleet-tiles", "fleet-table"} & set(names)


def test_a_database_that_cannot_be_read_is_told(qapp: QApplication, tmp_path: Path) -> None:
    nowhere = TestSurroundings(f"sqlite:///{tmp_path}/nowhere.db", tmp_path)
    with pytest.raises(DatabaseUnavailableError):
        render(nowhere, tmp_path / "pictures")


def test_the_most_telling_host_is_the_busiest_of_the_worst_that_can_be_seen() -> None:
    quiet, busy = reading("cache", Health.CRITICAL, cpu=20.0), reading("db", Health.CRITICAL, cpu=94.0)
    busier = reading("build", Health.WARNING, cpu=99.0)
    assert most_telling([busier, quiet, busy, stale("gone")]) is busy
    gone = stale("gone")
    assert most_telling([gone]) is gone
