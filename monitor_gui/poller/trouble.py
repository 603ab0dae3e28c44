"""Which notices follow from how the poller and the database are. Pure: they come and go with what causes them."""

from dataclasses import dataclass
from enum import Enum, auto

from monitor_gui.frame.severity import Severity
from monitor_gui.poller.database_trouble import DatabaseTrouble
from monitor_gui.poller.poller_state import PollerKind, PollerState
from storage.errors import WatchpostError
from storage.translation import _


class Remedy(Enum):
    """What the button of a notice does."""

    START = auto()
    RESTART = auto()
    BEGIN_ANEW = auto()
    ASK_PASSPHRASE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One notice, as `NoticeBar.show_notice` takes it."""

    key: str
    severity: Severity
    text: str
    hint: str = ""
    remedy: Remedy | None = None
    remedy_text: str = ""


DATABASE, COLLECTOR, SECRETS = "database", "collector", "collector-secrets"
KEYS = (DATABASE, COLLECTOR, SECRETS)
"""Every notice that `notices` can give has one of these keys, and each of them at most one notice at a time."""


def notices(
    state: PollerState, failure: WatchpostError | None, *, has_child: bool, secrets_wait: bool
) -> tuple[Notice, ...]:
    """All that there is to tell.

    Args:
        state: of the poller.
        failure: why the database cannot be read, where that lasts.
        has_child: whether the poller is ours.
        secrets_wait: whether a person did not want to give the passphrase of the encrypted file.
    """
    told = [_of_database(state.trouble, failure, has_child=has_child), _of_collector(state)]
    if secrets_wait and state.kind is PollerKind.RUNNING:
        told.append(_secrets())
    return tuple(notice for notice in told if notice is not None)


def _of_database(trouble: DatabaseTrouble | None, failure: WatchpostError | None, *, has_child: bool) -> Notice | None:
    if trouble is None:
        return None
    if trouble is DatabaseTrouble.CORRUPT:
        return _corrupt(has_child=has_child)
    told = {
        DatabaseTrouble.LOCKED: _locked,
        DatabaseTrouble.MISSING: _missing,
        DatabaseTrouble.NEWER: _newer,
        DatabaseTrouble.OUTDATED: _outdated,
    }.get(trouble)
    return told() if told else _of_disk(trouble, failure)


def _locked() -> Notice:
    return Notice(
        key=DATABASE,
        severity="warn",
        text=_("The database is busy."),
        hint=_("Another program holds it. What you see is from before; it goes on by itself."),
    )


def _newer() -> Notice:
    return Notice(
        key=DATABASE,
        severity="crit",
        text=_("The database was made by a newer Watchpost."),
        hint=_("Update this one and start it again. Nothing was changed."),
    )


def _outdated() -> Notice:
    return Notice(
        key=DATABASE,
        severity="crit",
        text=_("The database was made by an older Watchpost."),
        hint=_("Upgrading makes a copy first. Stop any other collector before."),
        remedy=Remedy.BEGIN_ANEW,
        remedy_text=_("&Upgrade"),
    )


def _missing() -> Notice:
    return Notice(
        key=DATABASE,
        severity="crit",
        text=_("The database is gone."),
        hint=_("Was its disk taken out? It goes on when the file is back. A new one begins without hosts."),
        remedy=Remedy.BEGIN_ANEW,
        remedy_text=_("Start a &new one"),
    )


def _corrupt(*, has_child: bool) -> Notice:
    if has_child:
        hint = _("It can be set aside, untouched, and a new one begun. Hosts have to be registered anew.")
    else:
        hint = _("Stop the collector, then set the file aside: it stays as it is. Hosts have to be registered anew.")
    return Notice(
        key=DATABASE,
        severity="crit",
        text=_("The database is damaged."),
        hint=hint,
        remedy=Remedy.BEGIN_ANEW,
        remedy_text=_("Set it &aside"),
    )


def _of_disk(trouble: DatabaseTrouble, failure: WatchpostError | None) -> Notice:
    if trouble is DatabaseTrouble.DENIED:
        text = _("You may not use the database.")
        hint = _("Check owner and mode of the file and its folder, and that the disk is not mounted read-only.")
    elif trouble is DatabaseTrouble.FULL:
        text = _("The disk of the database is full.")
        hint = _("Free some space: until then nothing new is kept.")
    else:
        text, hint = _("The database cannot be read."), _("What you see is from before.")
    if failure is not None:
        hint = f"{hint} {failure.message}"
    return Notice(key=DATABASE, severity="crit", text=text, hint=hint)


def _of_collector(state: PollerState) -> Notice | None:
    match state.kind:
        case PollerKind.STOPPED:
            return Notice(
                key=COLLECTOR,
                severity="warn",
                text=_("Collecting is stopped."),
                hint=_("No host is being read."),
                remedy=Remedy.START,
                remedy_text=_("&Start"),
            )
        case PollerKind.GAVE_UP:
            return Notice(
                key=COLLECTOR,
                severity="crit",
                text=_("The collector ends again and again; no host is being read."),
                hint=state.last_words,
                remedy=Remedy.START,
                remedy_text=_("&Try again"),
            )
        case PollerKind.SILENT:
            return Notice(
                key=COLLECTOR,
                severity="crit",
                text=_("The collector runs and stores nothing."),
                hint=_("Its log says why; a restart may help."),
                remedy=Remedy.RESTART,
                remedy_text=_("&Restart"),
            )
        case PollerKind.DIED | PollerKind.STARTING if state.deaths > 1:
            # Once may happen, and a second later it runs again.
            return Notice(
                key=COLLECTOR,
                severity="crit",
                text=_("The collector has ended by itself; it is started again."),
                hint=state.last_words,
                remedy=Remedy.START,
                remedy_text=_("&Try again"),
            )
    return None


def _secrets() -> Notice:
    return Notice(
        key=SECRETS,
        severity="hint",
        text=_("Hosts with stored secrets wait."),
        hint=_("The collector has no passphrase for the encrypted file."),
        remedy=Remedy.ASK_PASSPHRASE,
        remedy_text=_("Enter &passphrase"),
    )
