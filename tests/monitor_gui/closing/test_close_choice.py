import pytest

from monitor_gui.closing.close_choice import (
    CloseFacts,
    CloseWay,
    Option,
    default_way,
    needs_question,
    options,
    way_without_question,
)
from monitor_gui.preferences import CloseChoice
from monitor_gui.surroundings import ServiceState


def facts(
    *,
    child: bool = True,
    tray: bool = True,
    service: ServiceState | None = ServiceState.ABSENT,
    words: str = "The system watches on.",
    passphrase: bool = False,
    remembered: CloseChoice = "ask",
) -> CloseFacts:
    return CloseFacts(
        has_child=child,
        has_tray=tray,
        service=service,
        service_words=words,
        types_passphrase=passphrase,
        remembered=remembered,
    )


def option(way: CloseWay, of: CloseFacts) -> Option:
    (found,) = (each for each in options(of) if each.way is way)
    return found


def test_a_person_is_asked_only_where_watching_would_end() -> None:
    assert needs_question(facts())
    assert not needs_question(facts(child=False))
    assert not needs_question(facts(remembered="stop"))


@pytest.mark.parametrize("remembered", ["stop", "background", "service"])
def test_what_was_answered_for_good_is_done(remembered: CloseChoice) -> None:
    assert way_without_question(facts(remembered=remembered)) == remembered
    assert way_without_question(facts(child=False, remembered=remembered)) is CloseWay.STOP


def test_the_proposal_is_to_watch_on_where_one_can_see_it() -> None:
    assert default_way(facts(tray=True)) is CloseWay.BACKGROUND
    assert default_way(facts(tray=False)) is CloseWay.STOP


def test_without_a_tray_the_background_is_possible_and_says_how_to_come_back() -> None:
    offered = option(CloseWay.BACKGROUND, facts(tray=False))
    assert offered.is_possible
    assert "start Watchpost again" in offered.line


@pytest.mark.parametrize(
    ("state", "possible"),
    [
        (None, False),
        (ServiceState.UNSUPPORTED, False),
        (ServiceState.ABSENT, True),
        (ServiceState.STOPPED, True),
        (ServiceState.RUNNING, True),
    ],
)
def test_the_service_is_offered_where_there_can_be_one(state: ServiceState | None, *, possible: bool) -> None:
    offered = option(CloseWay.SERVICE, facts(service=state, words="This system has no systemd."))
    assert offered.is_possible is possible
    assert offered.line == ("This system has no systemd." if state else "Looking whether that is possible …")


def test_whoever_typed_a_passphrase_learns_that_a_service_cannot_ask_for_it() -> None:
    assert "hosts with stored secrets would wait" in option(CloseWay.SERVICE, facts(passphrase=True)).line
    unsupported = facts(passphrase=True, service=ServiceState.UNSUPPORTED)
    assert option(CloseWay.SERVICE, unsupported).line == "The system watches on."
