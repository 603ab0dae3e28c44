"""Kills the recording child again and again, and keeps account of what it acknowledged."""

import os
import random
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tests.eventually import eventually

START = 1_790_006_400_000
"""2026-09-21T16:00:00Z."""
GAP_MS = 1_200_000
"""Of made-up time between two children: more than one can have recorded beyond what it acknowledged."""


@dataclass
class Account:
    """What must be there in the end.

    Attributes:
        acknowledged: moments.
        sessions: when each child began.
    """

    acknowledged: set[int] = field(default_factory=set)
    sessions: list[int] = field(default_factory=list)

    def listen(self, output: IO[bytes]) -> None:
        """Takes down what a child says until it is gone; a line that was cut short does not count."""
        for line in output:
            if line.endswith(b"\n"):
                self.acknowledged.update(map(int, line.split()))


def kill_again_and_again(url: str, spool: Path, kills: int, seed: int) -> Account:
    """One child after the other, each killed at a random moment: of its start, or while it works."""
    chance = random.Random(seed)  # noqa: S311 - the same kills every time, as far as the machine goes along
    account = Account()
    for number in range(kills):
        account.sessions.append(max(account.acknowledged, default=START - GAP_MS) // 5_000 * 5_000 + GAP_MS)
        words = [url, str(spool), str(account.sessions[-1]), str(seed * 1_000 + number)]
        run_and_kill(words, account, chance.uniform(0, 2), at_work=number % 5 > 0)
    return account


def run_and_kill(words: list[str], account: Account, after_s: float, *, at_work: bool) -> None:
    """Starts a child and kills it: so long after its start, or after it began to acknowledge."""
    known = len(account.acknowledged)
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.soak.recording_child", *words],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert child.stdout is not None
    listener = threading.Thread(target=account.listen, args=(child.stdout,))
    listener.start()
    try:
        if at_work:
            eventually(lambda: len(account.acknowledged) > known or child.poll() is not None)
        time.sleep(after_s)
        assert child.poll() is None, "it ended by itself"
    finally:
        child.kill()
        child.wait()
        listener.join()
        child.stdout.close()
