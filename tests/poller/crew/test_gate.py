"""Only so many logins at once."""

import asyncio

from poller.crew.gate import Gate


async def waiting(gate: Gate, inside: list[int], number: int, over: asyncio.Event) -> None:
    async with gate.place():
        inside.append(number)
        await over.wait()


async def until(inside: list[int], count: int) -> None:
    async with asyncio.timeout(30):
        while len(inside) < count:
            await asyncio.sleep(0.001)


async def test_no_more_than_there_are_places_for_are_let_in_and_one_that_leaves_makes_room() -> None:
    gate = Gate(2, hold_s=3600)
    inside: list[int] = []
    over = [asyncio.Event() for _ in range(3)]
    tasks = [asyncio.create_task(waiting(gate, inside, number, over[number])) for number in range(3)]
    await until(inside, 2)
    for _ in range(10):
        await asyncio.sleep(0)
    assert inside == [0, 1]
    over[0].set()
    await until(inside, 3)
    for event in over:
        event.set()
    await asyncio.gather(*tasks)


async def test_hosts_that_do_not_answer_keep_nobody_waiting_for_long() -> None:
    gate, never = Gate(2, hold_s=0.01), asyncio.Event()
    inside: list[int] = []
    tasks = [asyncio.create_task(waiting(gate, inside, number, never)) for number in range(20)]
    await until(inside, 20)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_place_is_given_back_once_whether_it_was_kept_too_long_or_not() -> None:
    gate, over = Gate(1, hold_s=0.005), asyncio.Event()
    inside: list[int] = []
    slow = asyncio.create_task(waiting(gate, inside, 0, over))
    second = asyncio.create_task(waiting(gate, inside, 1, asyncio.Event()))
    await until(inside, 2)
    over.set()
    await slow
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    assert gate._places._value == 1
