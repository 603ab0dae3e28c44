"""Pollers whose keys a person has confirmed."""

from pathlib import Path

import pytest

from storage.envelopes import Recipient
from storage.errors import InvalidInputError, KeyringUnavailableError
from storage.known_pollers import KeyStanding, KnownPollers, confirm_by_fingerprint

MON = Recipient("1", "mon", "db1", "watchpost", b"a" * 32, "ring", (), 0)
SWAPPED = Recipient("1", "mon", "db1", "watchpost", b"b" * 32, "ring", (), 0)


@pytest.fixture
def known(tmp_path: Path) -> KnownPollers:
    return KnownPollers(tmp_path / "data" / "known_pollers.json")


def test_a_key_is_new_until_it_is_confirmed_and_another_one_of_the_same_poller_has_changed(
    known: KnownPollers, tmp_path: Path
) -> None:
    assert known.standing(MON, "db") is KeyStanding.NEW
    known.confirm(MON, "db")
    again = KnownPollers(tmp_path / "data" / "known_pollers.json")
    assert again.standing(MON, "db") is KeyStanding.CONFIRMED
    assert again.standing(SWAPPED, "db") is KeyStanding.CHANGED
    again.confirm(SWAPPED, "db")
    assert again.standing(SWAPPED, "db") is KeyStanding.CONFIRMED
    assert again.standing(MON, "db") is KeyStanding.CHANGED


def test_another_database_has_pollers_of_its_own(known: KnownPollers) -> None:
    known.confirm(MON, "db")
    known.confirm(SWAPPED, "other")
    assert known.standing(MON, "db") is KeyStanding.CONFIRMED
    assert known.standing(MON, "third") is KeyStanding.NEW


def test_only_its_user_can_write_the_file(known: KnownPollers, tmp_path: Path) -> None:
    known.confirm(MON, "db")
    (file,) = (tmp_path / "data").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[1]", b"\xff", b"x" * 2_000_000],
    ids=["empty", "map", "number", "bytes", "huge"],
)
def test_a_damaged_file_is_told_and_nothing_in_it_counts(known: KnownPollers, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "known_pollers.json").write_bytes(content)
    with pytest.raises(KeyringUnavailableError, match="damaged"):
        known.standing(MON, "db")


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(KeyringUnavailableError, match="cannot be"):
        KnownPollers(tmp_path / "data" / "known").confirm(MON, "db")


def test_a_key_is_confirmed_by_its_fingerprint_and_no_other(known: KnownPollers) -> None:
    with pytest.raises(InvalidInputError, match="No poller has the key") as caught:
        confirm_by_fingerprint(known, [MON], [SWAPPED.fingerprint], "db")
    assert MON.fingerprint in caught.value.hint
    assert known.standing(MON, "db") is KeyStanding.NEW
    confirm_by_fingerprint(known, [MON], [f" {MON.fingerprint.upper()} "], "db")
    assert known.standing(MON, "db") is KeyStanding.CONFIRMED
