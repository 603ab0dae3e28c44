"""The poller of the desktop application: a child that can be started, asked after and ended again and again."""

from collections.abc import Mapping
from pathlib import Path
from threading import Lock

from watchpost.poller_child import PollerChild


class DesktopPoller:
    """At most one child at a time, from any thread. Starting does not wait: a window need not."""

    def __init__(
        self,
        url: str,
        log_folder: Path,
        *,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        """Takes what `PollerChild` takes."""
        self._url = url
        self._log_folder = log_folder
        self._environment, self._folder = environment, folder
        self._child: PollerChild | None = None
        self._lock = Lock()

    def start(self, passphrase: str | None = None) -> None:
        """Starts it; does nothing where it runs. Raises PollerDiedError: it cannot be started."""
        with self._lock:
            if self._child is None:
                self._child = PollerChild(
                    self._url,
                    self._log_folder,
                    passphrase=passphrase,
                    environment=self._environment,
                    folder=self._folder,
                )

    def check(self) -> None:
        """Raises PollerDiedError, once, with its last words when it has ended by itself."""
        with self._lock:
            if self._child is None:
                return
            child, self._child = self._child, None
            child.check()
            self._child = child

    def stop(self) -> None:
        """Ends it and waits until everything is stored, up to 15 s; does nothing where none runs.

        Raises:
            PollerDiedError: it had ended by itself, could not store everything, or had to be killed. It is gone.
        """
        with self._lock:
            child, self._child = self._child, None
            if child is not None:
                child.stop()
