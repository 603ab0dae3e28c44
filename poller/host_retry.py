"""“Try these hosts now”: one request for many hosts, as after a directory or a network has come back."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from storage.database import Database
from storage.errors import InvalidInputError
from storage.host import Host
from storage.host_states import read_host_states
from storage.hosts import list_hosts
from storage.reason import HostState
from storage.requests import Request


class HostRetry:
    """Answers such requests."""

    def __init__(self, database: Database, retry_hosts: Callable[[Collection[int]], None]) -> None:
        """Takes what has hosts tried at once, by id; those that are up, or are not read here, are left alone."""
        self._database = database
        self._retry_hosts = retry_hosts

    async def answer(self, request: Request) -> dict[str, Any]:
        """`{"host_ids": […]}`, `{"credential": NAME}` or `{"all": true}` as `{"hosts": how many were not up}`.

        Raises:
            InvalidInputError: the request is none of these.
        """
        host_ids = await asyncio.to_thread(self._waiting, request.payload)
        self._retry_hosts(host_ids)
        return {"hosts": len(host_ids)}

    def _waiting(self, payload: Mapping[str, Any]) -> list[int]:
        with self._database.reading() as connection:
            chosen = chosen_hosts(list_hosts(connection), payload)
            states = read_host_states(connection)
        return [
            host.id
            for host in chosen
            if host.enabled and host.id in states and states[host.id].state is not HostState.UP
        ]


def chosen_hosts(hosts: Iterable[Host], payload: Mapping[str, Any]) -> list[Host]:
    """The hosts that a request names. Raises InvalidInputError when it names none in any way."""
    if payload.get("all") is True:
        return list(hosts)
    if isinstance(credential := payload.get("credential"), str):
        return [host for host in hosts if host.credential == credential]
    if isinstance(host_ids := payload.get("host_ids"), list):
        wanted = {host_id for host_id in host_ids if isinstance(host_id, int)}
        return [host for host in hosts if host.id in wanted]
    raise InvalidInputError("The request does not say which hosts to try.")
