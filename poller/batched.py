"""Questions that are asked at one moment are answered by one look: a thousand hosts must not read one by one."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Batched(Generic[K, V]):
    """Gathers what is asked while a look is under way, and takes all of it along with the next one."""

    def __init__(self, look: Callable[[Sequence[K]], Mapping[K, V | Exception]]) -> None:
        """Takes what answers many questions, in a thread; an error that it gives for one is that one's alone."""
        self._look = look
        self._asked: dict[K, asyncio.Future[V]] = {}
        self._looking: asyncio.Task[None] | None = None

    async def ask(self, question: K) -> V:
        """The answer to one of them. Raises what the look gave for it, or what it ended with."""
        answer = self._asked.get(question)
        if answer is None:
            answer = self._asked[question] = asyncio.get_running_loop().create_future()
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._answer())
        # Others wait for the same answer, and go on doing so when one of them gives up.
        return await asyncio.shield(answer)

    async def _answer(self) -> None:
        while self._asked:
            asked, self._asked = self._asked, {}
            try:
                found = await asyncio.to_thread(self._look, list(asked))
            except asyncio.CancelledError:
                for answer in asked.values():
                    answer.cancel()
                raise
            # Whoever asked has to hear of it, whatever it is.
            except Exception as error:  # noqa: BLE001
                found = dict.fromkeys(asked, error)
            for question, answer in asked.items():
                _give(answer, found[question])


def _give(answer: asyncio.Future[V], found: V | Exception) -> None:
    if answer.done():
        return
    if isinstance(found, Exception):
        answer.set_exception(found)
        # Nobody may be left to hear it, which is no fault.
        answer.exception()
    else:
        answer.set_result(found)
