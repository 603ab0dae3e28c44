"""Answers what people ask of the poller: connection tests and host-key scans, as rows of the requests table."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import asdict
from functools import partial
from typing import Any

import structlog

from poller.bootstrap import ProbeOptions
from poller.connection_test import Verdict, check_connection
from poller.connector import Connector, ssh_target
from poller.event_loop import hurry
from poller.host_key_policy import scan
from poller.transport import OnStep, ProbeConnection, ProbeSink, Step
from storage.database import Database
from storage.errors import InvalidInputError, NotFoundError, WatchpostError
from storage.host import Host, Transport
from storage.hosts import list_hosts
from storage.requests import (
    Request,
    RequestKind,
    RequestState,
    add_progress,
    claim_request,
    expire_requests,
    finish_request,
    pending_requests,
)

_log = structlog.get_logger()

Answer = dict[str, Any]


class RequestDesk:
    """Claims pending requests and answers each in a task of its own.

    Attributes:
        pause_s: how long to wait between two looks at the table.
    """

    pause_s = 1.0

    def __init__(self, database: Database, connector: Connector, on_proven: Callable[[int], None]) -> None:
        """Takes `on_proven`, which is called with the id of a host that has just passed a connection test."""
        self._database = database
        self._connector = connector
        self._on_proven = on_proven
        self._answering: set[asyncio.Task[None]] = set()
        self._answers: dict[RequestKind, Callable[[Request], Coroutine[None, None, Answer]]] = {
            RequestKind.TEST_CONNECTION: self._test_connection,
            RequestKind.SCAN_HOST_KEY: self._scan_host_key,
        }

    async def answer_pending(self) -> None:
        """Starts an answer to every request that waits."""
        for request in await asyncio.to_thread(self._claim_all):
            task = asyncio.create_task(self._answer(request), name=f"request {request.id}")
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    async def end(self) -> None:
        """Gives up what is being answered; who asked runs into a deadline of their own."""
        tasks = list(self._answering)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _claim_all(self) -> list[Request]:
        with self._database.reading() as connection:
            if not pending_requests(connection):
                return []
        with self._database.writing() as connection:
            expire_requests(connection, _now_ms())
            return [request for request in pending_requests(connection) if claim_request(connection, request.id)]

    async def _answer(self, request: Request) -> None:
        try:
            with hurry():
                answer = await self._answers[request.kind](request)
            state = RequestState.DONE
        except WatchpostError as error:
            answer = {"kind": error.kind, "message": error.message, "hint": error.hint}
            state = RequestState.FAILED
        _log.info("request_answered", request=request.id, request_kind=request.kind.value, state=state.value)
        try:
            await asyncio.to_thread(self._finish, request.id, state, answer)
        except WatchpostError as error:
            _log.warning("request_lost", request=request.id, kind=error.kind, detail=error.message)

    async def _test_connection(self, request: Request) -> Answer:
        """`{"host_id"}` as a verdict, its steps told one by one as they pass."""
        host = await asyncio.to_thread(self._host, request)
        progress = _Progress(partial(self._add_progress, request.id))
        try:
            verdict = await try_host(self._connector, host, progress.passed)
        finally:
            await progress.end()
        if verdict.ok:
            self._on_proven(host.id)
        return verdict_answer(verdict)

    async def _scan_host_key(self, request: Request) -> Answer:
        """`{"host_id"}` as the key that the host presents."""
        host = await asyncio.to_thread(self._host, request)
        if host.transport is not Transport.SSH:
            raise InvalidInputError(f"“{host.name}” is this machine; it has no host key.")
        return {"host_key": asdict(await scan(ssh_target(host)))}

    def _host(self, request: Request) -> Host:
        host_id = request.payload.get("host_id")
        with self._database.reading() as connection:
            for host in list_hosts(connection):
                if host.id == host_id:
                    return host
        raise NotFoundError("The host is no longer registered.")

    def _add_progress(self, request_id: int, step: Step) -> None:
        with self._database.writing() as connection:
            add_progress(connection, request_id, {"step": step.value})

    def _finish(self, request_id: int, state: RequestState, answer: Answer) -> None:
        with self._database.writing() as connection:
            finish_request(connection, request_id, state, answer, _now_ms())


async def try_host(connector: Connector, host: Host, on_step: OnStep) -> Verdict:
    """Tests the connection to a registered host from here."""

    def start(sink: ProbeSink, on_step: OnStep) -> Coroutine[None, None, ProbeConnection]:
        return connector.start(host, ProbeOptions(interval_s=1.0, count=1), sink, on_step)

    return await check_connection(start, on_step)


def verdict_answer(verdict: Verdict) -> Answer:
    """A verdict as it lies in the requests table."""
    return {
        "ok": verdict.ok,
        "steps": [{"step": step.step.value, "ok": step.ok, "detail": step.detail} for step in verdict.steps],
        "reason": verdict.reason.value if verdict.reason else None,
        "message": verdict.message,
        "hint": verdict.hint,
        "detail": verdict.detail,
        "host_key": asdict(verdict.host_key) if verdict.host_key else None,
        "inventory": verdict.hello.inventory if verdict.hello else None,
    }


class _Progress:
    """Writes steps in order without keeping the connection test waiting for the database."""

    def __init__(self, write: Callable[[Step], None]) -> None:
        self._write = write
        self._steps: asyncio.Queue[Step | None] = asyncio.Queue()
        self._task = asyncio.create_task(self._work())

    def passed(self, step: Step) -> None:
        self._steps.put_nowait(step)

    async def end(self) -> None:
        self._steps.put_nowait(None)
        await self._task

    async def _work(self) -> None:
        while (step := await self._steps.get()) is not None:
            try:
                await asyncio.to_thread(self._write, step)
            except WatchpostError:
                # The verdict holds every step once more.
                continue


def _now_ms() -> int:
    return int(time.time() * 1000)
