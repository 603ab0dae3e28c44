"""Answers what people ask of the poller, as rows of the requests table. What is taken on comes to an end."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Iterable
from functools import partial

import structlog

from poller.connector import Connector
from poller.event_loop import hurry
from poller.host_requests import Answer, HostRequests
from poller.host_retry import HostRetry
from storage.connection_step import Step
from storage.database import Database
from storage.errors import InvalidInputError, WatchpostError
from storage.requests import (
    Request,
    RequestKind,
    RequestState,
    add_progress,
    claim_request,
    expire_requests,
    finish_request,
    is_running,
    pending_requests,
)
from storage.utc import now_ms

ANSWERS_AT_ONCE = 25
"""Hosts that are added by the dozen are tried by the dozen; sshd's default MaxStartups refuses a burst of 60."""

_log = structlog.get_logger()


class RequestDesk:
    """Claims pending requests and answers each in a task of its own.

    Attributes:
        pause_s: how long to wait between two looks at the table.
    """

    pause_s = 1.0

    def __init__(
        self,
        database: Database,
        connector: Connector,
        on_proven: Callable[[int], None],
        is_ours: Callable[[Request], bool] = lambda _: True,
        retry_hosts: Callable[[Collection[int]], None] = lambda _: None,
    ) -> None:
        """Prepares it.

        Args:
            database: with the requests.
            connector: reaches hosts.
            on_proven: called with the id of a host that has just passed a connection test.
            is_ours: whether a request is for this poller to answer; called in another thread.
            retry_hosts: has hosts tried at once, by id.
        """
        self._database = database
        self._is_ours = is_ours
        self._hosts = HostRequests(database, connector, on_proven)
        self._answering: dict[int, asyncio.Task[None]] = {}
        self._gate = asyncio.Semaphore(ANSWERS_AT_ONCE)
        self._answers: dict[RequestKind, Callable[[Request], Coroutine[None, None, Answer]]] = {
            RequestKind.TEST_CONNECTION: self._test_connection,
            RequestKind.SCAN_HOST_KEY: self._hosts.scan_host_key,
            RequestKind.TRUST_HOST_KEY: self._hosts.trust_host_key,
            RequestKind.RETRY_HOSTS: HostRetry(database, retry_hosts).answer,
        }

    async def answer_pending(self) -> None:
        """Starts an answer to every request that waits, and gives up those whose asker has gone."""
        await self._give_up_withdrawn()
        for request in await asyncio.to_thread(self._claim_all):
            task = asyncio.create_task(self._answer(request), name=f"request {request.id}")
            self._answering[request.id] = task
            task.add_done_callback(partial(self._forget, request.id))

    async def end(self) -> None:
        """Gives up what is being answered; who asked runs into a deadline of their own."""
        await _cancel(self._answering.values())

    def _forget(self, request_id: int, _task: asyncio.Task[None]) -> None:
        self._answering.pop(request_id, None)

    async def _give_up_withdrawn(self) -> None:
        if self._answering:
            running = await asyncio.to_thread(self._still_running, list(self._answering))
            await _cancel(task for request_id, task in self._answering.items() if request_id not in running)

    def _still_running(self, request_ids: list[int]) -> set[int]:
        with self._database.reading() as connection:
            return {request_id for request_id in request_ids if is_running(connection, request_id)}

    def _claim_all(self) -> list[Request]:
        with self._database.reading() as connection:
            if not any(self._is_ours(request) for request in pending_requests(connection)):
                return []
        with self._database.writing() as connection:
            expire_requests(connection, now_ms())
            return [
                request
                for request in pending_requests(connection)
                if self._is_ours(request) and claim_request(connection, request.id)
            ]

    async def _answer(self, request: Request) -> None:
        try:
            async with self._gate:
                with hurry():
                    answer = await self._answers[request.kind](request)
            state = RequestState.DONE
        except WatchpostError as error:
            state, answer = RequestState.FAILED, _error_answer(error)
        except Exception as error:  # noqa: BLE001 - whatever it is, who asked must not wait for nothing
            _log.error("request_unforeseen", request=request.id, request_kind=request.kind.value, exc_info=error)
            state, answer = RequestState.FAILED, _error_answer(UnforeseenError(error))
        _log.info("request_answered", request=request.id, request_kind=request.kind.value, state=state.value)
        try:
            await asyncio.to_thread(self._finish, request.id, state, answer)
        except WatchpostError as error:
            _log.warning("request_lost", request=request.id, kind=error.kind, detail=error.message)

    def _finish(self, request_id: int, state: RequestState, answer: Answer) -> None:
        with self._database.writing() as connection:
            try:
                finish_request(connection, request_id, state, answer, now_ms())
            except InvalidInputError as error:
                # The answer is too large or no JSON; nothing of it was written.
                finish_request(connection, request_id, RequestState.FAILED, _error_answer(error), now_ms())

    async def _test_connection(self, request: Request) -> Answer:
        progress = _Progress(partial(self._add_progress, request.id))
        try:
            return await self._hosts.test_connection(request, progress.passed)
        finally:
            await progress.end()

    def _add_progress(self, request_id: int, step: Step) -> None:
        with self._database.writing() as connection:
            add_progress(connection, request_id, {"step": step.value})


class UnforeseenError(WatchpostError):
    """A mistake of the program."""

    kind = "unforeseen"

    def __init__(self, cause: Exception) -> None:
        # Without its text: it may quote anything.
        super().__init__(
            f"The poller made a mistake ({type(cause).__name__}) and could not answer.",
            hint="Its log has the details; please report them.",
        )


class _Progress:
    """Writes steps in order, each once, without keeping the connection test waiting for the database."""

    def __init__(self, write: Callable[[Step], None]) -> None:
        self._write = write
        self._seen: set[Step] = set()
        self._steps: asyncio.Queue[Step | None] = asyncio.Queue()
        self._task = asyncio.create_task(self._work())

    def passed(self, step: Step) -> None:
        if step not in self._seen:
            self._seen.add(step)
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


def _error_answer(error: WatchpostError) -> Answer:
    return {"kind": error.kind, "message": error.message, "hint": error.hint}


async def _cancel(tasks: Iterable[asyncio.Task[None]]) -> None:
    ending = list(tasks)
    for task in ending:
        task.cancel()
    await asyncio.gather(*ending, return_exceptions=True)
