"""Notifications on a real D-Bus session, with something of ours that shows them."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from jeepney import HeaderFields, MessageType, new_error, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from alerts.receivers.desktop_sending import send_to_desktop
from alerts.receivers.message_text import message_text
from tests.alerts.receivers.made_message import HOSTILE, hostile_message, text_of
from tests.real_secret_service import dbus_session

LIMIT_S = 20.0


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with dbus_session(tmp_path_factory.mktemp("bus")) as environment:
        yield environment


@pytest.fixture
def desktop(session: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """This process is in that session."""
    for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, session[name])
    return session


@contextmanager
def showing(session: Mapping[str, str], *, refusing: bool = False) -> Iterator[list[tuple[object, ...]]]:
    """Somebody who shows notifications, and what they were asked to show."""
    shown: list[tuple[object, ...]] = []
    connection = open_dbus_connection(session["DBUS_SESSION_BUS_ADDRESS"])
    connection.send_and_get_reply(message_bus.RequestName("org.freedesktop.Notifications"))
    thread = threading.Thread(target=_serve, args=(connection, shown, refusing))
    thread.start()
    try:
        yield shown
    finally:
        thread.join()
        connection.close()


def _serve(connection: DBusConnection, shown: list[tuple[object, ...]], refusing: bool) -> None:
    """Answers one call."""
    while True:
        call = connection.receive(timeout=60)
        if call.header.message_type is MessageType.method_call and call.header.fields[HeaderFields.member] == "Notify":
            shown.append(call.body)
            if refusing:
                connection.send(new_error(call, "org.example.Full", "s", ("no room",)))
            else:
                connection.send(new_method_return(call, "u", (42,)))
            return


def test_it_is_shown_and_stays_while_it_is_critical(desktop: dict[str, str]) -> None:
    with showing(desktop) as shown:
        answer = send_to_desktop(text_of(), LIMIT_S)
    assert answer.delivered
    assert answer.text == "The desktop shows it as notification 42."
    ((application, _replaces, _icon, summary, body, _actions, hints, expires),) = shown
    assert application == "Watchpost"
    assert summary == "🛑 Critical: db1: Disk /srv 96.2%, over 90%"
    assert "du -xh /srv" in str(body)
    assert isinstance(hints, dict)
    assert hints["urgency"] == ("y", 2)
    assert expires == 0


@pytest.mark.parametrize("word", [HOSTILE[0], HOSTILE[5]])
def test_what_a_host_calls_itself_is_no_markup(desktop: dict[str, str], word: str) -> None:
    with showing(desktop) as shown:
        assert send_to_desktop(message_text(hostile_message(word)), LIMIT_S).delivered
    assert "<" not in str(shown[0][4])


def test_a_desktop_that_refuses_is_quoted(desktop: dict[str, str]) -> None:
    with showing(desktop, refusing=True):
        answer = send_to_desktop(text_of(), LIMIT_S)
    assert not answer.delivered
    assert "org.example.Full no room" in answer.text


def test_a_session_in_which_nothing_shows_them_is_told(desktop: dict[str, str]) -> None:
    answer = send_to_desktop(text_of(), LIMIT_S)
    assert not answer.delivered
    assert answer.text == "Nothing in this desktop session shows notifications."


def test_without_a_session_that_is_what_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    answer = send_to_desktop(text_of(), LIMIT_S)
    assert (answer.delivered, answer.text) == (
        False,
        "There is no desktop session here that could show a notification.",
    )


def test_a_session_that_has_ended_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    answer = send_to_desktop(text_of(), LIMIT_S)
    assert not answer.delivered
    assert "No desktop can be reached" in answer.text
