"""The names in a known_hosts file."""

import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.host_sources.candidate import HOSTS_LIMIT, Place
from fleet.host_sources.known_hosts_names import read_known_hosts
from storage.errors import InvalidInputError

KEY, OTHER = "ssh-ed25519 AAAAC3Nz", "ecdsa-sha2-nistp256 AAAAE2Vj"


def test_each_line_is_a_host_under_its_first_name() -> None:
    text = f"# mine\n\nweb.example,web,10.0.0.1 {KEY} comment\n[db]:2222,[2001:db8::1]:23 {OTHER}\n"
    web, db = read_known_hosts(text).candidates
    assert (web.where, dict(web.said)) == ("line 3", {"name": "web.example", "address": "web.example", "port": None})
    assert web.also == (Place("web"), Place("10.0.0.1"))
    assert "web, 10.0.0.1" in web.notes[0]
    assert dict(db.said) == {"name": "db", "address": "db", "port": 2222}
    assert "[2001:db8::1]:23" in db.notes[0]


def test_several_keys_of_a_host_are_one_host() -> None:
    (web,) = read_known_hosts(f"web {KEY}1\nweb {OTHER}\n[web]:22 ssh-rsa AAAA\n").candidates
    assert web.twin is None


def test_one_name_with_two_ports_is_two_hosts() -> None:
    candidates = read_known_hosts(f"web {KEY}1\n[web]:2222 {KEY}2\n").candidates
    assert [(candidate.name, candidate.said["port"]) for candidate in candidates] == [("web", None), ("web-2222", 2222)]


def test_a_later_line_with_the_same_key_is_a_twin() -> None:
    web, address = read_known_hosts(f"web {KEY}\n10.0.0.1 {KEY}\n").candidates
    assert (web.twin, address.twin) == (None, "web")


def test_what_cannot_be_read_or_is_no_host_is_counted() -> None:
    text = (
        f"|1|abc=|def= {KEY}\n|1|ghi=|jkl= {KEY}\n*.example.com,!bad.example.com {KEY}\n"
        f"@revoked gone {KEY}\n@cert-authority *.example {KEY}\n"
    )
    reading = read_known_hosts(text)
    assert reading.candidates == []
    assert reading.notes == (
        "2 names are hashed and cannot be read.",
        "2 patterns are left out.",
        "2 revoked keys and certificate authorities are left out.",
    )


def test_a_file_that_ssh_keygen_has_hashed_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "known_hosts"
    subprocess.run(("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "key"), check=True)
    path.write_text(f"web,10.0.0.1 {(tmp_path / 'key.pub').read_text()}")
    assert read_known_hosts(path.read_text()).candidates[0].name == "web"
    subprocess.run(("ssh-keygen", "-q", "-H", "-f", path), check=True, capture_output=True)
    reading = read_known_hosts(path.read_text())
    assert (reading.candidates, reading.notes) == ([], ("2 names are hashed and cannot be read.",))


@pytest.mark.parametrize("line", ["web", "web ssh-ed25519", f"[web {KEY}", f"[web]:0 {KEY}", f"a:b:c {KEY}"])
def test_a_line_that_cannot_be_used_is_told(line: str) -> None:
    reading = read_known_hosts(f"{line}\ngood {KEY}\n")
    assert [candidate.name for candidate in reading.candidates] == ["good"]
    assert [entry.where for entry in reading.unusable] == ["line 1"]


def test_more_hosts_than_are_looked_at_are_refused() -> None:
    with pytest.raises(InvalidInputError, match=str(HOSTS_LIMIT)):
        read_known_hosts("".join(f"h{number} t k\n" for number in range(HOSTS_LIMIT + 1)))


@given(
    st.lists(
        st.sampled_from(["web", "[", "]", ":22", ",", " ", KEY, "\n", "|1|", "@revoked", "*"]) | st.text(max_size=4)
    ).map("".join)
)
def test_no_text_makes_it_fail_in_another_way(text: str) -> None:
    with suppress(InvalidInputError):
        assert len(read_known_hosts(text).candidates) <= HOSTS_LIMIT
