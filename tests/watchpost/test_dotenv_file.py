import os
import subprocess
import sys
from pathlib import Path

import pytest

from storage.errors import InvalidInputError
from watchpost.dotenv_file import read_dotenv


def test_no_file_says_nothing(tmp_path: Path) -> None:
    assert read_dotenv(tmp_path) == {}


def test_a_folder_of_that_name_says_nothing(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    assert read_dotenv(tmp_path) == {}


def test_values_are_read_as_they_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "hunter2")
    lines = ("\ufeff# limits", "CPU_THRESHOLD=85", "export LOG_LEVEL='DEBUG'", "DATABASE_URL=${SECRET}", "LONELY")
    (tmp_path / ".env").write_text("\n".join(lines))
    read = read_dotenv(tmp_path)
    assert read == {"CPU_THRESHOLD": "85", "LOG_LEVEL": "DEBUG", "DATABASE_URL": "${SECRET}"}


@pytest.mark.parametrize("content", [b"A=\xff\xfe", b"A=" + b"x" * 70_000, b"A=\0"])
def test_what_is_no_dotenv_file_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".env").write_bytes(content)
    with pytest.raises(InvalidInputError, match=r"\.env") as caught:
        read_dotenv(tmp_path)
    assert "CPU_THRESHOLD=85" in caught.value.hint


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    # A file that opens and then fails to read, for root as well.
    (tmp_path / ".env").symlink_to("/proc/self/mem")
    with pytest.raises(InvalidInputError, match="cannot be read"):
        read_dotenv(tmp_path)


def test_a_folder_that_may_not_be_looked_into_says_nothing(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CPU_THRESHOLD=85")
    look = "from pathlib import Path; from watchpost.dotenv_file import read_dotenv; print(read_dotenv(Path.cwd()))"
    # Root looks into any folder as long as it has its capabilities.
    powerless = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.getuid() == 0 else []
    command = ["sh", "-c", 'chmod 0 . && exec "$@"', "sh", *powerless, sys.executable, "-P", "-c", look]
    try:
        told = subprocess.run(command, check=True, cwd=tmp_path, capture_output=True, text=True)
    finally:
        tmp_path.chmod(0o700)
    assert told.stdout == "{}\n"
