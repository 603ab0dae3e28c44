"""Trying a host out, over a real server and on this machine."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from poller.connection_test import Start, StepResult, check_connection
from poller.local_transport import start_local
from poller.probe_start.probe_options import ProbeOptions
from poller.ssh.transport import SshTarget, start_command_over_ssh, start_ssh
from poller.transport import OnStep, ProbeConnection, ProbeSink
from storage.connection_step import Step
from storage.errors import KeyringUnavailableError
from storage.reason import Reason
from tests.probe_stand_in import HELLO, StandIn, stand_in
from tests.real_sshd import RealSshd, free_port
from tests.ssh_target import target_of

StartSshd = Callable[..., RealSshd]


def probing(target: SshTarget) -> Start:
    async def start(sink: ProbeSink, on_step: OnStep) -> ProbeConnection:
        return await start_ssh(target, ProbeOptions(), sink, on_step)

    return start


def standing_in(server: RealSshd, program: StandIn) -> Start:
    async def start(sink: ProbeSink, on_step: OnStep) -> ProbeConnection:
        return await start_command_over_ssh(target_of(server), program.command, program.source, sink, on_step)

    return start


async def test_a_good_host_passes_every_step_and_shows_its_first_reading(sshd: RealSshd) -> None:
    ticked: list[Step] = []
    verdict = await check_connection(probing(target_of(sshd)), ticked.append)
    assert verdict.ok
    assert ticked == list(Step)
    assert verdict.steps == tuple(StepResult(step, True, "") for step in Step)
    assert verdict.hello is not None
    assert verdict.hello.inventory["system"] == "Linux"
    assert verdict.first_reading is not None
    assert verdict.first_reading.processes
    assert verdict.reason is None


async def test_this_machine_needs_no_network_to_pass() -> None:
    verdict = await check_connection(lambda sink, _: start_local(ProbeOptions(), sink), lambda _: None)
    assert verdict.ok
    assert [step.step for step in verdict.steps] == [Step.PYTHON, Step.FIRST_READING]


async def test_a_host_that_is_not_trusted_shows_its_key_to_be_confirmed(sshd: RealSshd) -> None:
    ticked: list[Step] = []
    verdict = await check_connection(probing(replace(target_of(sshd), trusted_keys=())), ticked.append)
    assert not verdict.ok
    assert ticked == [Step.NAME, Step.TCP]
    assert verdict.reason is Reason.HOST_KEY_UNKNOWN
    assert verdict.host_key == sshd.host_key()
    assert [(step.step, step.ok) for step in verdict.steps] == [
        (Step.NAME, True),
        (Step.TCP, True),
        (Step.HOST_KEY, False),
    ]
    assert verdict.steps[-1].detail == verdict.message
    assert verdict.hint


@pytest.mark.parametrize(
    ("target", "reason", "failed_at"),
    [
        (SshTarget("nonexistent.invalid", ssh_config=None), Reason.DNS, Step.NAME),
        (SshTarget("127.0.0.1", free_port(), ssh_config=None), Reason.REFUSED, Step.TCP),
    ],
)
async def test_the_step_at_which_it_ends_is_named(target: SshTarget, reason: Reason, failed_at: Step) -> None:
    verdict = await check_connection(probing(target), lambda _: None)
    assert verdict.reason is reason
    assert verdict.steps[-1].step is failed_at


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("marker()\nraise MemoryError", Reason.PROBE_CRASHED),
        ("marker()\nsay(b'gibberish\\n')\nwait_for_end_of_input()", Reason.BAD_LINE),
    ],
    ids=["crash", "gibberish"],
)
async def test_a_probe_that_brings_no_reading_fails_at_the_first_reading(
    sshd: RealSshd, body: str, reason: Reason
) -> None:
    verdict = await check_connection(standing_in(sshd, stand_in(body)), lambda _: None)
    assert verdict.reason is reason
    assert verdict.steps[-1].step is Step.FIRST_READING
    assert not verdict.steps[-1].ok


class Counted:
    """A connection that counts how often it was closed."""

    closed = 0

    async def close(self) -> None:
        self.closed += 1


async def test_a_probe_that_greets_and_then_says_nothing_fails_in_time_and_is_closed() -> None:
    connection = Counted()

    async def start(sink: ProbeSink, _: OnStep) -> ProbeConnection:
        sink.lines(HELLO.splitlines())
        return connection

    verdict = await check_connection(start, lambda _: None, deadline_s=0.05)
    assert verdict.reason is Reason.TIMEOUT
    assert verdict.steps[-1].step is Step.FIRST_READING
    assert verdict.hello is not None
    assert connection.closed == 1


async def test_an_account_without_python_fails_at_python(start_sshd: StartSshd) -> None:
    server = start_sshd("SetEnv PATH=/nonexistent HOME=/nonexistent")
    verdict = await check_connection(probing(target_of(server)), lambda _: None)
    assert verdict.reason is Reason.NO_PYTHON
    assert verdict.steps[-1].step is Step.PYTHON


async def test_a_locked_keyring_is_a_verdict_and_no_traceback() -> None:
    async def start(sink: ProbeSink, on_step: OnStep) -> ProbeConnection:
        raise KeyringUnavailableError("The keyring is locked.", hint="Unlock it.")

    verdict = await check_connection(start, lambda _: None)
    assert (verdict.reason, verdict.message, verdict.hint) == (
        Reason.CREDENTIAL,
        "The keyring is locked.",
        "Unlock it.",
    )
