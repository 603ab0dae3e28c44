"""What the poller answers, as it is shown."""

from typing import Any

import pytest

from fleet.reason_text import sentence_text
from monitor_gui.hosts.failure_text import failure_text
from monitor_gui.hosts.verdict import (
    LOCAL_STEPS,
    AnswerError,
    Mark,
    Verdict,
    marks,
    read_key,
    read_verdict,
    step_text,
    steps_in,
)
from storage.connection_step import Step
from storage.reason import Reason

KEY = {"address": "db1", "port": 22, "algorithm": "ssh-ed25519", "public_key": "ssh-ed25519 A", "fingerprint": "S"}


def test_every_step_has_a_text_of_its_own() -> None:
    assert len({step_text(step) for step in Step}) == len(Step)


def test_a_verdict_is_read_and_what_a_later_version_adds_is_passed_over() -> None:
    verdict = read_verdict(
        {
            "ok": False,
            "steps": [{"step": "name", "ok": True}, {"step": "teleport", "ok": True}, {"step": "tcp", "ok": False}],
            "reason": "host_key_changed",
            "host_key": KEY,
            "trusted_keys": [KEY],
            "colour": "red",
        }
    )
    assert verdict.passed == (Step.NAME,)
    assert verdict.known_reason is Reason.HOST_KEY_CHANGED
    assert verdict.host_key is not None
    assert verdict.host_key.address == "db1"
    assert verdict.trusted_keys[0].port == 22


@pytest.mark.parametrize("answer", [{}, {"ok": "yes"}, {"ok": True, "steps": 7}, {"ok": True, "host_key": {}}])
def test_an_answer_that_is_none_is_told(answer: dict[str, Any]) -> None:
    with pytest.raises(AnswerError) as caught:
        read_verdict(answer)
    assert caught.value.hint


def test_a_scan_is_read() -> None:
    key, trusted = read_key({"host_key": KEY})
    assert (key.algorithm, trusted) == ("ssh-ed25519", ())


def test_progress_tells_each_step_once() -> None:
    assert steps_in([{"step": "name"}, {"step": "name"}, {}, {"step": 7}, {"step": "tcp"}]) == (Step.NAME, Step.TCP)


@pytest.mark.parametrize(
    ("passed", "running", "failed", "expected"),
    [
        ((), False, False, "wwwwww"),
        ((), True, False, "rwwwww"),
        ((Step.NAME, Step.TCP), True, False, "pprwww"),
        ((Step.NAME, Step.TCP), False, True, "ppfsss"),
        (tuple(Step), False, False, "pppppp"),
    ],
)
def test_the_step_after_the_last_that_passed_is_where_it_is(
    passed: tuple[Step, ...], expected: str, *, running: bool, failed: bool
) -> None:
    letters = {Mark.WAITING: "w", Mark.RUNNING: "r", Mark.PASSED: "p", Mark.FAILED: "f", Mark.SKIPPED: "s"}
    found = marks(Step, passed, running=running, failed=failed)
    assert "".join(letters[found[step]] for step in Step) == expected


def test_this_machine_has_two_steps() -> None:
    assert list(marks(LOCAL_STEPS, (), running=True, failed=False).values()) == [Mark.RUNNING, Mark.WAITING]


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_a_title_and_advice(reason: Reason) -> None:
    text = failure_text(Verdict(ok=False, reason=reason.value, message="said", detail="line 1\nline\x1b 2"))
    assert text.title.endswith(".")
    assert text.advice.endswith(".")
    assert text.said == "said\nline 1\nline\ufffd 2"


def test_what_the_title_says_is_not_said_once_more() -> None:
    title = sentence_text(Reason.REFUSED)
    text = failure_text(Verdict(ok=False, reason=Reason.REFUSED.value, message=title, detail="line 1"))
    assert (text.title, text.said) == (title, "line 1")


def test_a_reason_of_a_later_version_is_told_in_the_pollers_words() -> None:
    text = failure_text(Verdict(ok=False, reason="gravity", message="It fell.", hint="Catch it."))
    assert text == ("It fell.", "Catch it.", "")
    assert failure_text(Verdict(ok=False)).title
