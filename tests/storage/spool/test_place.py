from pathlib import Path

import pytest

from storage.scrape_rows import pack_scrape
from storage.spool.place import LIMIT_BYTES, Waiting, other_folders, own_folders, spool_folder, usual_limit, waiting_in
from storage.spool.spool import Spool
from tests.readings import scrape


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("sqlite:////var/lib/watchpost.db", "watchpost-db-"),
        ("postgresql://me@db.example/fleet?sslmode=require", "fleet-"),
        ("sqlite:////srv/../$(reboot) 데이터.db", "-reboot-db-"),
        (f"sqlite:////srv/{'long' * 60}.db", "long" * 8 + "-"),
        ("sqlite:////srv/\udcff.db", "-db-"),
    ],
    ids=["file", "server", "strange", "long", "no text"],
)
def test_a_folder_is_named_after_its_database_and_within_the_folder_of_all(url: str, name: str) -> None:
    folder = spool_folder(Path("/spools"), url)
    assert folder.parent == Path("/spools")
    assert folder.name.startswith(name)
    assert folder.name.isascii()


def test_two_databases_of_one_name_have_folders_of_their_own() -> None:
    folders = {spool_folder(Path("/spools"), f"sqlite:////{place}/watchpost.db") for place in ("a", "b")}
    assert len(folders) == 2


@pytest.mark.parametrize("other", ["me@db/fleet", "db:5432/fleet", "you@DB/fleet?sslmode=require&connect_timeout=9"])
def test_another_login_leads_to_the_same_spool(other: str) -> None:
    folder = spool_folder(Path("/spools"), "postgresql://db/fleet")
    assert spool_folder(Path("/spools"), f"postgresql://{other}") == folder
    assert spool_folder(Path("/spools"), "postgresql://db:5433/fleet") != folder


def test_spools_of_other_databases_are_found(tmp_path: Path) -> None:
    url = "postgresql://db/fleet"
    assert other_folders(tmp_path / "none", url) == []
    for name in (url, "postgresql://db/older"):
        spool_folder(tmp_path, name).mkdir()
    assert other_folders(tmp_path, url) == [spool_folder(tmp_path, "postgresql://db/older")]


def test_the_usual_limit_is_a_tenth_of_the_free_space_or_a_gibibyte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_free(free: int) -> None:
        monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": free}))

    with_free(10**12)
    assert usual_limit(tmp_path, 0) == LIMIT_BYTES
    with_free(5_000_000)
    assert usual_limit(tmp_path, 0) == 500_000
    with_free(0)
    assert usual_limit(tmp_path, 300_000) == 300_000


def test_what_waits_is_told_without_touching_it(tmp_path: Path) -> None:
    folder = tmp_path / "spool"
    assert waiting_in(folder) == Waiting(folder, 0, 0, None, 0)
    assert not folder.exists()
    spool = Spool(folder)
    spool.append([pack_scrape(scrape(1, ts)) for ts in (5, 6, 7)], "")
    waiting = waiting_in(folder)
    assert (waiting.items, waiting.size, waiting.oldest_ts) == (3, spool.size, 5)
    spool.close()


def test_pollers_that_share_a_database_have_a_folder_each(tmp_path: Path) -> None:
    url = "postgresql://db/fleet"
    mine = [spool_folder(tmp_path, url, name) for name in ("", "berlin", "paris")]
    assert len(set(mine)) == 3
    other = spool_folder(tmp_path, "postgresql://db/older", "berlin")
    for folder in (*mine, other):
        folder.mkdir()
    assert own_folders(tmp_path, url) == sorted(mine)
    assert other_folders(tmp_path, url) == [other]


def test_a_file_has_one_spool_whatever_its_poller_is_called() -> None:
    url = "sqlite:////var/watchpost.db"
    assert spool_folder(Path("/spools"), url, "berlin") == spool_folder(Path("/spools"), url)
