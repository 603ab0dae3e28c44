"""Quoted so that systemd reads back what was meant; that the poller starts from it is shown in test_user_service."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from storage.errors import InvalidInputError
from watchpost.systemd_unit import STATE_FOLDER, exec_line, system_unit_text, unit_text


@pytest.mark.parametrize(
    ("word", "written"),
    [
        ("plain", '"plain"'),
        ("two words", '"two words"'),
        ("100%", '"100%%"'),
        ("$HOME", '"$$HOME"'),
        ('a"b\\c', '"a\\"b\\\\c"'),
        ("line\nbreak\x7f", '"line\\x0abreak\\x7f"'),
        ("서버", '"서버"'),
        ("", '""'),
    ],
)
def test_an_argument_is_quoted_as_systemd_reads_it(word: str, written: str) -> None:
    assert exec_line(["program", word]) == f'"program" {written}'


def test_in_the_path_of_the_program_a_dollar_stands_for_itself() -> None:
    assert exec_line(["/opt/$five/%a"]) == '"/opt/$five/%%a"'


def test_a_path_that_is_no_text_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="UTF-8"):
        unit_text(["program", os.fsdecode(b"/tmp/\xff")], {})


def test_variables_are_written_in_order_and_words_that_look_like_a_place_to_fill_stay() -> None:
    text = unit_text(["program", "$environment"], {"B": "2 $command", "A": "1"})
    assert 'Environment="A=1"\nEnvironment="B=2 $command"\n' in text
    assert 'ExecStart="program" "$$environment"\n' in text


@pytest.mark.parametrize(
    ("database", "writable"),
    [
        pytest.param(Path("/srv/watch post/w.db"), 'ReadWritePaths="/srv/watch post"', id="elsewhere"),
        pytest.param(Path(STATE_FOLDER, "watchpost.db"), "", id="in the state folder"),
        pytest.param(None, "", id="on a server"),
    ],
)
def test_the_service_of_the_machine_may_write_where_its_database_is(database: Path | None, writable: str) -> None:
    lines = system_unit_text(["program"], {}, database).splitlines()
    assert [line for line in lines if line.startswith("ReadWritePaths")] == ([writable] if writable else [])


@pytest.mark.parametrize(
    ("program", "read_from", "hidden"),
    [
        pytest.param("/opt/w/python", [Path("/usr/bin/python3.11"), Path("/opt/w/watchpost")], "yes", id="nowhere"),
        pytest.param("/home/kim/w/python", [], "read-only", id="the program"),
        pytest.param("/opt/w/python", [Path("/root/.pyenv/python")], "read-only", id="what a link leads to"),
    ],
)
def test_homes_are_hidden_unless_a_part_of_the_program_lies_in_one(
    program: str, read_from: list[Path], hidden: str
) -> None:
    assert f"\nProtectHome={hidden}\n" in system_unit_text([program], {}, read_from=read_from)


def test_systemd_finds_nothing_wrong_with_it(tmp_path: Path) -> None:
    program = shutil.which("true")
    assert program
    unit = tmp_path / "watchpost.service"
    unit.write_text(unit_text([program, "run", "--db", "sqlite:////tmp/a $b %c.db"], {"LOG_LEVEL": "INFO"}))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", str(unit)],
        check=False,
        capture_output=True,
        text=True,
        env={"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "PATH": os.environ["PATH"]},
    )
    assert (done.returncode, [line for line in done.stderr.splitlines() if "watchpost" in line]) == (0, [])
