"""What closing the window means. Pure: the facts come in, the ways that there are come out."""

from dataclasses import dataclass
from enum import StrEnum

from monitor_gui.preferences import CloseChoice
from monitor_gui.surroundings import ServiceState
from storage.translation import _


class CloseWay(StrEnum):
    """What is to become of watching. The values are those of `Preferences.on_close`."""

    STOP = "stop"
    BACKGROUND = "background"
    SERVICE = "service"


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseFacts:
    """What it depends on.

    Attributes:
        has_child: whether this window runs the poller.
        has_tray: whether the desktop has a place for an icon.
        service: how the service is; None as long as that is not known.
        service_words: what the service would do, or why there can be none.
        types_passphrase: whether a person had to type the passphrase of the encrypted file.
        remembered: what was chosen not to be asked again.
    """

    has_child: bool
    has_tray: bool
    service: ServiceState | None = None
    service_words: str = ""
    types_passphrase: bool = False
    remembered: CloseChoice = "ask"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way, as the question offers it.

    Attributes:
        way: which.
        text: what it is called; with a mnemonic.
        line: what it does, or why it is not possible.
        action: the button that does it.
        is_possible: whether it can be chosen.
    """

    way: CloseWay
    text: str
    line: str
    action: str
    is_possible: bool = True


def needs_question(facts: CloseFacts) -> bool:
    """Whether a person has to be asked: not where nothing of ours would end, nor where they have answered for good."""
    return facts.has_child and facts.remembered == "ask"


def way_without_question(facts: CloseFacts) -> CloseWay:
    """What to do where nobody is to be asked; with no child of ours, stopping ends nothing."""
    if not facts.has_child or facts.remembered == "ask":
        return CloseWay.STOP
    return CloseWay(facts.remembered)


def default_way(facts: CloseFacts) -> CloseWay:
    """What is proposed: to watch on where one can see that it does."""
    return CloseWay.BACKGROUND if facts.has_tray else CloseWay.STOP


def options(facts: CloseFacts) -> tuple[Option, ...]:
    """The ways there are, possible or not."""
    return (
        Option(
            way=CloseWay.STOP,
            text=_("&Stop watching"),
            line=_("No host is read until you open Watchpost again. Everything read so far is kept."),
            action=_("Stop and close"),
        ),
        Option(
            way=CloseWay.BACKGROUND,
            text=_("Keep watching in the &background"),
            line=_background_line(has_tray=facts.has_tray),
            action=_("Close the window"),
        ),
        _service(facts),
    )


def _background_line(*, has_tray: bool) -> str:
    if has_tray:
        return _("An icon in the tray shows the worst state. It ends when you log out.")
    return _("There is no tray here: start Watchpost again to bring the window back. It ends when you log out.")


def _service(facts: CloseFacts) -> Option:
    if facts.service is None:
        line = _("Looking whether that is possible …")
    elif facts.types_passphrase and facts.service is not ServiceState.UNSUPPORTED:
        line = _("{what} It cannot ask for the passphrase: hosts with stored secrets would wait.").format(
            what=facts.service_words
        )
    else:
        line = facts.service_words
    return Option(
        way=CloseWay.SERVICE,
        text=_("Install as a &user service"),
        line=line,
        action=_("Install and close"),
        is_possible=facts.service not in {None, ServiceState.UNSUPPORTED},
    )
