"""What somebody may have meant."""

from storage.similar_names import did_you_mean


def test_names_that_are_close_are_offered_whatever_their_capitals() -> None:
    assert did_you_mean("cpu usag", ["CPU usage", "Memory usage", "Disk"]) == "Did you mean “CPU usage”?"
    assert did_you_mean("web1", ["web2", "web3", "db"]) == "Did you mean “web3” or “web2”?"


def test_where_none_is_close_it_says_what_to_do_otherwise() -> None:
    assert did_you_mean("x", ["database"], "Add it.") == "Add it."
    assert did_you_mean("x", []) == ""


def test_a_name_without_end_is_compared_by_its_beginning_and_what_is_offered_is_harmless() -> None:
    assert did_you_mean("a" * 1_000_000, ["a" * 250]) == f"Did you mean “{'a' * 250}”?"
    assert "\x1b" not in did_you_mean("web\x1b[2J", ["web\x1b[2K"])
