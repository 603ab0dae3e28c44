"""Which series of a person's own are sent, and that they do not change all the time."""

import json

from remote_probe import json_line, series
from remote_probe.check_series import ROUNDS_KEPT, KeptSeries, Room

Samples = list[tuple[str, float, bool]]


def gauges(*texts: str) -> Samples:
    return [(text, float(len(text)), False) for text in texts]


class Host:
    """Checks of one host, round after round."""

    def __init__(self, *checks: str) -> None:
        self.checks = [KeptSeries(check) for check in checks]
        self.room = Room()

    def round(self, *samples: Samples) -> list[list[float | None]]:
        self.room.next_round()
        return [check.take(each, self.room) for check, each in zip(self.checks, samples, strict=True)]

    def texts(self, check: int = 0) -> list[str]:
        return [flat[-1] for flat in self.checks[check].series]


def test_values_stand_where_their_series_do() -> None:
    host = Host("api")
    assert host.round([("a", 1.0, False), ("b_total", 2.0, True)]) == [[1.0, 2.0]]
    assert host.checks[0].series == (
        ("custom", "check", "api", "series", "a"),
        ("custom_total", "check", "api", "series", "b_total"),
    )


def test_a_series_that_vanishes_keeps_its_place_for_a_while() -> None:
    host = Host("api")
    host.round(gauges("a", "bb"))
    for _ in range(ROUNDS_KEPT):
        assert host.round(gauges("bb")) == [[None, 2.0]]
    assert host.round(gauges("bb")) == [[2.0]]


def test_the_series_of_a_check_that_fails_now_and_then_never_change() -> None:
    host = Host("api")
    host.round(gauges("a"))
    announced = host.checks[0].series
    for turn in range(50):
        host.round(gauges("a") if turn % 5 == 0 else [])
        assert host.checks[0].series is announced


def test_what_is_new_is_sent_at_once_but_what_always_is_new_only_now_and_then() -> None:
    host = Host("api")
    changes, announced = 0, host.checks[0].series
    for turn in range(200):
        host.round(gauges(f"pod{turn}"))
        changes += host.checks[0].series is not announced
        announced = host.checks[0].series
        assert turn > 8 or f"pod{turn}" in host.texts()
    assert changes <= 10 + 200 / 10


def test_all_checks_of_a_host_share_the_limit_in_order_and_what_is_there_goes_before_what_was() -> None:
    host = Host("first", "second")
    many = gauges(*(f"x{number}" for number in range(series.CUSTOM_LIMIT - 1)))
    host.round(many, gauges("a", "bb"))
    assert (len(host.texts(0)), host.texts(1)) == (series.CUSTOM_LIMIT - 1, ["a"])
    host.round(many[1:] + gauges("new", "newer"), [])
    assert len(host.texts(0)) == series.CUSTOM_LIMIT
    assert host.texts(0)[-2:] == ["new", "newer"]
    assert "x0" not in host.texts(0)
    assert host.texts(1) == []


def test_a_layout_of_the_longest_texts_fits_into_a_line() -> None:
    host = Host("검" * 64)
    host.round(gauges(*("가" * 250 + str(number) for number in range(series.CUSTOM_LIMIT))))
    line = json_line.encode([list(flat) for flat in host.checks[0].series])
    assert json.loads(line)[0][0] == "custom"
    assert 200 * 1024 < len(line) < 420 * 1024
