import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage.backlog import Item
from storage.errors import SpoolUnavailableError
from storage.host_states import HostStatus
from storage.reason import HostState
from storage.scrape_rows import PackedScrape, pack_scrape
from storage.spool.place import waiting_in
from storage.spool.spool import Spool
from storage.spool.tail import SEGMENT_ITEMS
from tests.readings import scrape
from tests.small_disk import SmallDisk, small_disk

HERE = "database one"
Opener = Callable[..., Spool]


@pytest.fixture
def opener(tmp_path: Path) -> Iterator[Opener]:
    """Opens the same spool again and again, as pollers do that follow each other."""
    opened: list[Spool] = []

    def open_it(limit_bytes: int | None = None) -> Spool:
        for earlier in opened:
            earlier.close()
        opened.append(Spool(tmp_path / "spool", limit_bytes))
        return opened[-1]

    yield open_it
    for each in opened:
        each.close()


def scrapes(*moments: int) -> list[Item]:
    return [pack_scrape(scrape(1, ts)) for ts in moments]


def moments(items: list[Item]) -> list[int]:
    return [item.ts for item in items if isinstance(item, PackedScrape)]


def replayed(spool: Spool) -> list[int]:
    """Takes everything."""
    found: list[int] = []
    while replay := spool.oldest():
        found += moments(replay.items)
        spool.remove(replay)
    return found


def files(spool: Spool) -> list[Path]:
    return sorted(path for path in spool.folder.iterdir() if ".spool" in path.name)


def test_what_was_appended_is_replayed_in_order_and_then_gone(opener: Opener) -> None:
    spool = opener()
    assert spool.is_empty
    spool.append(scrapes(1, 2), HERE)
    spool.append([HostStatus(1, HostState.UP, None, "", 3, None), *scrapes(3)], HERE)
    assert (len(spool), spool.is_empty) == (4, False)
    assert replayed(spool) == [1, 2, 3]
    assert (len(spool), spool.size, spool.is_empty, files(spool)) == (0, 0, True, [])


def test_what_comes_during_a_replay_comes_after_it(opener: Opener) -> None:
    spool = opener()
    spool.append(scrapes(1, 2), HERE)
    replay = spool.oldest()
    assert replay is not None
    spool.append(scrapes(3), HERE)
    assert moments(replay.items) == [1, 2]
    spool.release()
    assert replayed(spool) == [1, 2, 3]


def test_the_next_poller_finds_what_the_last_one_left(opener: Opener) -> None:
    opener().append(scrapes(1, 2), HERE)
    second = opener()
    assert len(second) == 2
    second.append(scrapes(3), HERE)
    third = opener()
    assert len(third) == 3
    replay = third.oldest()
    assert replay is not None
    assert replay.database_id == HERE
    assert replayed(third) == [1, 2, 3]


def test_a_poller_that_was_killed_while_it_replayed_leaves_it_to_the_next(opener: Opener) -> None:
    first = opener()
    first.append(scrapes(1, 2), HERE)
    assert first.oldest() is not None
    assert replayed(opener()) == [1, 2]


def test_many_make_several_segments_each_a_batch(opener: Opener) -> None:
    spool = opener()
    spool.append(scrapes(*range(2 * SEGMENT_ITEMS + 1)), HERE)
    assert len(files(spool)) == 3
    replay = spool.oldest()
    assert replay is not None
    assert len(replay.items) == SEGMENT_ITEMS
    assert replayed(spool) == list(range(2 * SEGMENT_ITEMS + 1))


def test_only_its_owner_can_read_it(opener: Opener) -> None:
    spool = opener()
    spool.append(scrapes(1), HERE)
    assert stat.S_IMODE(spool.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in spool.folder.iterdir()} == {0o600}


def test_two_pollers_cannot_hold_one_folder(opener: Opener) -> None:
    spool = opener()
    with pytest.raises(SpoolUnavailableError, match="Another poller"):
        Spool(spool.folder)


def test_a_folder_that_cannot_be_made_is_said_to_be_unusable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SpoolUnavailableError, match="cannot be used"):
        Spool(tmp_path / "file" / "spool")


def test_what_no_database_would_take_is_handed_back_and_the_others_are_kept(opener: Opener) -> None:
    spool = opener()
    ((refused, error),) = spool.append(scrapes(1, 2**70, 2), HERE)
    assert isinstance(error, ValueError)
    assert isinstance(refused, PackedScrape)
    assert replayed(spool) == [1, 2]


def test_each_segment_says_which_database_it_is_for(opener: Opener) -> None:
    spool = opener()
    spool.append(scrapes(1), HERE)
    spool.append(scrapes(2), "another")
    first = spool.oldest()
    assert first is not None
    spool.set_aside(first)
    (aside,) = spool.take_aside()
    assert aside.name.endswith(".other-database")
    assert spool.take_aside() == []
    second = spool.oldest()
    assert second is not None
    assert (first.database_id, second.database_id) == (HERE, "another")
    assert replayed(opener()) == [2]
    assert waiting_in(spool.folder).aside == 1


# Its bounds


