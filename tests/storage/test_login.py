"""With what hosts are logged in to."""

import pytest

from storage.host import NewHost, Transport
from storage.login import Login, login_of


@pytest.mark.parametrize(
    ("host", "login"),
    [
        pytest.param(NewHost(name="a", transport=Transport.LOCAL), None, id="this machine"),
        pytest.param(NewHost(name="a", address="a"), Login(), id="whatever ssh makes of it"),
        pytest.param(
            NewHost(name="a", address="a", username="ops", credential="office"), Login("office"), id="credential"
        ),
        pytest.param(
            NewHost(name="a", address="a", username="ops", identity_file="k"), Login("", "ops", "k"), id="user and key"
        ),
    ],
)
def test_a_credential_counts_before_user_and_key(host: NewHost, login: Login | None) -> None:
    assert login_of(host) == login
