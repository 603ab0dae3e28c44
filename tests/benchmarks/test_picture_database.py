from pathlib import Path

from alerts.thresholds import DEFAULTS
from benchmarks.picture_database import make_picture_database
from fleet.poller_work import work_of
from fleet.reading import Health
from fleet.state import read_fleet_state
from storage.database import open_database
from watchpost.demo.place import demo_place

AT_MS = 1_790_002_680_000


def test_it_shows_a_fleet_that_was_read_until_just_now_with_something_of_every_state(tmp_path: Path) -> None:
    with demo_place(tmp_path / "demo") as place:
        make_picture_database(place, hosts=18, at_ms=AT_MS, history_ms=600_000)
        database = open_database(place.database_url)
        with database.reading() as connection:
            state = read_fleet_state(connection, AT_MS)
        database.close()
    readings = state.readings(state.moment(AT_MS, DEFAULTS))
    assert {reading.health for reading in readings} >= {Health.OK, Health.CRITICAL, Health.UNREACHABLE, Health.BLOCKED}
    assert all(reading.current for reading in readings if reading.health is Health.OK)
    work = work_of(state.living_pollers(AT_MS))
    assert work is not None
    assert (work.up, work.hosts) == (16, 18)
    assert all(status.inventory for status in state.states.values())
