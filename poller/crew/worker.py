"""A worker: a process with an event loop of its own that holds the sessions of some of the hosts.

Its standard input is the socket to the poller; when that closes, it ends. It has neither the database nor the keyring.
"""

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Iterable

import structlog

from alerts.rules.applied_rule import AppliedRule
from poller.any_transport import start_probe
from poller.assignment import Assignment
from poller.chores import Chores
from poller.crew.asked_trust import AskedTrust
from poller.crew.frames import Unframer, framed
from poller.crew.local_crew import LocalCrew
from poller.crew.messages import (
    Alive,
    End,
    Follow,
    Followed,
    FollowRules,
    FromWorker,
    Granted,
    HoldHosts,
    Retry,
    RetryHosts,
    ToWorker,
    decode_to_worker,
    encode,
)
from poller.crew.outbox import Outbox
from poller.crew.packed_rules import unpack_rules
from poller.crew.told_log import log_to
from poller.event_loop import run
from poller.transport import ProbeConnection, ProbeSink
from storage.alerting.alert_row import AlertRow

ALIVE_S = 5.0
FOLLOW_S = 2.0
_READ_SIZE = 1 << 20

_log = structlog.get_logger()


class Worker:
    """One worker, at its end of the socket."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._loop = asyncio.get_running_loop()
        self._unframer = Unframer()
        self._over = asyncio.Event()
        self._outbox = Outbox(self.send, self._loop.call_soon)
        self._trust = AskedTrust(self.send)
        self._crew = LocalCrew(
            self._start_probe, self._outbox, self._outbox.count_failure, open_alerts=self._take_alerts
        )
        # In their order, and each done with before the next.
        self._orders: asyncio.Queue[Follow | FollowRules] = asyncio.Queue()
        self._wanted: dict[int, Assignment] = {}
        self._rules: dict[int, tuple[AppliedRule, ...]] = {}
        # Of hosts that are about to be followed.
        self._alerts: list[AlertRow] = []
        # 0 before the first.
        self._order = 0
        self._following = asyncio.Lock()

    async def run(self) -> bool:
        """Works until it is told to end, or the poller is gone; False where it cannot go on by a fault of its own."""
        self._loop.add_reader(self._sock, self._read)
        over = asyncio.create_task(self._over.wait())
        work = {
            asyncio.create_task(self._follow_orders()),
            asyncio.create_task(self._say_alive()),
            asyncio.create_task(Chores().repeat("follow", FOLLOW_S, self._follow_again)),
        }
        tasks = {over, *work}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done & work:
                # Alive, but without hands: the poller would wait for it for ever, so it has to be started anew.
                _log.error("worker_fault", exc_info=task.exception())
            return not done & work
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._crew.end()
            self._outbox.flush()
            self._loop.remove_reader(self._sock)

    def send(self, message: FromWorker) -> None:
        """Sends a message. Waits where the poller is slower than its workers: then they read more slowly, too."""
        if self._over.is_set() and self._sock.fileno() < 0:
            return
        try:
            self._sock.sendall(framed(encode(message)))
        except OSError:
            # The poller is gone.
            self._over.set()

    def _read(self) -> None:
        try:
            data = self._sock.recv(_READ_SIZE)
        except OSError:
            data = b""
        if not data:
            self._over.set()
            self._loop.remove_reader(self._sock)
            return
        for message in self._unframer.feed(data):
            self._take(decode_to_worker(message))

    def _take(self, message: ToWorker) -> None:
        match message:
            case Follow() | FollowRules():
                self._orders.put_nowait(message)
            case Granted():
                self._trust.answered(message)
            case Retry():
                self._crew.retry(message.reasons, message.host_ids)
            case RetryHosts():
                self._crew.retry_hosts(message.host_ids)
            case HoldHosts():
                self._crew.hold(message.host_ids, message.hold)
            case End():
                self._over.set()

    async def _follow_orders(self) -> None:
        while True:
            order = await self._orders.get()
            if isinstance(order, FollowRules):
                self._rules |= unpack_rules(order.rules)
                self._crew.follow_rules(self._rules)
                continue
            async with self._following:
                await self._follow(order)
            self._outbox.flush()
            self.send(Followed(order.number))

    async def _follow(self, order: Follow) -> None:
        if not self._order:
            await self._crew.start([])
        self._order = order.number
        for host_id in order.gone:
            self._wanted.pop(host_id, None)
            self._rules.pop(host_id, None)
        self._alerts = order.alerts
        self._wanted.update((assignment.host.id, assignment) for assignment in order.changed)
        self._crew.remember(order.last_states, order.holds)
        await self._crew.follow(order.number, list(self._wanted.values()))

    async def _follow_again(self) -> None:
        """The poller says nothing new, but sessions may have ended by a fault of ours."""
        async with self._following:
            if self._order:
                await self._crew.follow(self._order, list(self._wanted.values()))

    async def _say_alive(self) -> None:
        while True:
            # Of this thread alone: what others do takes nothing from the sessions.
            self.send(Alive(time.thread_time(), self._crew.evaluation_s))
            await asyncio.sleep(ALIVE_S)

    def _take_alerts(self, host_ids: Iterable[int]) -> list[AlertRow]:
        """What fires on hosts that are new here."""
        alerts, self._alerts = self._alerts, []
        new = frozenset(host_ids)
        return [alert for alert in alerts if alert.host_id in new]

    async def _start_probe(self, assignment: Assignment, sink: ProbeSink) -> ProbeConnection:
        return await start_probe(assignment.host, assignment.options, sink, self._trust)


async def _work(sock: socket.socket) -> bool:
    worker = Worker(sock)
    log_to(worker.send)
    return await worker.run()


def main() -> None:
    """Works on the socket that is standard input, until that closes."""
    # Whoever ends the poller ends its workers through it: they have sessions to close, and readings to hand over.
    for number in (signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])):
        signal.signal(number, signal.SIG_IGN)
    sock = socket.socket(fileno=os.dup(0))
    sock.setblocking(True)
    with contextlib.closing(sock):
        is_well = run(_work(sock))
    logging.shutdown()
    structlog.reset_defaults()
    if not is_well:
        sys.exit(1)


if __name__ == "__main__":
    main()
