"""What came of checks, in words."""

import pytest

from storage.check import Check, CheckKind
from storage.series import SeriesKey
from tests.recorded import key
from tests.watchpost.made_checks import WEB, web
from watchpost.check_results import CheckResult, result_of, result_text, results_text

OWN = Check("own", CheckKind.COMMAND, "cat /run/numbers")


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({}, "no answer yet"),
        (web(1.0, seconds=0.012, http_status=200.0), "up, 12.0 ms"),
        (web(0.0, seconds=0.5, http_status=503.0), "down, HTTP 503, 500.0 ms"),
        (web(0.0), "down"),
    ],
)
def test_an_answer_is_one_short_line(values: dict[SeriesKey, float], text: str) -> None:
    assert result_text(result_of(WEB, values)) == text


def test_a_unit_is_found_by_its_own_name() -> None:
    unit = Check("web server", CheckKind.UNIT, "nginx.service")
    assert result_text(result_of(unit, {key("unit_up", unit="nginx.service"): 1.0})) == "up"
    assert result_of(unit, {key("check_up", check="web server"): 1.0}).up is None


def test_numbers_of_ones_own_follow_and_those_of_other_checks_do_not() -> None:
    values = {
        key("check_up", check="own"): 1.0,
        key("custom", check="own", series="mails"): 5.0,
        key("custom", check="other", series="x"): 9.0,
        key("custom_per_second", check="own", series="sent_total"): 0.25,
    }
    result = result_of(OWN, values)
    assert (result.numbers, result.rates) == ({"mails": 5.0}, {"sent_total": 0.25})
    assert result_text(result) == "up: mails 5, sent_total 0.25/s"


def test_many_numbers_are_counted_and_odd_ones_harmless() -> None:
    many = {key("custom", check="own", series=f"x{number}"): 1.0 for number in range(8)}
    assert result_text(result_of(OWN, {key("check_up", check="own"): 1.0, **many})).endswith("x4 1, and 3 more")
    odd = {key("check_up", check="own"): 1.0, key("custom", check="own", series="a\x1b[2J"): 1e300}
    assert "\x1b" not in result_text(result_of(OWN, odd))


def test_several_hosts_are_summed_up_and_those_that_are_down_named() -> None:
    up, down = CheckResult(up=True), CheckResult(up=False)
    assert results_text({}) == "\N{EN DASH}"
    assert results_text({"db1": down}) == "down"
    assert results_text({"db1": up, "db2": down, "db3": CheckResult()}) == "1 up, 1 down (db2), 1 without an answer"
    assert results_text({f"h{number}": down for number in range(9)}) == "9 down (h0, h1, h2, h3, h4, …)"
