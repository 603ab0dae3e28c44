import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from watchpost.log_setup import LOG_FILE, log_to_file, log_to_stderr


@pytest.fixture(autouse=True)
def back_to_defaults() -> Iterator[None]:
    root = logging.getLogger()
    level = root.level
    yield
    structlog.reset_defaults()
    root.setLevel(level)
    for handler in root.handlers[:]:
        if isinstance(handler.formatter, structlog.stdlib.ProcessorFormatter):
            root.removeHandler(handler)
            handler.close()


def test_a_line_is_json_with_its_level_and_its_time_in_utc(tmp_path: Path) -> None:
    log_to_file(tmp_path / "log", "INFO")
    assert not (tmp_path / "log" / LOG_FILE).exists()
    structlog.get_logger().info("host_state", host="db1")
    structlog.get_logger().debug("left_out")
    (line,) = (tmp_path / "log" / LOG_FILE).read_text().splitlines()
    said = json.loads(line)
    assert (said["event"], said["host"], said["level"]) == ("host_state", "db1", "info")
    assert said["timestamp"].endswith("Z")


def test_a_secret_is_blanked_whatever_it_is_called(tmp_path: Path) -> None:
    log_to_file(tmp_path, "INFO")
    structlog.get_logger().info("login", password="hunter2", key_passphrase="hunter2", api_token="hunter2", user="kim")
    logging.getLogger("library").warning("plain %s", "words")
    text = (tmp_path / LOG_FILE).read_text()
    assert "hunter2" not in text
    assert "kim" in text
    assert "plain words" in text


def test_a_traceback_is_in_the_line(tmp_path: Path) -> None:
    log_to_file(tmp_path, "INFO")
    structlog.get_logger().critical("unforeseen_error", exc_info=ZeroDivisionError("by nought"))
    (line,) = (tmp_path / LOG_FILE).read_text().splitlines()
    assert "by nought" in json.loads(line)["exception"]


def test_libraries_that_chatter_are_heard_from_warnings_on(tmp_path: Path) -> None:
    log_to_file(tmp_path, "DEBUG")
    logging.getLogger("asyncssh").info("key exchange")
    logging.getLogger("asyncssh").warning("bad server")
    text = (tmp_path / LOG_FILE).read_text()
    assert "bad server" in text
    assert "key exchange" not in text


def test_a_folder_that_cannot_be_made_costs_the_log_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    log_to_file(tmp_path / "file" / "log", "INFO")
    structlog.get_logger().warning("nobody hears this")


def test_the_poller_logs_json_where_standard_error_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr("INFO")
    structlog.get_logger().info("poller_ready", hosts=3)
    assert json.loads(capsys.readouterr().err)["hosts"] == 3
    log_to_stderr("WARNING")
    structlog.get_logger().info("poller_ready")
    structlog.get_logger().warning("once")
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_traceback_on_a_terminal_shows_no_value_of_a_local_variable(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    log_to_stderr("INFO")

    def log_in() -> None:
        typed = "hunter" + str(2)
        raise OSError(f"refused after {len(typed)} characters")

    try:
        log_in()
    except OSError as error:
        structlog.get_logger().error("login", exc_info=error)
    told = capsys.readouterr().err
    assert "refused after 7 characters" in told
    assert "hunter2" not in told
