"""The desktop application on a demonstration: its poller, its preferences and its keyring are those of the show."""

from collections.abc import Mapping, Sequence

from fleet.ssh_alias import SshAlias
from monitor_gui.surroundings import ServiceState
from storage.translation import _
from watchpost.configuration import Configuration
from watchpost.demo.isolation import demo_configuration, demo_environment
from watchpost.demo.place import DemoPlace
from watchpost.desktop import DesktopSurroundings
from watchpost.desktop_poller import DesktopPoller


class NoService:
    """A demonstration ends with its window."""

    @property
    def explanation(self) -> str:
        """Why it cannot be."""
        return _("A demonstration ends with its window.")

    def state(self) -> ServiceState:
        """There is none."""
        return ServiceState.UNSUPPORTED

    def install(self) -> None:
        """Does nothing."""

    def remove(self) -> None:
        """Does nothing."""


class DemoSurroundings(DesktopSurroundings):
    """`monitor_gui.surroundings.Surroundings` for a demonstration."""

    def __init__(self, place: DemoPlace, environment: Mapping[str, str], hosts: int) -> None:
        """Takes where it is, this process's environment, and how many hosts it has."""
        configuration: Configuration = demo_configuration(environment, place)
        super().__init__(configuration)
        self._hosts = hosts
        self.preferences_file = place.preferences_file
        self.poller = DesktopPoller(
            place.database_url,
            self.log_folder,
            environment=demo_environment(environment, place),
            folder=place.path,
        )
        self.service = NoService()

    def prepare(self) -> Sequence[str]:
        """Says what is shown."""
        return [
            *super().prepare(),
            _("A demonstration: these {count} hosts are simulated. Everything is gone when the window closes.").format(
                count=self._hosts
            ),
        ]

    def ssh_aliases(self) -> Sequence[SshAlias]:
        """None: the poller of a demonstration reads nobody's SSH configuration."""
        return ()


def show_window(place: DemoPlace, environment: Mapping[str, str], hosts: int) -> int:
    """Shows the window until it is closed; the exit status. Raises NoDisplayError."""
    from monitor_gui.application import run  # noqa: PLC0415 - Qt takes 60 ms
    from watchpost.log_setup import log_to_file  # noqa: PLC0415

    surroundings = DemoSurroundings(place, environment, hosts)
    log_to_file(place.folders.log, "INFO")
    return run(lambda: surroundings, preferences_file=place.preferences_file)
