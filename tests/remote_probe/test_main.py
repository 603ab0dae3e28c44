"""The probe as a real child process."""

import fcntl
import itertools
import json
import os
import signal
import sys
import time

from tests.remote_probe.probe_child import MARKER, ROOT, StartProbe

SPAN_S = 1.5


def test_it_greets_announces_and_reads_on_the_beat(start_probe: StartProbe) -> None:
    lines = start_probe("--interval", "0.2", "--count", "5").rest()
    hello, scrapes = lines[0], [line for line in lines if "n" in line]
    assert hello["watchpost"] == 1
    assert hello["inventory"]["memory_total_bytes"] == os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert [line["n"] for line in scrapes] == [0, 1, 2, 3, 4]
    assert all(before["m"] < after["m"] for before, after in itertools.pairwise(scrapes))
    # No drift: all readings lie on one beat, late by what the machine makes them late.
    assert scrapes[-1]["m"] - scrapes[0]["m"] >= 0.8 - 0.01


def test_the_first_scrape_carries_every_group_and_the_next_only_the_fast_one(start_probe: StartProbe) -> None:
    lines = start_probe("--interval", "0.2", "--count", "2").rest()
    layouts = {line["group"]: line for line in lines if "layout" in line}
    first, second = [line for line in lines if "n" in line]
    for group in ("fast", "processes", "slow"):
        number, values = first[group]
        assert number == layouts[group]["layout"]
        assert len(values) == len(layouts[group]["series"])
    assert first["top"]
    assert all(len(row) == 8 and row[4] == 0.0 for row in first["top"])
    assert set(second) == {"n", "m", "t", "fast"}


def test_without_being_asked_there_is_no_marker_and_with_it_comes_first(start_probe: StartProbe) -> None:
    plain, _ = start_probe("--count", "1").child.communicate()
    marked, _ = start_probe("--count", "1", "--marker").child.communicate()
    assert plain.startswith(b'{"watchpost":1')
    assert marked.startswith(MARKER + b'{"watchpost":1')


def test_the_end_of_standard_input_ends_it(start_probe: StartProbe) -> None:
    probe = start_probe("--interval", "60", "--lifeline")
    probe.scrape()
    probe.stdin.close()
    assert probe.child.wait() == 0


def test_a_reader_that_goes_away_ends_it_without_a_word(start_probe: StartProbe) -> None:
    probe = start_probe("--interval", "60")
    probe.scrape()
    assert probe.child.stdout is not None
    assert probe.child.stderr is not None
    probe.child.stdout.close()
    assert probe.child.wait() == 0
    assert probe.child.stderr.read() == b""


def test_a_stalled_reader_gets_its_lines_late_with_the_time_at_which_they_were_read(start_probe: StartProbe) -> None:
    probe = start_probe("--interval", "0.1", "--lifeline")
    assert probe.child.stdout is not None
    # Full with the greeting and the layouts: every scrape has to wait in the probe.
    fcntl.fcntl(probe.child.stdout, fcntl.F_SETPIPE_SZ, 4096)
    # Not waiting for anything: the stall is what is tested.
    time.sleep(SPAN_S)
    stalled_until = time.clock_gettime(time.CLOCK_BOOTTIME)
    scrapes = [probe.scrape()]
    while scrapes[-1]["m"] < stalled_until:
        scrapes.append(probe.scrape())
    late = [line for line in scrapes if line["m"] < stalled_until]
    assert [line["n"] for line in late] == list(range(len(late)))
    assert len(late) > 2
    assert late[-1]["m"] - late[0]["m"] > 0.2


def test_in_a_python_like_that_of_windows_it_reads_on_the_beat_and_ends_with_standard_input(
    start_probe: StartProbe,
) -> None:
    options = "{'interval_s': 0.2, 'marker': True, 'lifeline': True}"
    probe = start_probe(script=f'exec "{sys.executable}" -B -m tests.remote_probe.windows_like "{options}"')
    assert probe.child.stdout is not None
    assert probe.child.stdout.readline() == MARKER
    assert probe.line()["inventory"]["distribution"] == "Windows Server 2022 (10.0.20348)"
    assert [probe.scrape()["n"] for _ in range(3)] == [0, 1, 2]
    probe.stdin.close()
    assert probe.child.wait() == 0
    assert probe.child.stderr is not None
    assert probe.child.stderr.read() == b""


def test_in_a_python_like_that_of_windows_proc_is_no_reader(start_probe: StartProbe) -> None:
    script = f"exec \"{sys.executable}\" -B -m tests.remote_probe.windows_like \"{{'reader': 'proc'}}\""
    probe = start_probe(script=script)
    assert probe.rest()[0]["error"] == "reader_unavailable"
    assert probe.child.returncode == 94


