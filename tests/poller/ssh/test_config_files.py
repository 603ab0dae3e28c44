"""What a configuration consists of, and how far its answers can be kept."""

import os
from pathlib import Path

import pytest

from poller.ssh.config_files import ConfigFiles, has_changed, look_at_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def look(folder: Path, text: str) -> ConfigFiles:
    (folder / "config").write_text(text)
    return look_at_files([(folder / "config", folder)], folder)


def names(files: ConfigFiles) -> set[str]:
    return {Path(name).name for name, *_ in files.signature}


@pytest.mark.parametrize(
    ("text", "same_for_all"),
    [
        ("", True),
        ("# Host db\nHost *\n SendEnv LANG\nUser=alice\n", True),
        ('Host "*"\n Port 22\n', True),
        ("Host db\n Port 22\n", False),
        ("Host * !db\n Port 22\n", False),
        ("Match user bob\n Port 22\n", False),
        ("HostName %h.example.com\n", False),
        ("UserKnownHostsFile ~/known/%h\n", False),
    ],
)
def test_whether_hosts_differ_is_seen(folder: Path, text: str, same_for_all: bool) -> None:
    files = look(folder, text)
    assert (files.same_for_all, files.fleeting) == (same_for_all, False)


@pytest.mark.parametrize(
    "text",
    [
        "Match host db exec true\n Port 1\n",
        'match !exec "test -e /vpn"\n',
        "Match localnetwork 10.0.0.0/8\n",
        "CanonicalizeHostname yes\n",
        "IdentityFile ${KEYS}/a\n",
        "Include /etc/%h\n",
        'Include "unclosed\n',
        "\x00\x01\n",
        '"Host" db\n',
    ],
)
def test_what_may_answer_otherwise_a_moment_later_is_fleeting(folder: Path, text: str) -> None:
    assert look(folder, text).fleeting


def test_included_files_belong_to_it_wherever_they_are_named(folder: Path) -> None:
    (folder / "conf.d").mkdir()
    (folder / "conf.d/a.conf").write_text("Include ~/more\n")
    (folder / "conf.d/b.conf").write_text("")
    (folder / "more").write_text("Host db\n")
    files = look(folder, f"Host nobody\n Include conf.d/*.conf {folder}/missing\n")
    assert names(files) == {"config", "a.conf", "b.conf", "more"}


def test_every_change_shows(folder: Path) -> None:
    (folder / "more").write_text("Port 1\n")
    roots = [(folder / "config", folder), (folder / "system", folder)]
    (folder / "config").write_text("Include more\n")
    files = look_at_files(roots, folder)
    assert not has_changed(files, roots)
    (folder / "more").write_text("Port 10\n")
    assert has_changed(files, roots)
    files = look_at_files(roots, folder)
    (folder / "system").write_text("")
    assert has_changed(files, roots)
    files = look_at_files(roots, folder)
    (folder / "more").unlink()
    assert has_changed(files, roots)


def test_a_circle_a_pipe_and_a_folder_come_to_an_end(folder: Path) -> None:
    assert look(folder, "Include config\n").fleeting
    os.mkfifo(folder / "pipe")
    assert look(folder, "Include pipe\n").fleeting
    (folder / "more").mkdir()
    assert look(folder, "Include more\n").fleeting


def test_a_missing_file_says_nothing(folder: Path) -> None:
    files = look_at_files([(folder / "nowhere", folder)], folder)
    assert files == ConfigFiles(frozenset(), fleeting=False, same_for_all=True)
