"""The top processes."""

from dataclasses import replace

import pytest

from storage.scrape import Process
from tests.watchpost.host_views import PROCESSES, machine_view
from watchpost.terminal.process_panel import SHOWN, ProcessOrder, order_processes, process_panel


def shown(order: ProcessOrder = ProcessOrder.CPU, width: int = 110) -> list[str]:
    return [line.plain for line in process_panel(machine_view(), order, width)]


def test_the_busiest_or_the_largest_comes_first() -> None:
    swapped = (replace_rss(PROCESSES[2], 99 * 2**30), *PROCESSES[:2])
    assert [process.pid for process in order_processes(swapped, ProcessOrder.CPU)] == [2211, 901, 1]
    assert [process.pid for process in order_processes(swapped, ProcessOrder.MEMORY)] == [1, 2211, 901]


def replace_rss(process: Process, rss_bytes: int) -> Process:
    return Process(
        process.pid, process.name, process.command, process.user, 0.0, rss_bytes, process.vsz_bytes, process.run_s
    )


def test_no_more_than_twenty_are_shown() -> None:
    many = tuple(Process(pid, "x", "x", "u", float(pid), pid, pid, 1.0) for pid in range(100))
    assert len(order_processes(many, ProcessOrder.CPU)) == SHOWN


def test_a_row_says_who_what_and_how_much() -> None:
    first, heading, row, *_ = shown()
    assert first.startswith("214 running · read 5 s ago")
    assert first.endswith("by cpu")
    assert "CPU ▾" in heading
    assert row.split() == [
        "2211", "postgres", "━━━━━━", "312%", "18.0", "GiB", "8", "h", "postgres", "postgres:", "writer", "process",
    ]  # fmt: skip


def test_the_heading_marks_the_order() -> None:
    assert "memory ▾" in shown(ProcessOrder.MEMORY)[1]


def test_a_command_that_is_only_the_name_is_not_said_twice() -> None:
    assert shown()[-1].split()[-1] == "init"
    assert shown()[-1].count("init") == 1


def test_markup_in_a_command_is_shown_and_not_obeyed() -> None:
    assert any("--config=[red]x[/red]" in line for line in shown())


def test_a_narrow_panel_keeps_the_figures() -> None:
    row = shown(width=50)[2]
    assert len(row) == 50
    assert "312%" in row
    assert "━" not in row


@pytest.mark.parametrize("text", ["\x1b[2J", "\u202eevil", "日本語" * 200, "x\ny"])
def test_hostile_names_stay_in_their_row(text: str) -> None:
    view = replace(machine_view(), processes=(Process(1, text, text, text, 1e300, 2**62, 2**62, 1e18),))
    for line in process_panel(view, ProcessOrder.CPU, 80):
        assert line.cell_len <= 80
        assert not {"\x1b", "\u202e", "\n"} & set(line.plain)


def test_a_host_whose_processes_were_not_read_says_so() -> None:
    view = replace(machine_view(), processes=(), processes_at=None)
    assert [line.plain for line in process_panel(view, ProcessOrder.CPU, 80)] == ["no processes read yet"]
