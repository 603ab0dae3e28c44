import json
import re

import pytest
from rich.text import Text

from storage.errors import NotFoundError
from watchpost.console import errors, is_interactive, output, print_error, print_json, table

ESCAPE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def test_an_error_is_told_with_what_to_do_and_without_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    error = NotFoundError("no \x1b[31mhost\x9b [bold]x", hint="type \x1b]0;title\x07 this")
    print_error(error, as_json=False)
    told = capsys.readouterr()
    assert told.out == ""
    assert not ESCAPE.search(told.err)
    assert "[bold]x" in told.err
    assert "type" in told.err


def test_an_error_for_a_script_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    print_error(NotFoundError("no “host”", hint="look"), as_json=True)
    said = json.loads(capsys.readouterr().err)
    assert said == {"error": {"kind": "not_found", "message": "no “host”", "hint": "look"}}


def test_in_a_pipe_a_table_is_plain_and_nothing_of_it_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    lines = table("NAME", "ADDRESS")
    lines.add_row(Text("x" * 200, "red"), Text("[red]y[/]" * 30))
    output().print(lines)
    out = capsys.readouterr().out
    assert "x" * 200 in out
    assert "[red]y[/]" * 30 in out
    assert "\x1b" not in out


def test_numbers_that_json_does_not_have_become_null(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"value": float("nan"), "name": "é"})
    assert json.loads(capsys.readouterr().out) == {"value": None, "name": "é"}


def test_nobody_is_asked_where_standard_input_is_no_terminal() -> None:
    assert not is_interactive()
    assert not errors().is_terminal
