from pathlib import Path

import pytest

from remote_probe.proc_file import ProcFile, list_folder, read_text


def test_a_file_is_read_anew_each_time(tmp_path: Path) -> None:
    path = tmp_path / "stat"
    path.write_bytes(b"one")
    file = ProcFile(str(path))
    assert file.read() == b"one"
    path.write_bytes(b"three")
    assert file.read() == b"three"


def test_a_file_longer_than_one_read_comes_whole(tmp_path: Path) -> None:
    content = bytes(range(256)) * 1000
    (tmp_path / "long").write_bytes(content)
    assert ProcFile(str(tmp_path / "long")).read() == content


def test_a_kernel_file_that_comes_page_by_page_comes_whole() -> None:
    ciphers = Path("/proc/crypto").read_bytes()
    assert len(ciphers) > 4096
    assert ProcFile("/proc/crypto").read() == ciphers


def test_a_file_that_appears_later_is_found(tmp_path: Path) -> None:
    file = ProcFile(str(tmp_path / "late"))
    with pytest.raises(FileNotFoundError):
        file.read()
    (tmp_path / "late").write_bytes(b"here")
    assert file.read() == b"here"


def test_text_of_a_missing_file_is_empty_and_bad_bytes_are_replaced(tmp_path: Path) -> None:
    (tmp_path / "name").write_bytes(b"caf\xe9")
    assert read_text(str(tmp_path / "name")) == "caf\N{REPLACEMENT CHARACTER}"
    assert read_text(str(tmp_path / "missing")) == ""


def test_a_folder_is_listed_in_order_and_a_missing_one_is_empty(tmp_path: Path) -> None:
    for name in ("b", "a", "c"):
        (tmp_path / name).touch()
    assert list_folder(str(tmp_path)) == ["a", "b", "c"]
    assert list_folder(str(tmp_path / "missing")) == []
