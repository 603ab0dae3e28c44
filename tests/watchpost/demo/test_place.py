import stat
import tempfile
from pathlib import Path

import pytest

from monitor_gui.preferences import Preferences
from storage.errors import InvalidInputError
from watchpost.demo.locked_folder import remove_abandoned
from watchpost.demo.place import LOCK, PREFIX, demo_place


@pytest.fixture(autouse=True)
def _temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Temporary folders are made in here, and looked for in here."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_it_is_gone_at_the_end_with_all_that_is_in_it(tmp_path: Path) -> None:
    with demo_place() as place:
        place.database_file.write_text("x")
        (place.fleet / "deep").mkdir(parents=True)
        assert place.path.parent == tmp_path
    assert list(tmp_path.glob("watchpost-demo-*")) == []


def test_it_is_gone_after_an_error_too(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), demo_place():
        raise KeyboardInterrupt
    assert list(tmp_path.glob("watchpost-demo-*")) == []


def test_only_its_user_can_look_into_it() -> None:
    with demo_place() as place:
        assert stat.S_IMODE(place.path.stat().st_mode) == 0o700
        assert stat.S_IMODE(place.passphrase_file.stat().st_mode) == 0o600
        assert len(place.passphrase_file.read_text().strip()) > 32


def test_its_window_does_not_ask_what_is_to_go_on() -> None:
    with demo_place() as place:
        assert Preferences(place.preferences_file).on_close == "stop"


def test_what_one_that_was_killed_has_left_goes_with_the_next_and_one_that_runs_stays(tmp_path: Path) -> None:
    killed, foreign = tmp_path / "watchpost-demo-killed", tmp_path / "watchpost-demo-foreign"
    for folder in (killed, foreign):
        folder.mkdir()
    (killed / "demo.lock").touch()
    with demo_place() as running:
        remove_abandoned(PREFIX, LOCK)
        assert not killed.exists()
        assert running.path.exists()
        # Nothing says that it is ours.
        assert foreign.exists()


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    (real / "demo.lock").touch()
    (tmp_path / "watchpost-demo-link").symlink_to(real)
    remove_abandoned(PREFIX, LOCK)
    assert real.exists()


def test_a_folder_that_is_to_be_kept_stays(tmp_path: Path) -> None:
    with demo_place(tmp_path / "kept") as place:
        place.database_file.write_text("x")
    assert place.database_file.read_text() == "x"
    with pytest.raises(InvalidInputError, match="something in"):
        demo_place(tmp_path / "kept").__enter__()


def test_a_folder_that_cannot_be_made_is_an_error_of_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InvalidInputError, match="cannot be made"):
        demo_place(tmp_path / "file" / "below").__enter__()
