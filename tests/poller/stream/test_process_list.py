"""Process tables: kept as they came, or cleaned."""

import json
from typing import Any

import msgspec
import pytest
from msgspec.structs import astuple

from poller.stream.process_list import COMMAND_LIMIT, PROCESSES_LIMIT, BadProcessesError, read_processes
from storage.process_rows import pack_process_text, unpack_processes

ROW: list[Any] = [1, "init", "/sbin/init", "root", 0.5, 1000, 2000, 60.0]


def row(**odd: object) -> list[Any]:
    names = ("pid", "name", "command", "user", "cpu_percent", "rss_bytes", "vsz_bytes", "run_s")
    return [odd.get(name, value) for name, value in zip(names, ROW, strict=True)]


def text(*rows: list[Any]) -> bytes:
    return json.dumps(rows, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    "plain",
    [
        ROW,
        row(command="정상 프로세스"),
        row(command='sh -c "true" C:\\x'),
        row(command='"-p -- \\u001b" \\'),
        row(cpu_percent=0),
    ],
    ids=["plain", "of another script", "with quotes", "what looks like an escape", "a whole number for a part of one"],
)
def test_one_that_is_as_it_should_be_is_stored_as_it_came(plain: list[Any]) -> None:
    found = read_processes(text(plain))
    assert found.text == text(plain)
    assert [list(astuple(process)) for process in found.rows or ()] == [plain]
    assert [list(astuple(process)) for process in unpack_processes(pack_process_text(found.text))] == [plain]


@pytest.mark.parametrize(
    ("odd", "cleaned"),
    [
        (row(name="a\x1b[2Jb"), row(name="a[2Jb")),
        (row(name='a\\\x1b"b'), row(name='a\\"b')),
        (row(name='"\\"\x1b'), row(name='"\\"')),
        (row(user="a\x7fb"), row(user="ab")),
        (row(command="x" * (COMMAND_LIMIT + 1)), row(command="x" * COMMAND_LIMIT)),
        (row(cpu_percent=-1.0), row(cpu_percent=0.0)),
        (row(run_s=-1.0), row(run_s=0.0)),
        ([*ROW, "more"], ROW),
    ],
    ids=[
        "an escape",
        "one after a backslash",
        "one after a quote",
        "the last of the control characters",
        "a long text",
        "CPU below zero",
        "time below zero",
        "more",
    ],
)
def test_one_with_something_odd_is_cleaned_and_not_stored_as_it_came(odd: list[Any], cleaned: list[Any]) -> None:
    found = read_processes(text(ROW, odd))
    assert found.text is None
    rows = [list(astuple(process)) for process in found.rows or ()]
    assert rows[0] == ROW
    assert rows[1][4:] == cleaned[4:]
    assert all(part.isprintable() for part in rows[1][1:4])
    assert len(rows[1][2]) <= COMMAND_LIMIT


@pytest.mark.parametrize("number", [-1, 2**63, 2**70])
def test_a_number_that_no_process_has_makes_the_line_a_bad_one(number: int) -> None:
    with pytest.raises(BadProcessesError):
        read_processes(text(row(rss_bytes=number)))


def test_more_than_a_table_holds_makes_the_line_a_bad_one() -> None:
    assert len(read_processes(text(*[ROW] * PROCESSES_LIMIT)).rows or ()) == PROCESSES_LIMIT
    for rows in ([ROW] * (PROCESSES_LIMIT + 1), [row(cpu_percent=-1)] * (PROCESSES_LIMIT + 1)):
        with pytest.raises(BadProcessesError):
            read_processes(text(*rows))


@pytest.mark.parametrize("garbage", [b"{}", b"[[1]]", b'[["a"]]', b"[", b'[[1,"\\ud800","","",0,0,0,0]]', b"\xff"])
def test_what_is_no_table_at_all_is_told(garbage: bytes) -> None:
    with pytest.raises((msgspec.MsgspecError, UnicodeDecodeError)):
        read_processes(garbage)
