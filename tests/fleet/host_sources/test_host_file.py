"""The one door to all readers."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.host_sources.host_file import SourceFormat, read_host_file, read_host_text, recognised
from storage.errors import InvalidInputError

KNOWN_HOSTS = "web,10.0.0.1 ssh-ed25519 AAAAC3Nz\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".ssh/config", "Host web\n"),
        ("config.d", "# mine\n  User kim\nHost web\n"),
        ("known_hosts.old", KNOWN_HOSTS),
        ("keys", "@revoked x ssh-rsa AAAA\n" + KNOWN_HOSTS),
        ("hosts", "# all\n[shop]\nweb\n"),
        ("hosts", "web ansible_host=10.0.0.1\n"),
        ("hosts.ini", "web\n"),
        ("hosts.yml", "shop:\n  hosts:\n    web:\n"),
        ("hosts", "# all\n\nshop:\n  hosts:\n    web:\n"),
        ("hosts", "---\nshop: {hosts: {web: }}\n"),
        ("hosts", '{"shop": {"hosts": ["web"]}}'),
        ("hosts.csv", "name\nweb\n"),
        ("hosts", "name;ip\nweb;10.0.0.1\n"),
    ],
)
def test_a_file_is_recognised_by_its_name_or_its_content(home: Path, name: str, text: str) -> None:
    path = home / name
    path.write_text(text)
    assert [candidate.name for candidate in read_host_file(path).candidates] == ["web"]


@pytest.mark.parametrize("text", ["", "127.0.0.1 localhost\n", "root:x:0:0:root:/root:/bin/bash\n"])
def test_what_is_not_recognised_is_told_with_the_way_to_say_it(text: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_host_text(text.encode())
    assert "--format" in caught.value.hint


def test_a_program_that_prints_an_inventory_is_not_run(tmp_path: Path) -> None:
    path = tmp_path / "inventory"
    path.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    path.chmod(0o755)
    with pytest.raises(InvalidInputError, match="not run from here") as caught:
        read_host_file(path)
    assert "ansible-inventory" in caught.value.hint
    assert not (tmp_path / "ran").exists()


def test_variables_beside_an_inventory_are_told_of(tmp_path: Path) -> None:
    (tmp_path / "group_vars").mkdir()
    (tmp_path / "hosts.ini").write_text("web\n")
    assert "group_vars" in read_host_file(tmp_path / "hosts.ini").notes[0]


def test_a_configuration_from_a_pipe_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="from its file only"):
        read_host_text(b"Host web\n")


def test_only_a_table_is_read_in_an_encoding_that_was_guessed() -> None:
    reading = read_host_text("name;group\nweb;K\xf6ln\n".encode("cp1252"))
    assert reading.candidates[0].said["group"] == "K\xf6ln"
    assert "Windows-1252" in reading.notes[0]
    with pytest.raises(InvalidInputError, match="Line 2 is not UTF-8"):
        read_host_text("[shop]\nK\xf6ln\n".encode("cp1252"))


@given(st.binary(max_size=60))
def test_no_content_makes_it_fail_in_another_way(content: bytes) -> None:
    for form in (None, *SourceFormat):
        with suppress(InvalidInputError):
            read_host_text(content, form)


@given(st.text(max_size=60))
def test_every_text_is_something_or_told(text: str) -> None:
    with suppress(InvalidInputError):
        assert recognised(text) in SourceFormat
