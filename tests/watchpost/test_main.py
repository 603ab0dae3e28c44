import subprocess
from pathlib import Path

from tests.command_line import PROGRAM, program_environment, run_program


def test_an_unforeseen_error_is_a_sentence_and_its_traceback_is_in_the_log(home: Path, tmp_path: Path) -> None:
    # A command whose module is broken stands for every fault of ours.
    script = """
import sys
import watchpost.configuration
def broken(*_): raise ZeroDivisionError("by nought")
watchpost.configuration.configure = broken
import watchpost.invocation
watchpost.invocation.configure = broken
from watchpost.__main__ import main
sys.argv = ["watchpost", "hosts", "list"]
main()
"""
    done = subprocess.run(
        [PROGRAM[0], "-c", script],
        check=False,
        capture_output=True,
        text=True,
        env=program_environment({"HOME": str(home)}),
        cwd=tmp_path,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    log = home / ".local" / "state" / "watchpost" / "log" / "watchpost.log"
    assert str(log) in done.stderr
    assert "by nought" in log.read_text()


def test_a_locale_without_quotation_marks_is_no_traceback(home: Path, tmp_path: Path) -> None:
    environment = {"HOME": str(home), "PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [*PROGRAM, "hosts", "show", "x"],
        check=False,
        capture_output=True,
        env=program_environment(environment),
        cwd=tmp_path,
    )
    assert done.returncode == 1
    assert b"There is no database" in done.stderr


def test_a_reader_that_goes_away_is_no_traceback(home: Path, tmp_path: Path) -> None:
    environment = {"HOME": str(home)}
    run_program("hosts", "add", "here", "--local", "--no-test", environment=environment, folder=tmp_path)
    done = subprocess.run(
        ["sh", "-c", f"{' '.join(PROGRAM)} hosts list --json | true"],
        check=False,
        capture_output=True,
        text=True,
        env=program_environment(environment),
        cwd=tmp_path,
    )
    assert "Traceback" not in done.stderr


def test_ctrl_c_while_libraries_are_loaded_is_no_traceback(home: Path, tmp_path: Path) -> None:
    script = """
import signal
import sys
signal.signal(signal.SIGINT, signal.default_int_handler)
class Impatient:
    def find_spec(self, name, *_):
        if name == "watchpost.app":
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Impatient())
from watchpost.__main__ import main
sys.argv = ["watchpost", "run"]
main()
"""
    done = subprocess.run(
        [PROGRAM[0], "-c", script],
        check=False,
        capture_output=True,
        text=True,
        env=program_environment({"HOME": str(home)}),
        cwd=tmp_path,
    )
    assert (done.returncode, done.stderr) == (130, "")
