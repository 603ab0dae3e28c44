import io

from rich.console import Console

from poller.failure import SessionError
from storage.connection_step import Step
from storage.host import Host
from storage.host_keys import HostKey
from storage.reason import Reason
from watchpost.host_dialogue import FAILED_TEXT, STEP_TEXT, HostDialogue, with_way_out
from watchpost.remote_actions import OnStep, StepOutcome, TestOutcome

WEB = Host(name="my web", address="192.0.2.7", id=1, revision=1)


class Scripted:
    """Actions with a known outcome."""

    def __init__(self, outcome: TestOutcome) -> None:
        self._outcome = outcome

    def test(self, host: Host, on_step: OnStep) -> TestOutcome:
        for step in self._outcome.steps:
            if step.ok:
                on_step(step.step)
        return self._outcome

    def scan_host_key(self, host: Host) -> HostKey:
        raise AssertionError("no key is asked for here")


def shown(outcome: TestOutcome, *, quiet: bool = False) -> tuple[str, SessionError | None]:
    out = io.StringIO()
    dialogue = HostDialogue(Console(file=out, width=200, markup=False), quiet=quiet)
    try:
        dialogue.test(WEB, Scripted(outcome))
    except SessionError as error:
        return out.getvalue(), error
    return out.getvalue(), None


FAILED = TestOutcome(
    ok=False,
    steps=(StepOutcome(Step.NAME, True), StepOutcome(Step.PYTHON, False, "no")),
    reason=Reason.PROBE_CRASHED,
    message="The probe \x1b[31mfailed.",
    hint="look",
    detail="line 1\nline \x1b[2J2",
)


def test_steps_are_ticked_the_failing_one_is_crossed_and_the_last_words_follow() -> None:
    text, error = shown(FAILED)
    lines = [line.strip() for line in text.splitlines()]
    assert lines[1:4] == ["✔ address found", "✖ starting the probe", "line 1"]
    assert "\x1b" not in text
    assert error is not None
    assert (error.reason, error.hint) == (Reason.PROBE_CRASHED, "look")


def test_a_quiet_dialogue_says_nothing_and_fails_all_the_same() -> None:
    text, error = shown(FAILED, quiet=True)
    assert text == ""
    assert error is not None


def test_what_the_host_says_of_itself_closes_a_good_test() -> None:
    outcome = TestOutcome(ok=True, steps=(StepOutcome(Step.PYTHON, True),), inventory={"distribution": "Debian"})
    text, error = shown(outcome)
    assert error is None
    assert "It works: 192.0.2.7 · Debian" in text


def test_there_are_words_for_every_step() -> None:
    assert set(STEP_TEXT) == set(FAILED_TEXT) == set(Step)


def test_a_host_that_stays_registered_is_told_with_the_way_to_remove_it() -> None:
    error = with_way_out(SessionError(Reason.DNS), WEB)
    assert error.hint.endswith("watchpost hosts remove 'my web'")
