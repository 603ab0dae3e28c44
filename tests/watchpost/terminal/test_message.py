"""The line above the keys."""

from dataclasses import replace

from storage.errors import DatabaseUnavailableError
from tests.fleet.made_up import MOMENT
from watchpost.terminal.look import Look
from watchpost.terminal.message import message_line

LOOK = Look(moment=MOMENT)


def test_a_failure_comes_before_a_note_and_says_what_to_do() -> None:
    failed = replace(LOOK, failure=DatabaseUnavailableError("It is locked.", hint="Wait."))
    assert message_line(failed, "a note", 40).plain.rstrip() == " ✖ It is locked. Wait."


def test_a_note_is_shown_while_nothing_is_wrong() -> None:
    assert message_line(LOOK, "a note", 40).plain.rstrip() == " a note"


def test_it_is_one_line_whatever_it_quotes() -> None:
    failed = replace(LOOK, failure=DatabaseUnavailableError("a\nb\x1b[2J" + "x" * 300))
    line = message_line(failed, "", 40)
    assert line.cell_len == 40
    assert not {"\n", "\x1b"} & set(line.plain)