_HANGING = """
import _thread, sys
from remote_probe import filesystems, main
def hang(paths):
    lock = _thread.allocate_lock()
    lock.acquire()
    lock.acquire()
filesystems.measure_first = hang
filesystems.FileSystems.__init__.__defaults__ = (None, 0.1, True)
sys.exit(main.main({"lifeline": True, "interval_s": 60}))
"""


def test_a_call_that_hangs_does_not_keep_it_from_ending(start_probe: StartProbe) -> None:
    probe = start_probe(program=_HANGING)
    number, values = probe.scrape()["slow"]
    assert (number, values[0]) == (2, None)
    probe.stdin.close()
    assert probe.child.wait() == 0


def test_interrupting_it_leaves_no_traceback(start_probe: StartProbe) -> None:
    probe = start_probe("--interval", "60")
    probe.scrape()
    probe.child.send_signal(signal.SIGINT)
    assert probe.child.wait() == 130
    assert probe.child.stderr is not None
    assert probe.child.stderr.read() == b""


def test_the_psutil_reader_runs_as_well(start_probe: StartProbe) -> None:
    lines = start_probe("--reader", "psutil", "--count", "1").rest()
    assert lines[0]["reader"] == "psutil"
    assert lines[-1]["top"]


def test_psutil_is_found_by_a_python_that_was_told_not_to_look_for_packages(start_probe: StartProbe) -> None:
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from remote_probe.main import main\n"
    program += "sys.exit(main({'reader': 'psutil', 'count': 1}))"
    probe = start_probe(program=program, flags="-ISEB")
    assert probe.rest()[0]["reader"] == "psutil"
    assert probe.child.returncode == 0


def test_where_psutil_is_wanted_and_missing_it_says_so_and_ends(start_probe: StartProbe) -> None:
    program = "import sys; sys.modules['psutil'] = None\n"
    program += "from remote_probe.main import main; sys.exit(main({'reader': 'psutil', 'marker': True}))"
    probe = start_probe(program=program)
    output, _ = probe.child.communicate()
    assert probe.child.returncode == 94
    assert json.loads(output.removeprefix(MARKER))["error"] == "psutil_missing"


def test_a_psutil_that_is_too_old_is_named_with_what_is_needed(start_probe: StartProbe) -> None:
    program = (
        "import sys, types; old = sys.modules['psutil'] = types.ModuleType('psutil'); old.version_info = (4, 4, 2)\n"
    )
    program += "from remote_probe.main import main; sys.exit(main({'reader': 'psutil'}))"
    probe = start_probe(program=program)
    detail = "psutil 4.4.2 is too old: 5.0 or newer is needed."
    assert probe.rest() == [{"error": "psutil_missing", "detail": detail}]
    assert probe.child.returncode == 94


def test_a_crash_is_told_before_the_end(start_probe: StartProbe) -> None:
    program = "import sys\nfrom remote_probe import main, proc_memory\n"
    program += "proc_memory.Memory.read = lambda self: 1 / 0\nmain.main({'marker': True})"
    probe = start_probe(program=program)
    output, errors = probe.child.communicate()
    assert probe.child.returncode == 1
    assert json.loads(output.splitlines()[-1]) == {
        "error": "probe_crashed",
        "detail": "ZeroDivisionError: division by zero",
    }
    assert b"ZeroDivisionError" in errors


def test_nothing_printed_by_accident_gets_into_the_stream(start_probe: StartProbe) -> None:
    program = "import sys\nfrom remote_probe import main, proc_memory\n"
    program += "read = proc_memory.Memory.read\n"
    program += "proc_memory.Memory.read = lambda self: [print('oops', flush=True), read(self)][1]\n"
    program += "sys.exit(main.main({'count': 1}))"
    probe = start_probe(program=program)
    output, errors = probe.child.communicate()
    assert all(json.loads(line) for line in output.splitlines())
    assert b"oops" in errors


def test_it_runs_where_standard_error_is_closed(start_probe: StartProbe) -> None:
    probe = start_probe(script=f"exec {sys.executable} -B -m remote_probe --count 1 2>&-")
    assert probe.rest()[0]["watchpost"] == 1


def test_a_host_without_proc_says_so_and_ends(start_probe: StartProbe) -> None:
    program = "import sys\nfrom remote_probe import main, proc_cpu\n"
    program += "proc_cpu.BootTime.__init__.__defaults__ = ('/nowhere',)\nsys.exit(main.main({'reader': 'proc'}))"
    probe = start_probe(program=program)
    assert probe.rest()[0]["error"] == "reader_unavailable"
    assert probe.child.returncode == 94
