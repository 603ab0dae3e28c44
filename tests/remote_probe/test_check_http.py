"""Asking URLs, of servers that behave and of those that do not."""

import datetime as dt
import ipaddress
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from remote_probe import check_http
from remote_probe.check_http import BODY_LIMIT, ask
from tests.remote_probe.odd_server import METRICS, OddServer, running_odd_server


@pytest.fixture(scope="module")
def server() -> Iterator[OddServer]:
    with running_odd_server() as running:
        yield running


def check(url: str, within_s: float = 10.0) -> tuple[int, float | None, int | None]:
    up, seconds, status = check_http.check_http(url, time.monotonic() + within_s)
    assert seconds is None or 0 < seconds < within_s
    return up, seconds, status


@pytest.mark.parametrize(
    ("path", "up", "status"),
    [("/", 1, 200), ("/chunked", 1, 200), ("/moved", 1, 204), ("/none", 0, 404), ("/broken", 0, 500)],
)
def test_what_answers_below_400_is_up_and_redirects_are_followed(
    server: OddServer, path: str, up: int, status: int
) -> None:
    found = check(server.url(path))
    assert (found[0], found[2]) == (up, status)
    assert found[1] is not None


@pytest.mark.parametrize(
    "path", ["/round", "/to-a-file", "/to-a-line-break", "/cut", "/garbage", "/continue", "/headers"]
)
def test_what_is_no_whole_answer_is_down(server: OddServer, path: str) -> None:
    assert check(server.url(path)) == (0, None, None)


@pytest.mark.parametrize("path", ["/silent", "/drip", "/drip-body"])
def test_a_server_that_takes_its_time_is_left_at_the_deadline(server: OddServer, path: str) -> None:
    assert check(server.url(path), 0.3) == (0, None, None)


def test_no_more_of_an_answer_is_read_than_is_wanted(server: OddServer) -> None:
    assert check(server.url("/large"))[0] == 1
    answer = ask(server.url("/large"), time.monotonic() + 10, BODY_LIMIT)
    assert len(answer.body) == BODY_LIMIT
    assert ask(server.url("/metrics"), time.monotonic() + 10, BODY_LIMIT).body == METRICS


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://no-such-host.invalid/", "http:///", "http://[::1/", "x"]
)
def test_where_nothing_can_answer_it_is_down(url: str) -> None:
    assert check(url) == (0, None, None)


def test_a_certificate_is_taken_only_if_the_host_itself_trusts_it_and_the_name_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed(tmp_path / "certificate.pem")
    with running_odd_server(certificate) as server:
        monkeypatch.setattr(check_http, "_trust", check_http._Trust())
        assert check(server.url("/")) == (0, None, None)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        monkeypatch.setattr(check_http, "_trust", check_http._Trust())
        assert check(server.url("/"))[::2] == (1, 200)
        assert check(server.url("/").replace("127.0.0.1", "localhost")) == (0, None, None)


def test_a_server_that_speaks_no_tls_is_down_for_https(server: OddServer) -> None:
    assert check(server.url("/").replace("http:", "https:"), 1.0) == (0, None, None)


def self_signed(path: Path) -> Path:
    """A certificate of 127.0.0.1 with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "odd")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path