def test_beyond_the_limit_the_oldest_are_given_up_and_counted(opener: Opener) -> None:
    spool = opener(64 * 1024)
    for ts in range(2_000):
        spool.append(scrapes(ts), HERE)
    assert spool.size <= 64 * 1024
    left = replayed(spool)
    assert left == list(range(2_000 - len(left), 2_000))
    assert 0 < spool.given_up == 2_000 - len(left)


def test_what_is_being_replayed_is_not_given_up_meanwhile(opener: Opener) -> None:
    spool = opener(64 * 1024)
    spool.append(scrapes(*range(100)), HERE)
    replay = spool.oldest()
    assert replay is not None
    spool.append(scrapes(*range(100, 2_000)), HERE)
    assert replay.segment.path.exists()
    spool.remove(replay)
    assert replayed(spool)[-1] == 1_999


def test_a_segment_that_could_not_be_replayed_may_be_given_up_and_is_not_replayed_from_memory(opener: Opener) -> None:
    spool = opener(64 * 1024)
    spool.append(scrapes(*range(100)), HERE)
    assert spool.oldest() is not None
    spool.release()
    spool.append(scrapes(*range(100, 2_000)), HERE)
    assert replayed(spool)[0] > 99


def test_a_limit_that_is_smaller_than_what_is_there_already_is_kept_to_from_the_next_append_on(opener: Opener) -> None:
    opener().append(scrapes(*range(5_000)), HERE)
    smaller = opener(100_000)
    assert len(smaller) == 5_000
    smaller.append(scrapes(5_000), HERE)
    assert smaller.size <= 100_000
    assert replayed(smaller)[-1] == 5_000


# A full disk


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A disk of 1 MB."""
    with small_disk(tmp_path / "disk", 1_000) as mounted:
        yield mounted


@pytest.mark.parametrize("finished", [True, False], ids=["segment finished", "segment open"])
def test_an_append_that_fails_adds_nothing_and_takes_nothing_away(disk: SmallDisk, *, finished: bool) -> None:
    spool = Spool(disk.folder / "spool", 900_000)
    spool.append(scrapes(*range(2_500)), HERE)
    if finished:
        assert spool.oldest() is not None
        spool.release()
    disk.fill()
    with pytest.raises(OSError, match="No space"):
        spool.append(scrapes(*range(2_500, 9_000)), HERE)
    assert len(spool) == 2_500
    disk.make_room()
    spool.append(scrapes(*range(2_500, 3_000)), HERE)
    assert replayed(spool) == list(range(3_000))
    spool.close()


# Crashes and damage


@pytest.mark.parametrize("cut", [1, 20, 150, 400])
def test_a_tail_that_was_torn_off_costs_no_more_than_itself_and_is_no_damage(opener: Opener, cut: int) -> None:
    spool = opener()
    spool.append(scrapes(*range(20)), HERE)
    (file,) = files(spool)
    os.truncate(file, file.stat().st_size - cut)
    after = opener()
    left = replayed(after)
    assert left == list(range(len(left)))
    assert 5 < len(left) < 20
    assert (files(after), after.take_aside()) == ([], [])


def test_of_a_damaged_segment_what_can_be_read_is_replayed_and_the_file_is_kept_aside(opener: Opener) -> None:
    spool = opener()
    spool.append(scrapes(*range(20)), HERE)
    (file,) = files(spool)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(bytes(content))
    after = opener()
    left = replayed(after)
    assert len(left) == 19
    assert left == sorted(left)
    (aside,) = after.take_aside()
    assert aside.name.endswith(".damaged")
    assert aside.read_bytes() == bytes(content)
    assert replayed(opener()) == []


@pytest.mark.parametrize("content", [b"", b"\0" * 5_000, b"no spool at all"], ids=["empty", "zeros", "text"])
def test_a_file_with_nothing_in_it_is_no_obstacle(opener: Opener, content: bytes) -> None:
    spool = opener()
    spool.append(scrapes(1), HERE)
    (spool.folder / "0000000000.spool").write_bytes(content)
    assert replayed(opener()) == [1]


def test_what_is_no_file_of_ours_is_left_alone(opener: Opener, tmp_path: Path) -> None:
    spool = opener()
    (tmp_path / "secret").write_text("untouched")
    (spool.folder / "0000000007.spool").symlink_to(tmp_path / "secret")
    os.mkfifo(spool.folder / "0000000008.spool")
    (spool.folder / "0000000009.spool").mkdir()
    (spool.folder / "notes.txt").write_text("mine")
    after = opener()
    after.append(scrapes(1), HERE)
    assert replayed(after) == [1]
    assert (tmp_path / "secret").read_text() == "untouched"
    assert (spool.folder / "notes.txt").exists()


def test_numbers_go_on_after_files_that_were_set_aside(opener: Opener) -> None:
    spool = opener()
    (spool.folder / "0000000041.spool.damaged").write_bytes(b"x")
    after = opener()
    after.append(scrapes(1), HERE)
    assert files(after)[-1].name == "0000000042.spool"


def test_one_that_was_closed_takes_nothing_more_and_gives_nothing_more(opener: Opener) -> None:
    spool = opener()
    spool.append(scrapes(1), HERE)
    spool.close()
    with pytest.raises(OSError, match="closed"):
        spool.append(scrapes(2), HERE)
    assert spool.oldest() is None
    assert replayed(opener()) == [1]
