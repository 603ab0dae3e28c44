from pathlib import Path

from poller.spooling import opened_spool
from storage.host_status import HostStatus
from storage.reason import HostState
from storage.spool.place import spool_folder
from storage.spool.spool import Spool

URL = "postgresql://db/fleet"


def test_two_pollers_of_one_machine_have_a_spool_each(tmp_path: Path) -> None:
    with opened_spool(tmp_path, URL, None, "berlin") as one, opened_spool(tmp_path, URL, None, "paris") as other:
        assert one is not None
        assert other is not None
        assert one.folder != other.folder


def test_what_waits_from_when_there_was_but_one_poller_is_not_left_behind(tmp_path: Path) -> None:
    before = Spool(spool_folder(tmp_path, URL))
    before.append([HostStatus(1, HostState.UP, None, "", 0, None)], "")
    before.close()
    with opened_spool(tmp_path, URL, None, "berlin") as spool:
        assert spool is not None
        assert len(spool) == 1
    assert not before.folder.exists()


def test_a_spool_that_another_one_holds_is_done_without(tmp_path: Path) -> None:
    with opened_spool(tmp_path, URL, None, "berlin"), opened_spool(tmp_path, URL, None, "berlin") as second:
        assert second is None
