from pathlib import Path

from remote_probe.open_files import OpenFiles


def test_handles_in_use_and_the_limit(tmp_path: Path) -> None:
    (tmp_path / "file-nr").write_text("1216\t16\t2466193\n")
    assert OpenFiles(str(tmp_path / "file-nr")).read() == [1200, 2466193]


def test_the_largest_number_there_is_means_no_limit(tmp_path: Path) -> None:
    (tmp_path / "file-nr").write_text("1216\t0\t9223372036854775807\n")
    assert OpenFiles(str(tmp_path / "file-nr")).read() == [1216, None]


def test_this_machine_has_some_open() -> None:
    in_use, limit = OpenFiles().read()
    assert in_use > 0
    assert limit is None or in_use <= limit
