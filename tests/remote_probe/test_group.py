import json

from remote_probe.group import Group, scrape_line


class Source:
    """A source whose series and values the test sets."""

    def __init__(self, series: tuple[tuple[str, ...], ...], values: list[float | None]) -> None:
        self.series = series
        self.values = values
        self.trouble: Exception | None = None

    def read(self) -> list[float | None]:
        if self.trouble is not None:
            raise self.trouble
        return self.values


def test_a_layout_is_announced_first_and_again_only_when_series_change() -> None:
    source = Source((("load1",),), [0.5])
    group = Group("fast", 0, [Source((("load5",),), [0.7]), source])
    values, layout = group.read()
    assert values == [0.7, 0.5]
    assert json.loads(layout) == {"layout": 0, "group": "fast", "series": [["load5"], ["load1"]]}
    assert group.read() == ([0.7, 0.5], None)
    source.series, source.values = (("tcp_connections", "state", "LISTEN"), ("load1",)), [3, 0.5]
    values, layout = group.read()
    assert values == [0.7, 3, 0.5]
    assert json.loads(layout)["series"] == [["load5"], ["tcp_connections", "state", "LISTEN"], ["load1"]]


def test_what_the_host_will_not_tell_is_absent_and_the_rest_is_there() -> None:
    forbidden = Source((("load1",), ("load5",)), [1.0, 2.0])
    group = Group("fast", 0, [forbidden, Source((("load15",),), [3.0])])
    for trouble in (PermissionError(), ValueError("odd"), IndexError(), KeyError()):
        forbidden.trouble = trouble
        assert group.read()[0] == [None, None, 3.0]


def test_values_that_do_not_fit_their_series_are_not_sent() -> None:
    assert Group("fast", 0, [Source((("load1",), ("load5",)), [1.0])]).read()[0] == [None, None]


def test_a_scrape_line_holds_the_groups_whose_turn_it_was() -> None:
    fast, slow = Group("fast", 0, []), Group("slow", 2, [])
    line = scrape_line(17, 81239.1134, 1790000005.1134, [(fast, [1, None]), (slow, [2.5])], None)
    assert json.loads(line) == {
        "n": 17,
        "m": 81239.113,
        "t": 1790000005.113,
        "fast": [0, [1, None]],
        "slow": [2, [2.5]],
    }
    row = (1, "init", "/sbin/init", "root", 0.5, 100, 200, 3.5)
    assert json.loads(scrape_line(0, 1.0, 2.0, [], [row]))["top"] == [list(row)]
