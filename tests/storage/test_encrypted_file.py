import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from keyrings.cryptfile.cryptfile import DEFAULT_MEMORY_COST, DEFAULT_TIME_COST, CryptFileKeyring

from storage.encrypted_file import EncryptedFile
from storage.errors import KeyringUnavailableError

ROOT = Path(__file__).parents[2]


def opened(path: Path) -> EncryptedFile:
    return EncryptedFile(path, "watchpost", lambda _: "open sesame", CryptFileKeyring)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with two secrets."""
    path = tmp_path / "secrets"
    file = opened(path)
    file.write("1", "one")
    file.write("2", "two")
    return path


def test_a_new_file_and_its_folder_are_for_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "secrets"
    asked = []

    def passphrase(new: bool) -> str:
        asked.append(new)
        return "open sesame"

    file = EncryptedFile(path, "watchpost", passphrase, CryptFileKeyring)
    file.check()
    assert (file.read("1"), asked) == (None, [])
    file.write("1", "one")
    assert (file.read("1"), asked) == ("one", [True])
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert sorted(left.name for left in path.parent.iterdir() if not left.name.endswith(".lock")) == ["secrets"]


def test_its_key_costs_what_the_library_wants_it_to_cost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as product:
        product.setattr(CryptFileKeyring, "time_cost", DEFAULT_TIME_COST)
        product.setattr(CryptFileKeyring, "memory_cost", DEFAULT_MEMORY_COST)
        opened(tmp_path / "secrets").write("1", "one")
    # Made with less in all other tests, the same passphrase gives another key.
    with pytest.raises(KeyringUnavailableError, match="passphrase"):
        opened(tmp_path / "secrets").read("1")


def test_one_secret_is_deleted_and_the_others_stay(path: Path) -> None:
    file = opened(path)
    file.delete("1")
    file.delete("1")
    file.delete("unknown")
    again = opened(path)
    assert (again.read("1"), again.read("2")) == (None, "two")


def test_two_processes_that_write_at_once_lose_nothing(path: Path) -> None:
    script = """
import sys
from pathlib import Path
from keyrings.cryptfile.cryptfile import DEFAULT_MEMORY_COST, DEFAULT_TIME_COST, CryptFileKeyring
from storage.encrypted_file import EncryptedFile
file = EncryptedFile(Path(sys.argv[1]), "watchpost", lambda _: "open sesame", CryptFileKeyring)
file.write(sys.argv[2], "secret " + sys.argv[2])
"""
    children = [subprocess.Popen([sys.executable, "-c", script, str(path), name], cwd=ROOT) for name in ("3", "4", "5")]
    assert [child.wait() for child in children] == [0, 0, 0]
    file = opened(path)
    assert [file.read(name) for name in "2345"] == ["two", "secret 3", "secret 4", "secret 5"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda _: b"\xff\xfe",
        lambda _: b"no sections here",
        lambda content: content[: len(content) // 3],
        lambda content: content.replace(b"scheme", b"schema"),
        lambda content: content.replace(b"[Argon2] AES128.GCM", b"[None] PLAIN"),
    ],
)
def test_a_damaged_file_is_told_and_never_begun_anew(path: Path, spoil: Callable[[bytes], bytes]) -> None:
    path.write_bytes(spoil(path.read_bytes()))
    before = path.read_bytes()
    attempts: tuple[Callable[[], object], ...] = (
        lambda: opened(path).read("1"),
        lambda: opened(path).write("3", "three"),
    )
    for attempt in attempts:
        with pytest.raises(KeyringUnavailableError, match="damaged") as caught:
            attempt()
        assert "backup" in caught.value.hint
    assert path.read_bytes() == before


def test_an_entry_that_was_tampered_with_is_told(path: Path) -> None:
    parts = path.read_bytes().partition(b"[watchpost]")
    first, line_break, rest = parts[2].partition(b"\n\t")
    path.write_bytes(parts[0] + parts[1] + first + line_break + b"AAAA" + rest[4:])
    with pytest.raises(KeyringUnavailableError, match="damaged"):
        opened(path).read("1")


def test_a_folder_that_cannot_be_written_is_told_and_the_file_stays(path: Path) -> None:
    before = path.read_bytes()
    file = EncryptedFile(path / "below", "watchpost", lambda _: "open sesame", CryptFileKeyring)
    with pytest.raises(KeyringUnavailableError, match="cannot be written"):
        file.write("1", "one")
    assert path.read_bytes() == before


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    with pytest.raises(KeyringUnavailableError, match="cannot be read"):
        opened(tmp_path / "secrets").read("1")


def test_a_writer_that_holds_the_lock_for_long_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.encrypted_file.LOCK_TIMEOUT_S", 0.05)
    with FileLock(f"{path}.lock"), pytest.raises(KeyringUnavailableError, match="for long"):
        opened(path).write("3", "three")
