"""What the log says of alerts."""

from structlog.testing import capture_logs

from poller.alerting.alert_words import LINES, SPAN_S, AlertWords
from tests.storage.alerting.test_alert_rows import FIRED, RESOLVED, WORSE, change


class Clock:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def test_what_happens_is_told_by_the_names_of_rule_and_host() -> None:
    with capture_logs() as logs:
        words = AlertWords(lambda host_id: f"host{host_id}", Clock())
        for each in (FIRED, WORSE, RESOLVED):
            words.tell(each)
    assert [(log["event"], log["log_level"]) for log in logs] == [
        ("alert_fired", "warning"),
        ("alert_worse", "warning"),
        ("alert_resolved", "info"),
    ]
    assert (logs[0]["rule"], logs[0]["host"], logs[0]["series"]) == ("Disk usage", "host7", 'mount="/"')
    assert (logs[0]["severity"], logs[0]["value"]) == ("warning", 85.0)
    assert (logs[2]["resolution"], "resolution" in logs[0]) == ("well", False)


def test_a_thousand_hosts_that_vanish_are_a_few_lines() -> None:
    clock = Clock()
    with capture_logs() as logs:
        words = AlertWords(str, clock)
        for host_id in range(1000):
            words.tell(change(host_id=host_id))
        words.tell(RESOLVED)
        words.catch_up()
        assert len(logs) == LINES
        clock.now_s += SPAN_S
        words.catch_up()
        words.catch_up()
        assert (logs[-1]["event"], logs[-1]["fired"], logs[-1]["resolved"]) == ("alerts_changed", 1000 - LINES, 1)
        assert len(logs) == LINES + 1
        words.tell(FIRED)
    assert logs[-1]["event"] == "alert_fired"
