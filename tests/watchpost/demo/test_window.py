from pathlib import Path

import pytest

from monitor_gui.surroundings import ServiceState
from storage.database import open_database
from watchpost.demo.place import DemoPlace, demo_place
from watchpost.demo.window import DemoSurroundings


@pytest.fixture
def place(tmp_path: Path) -> DemoPlace:
    with demo_place(tmp_path / "demo") as made:
        return made


def test_it_says_that_its_hosts_are_simulated(place: DemoPlace) -> None:
    (sentence,) = DemoSurroundings(place, {"HOME": "/home/user"}, 24).prepare()
    assert "24 hosts are simulated" in sentence


def test_it_offers_no_service_and_none_of_its_users_aliases(place: DemoPlace) -> None:
    surroundings = DemoSurroundings(place, {}, 24)
    assert surroundings.service.state() is ServiceState.UNSUPPORTED
    assert surroundings.service.explanation
    assert surroundings.ssh_aliases() == ()


def test_a_secret_can_be_kept_without_a_question(place: DemoPlace) -> None:
    surroundings = DemoSurroundings(place, {}, 24)
    surroundings.prepare()
    database = open_database(surroundings.database_url)
    try:
        assert not surroundings.needs_passphrase(database)
        surroundings.keeper(database).check()
    finally:
        database.close()
    assert [path for path in place.path.rglob("secrets.cfg*") if not path.is_relative_to(place.folders.data)] == []
