"""Fingerprints as people compare them."""

import subprocess
from pathlib import Path

import pytest

from monitor_gui.hosts.fingerprint import Comparison, compare, grouped
from monitor_gui.hosts.randomart import randomart
from storage.host_keys import fingerprint_of
from tests.real_sshd import make_key, read_public_key

FINGERPRINT = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"
OTHER = "SHA256:5JCeuQeRkm5NMpJWZG3hSuFU47DEQpj8HBSa+/TImW+"


def test_a_fingerprint_is_shown_in_groups() -> None:
    assert grouped(FINGERPRINT) == "47DE Qpj8 HBSa +/TI mW+5 JCeu QeRk m5NM pJWZ G3hS uFU"


@pytest.mark.parametrize(
    ("pasted", "comparison"),
    [
        ("", Comparison.EMPTY),
        ("  \n", Comparison.EMPTY),
        (FINGERPRINT, Comparison.SAME),
        (f" {FINGERPRINT}= ", Comparison.SAME),
        (FINGERPRINT.removeprefix("SHA256:"), Comparison.SAME),
        (grouped(FINGERPRINT), Comparison.SAME),
        (f"256 {FINGERPRINT} root@db1 (ED25519)", Comparison.SAME),
        (f"256 {OTHER} a (ECDSA)\n256 {FINGERPRINT} b (ED25519)", Comparison.SAME),
        (OTHER, Comparison.DIFFERENT),
        (FINGERPRINT.lower(), Comparison.UNREADABLE),
        (FINGERPRINT[:-1], Comparison.DIFFERENT),
        (FINGERPRINT[7:-1], Comparison.UNREADABLE),
        ("MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48", Comparison.UNREADABLE),
        ("yes", Comparison.UNREADABLE),
    ],
)
def test_what_is_pasted_is_judged(pasted: str, comparison: Comparison) -> None:
    assert compare(pasted, FINGERPRINT) is comparison


@pytest.mark.parametrize("kind", ["ed25519", "rsa", "ecdsa"])
def test_ssh_keygen_draws_the_same_picture(tmp_path: Path, kind: str) -> None:
    path = make_key(tmp_path / "key", kind)
    said = subprocess.run(("ssh-keygen", "-lv", "-f", f"{path}.pub"), capture_output=True, text=True, check=True)
    public_key = read_public_key(path)
    assert randomart(public_key) == "\n".join(said.stdout.splitlines()[1:])
    assert compare(said.stdout, fingerprint_of(public_key)) is Comparison.SAME


@pytest.mark.parametrize("text", ["", "ssh-ed25519", "ssh-ed25519 ###", "ssh-ed25519  "])
def test_what_is_no_key_has_no_picture(text: str) -> None:
    assert randomart(text) == ""
