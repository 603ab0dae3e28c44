"""Secrets go to whom they are for."""

import asyncio

from poller.crew.asked_trust import AskedTrust
from poller.crew.messages import Ask, Granted
from poller.trust import Grant
from storage.host import Host


async def test_an_answer_about_another_host_is_not_taken() -> None:
    asked: list[Ask] = []
    trust = AskedTrust(asked.append)
    task = asyncio.create_task(trust.of(Host(id=7, name="web", address="web", revision=0)))
    while not asked:
        await asyncio.sleep(0)
    trust.answered(Granted(asked[0].number, 8, secret="of another"))
    trust.answered(Granted(asked[0].number, 7, secret="its own"))
    assert await task == Grant(secret="its own")
