"""Numbers out of what programs print and endpoints expose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remote_probe.check_numbers import TEXT_LIMIT, read_samples
from tests.remote_probe.odd_server import METRICS


def test_the_text_format_of_prometheus_is_understood() -> None:
    assert read_samples(METRICS, 100) == [
        ('http_requests_total{code="200",path="/a}\\"b"}', 1027.0, True),
        ('http_requests_total{code="500"}', 3.0, True),
        ('temperature{room="x y"}', -15.0, False),
        ('latency_bucket{le="+Inf"}', 7.0, True),
        ("latency_sum", 0.5, True),
    ]


@pytest.mark.parametrize(
    ("line", "text", "value"),
    [
        ("queue 5", "queue", 5.0),
        ("  queue\t5\r", "queue", 5.0),
        ("mail.queue-length/in 5e3", "mail.queue-length/in", 5000.0),
        ("queue{} 5", "queue", 5.0),
        ('queue{name="가 나"} .5', 'queue{name="가 나"}', 0.5),
        ('queue{a="<b>=1+1</b>"} 5 # {trace="x"} 0.1', 'queue{a="<b>=1+1</b>"}', 5.0),
        ('queue{a="x"}5', 'queue{a="x"}', 5.0),
        ("x" * TEXT_LIMIT + " 1", "x" * TEXT_LIMIT, 1.0),
    ],
)
def test_a_line_is_a_name_and_a_number(line: str, text: str, value: float) -> None:
    assert read_samples(line.encode(), 10) == [(text, value, False)]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "queue",
        "queue ",
        "queue five",
        "queue NaN",
        "queue -Inf",
        "queue 1e999",
        "queue 1_000",
        "queue 0x10",
        "queue \u0661",
        "5 queue",
        "=cmd()|x 5",
        "<b>queue</b> 5",
        "-rf 5",
        "대기열 5",
        "\x1b[31mqueue 5",
        'queue{a="\x1b[31m"} 5',
        'queue{a="\u202e"} 5',
        'queue{a="b} 5',
        'queue{a="b\\"} 5',
        "queue{ 5",
        "x" * (TEXT_LIMIT + 1) + " 1",
        'x{a="' + "y" * TEXT_LIMIT + '"} 1',
        "x" * 100_000,
    ],
)
def test_what_is_no_name_and_number_is_left_out(line: str) -> None:
    assert read_samples(line.encode() + b"\nnext 1", 10) == [("next", 1.0, False)]


@pytest.mark.parametrize(
    ("declared", "name", "is_counter"),
    [
        ("counter", "x", True),
        ("gauge", "x_total", False),
        ("histogram", "x_bucket", True),
        ("histogram", "x_created", False),
        ("summary", "x_count", True),
        ("summary", "x", False),
        ("untyped", "x", False),
    ],
)
def test_what_is_declared_says_what_counts_up(declared: str, name: str, is_counter: bool) -> None:
    of = name if declared in {"counter", "gauge"} else "x"
    lines = f"# TYPE {of} {declared}\n# TYPE {of} nonsense\n{name} 1\n"
    assert read_samples(lines.encode(), 10) == [(name, 1.0, is_counter)]


def test_without_a_declaration_the_ending_says_it() -> None:
    found = read_samples(b"# TYPE y counter\nx_total 1\ny_total 2\n_total 3\nx 4", 10)
    assert [is_counter for _, _, is_counter in found] == [True, True, False, False]


def test_of_a_series_that_is_there_twice_the_first_counts() -> None:
    assert read_samples(b"x 1\nx 2\n", 10) == [("x", 1.0, False)]


def test_no_more_series_are_read_than_wanted_and_no_half_line() -> None:
    lines = b"".join(b"x%d 1\n" % number for number in range(5000))
    assert len(read_samples(lines, 1000)) == 1000
    assert read_samples(b"x 1\ny 12", 10, is_cut=True) == [("x", 1.0, False)]


@given(st.binary(max_size=400) | st.text(alphabet='ax{}="\\\n 1.#', max_size=60).map(str.encode))
def test_whatever_is_printed_gives_harmless_names_and_finite_numbers(content: bytes) -> None:
    for text, value, _ in read_samples(content, 10):
        assert text.isprintable()
        assert 0 < len(text) <= TEXT_LIMIT
        assert value - value == 0
