"""The suite is green when every test has passed, and only then: small suites are run as the large one is."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[2] / "scripts" / "run-tests"
# One process beside that which gives out the tests; nobody waits between two tries.
OPTIONS = ("-n", "1", "--reruns-delay", "0")

GOOD = "def test_good(): pass\n"
IN_A_CROWD = "import os\nCROWD = 'PYTEST_XDIST_WORKER' in os.environ\n"
BAD_IN_A_CROWD = f"{IN_A_CROWD}def test_shy(): assert not CROWD\n"
# Both when it is set up and when it is tidied up after: one test all the same.
BAD_AROUND = f"""{IN_A_CROWD}
import pytest
@pytest.fixture
def first():
    yield
    assert not CROWD
@pytest.fixture
def second(first): assert not CROWD
def test_around(second): pass
"""
BAD_SIX_TIMES = f"""{IN_A_CROWD}
import pytest
@pytest.mark.parametrize('number', range(6))
def test_shy(number): assert not CROWD
"""
BAD_ONCE = """
import pathlib
def test_late():
    seen = pathlib.Path('seen')
    assert seen.exists() or seen.write_text('now') == 0
"""
ALWAYS_BAD = "def test_bad(): assert False\n"
UNREADABLE = "import nothing_of_this_name\n"
CRASHING = f"{IN_A_CROWD}def test_crashing(): CROWD and os._exit(3)\n"
INTERRUPTED = """
import os, signal, time
def test_interrupted():
    os.kill(os.getppid(), signal.SIGINT)
    time.sleep(60)
"""
# As pytest-cov does where too little was run through.
TOO_LITTLE_COVERED = """
import pytest
@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session):
    yield
    session.testsfailed += 1
    return True
"""

ALONE = "FAILED SIDE BY SIDE"
PASSED_ALONE = "PASSED ALONE"


def run(folder: Path, *options: str, **sources: str) -> tuple[int, str]:
    """Runs the suite of these files; returns the status and what was printed."""
    (folder / "pytest.ini").write_text("[pytest]\n")
    for name, text in sources.items():
        (folder / f"{name}.py").write_text(text)
    done = subprocess.run(
        [sys.executable, PROGRAM, *OPTIONS, *options],
        check=False,
        cwd=folder,
        capture_output=True,
        text=True,
        env={
            "PATH": "/usr/bin:/bin",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTEST_ADDOPTS": "-p xdist -p rerunfailures",
        },
        timeout=80,
    )
    return done.returncode, done.stdout + done.stderr


def test_where_all_pass_that_is_all(tmp_path: Path) -> None:
    status, said = run(tmp_path, test_a=GOOD)
    assert status == 0
    assert ALONE not in said


def test_what_passes_at_another_try_is_named(tmp_path: Path) -> None:
    status, said = run(tmp_path, test_a=GOOD + BAD_ONCE)
    assert status == 0
    assert "RERUN test_a.py::test_late" in said
    assert "assert seen.exists()" in said[said.index("TRIED AGAIN test_a.py::test_late") :]
    assert ALONE not in said


def test_what_fails_in_the_crowd_alone_is_run_alone_and_named(tmp_path: Path) -> None:
    status, said = run(tmp_path, test_a=GOOD + BAD_IN_A_CROWD, test_b=BAD_AROUND)
    assert status == 0
    names = "    test_a.py::test_shy\n    test_b.py::test_around\n"
    assert names in said[said.index(ALONE) :]
    assert names in said[said.index(PASSED_ALONE) :]
    assert "2 passed" in said[said.index(ALONE) :]


@pytest.mark.parametrize(
    "sources",
    [
        {"test_a": BAD_IN_A_CROWD, "test_b": ALWAYS_BAD},
        {"test_a": BAD_SIX_TIMES},
        {"test_a": BAD_IN_A_CROWD, "test_b": CRASHING},
        {"test_a": BAD_IN_A_CROWD, "conftest": TOO_LITTLE_COVERED},
        {"test_a": BAD_IN_A_CROWD, "test_b": UNREADABLE},
        {"test_a": INTERRUPTED},
        {"test_a": ""},
    ],
    ids=["always bad", "too many", "crash", "too little covered", "unreadable", "interrupted", "no tests"],
)
def test_anything_else_is_a_failure(tmp_path: Path, sources: dict[str, str]) -> None:
    status, said = run(tmp_path, **sources)
    assert status != 0, said
    assert PASSED_ALONE not in said


def test_an_option_that_is_not_known_is_a_failure(tmp_path: Path) -> None:
    status, _said = run(tmp_path, "--nonsense", test_a=GOOD)
    assert status != 0
