"""The simulated hosts, served by a process of their own that ends with this one."""

import contextlib
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from simulated_fleet.serving.part import Order, Told
from simulated_fleet.serving.plan import FleetPlan
from simulated_fleet.serving.processes import PartEndedError
from storage.printable import printable
from watchpost.demo.ending import undisturbed
from watchpost.demo.isolation import demo_environment
from watchpost.demo.place import DemoPlace
from watchpost.poller_child import last_words, own_program

READY_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 10.0
LOG_FILE = "fleet.log"


@contextmanager
def fleet_child(plan: FleetPlan, place: DemoPlace, environment: Mapping[str, str]) -> Iterator["FleetChild"]:
    """The hosts of a demonstration, which may not listen yet; gone at the end."""
    command = [*own_program(), "fleet", "--part"]
    child = FleetChild(command, plan, place.folders.log, demo_environment(environment, place))
    try:
        yield child
    finally:
        with undisturbed():
            child.stop()


class FleetChild:
    """One process that serves all hosts of a plan. It ends when its standard input does, however this process ends."""

    def __init__(
        self, command: Sequence[str], plan: FleetPlan, log_folder: Path, environment: Mapping[str, str]
    ) -> None:
        """Starts it.

        Args:
            command: of a program that calls `simulated_fleet.serving.part.serve_part`.
            plan: what it serves.
            log_folder: where its log goes.
            environment: what it runs in.

        Raises:
            PartEndedError: it cannot be started.
        """
        self._told = Told()
        self._spoken = threading.Event()
        self._log = log_folder / LOG_FILE
        try:
            with self._log.open("ab") as log:
                # A session of its own: Ctrl-C at the terminal is for this process, which then ends it in order.
                process = subprocess.Popen(  # noqa: S603 - our own program
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    env=dict(environment),
                    cwd=log_folder,
                    start_new_session=True,
                )
        except OSError as error:
            raise PartEndedError(f"The simulated hosts cannot be started: {error.strerror}.") from error
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("a child without pipes")
        self._process, self._input, self._output = process, process.stdin, process.stdout
        # It tells its figures each second, and would wait for somebody to take them.
        self._listener = threading.Thread(target=self._listen, name="simulated hosts", daemon=True)
        self._listener.start()
        with contextlib.suppress(BrokenPipeError):
            self._input.write(msgspec.json.encode(Order(plan, 0, 1)) + b"\n")
            self._input.flush()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def wait_until_serving(self, timeout_s: float = READY_TIMEOUT_S) -> None:
        """Waits until all hosts listen. Raises PartEndedError when they cannot."""
        is_on_time = self._spoken.wait(timeout_s)
        self.check()
        if not is_on_time or self._told.figures is None:
            raise PartEndedError(
                "The simulated hosts did not begin in time.", hint="Try again when the machine is less busy."
            )

    def check(self) -> None:
        """Raises PartEndedError, with what it has said, when it has ended by itself."""
        if self._told.message or self._process.poll() is not None:
            # What it was unable to tell is in its log.
            words = printable(self._told.message) or last_words(self._log.read_text("utf-8", "replace").splitlines())
            what = "The process of the simulated hosts has ended by itself"
            raise PartEndedError(f"{what}: {words}" if words else f"{what}.", hint=printable(self._told.hint))

    def stop(self) -> None:
        """Ends it; one that hangs is killed."""
        with contextlib.suppress(BrokenPipeError):
            self._input.close()
        try:
            self._process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listener.join()
        self._output.close()

    def _listen(self) -> None:
        for line in self._output:
            with contextlib.suppress(msgspec.DecodeError):
                self._told = msgspec.json.decode(line, type=Told)
            self._spoken.set()
        self._spoken.set()
