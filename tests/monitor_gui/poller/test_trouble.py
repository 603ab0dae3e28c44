"""Which notices there are, as data; how they look is NoticeBar's."""

import pytest

from monitor_gui.poller.database_trouble import DatabaseTrouble
from monitor_gui.poller.poller_state import PollerKind, PollerState
from monitor_gui.poller.trouble import KEYS, Notice, Remedy, notices
from storage.errors import DatabaseUnavailableError, WatchpostError


def told(
    state: PollerState, failure: WatchpostError | None = None, *, has_child: bool = True, secrets_wait: bool = False
) -> tuple[Notice, ...]:
    found = notices(state, failure, has_child=has_child, secrets_wait=secrets_wait)
    assert {notice.key for notice in found} <= set(KEYS)
    assert len({notice.key for notice in found}) == len(found)
    return found


def of_trouble(trouble: DatabaseTrouble, *, has_child: bool = True) -> Notice:
    state = PollerState(kind=PollerKind.DATABASE_TROUBLE, trouble=trouble)
    (notice,) = told(state, DatabaseUnavailableError("Input/output error."), has_child=has_child)
    return notice


@pytest.mark.parametrize(
    "kind", [PollerKind.RUNNING, PollerKind.RUNNING_ELSEWHERE, PollerKind.STARTING, PollerKind.NONE]
)
def test_while_all_is_well_nothing_is_told(kind: PollerKind) -> None:
    assert told(PollerState(kind=kind)) == ()


@pytest.mark.parametrize("trouble", DatabaseTrouble)
def test_every_trouble_with_the_database_is_told_with_what_to_do(trouble: DatabaseTrouble) -> None:
    notice = of_trouble(trouble)
    assert notice.text.endswith(".")
    assert notice.hint
    assert notice.severity == ("warn" if trouble is DatabaseTrouble.LOCKED else "crit")
    assert bool(notice.remedy_text) is (notice.remedy is not None)


def test_only_where_a_person_can_decide_there_is_a_button() -> None:
    with_button = {trouble for trouble in DatabaseTrouble if of_trouble(trouble).remedy}
    assert with_button == {DatabaseTrouble.MISSING, DatabaseTrouble.CORRUPT, DatabaseTrouble.OUTDATED}
    assert of_trouble(DatabaseTrouble.MISSING).remedy is Remedy.BEGIN_ANEW


def test_a_damaged_database_under_another_poller_has_that_stopped_first() -> None:
    assert "Stop the collector" in of_trouble(DatabaseTrouble.CORRUPT, has_child=False).hint
    assert "Stop the collector" not in of_trouble(DatabaseTrouble.CORRUPT, has_child=True).hint


def test_trouble_without_a_name_is_told_in_its_own_words() -> None:
    assert "Input/output error." in of_trouble(DatabaseTrouble.OTHER).hint


@pytest.mark.parametrize(
    ("kind", "severity", "remedy"),
    [
        (PollerKind.STOPPED, "warn", Remedy.START),
        (PollerKind.GAVE_UP, "crit", Remedy.START),
        (PollerKind.SILENT, "crit", Remedy.RESTART),
    ],
)
def test_without_a_poller_there_is_a_button_that_gets_one(kind: PollerKind, severity: str, remedy: Remedy) -> None:
    (notice,) = told(PollerState(kind=kind, last_words="why"))
    assert (notice.severity, notice.remedy) == (severity, remedy)


def test_a_first_death_is_left_to_the_footer_and_a_second_is_told_until_it_runs_again() -> None:
    assert told(PollerState(kind=PollerKind.DIED, deaths=1)) == ()
    (died,) = told(PollerState(kind=PollerKind.DIED, deaths=2, last_words="It was ended by SIGKILL."))
    (starting,) = told(PollerState(kind=PollerKind.STARTING, deaths=2, last_words="It was ended by SIGKILL."))
    assert died == starting
    assert "SIGKILL" in died.hint
    assert told(PollerState(kind=PollerKind.RUNNING, deaths=2)) == ()


def test_hosts_that_wait_for_the_passphrase_are_told_while_the_poller_runs() -> None:
    (notice,) = told(PollerState(kind=PollerKind.RUNNING), secrets_wait=True)
    assert notice.remedy is Remedy.ASK_PASSPHRASE
    assert told(PollerState(kind=PollerKind.RUNNING_ELSEWHERE), secrets_wait=True) == ()
