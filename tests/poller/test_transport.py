"""What the carriers of a stream have in common."""

from storage.connection_step import Step


def test_the_steps_come_in_the_order_in_which_they_pass() -> None:
    assert [step.value for step in Step] == ["name", "tcp", "host_key", "login", "python", "first_reading"]
