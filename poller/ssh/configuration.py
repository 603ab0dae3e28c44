"""What the SSH configuration makes of a target. Asked of `ssh` itself where there is one; its answers are kept."""

import asyncio
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Lock

from poller.ssh.answer import Answers, SshConfiguration, configuration_of
from poller.ssh.config_files import ConfigFiles, has_changed, look_at_files
from poller.ssh.config_parser import parsed_answers
from poller.ssh.openssh_client import Question, UnusableClientError, ask_ssh, defaults_of_ssh
from poller.ssh.settings import DEFAULT_CONFIG, SshTarget

if sys.platform != "win32":
    import pwd

__all__ = ["SshConfiguration", "read_configuration"]

SYSTEM_CONFIG = Path("/etc/ssh/ssh_config")
KEPT_S = 600.0
"""For an answer that follows from files that have not changed."""
KEPT_FLEETING_S = 10.0
"""For one that a command or a name server had a say in: for the hops and retries of one attempt."""
FILES_KEPT_S = 1.0
"""So long, no new ones are looked for."""
ANSWERS_LIMIT = 20_000
_AT_ONCE = 4
_ANYBODY = "host.invalid"


class AnswerBook:
    """Answers that were given, for as long as they hold. For any thread."""

    def __init__(self, ask: Callable[[Question], Answers], clock: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._clock = clock
        self._lock = Lock()
        self._answers: dict[Question, tuple[ConfigFiles, float, Answers]] = {}
        self._files: dict[object, tuple[float, ConfigFiles]] = {}

    def answer(self, question: Question, files: ConfigFiles) -> Answers:
        """What holds now: kept, or asked for. Blocks; raises as `ask` does, and keeps no failure."""
        if files.same_for_all and not files.fleeting:
            question = Question(_ANYBODY, file=question.file)
        with self._lock:
            kept = self._answers.get(question)
        if kept is not None and kept[0] == files and self._clock() < kept[1]:
            return kept[2]
        answers = self._ask(question)
        until = self._clock() + (KEPT_FLEETING_S if files.fleeting else KEPT_S)
        with self._lock:
            if len(self._answers) >= ANSWERS_LIMIT:
                self._answers.clear()
            self._answers[question] = files, until, answers
        return answers

    def files(self, roots: tuple[tuple[Path, Path], ...], home: Path) -> ConfigFiles:
        """`look_at_files`, if they have changed; new ones are looked for once a second."""
        with self._lock:
            kept = self._files.get(roots)
        if kept is not None and self._clock() < kept[0] and not has_changed(kept[1], roots):
            return kept[1]
        found = look_at_files(roots, home)
        with self._lock:
            self._files[roots] = self._clock() + FILES_KEPT_S, found
        return found


_book = AnswerBook(ask_ssh)
# 1,000 hosts that come back at once must not start 1,000 processes at once.
_threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="ssh-config")


async def read_configuration(target: SshTarget) -> SshConfiguration:
    """What the configuration makes of a target. Reads no keys.

    Raises:
        SessionError: the configuration cannot be read or used (`CREDENTIAL`), or a name in it not resolved (`DNS`).
    """
    if target.ssh_config is None:
        return configuration_of(target, {}, {})
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, configuration_by_ssh, target)
    except UnusableClientError:
        return configuration_of(target, await parsed_answers(target), {})


def configuration_by_ssh(target: SshTarget) -> SshConfiguration:
    """What `ssh` says. Blocks. Raises UnusableClientError, else as `read_configuration`."""
    question, files = _question(target)
    answers = _book.answer(question, files)
    return configuration_of(target, _of_host(answers, target), defaults_of_ssh())


def _question(target: SshTarget) -> tuple[Question, ConfigFiles]:
    """What to ask, and the files on which the answer rests."""
    asked = Question(target.address, target.port, target.username)
    path = (target.ssh_config or DEFAULT_CONFIG).expanduser()
    home = _home_of_ssh()
    own = home / ".ssh"
    if target.ssh_config == DEFAULT_CONFIG and path == own / "config":
        return asked, _book.files(((path, own), (SYSTEM_CONFIG, SYSTEM_CONFIG.parent)), home)
    file = str(path) if path.is_file() else "none"
    return replace(asked, file=file), _book.files(((path, own),), home)


def _home_of_ssh() -> Path:
    """What ssh takes for home: what the password database has, whatever HOME says. Raises UnusableClientError."""
    if sys.platform == "win32":
        return Path.home()
    try:
        return Path(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:
        raise UnusableClientError from None


def _of_host(answers: Answers, target: SshTarget) -> Answers:
    """Without the name that stood for any host."""
    if answers.get("hostname") == [_ANYBODY]:
        return {**answers, "hostname": [target.address.lower()]}
    return answers
