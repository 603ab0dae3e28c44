import platform

import pytest

from storage.errors import InvalidInputError
from storage.poller_name import NAME_LIMIT, poller_name


def test_a_name_that_somebody_chose_is_taken() -> None:
    assert poller_name(" 베를린 2 ") == "베를린 2"


@pytest.mark.parametrize("text", [None, "", "  "], ids=["none", "empty", "blank"])
def test_without_one_it_is_that_of_the_machine(text: str | None) -> None:
    assert poller_name(text) == platform.node()


@pytest.mark.parametrize("node", ["", "a\nb"], ids=["none", "hostile"])
def test_a_machine_without_a_usable_name_has_some_name(node: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "node", lambda: node)
    assert poller_name(None) == "poller"


@pytest.mark.parametrize("text", ["a\x1b[31m", "x" * (NAME_LIMIT + 1)], ids=["unprintable", "long"])
def test_what_cannot_be_a_name_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="name of a poller"):
        poller_name(text)
