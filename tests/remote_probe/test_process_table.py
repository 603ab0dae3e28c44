import pytest

from remote_probe import redact
from remote_probe.process_table import Commands, CpuUse, choose_top, full_name


def test_the_first_look_knows_no_cpu_use() -> None:
    assert CpuUse().percents(100.0, {1: (5, 33.0), 2: (6, 44.0)}) == {1: 0.0, 2: 0.0}


def test_cpu_use_is_of_one_core_since_the_last_look() -> None:
    cpu = CpuUse()
    cpu.percents(100.0, {1: (5, 10.0), 2: (6, 20.0)})
    assert cpu.percents(110.0, {1: (5, 12.5), 2: (6, 40.0)}) == {1: 25.0, 2: 200.0}


def test_a_process_that_is_new_or_has_taken_over_an_id_counts_from_its_start() -> None:
    cpu = CpuUse()
    cpu.percents(100.0, {1: (5, 1000.0)})
    assert cpu.percents(110.0, {1: (999, 1.0), 2: (1000, 2.0)}) == {1: 10.0, 2: 20.0}


def test_the_table_is_the_busiest_and_the_largest_each_once() -> None:
    percents = {1: 50.0, 2: 0.0, 3: 10.0, 4: 0.0}
    resident = {1: 10, 2: 900, 3: 20, 4: 5}
    assert choose_top(percents, resident, 2) == [1, 3, 2]
    assert choose_top(percents, resident, 100) == [1, 3, 2, 4]
    assert choose_top({}, {}, 20) == []


def test_a_command_line_is_redacted_once_while_it_stays_in_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    redacted: list[tuple[str, ...]] = []

    def count(arguments: tuple[str, ...]) -> str:
        redacted.append(arguments)
        return "run ***"

    monkeypatch.setattr(redact, "command_line", count)
    commands = Commands()
    for _ in range(3):
        assert commands.line(("run", "x"), "run") == "run ***"
        commands.forget_others()
    assert len(redacted) == 1
    commands.forget_others()
    commands.line(("run", "x"), "run")
    assert len(redacted) == 2


def test_a_process_without_a_command_line_is_shown_by_its_name() -> None:
    assert Commands().line((), "kworker/0:1") == "[kworker/0:1]"
    assert Commands().line(("",), "x") == "[x]"


def test_a_name_that_the_kernel_cut_is_completed_from_the_command() -> None:
    assert full_name("systemd-journal", ("/lib/systemd/systemd-journald",)) == "systemd-journald"
    assert full_name("systemd-journal", ("/bin/other",)) == "systemd-journal"
    assert full_name("short", ("/bin/shorter",)) == "short"
    assert full_name("evil\n\x1b[2Jname", ()) == "evil  [2Jname"
