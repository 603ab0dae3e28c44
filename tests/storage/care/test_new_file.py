import stat
from pathlib import Path

import pytest

from storage.care.new_file import file_in_the_making
from storage.errors import AlreadyExistsError, DatabaseUnavailableError


def write_half(target: Path) -> None:
    with file_in_the_making(target, force=True) as part:
        part.write_text("half")
        Path(f"{part}-wal").write_text("x")
        raise KeyboardInterrupt


def write_while_another_appears(target: Path) -> None:
    with file_in_the_making(target, force=False) as part:
        part.write_text("mine")
        target.write_text("theirs")


def test_the_file_appears_whole_at_the_end_for_its_owner_alone(tmp_path: Path) -> None:
    target = tmp_path / "new"
    with file_in_the_making(target, force=False) as part:
        part.write_text("all of it")
        assert not target.exists()
    assert target.read_text() == "all of it"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [target]


def test_after_an_error_nothing_is_left_and_what_was_there_is_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "new"
    target.write_text("old")
    with pytest.raises(KeyboardInterrupt):
        write_half(target)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_file_that_is_there_is_only_replaced_by_force(tmp_path: Path) -> None:
    target = tmp_path / "new"
    target.write_text("old")
    with pytest.raises(AlreadyExistsError), file_in_the_making(target, force=False):
        raise AssertionError
    with file_in_the_making(target, force=True) as part:
        part.write_text("new")
    assert target.read_text() == "new"


def test_a_link_that_leads_nowhere_is_a_file_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    with pytest.raises(AlreadyExistsError), file_in_the_making(tmp_path / "link", force=False):
        raise AssertionError


def test_one_that_has_appeared_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    target = tmp_path / "new"
    with pytest.raises(AlreadyExistsError):
        write_while_another_appears(target)
    assert target.read_text() == "theirs"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with (
        pytest.raises(DatabaseUnavailableError, match="cannot be written"),
        file_in_the_making(tmp_path / "no" / "x", force=False),
    ):
        raise AssertionError


def test_without_permission_it_is_told(ordinary_folder: Path) -> None:
    ordinary_folder.chmod(0o500)
    with (
        pytest.raises(DatabaseUnavailableError, match="Permission denied"),
        file_in_the_making(ordinary_folder / "x", force=False),
    ):
        raise AssertionError
