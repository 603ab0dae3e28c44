import pytest

from poller.health.address import HealthAddress, health_address
from storage.errors import InvalidInputError


@pytest.mark.parametrize(
    ("text", "host", "port", "is_loopback"),
    [
        ("19469", "127.0.0.1", 19469, True),
        (" 127.0.0.2:80 ", "127.0.0.2", 80, True),
        ("10.0.0.1:19469", "10.0.0.1", 19469, False),
        ("[::1]:19469", "::1", 19469, True),
        ("[::]:19469", "::", 19469, False),
        ("localhost:1", "localhost", 1, True),
        ("poll-1.example.com:65535", "poll-1.example.com", 65535, False),
    ],
)
def test_an_address_and_a_port_or_a_port_alone(text: str, host: str, port: int, *, is_loopback: bool) -> None:
    made = health_address(text)
    assert made == HealthAddress(host, port)
    assert made.is_loopback is is_loopback


def test_nothing_said_means_no_port() -> None:
    assert health_address("  ") is None


@pytest.mark.parametrize("text", ["0", "65536", "x", ":80", "::1:80", "host:", "1.2.3.4:8 0", "1\x1b[2J", "٣٤", "-1"])
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        health_address(text)
    assert "0.0.0.0:19469" in caught.value.hint
    assert "\x1b" not in caught.value.message
