"""The way to a host by paramiko: through its jump hosts or a proxy command, then the host itself."""

import asyncio
import contextlib
import socket
from dataclasses import replace
from functools import partial

from paramiko.ssh_exception import ChannelException

from poller.failure import SessionError, classify
from poller.own_thread import in_own_thread
from poller.paramiko_ssh.login import ParamikoLogin
from poller.paramiko_ssh.shell import ParamikoShell
from poller.paramiko_ssh.wire import Passage, Wire
from poller.ssh.agent import key_pairs
from poller.ssh.configuration import SshConfiguration, read_configuration
from poller.ssh.host_key_judgement import judge_host_key, judge_revoked
from poller.ssh.keys import Offer, choose_offer
from poller.ssh.known_hosts import HostMarks, read_marks
from poller.ssh.login import Judge
from poller.ssh.login_failure import beyond_jump, ended_proxy_command, refused_login
from poller.ssh.prompts import Prompts
from poller.ssh.proxy_command import ProxyCommand
from poller.ssh.route import find_hops, keys_of_jump_host, told_of_jump_host
from poller.ssh.settings import SshTarget
from poller.ssh.tcp import open_tcp
from poller.transport import OnStep
from storage.connection_step import Step
from storage.errors import WatchpostError
from storage.reason import Reason

_FAMILIES = {"inet": socket.AF_INET, "inet6": socket.AF_INET6}


async def open_paramiko(target: SshTarget, judge: Judge, on_step: OnStep) -> ParamikoShell:
    """Logs in to the host, by way of its jump hosts.

    Args:
        target: the host.
        judge: decides on the host's key. Jump hosts must be in a known_hosts file, as for ssh.
        on_step: told of the host's own steps, each at least once as it passes.

    Raises:
        SessionError: it did not work, and why. Nothing is left open then.
    """
    way = _Way()
    try:
        configuration = await read_configuration(target)
        for hop in await find_hops(target, configuration):
            await _pass_jump_host(way, hop)
        await way.go(target, configuration, judge, on_step)
    except BaseException as error:
        await way.shell().close()
        if not isinstance(error, Exception):
            raise
        raise classify(error) from error
    return way.shell()


async def _pass_jump_host(way: "_Way", hop: SshTarget) -> None:
    try:
        configuration = await read_configuration(hop)
        trusted = await asyncio.to_thread(keys_of_jump_host, configuration)
        target = replace(hop, trusted_keys=trusted)
        await way.go(target, configuration, partial(judge_host_key, trusted), lambda _: None)
    except WatchpostError as error:
        raise told_of_jump_host(hop, error) from error


class _Way:
    """The wires so far, one in the other, and the socket below them."""

    def __init__(self) -> None:
        self._wires: list[Wire] = []
        self._sock: socket.socket | None = None
        self._proxy: ProxyCommand | None = None

    async def go(self, target: SshTarget, configuration: SshConfiguration, judge: Judge, on_step: OnStep) -> None:
        """Logs in one host further."""
        offer, marks = await asyncio.to_thread(_prepare, target, configuration)
        wire = Wire(await self._reach(target, configuration, on_step), target.login_timeout_s)
        self._wires.append(wire)
        prompts = Prompts(offer.password)
        try:
            async with asyncio.timeout(target.login_timeout_s), key_pairs(offer, configuration) as pairs:
                login = ParamikoLogin(
                    target=target,
                    configuration=configuration,
                    offer=offer,
                    pairs=pairs,
                    prompts=prompts,
                    judge=lambda presented: judge_revoked(marks.revoked, presented) or judge(presented),
                    on_step=_in_this_loop(on_step),
                )
                await in_own_thread(partial(login.run, wire), self.cut)
        except TimeoutError:
            raise SessionError(Reason.TIMEOUT, "The server did not finish the login in time.") from None
        except Exception as error:
            failure = classify(wire.farewell if wire.farewell and not isinstance(error, SessionError) else error)
            status = await asyncio.to_thread(self._proxy.finish) if self._proxy else None
            if failure.reason is Reason.AUTH or prompts.unanswered is not None:
                failure = refused_login(configuration, offer, prompts)
            elif failure.reason is Reason.LOST and status:
                failure = ended_proxy_command(target.address, status)
            raise failure from error

    async def _reach(
        self, target: SshTarget, configuration: SshConfiguration, on_step: OnStep
    ) -> socket.socket | Passage:
        """What the next wire lies on."""
        if self._wires:
            passage = await in_own_thread(partial(_through, self._wires[-1], configuration), self.cut)
            on_step(Step.NAME)
            on_step(Step.TCP)
            return passage
        if configuration.proxy_command is not None:
            self._proxy = await asyncio.to_thread(ProxyCommand.start, configuration.proxy_command)
            self._sock = self._proxy.sock
            on_step(Step.NAME)
            on_step(Step.TCP)
        else:
            self._sock = await open_tcp(
                configuration.host,
                configuration.port,
                timeout_s=configuration.connect_timeout_s or target.connect_timeout_s,
                on_step=on_step,
                family=_FAMILIES.get(configuration.address_family, socket.AF_UNSPEC),
                bind_address=configuration.bind_address,
            )
        return self._sock

    def shell(self) -> ParamikoShell:
        """What may be done at the end of the way."""
        return ParamikoShell(tuple(self._wires), self.cut)

    def cut(self) -> None:
        """Ends all of it at once: what reads or writes on the socket fails."""
        if self._sock is not None:
            with contextlib.suppress(OSError):
                self._sock.shutdown(socket.SHUT_RDWR)
            # Else the thread that reads there closes it.
            if not any(wire.is_alive() for wire in self._wires):
                self._sock.close()
        if self._proxy is not None:
            self._proxy.end()


def _in_this_loop(on_step: OnStep) -> OnStep:
    """Passes steps on from another thread."""
    loop = asyncio.get_running_loop()

    def tell(step: Step) -> None:
        loop.call_soon_threadsafe(on_step, step)

    return tell


def _prepare(target: SshTarget, configuration: SshConfiguration) -> tuple[Offer, HostMarks]:
    files = (*configuration.user_known_hosts, *configuration.global_known_hosts)
    marks = read_marks(files, configuration.known_as, configuration.port)
    return choose_offer(target, configuration), marks


def _through(wire: Wire, configuration: SshConfiguration) -> Passage:
    """A connection that the jump host at the end of a wire opens. Blocks."""
    try:
        place = (configuration.host, configuration.port)
        return Passage(wire.open_channel("direct-tcpip", place, ("127.0.0.1", 0)))
    except ChannelException as error:
        raise beyond_jump(wire.refusal or error.text) from error
