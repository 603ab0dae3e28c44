"""What helps when a session is not up."""

import pytest

from monitor_gui.host.remedies import remedy
from monitor_gui.host.troubles import Help
from storage.reason import BLOCKING, Reason


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_an_advice_and_a_button(reason: Reason) -> None:
    found = remedy(reason)
    assert found.advice.endswith((".", "?"))
    assert Help(found.help) is not Help.NONE


def test_a_host_key_is_checked() -> None:
    assert all(remedy(reason).help == Help.TRUST for reason in BLOCKING)


def test_without_a_reason_the_connection_can_be_tested() -> None:
    assert remedy(None) == ("", Help.TEST)
