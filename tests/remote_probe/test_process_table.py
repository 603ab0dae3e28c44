from remote_probe.process_table import CpuUse, Descriptions, choose_top, full_name, percent

Seen = tuple[object, str, float]


def test_the_first_look_knows_no_cpu_use() -> None:
    grown, elapsed = CpuUse().since_last(100.0, {1: (5, 33.0), 2: (6, 44.0)})
    assert grown == {1: 0.0, 2: 0.0}
    assert percent(grown[1], elapsed) == 0.0


def test_cpu_use_is_of_one_core_since_the_last_look() -> None:
    cpu = CpuUse()
    cpu.since_last(100.0, {1: (5, 10.0), 2: (6, 20.0)})
    grown, elapsed = cpu.since_last(110.0, {1: (5, 12.5), 2: (6, 40.0)})
    assert {pid: percent(seconds, elapsed) for pid, seconds in grown.items()} == {1: 25.0, 2: 200.0}


def test_a_process_that_is_new_or_has_taken_over_an_id_counts_from_its_start() -> None:
    cpu = CpuUse()
    cpu.since_last(100.0, {1: (5, 1000.0)})
    assert cpu.since_last(110.0, {1: (999, 1.0), 2: (1000, 2.0)}) == ({1: 1.0, 2: 2.0}, 10.0)


def test_a_counter_that_went_back_is_no_negative_use() -> None:
    assert percent(-0.01, 10.0) == 0.0


def test_the_table_is_the_busiest_and_the_largest_each_once() -> None:
    grown = {1: 50.0, 2: 0.0, 3: 10.0, 4: 0.0}
    resident = {1: 10, 2: 900, 3: 20, 4: 5}
    assert choose_top(grown, resident, 2) == [1, 3, 2]
    assert choose_top(grown, resident, 100) == [1, 3, 2, 4]
    assert choose_top({}, {}, 20) == []
    assert choose_top({1: 0.0, 2: 0.0, 3: 0.0}, {1: 0, 2: 0, 3: 0}, 2) == [3, 2]


class Host:
    """Processes whose details can be read, and who asked for them."""

    def __init__(self) -> None:
        self.details: dict[int, tuple[tuple[str, ...], str]] = {1: (("run", "--password=hunter2"), "app")}
        self.asked: list[int] = []

    def read(self, pids: list[int]) -> dict[int, tuple[tuple[str, ...], str]]:
        self.asked += pids
        return {pid: self.details[pid] for pid in pids if pid in self.details}


def test_a_process_is_described_with_its_secrets_hidden() -> None:
    described = Descriptions(Host().read).describe({1: (5, "run", 0.0), 2: (6, "kworker/0:1", 0.0)}, 100.0)
    assert described == {1: ("run", "run --password=***", "app"), 2: ("kworker/0:1", "[kworker/0:1]", "")}


def test_details_are_read_again_only_of_what_ran_or_was_read_long_ago() -> None:
    host = Host()
    descriptions = Descriptions(host.read)
    for now, seconds, reads in ((100.0, 1.0, 1), (110.0, 1.0, 1), (120.0, 1.01, 2), (130.0, 1.01, 2), (181.0, 1.01, 3)):
        descriptions.describe({1: (5, "run", seconds)}, now)
        assert len(host.asked) == reads


def test_another_program_under_the_same_id_is_described_anew() -> None:
    host = Host()
    descriptions = Descriptions(host.read)
    descriptions.describe({1: (5, "run", 0.0)}, 100.0)
    host.details = {1: (("other",), "root")}
    assert descriptions.describe({1: (9, "run", 0.0)}, 101.0) == {1: ("run", "other", "root")}
    host.details = {1: (("third",), "root")}
    assert descriptions.describe({1: (9, "third", 0.0)}, 102.0) == {1: ("third", "third", "root")}


def test_what_cannot_be_read_just_now_keeps_its_last_description() -> None:
    host = Host()
    descriptions = Descriptions(host.read)
    before = descriptions.describe({1: (5, "run", 0.0)}, 100.0)
    host.details = {}
    assert descriptions.describe({1: (5, "run", 3.0)}, 110.0) == before


def test_a_process_that_left_the_table_is_forgotten() -> None:
    host = Host()
    descriptions = Descriptions(host.read)
    descriptions.describe({1: (5, "run", 0.0)}, 100.0)
    assert descriptions.describe({}, 110.0) == {}
    descriptions.describe({1: (5, "run", 0.0)}, 120.0)
    assert host.asked == [1, 1]


def test_a_name_that_the_kernel_cut_is_completed_from_the_command() -> None:
    assert full_name("systemd-journal", ("/lib/systemd/systemd-journald",)) == "systemd-journald"
    assert full_name("systemd-journal", ("/bin/other",)) == "systemd-journal"
    assert full_name("short", ("/bin/shorter",)) == "short"
    assert full_name("evil\n\x1b[2Jname", ()) == "evil  [2Jname"
