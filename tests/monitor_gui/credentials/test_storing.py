"""What becomes of a secret that was typed."""

from monitor_gui.credentials.storing import Wish
from storage.secret_keeper import CredentialKind, NewCredential
from tests.monitor_gui.credentials.desk import SECRET


def test_no_object_that_carries_a_secret_shows_it() -> None:
    new = NewCredential("ops", CredentialKind.PASSWORD, SECRET)
    assert SECRET not in repr(Wish(None, new))
