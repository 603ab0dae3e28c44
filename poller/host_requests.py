"""What can be asked about a host, registered or not: a connection test, a look at its key, trust in that key."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import asdict, dataclass, replace
from typing import Any

import structlog

from poller.connection_test import StepResult, Verdict, check_connection
from poller.connector import Connector
from poller.failure import SessionError
from poller.probe_start.probe_options import probe_options
from poller.ssh.host_key_judgement import judge_host_key
from poller.ssh.host_key_policy import scan
from poller.ssh.host_key_trust import TrustedKeys, ask_known_hosts, checked_fingerprint, refuse_without_key, scan_for
from poller.transport import OnStep, ProbeConnection, ProbeSink
from storage.connection_step import Step
from storage.database import Database
from storage.errors import InvalidInputError, NotFoundError, WatchpostError
from storage.host import Host, NewHost
from storage.host_keys import HostKey, KeySource
from storage.host_rules import checked_host
from storage.hosts import list_hosts
from storage.reason import Reason
from storage.requests import Request, is_running
from storage.utc import now_ms

_log = structlog.get_logger()

Answer = dict[str, Any]


class HostRequests:
    """Answers requests about one host. What a request cannot be told is a WatchpostError."""

    def __init__(self, database: Database, connector: Connector, on_proven: Callable[[int], None]) -> None:
        """Takes `on_proven`, which is called with the id of a host that has just passed a connection test."""
        self._database = database
        self._connector = connector
        self._on_proven = on_proven

    async def test_connection(self, request: Request, on_step: OnStep) -> Answer:
        """`{"host_id"}` or `{"host"}` as a verdict.

        A key that known_hosts vouches for is trusted on the way: `trusted_from` says so. `trusted_keys` are those
        that a changed key is not among.
        """
        host = await asyncio.to_thread(asked_host, self._database, request)
        tried = await self._try(host, on_step)
        if tried.verdict.ok and isinstance(host, Host):
            self._on_proven(host.id)
        return {
            **verdict_answer(tried.verdict),
            "trusted_from": tried.trusted_from.value if tried.trusted_from else None,
            "trusted_keys": [asdict(key) for key in tried.trusted_keys],
        }

    async def scan_host_key(self, request: Request) -> Answer:
        """`{"host_id"}` or `{"host"}` as the key that the host presents now, and those that are trusted."""
        keys, trusted = await self._keys(request)
        # By the trusted algorithms first, as a connection asks: else a host with keys of two kinds looks changed.
        presented = await scan(replace(keys.target, trusted_keys=trusted))
        return {"host_key": asdict(presented), "trusted_keys": [asdict(key) for key in trusted]}

    async def trust_host_key(self, request: Request) -> Answer:
        """`{"host_id"}` or `{"host"}`, with `fingerprint` and `replace`: trusts the key that a person has confirmed.

        Only if the host presents that very key now. With `replace` it takes the place of all others; without, a host
        that has others is refused.
        """
        fingerprint = checked_fingerprint(request.payload.get("fingerprint"))
        replacing = request.payload.get("replace") is True
        keys, trusted = await self._keys(request)
        presented = await scan_for(keys, trusted, fingerprint)
        changed = judge_host_key(trusted, presented) if trusted else None
        if changed is not None and not replacing:
            raise changed
        await asyncio.to_thread(self._note, request.id, keys, presented, replacing=replacing)
        return {"host_key": asdict(presented)}

    async def _keys(self, request: Request) -> tuple[TrustedKeys[NewHost], list[HostKey]]:
        host = await asyncio.to_thread(asked_host, self._database, request)
        refuse_without_key(host)
        keys = TrustedKeys(self._database, host)
        return keys, await asyncio.to_thread(keys.now)

    def _note(self, request_id: int, keys: TrustedKeys[NewHost], key: HostKey, *, replacing: bool) -> None:
        with self._database.writing() as connection:
            if not is_running(connection, request_id):
                raise InvalidInputError("The request was withdrawn.", hint="Nothing was trusted.")
            keys.note(connection, [key], KeySource.PERSON, now_ms(), replacing=replacing)

    async def _try(self, host: NewHost, on_step: OnStep) -> "_Tried":
        verdict = await try_host(self._connector, host, on_step)
        keys = TrustedKeys(self._database, host)
        if verdict.reason is Reason.HOST_KEY_CHANGED:
            return _Tried(verdict, trusted_keys=tuple(await asyncio.to_thread(keys.now)))
        if verdict.reason is not Reason.HOST_KEY_UNKNOWN or verdict.host_key is None:
            return _Tried(verdict)
        try:
            word = await ask_known_hosts(keys, verdict.host_key)
        except WatchpostError as error:
            # The person is asked then, as without a known_hosts.
            _log.warning("known_hosts_not_asked", kind=error.kind, detail=error.message)
            return _Tried(verdict)
        if word.vouched is not None:
            await asyncio.to_thread(keys.trust, [word.vouched], KeySource.KNOWN_HOSTS, now_ms())
            return _Tried(await try_host(self._connector, host, on_step), KeySource.KNOWN_HOSTS)
        if word.contradiction is not None:
            return _Tried(_contradicted(verdict, word.contradiction), trusted_keys=word.known)
        return _Tried(verdict)


@dataclass(frozen=True, slots=True)
class _Tried:
    """A connection test, and what became of the host's key meanwhile."""

    verdict: Verdict
    trusted_from: KeySource | None = None
    trusted_keys: tuple[HostKey, ...] = ()


def asked_host(database: Database, request: Request) -> NewHost:
    """The registered host that a request names by `host_id`, or the one that it describes as `host`.

    Raises:
        NotFoundError: it is not registered.
        InvalidInputError: what is described is no host.
    """
    if (described := request.payload.get("host")) is not None:
        if not isinstance(described, dict):
            raise InvalidInputError("The request does not describe a host.")
        return checked_host(described)
    host_id = request.payload.get("host_id")
    with database.reading() as connection:
        for host in list_hosts(connection):
            if host.id == host_id:
                return host
    raise NotFoundError("The host is no longer registered.")


async def try_host(connector: Connector, host: NewHost, on_step: OnStep) -> Verdict:
    """Tests the connection to a host from here."""

    def start(sink: ProbeSink, on_step: OnStep) -> Coroutine[None, None, ProbeConnection]:
        return connector.start(host, probe_options(host, 1.0, count=1), sink, on_step)

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


def _contradicted(verdict: Verdict, failure: SessionError) -> Verdict:
    """The verdict on a host that nobody here knows but known_hosts, and that by another key."""
    message = f"{failure.message} (known_hosts has it.)"
    return replace(
        verdict,
        reason=failure.reason,
        message=message,
        hint=failure.hint,
        host_key=failure.host_key,
        steps=(*verdict.steps[:-1], StepResult(Step.HOST_KEY, False, message)),
    )
