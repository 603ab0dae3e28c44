"""Tells trouble with the poller and the database above the pages, and has done what the notices' buttons offer."""

from PySide6.QtCore import QObject, Slot

from monitor_gui.frame.notices import NoticeBar
from monitor_gui.poller.poller_keeper import PollerKeeper
from monitor_gui.poller.trouble import KEYS, Remedy, notices
from storage.errors import WatchpostError
from storage.translation import _

REPLACED, FAILED, PREPARED = "database-replaced", "collector-failed", "database-prepared"


class TroubleNotices(QObject):
    """Follows the keeper for as long as that lives."""

    def __init__(self, keeper: PollerKeeper, bar: NoticeBar) -> None:
        super().__init__(keeper)
        self._keeper, self._bar = keeper, bar
        keeper.state_changed.connect(self.show)
        keeper.was_replaced.connect(self._tell_replaced)
        keeper.told.connect(self._tell_prepared)
        keeper.failed.connect(self._tell_failed)
        self._remedies = {
            Remedy.START: keeper.start_collecting,
            Remedy.RESTART: keeper.restart,
            Remedy.BEGIN_ANEW: keeper.begin_anew,
            Remedy.ASK_PASSPHRASE: keeper.wants_passphrase.emit,
        }

    @Slot(object)
    def show(self, _state: object = None) -> None:
        """Shows what there is to tell now, and nothing else."""
        keeper = self._keeper
        told = notices(keeper.state, keeper.failure, has_child=keeper.has_child, secrets_wait=keeper.secrets_wait)
        for key in set(KEYS) - {notice.key for notice in told}:
            self._bar.clear_notice(key)
        for notice in told:
            action = self._remedies[notice.remedy] if notice.remedy else None
            self._bar.show_notice(notice.key, notice.severity, notice.text, notice.hint, notice.remedy_text, action)

    def _tell_replaced(self, aside: str) -> None:
        if aside:
            hint = _("The one from before lies at {path}.").format(path=aside)
        else:
            hint = _("Hosts and values are those of the new one.")
        self._bar.show_notice(REPLACED, "warn", _("Another database has taken the place of this one."), hint)

    def _tell_prepared(self, sentences: object) -> None:
        for sentence in sentences if isinstance(sentences, list) else []:
            self._bar.show_notice(f"{PREPARED}-{sentence}", "warn", sentence)

    def _tell_failed(self, error: object) -> None:
        if isinstance(error, WatchpostError):
            self._bar.show_notice(FAILED, "warn", error.message, error.hint)
