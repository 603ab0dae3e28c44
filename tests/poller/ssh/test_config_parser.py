"""Lists of algorithms, where no `ssh` is there to apply them."""

import pytest

from poller.ssh.config_parser import applied


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("c,a", ["c", "a"]),
        ("+c,a", ["a", "b", "c"]),
        ("^c,b", ["c", "b", "a"]),
        ("-a*", ["b"]),
        ("-c", ["a", "b"]),
    ],
)
def test_a_list_is_applied_to_what_is_usual(said: str, names: list[str]) -> None:
    assert applied(said, ["a", "b"]) == names
