"""The credentials in words."""

from monitor_gui.credentials.credential_list import use_text


def test_many_users_are_cut_short() -> None:
    assert use_text([f"web-{number}" for number in range(7)]) == "7 hosts: web-0, web-1, web-2, web-3, web-4, …"
