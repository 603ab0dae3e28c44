"""Where an export goes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from storage.errors import InvalidInputError
from tests.command_line import program_environment
from watchpost.export_target import open_target, open_text_target


def test_a_file_is_there_whole_at_the_end_with_its_line_ends_as_written(tmp_path: Path) -> None:
    path = tmp_path / "here" / "out.csv"
    with open_text_target(str(path)) as out:
        out.write("a,서버\n")
        assert not path.exists()
    assert path.read_bytes() == "a,서버\n".encode()
    assert list(path.parent.iterdir()) == [path]


def test_after_an_error_the_old_file_is_still_there_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "here" / "out.csv"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError), open_text_target(str(path)) as out:
        out.writelines(["new", "\ud800"])
    assert path.read_text() == "old"
    assert list(path.parent.iterdir()) == [path]


def test_a_link_is_written_through(tmp_path: Path) -> None:
    place, link = tmp_path / "place.csv", tmp_path / "link.csv"
    place.write_text("old")
    link.symlink_to(place)
    with open_text_target(str(link)) as out:
        out.write("new")
    assert link.is_symlink()
    assert place.read_text() == "new"


def test_a_pipe_is_written_into_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE)
    with open_text_target(str(pipe)) as out:
        out.write("through\n")
    assert reader.communicate(timeout=30)[0] == b"through\n"
    assert pipe.is_fifo()


@pytest.mark.parametrize("target", ["no/such/folder/out.csv", "/dev/full", "."])
def test_what_cannot_be_written_is_said_clearly(target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidInputError, match="cannot be written"), open_text_target(target) as out:
        out.write("x" * 100_000)


def test_a_name_as_long_as_names_may_be_still_works(tmp_path: Path) -> None:
    path = tmp_path / "here" / ("x" * 250 + ".csv")
    with open_text_target(str(path)) as out:
        out.write("x")
    assert path.read_text() == "x"


def test_standard_output_is_utf_8_whatever_the_locale_says() -> None:
    program = (
        "from watchpost.export_target import open_text_target\nwith open_text_target('-') as out: out.write('서버\\n')"
    )
    environment = program_environment({"PYTHONIOENCODING": "ascii"})
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True)
    assert done.stdout == "서버\n".encode()


def test_bytes_are_written_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "here" / "out.parquet"
    with open_target(str(path)) as out:
        out.write(b"\x00\xff\r\n")
    assert path.read_bytes() == b"\x00\xff\r\n"
