"""What is answered in a keyboard-interactive login, and what is not."""

import pytest

from poller.ssh.prompts import PROMPT_LIMIT, Prompts
from storage.reason import Reason

SECRET = "hunter2"


def asked(text: str, *, echo: bool = False, instructions: str = "", password: str | None = SECRET) -> Prompts:
    prompts = Prompts(password)
    assert prompts.answer([(text, echo)], instructions) is None
    return prompts


@pytest.mark.parametrize(
    "prompt", ["Password: ", "(root@db1) Password:", "alice's password: ", "PASSWD?", "암호: ", "Passwort:", "密码: "]
)
def test_a_password_is_given_to_who_asks_for_it(prompt: str) -> None:
    prompts = Prompts(SECRET)
    assert prompts.answer([(prompt, False)]) == [SECRET]
    assert prompts.unanswered is None


@pytest.mark.parametrize(
    "prompt",
    [
        "Verification code: ",
        "One-time password (OATH) for `alice': ",
        "OTP Password:",
        "Enter PASSCODE:",
        "New password: ",
        "Retype new password: ",
        "(current) UNIX password: ",
        "Passcode or option (1-3): ",
        "Do you accept the terms?",
        "",
    ],
)
def test_to_anything_else_nothing_is_said_and_the_prompt_is_named(prompt: str) -> None:
    failure = asked(prompt).refusal("alice")
    assert failure is not None
    assert failure.reason is Reason.AUTH
    assert prompt.strip() in failure.message
    assert "alice" in failure.message
    assert SECRET not in failure.message + failure.hint
    assert "sshd_config" in failure.hint


def test_a_password_is_not_typed_where_everybody_could_read_it() -> None:
    assert asked("Password: ", echo=True).unanswered == "Password:"


def test_instructions_may_say_that_the_stored_password_is_not_meant() -> None:
    assert asked("Password: ", instructions="Enter your one-time password from the token").unanswered == "Password:"


def test_of_several_questions_none_is_answered_where_one_is_strange() -> None:
    prompts = Prompts(SECRET)
    assert prompts.answer([("Password: ", False), ("Verification code: ", False)]) is None
    assert prompts.unanswered == "Verification code:"
    assert not prompts.password_sent


def test_a_second_question_after_the_password_is_named() -> None:
    prompts = Prompts(SECRET)
    assert prompts.answer([("Password: ", False)]) == [SECRET]
    assert prompts.answer([("Verification code: ", True)]) is None
    assert prompts.unanswered == "Verification code:"


def test_the_password_is_sent_once_and_a_second_request_for_it_is_a_plain_refusal() -> None:
    prompts = Prompts(SECRET)
    assert prompts.answer([("Password: ", False)]) == [SECRET]
    assert prompts.answer([("Password: ", False)]) is None
    assert prompts.take_password() is None
    assert prompts.refusal("alice") is None


def test_without_a_password_the_hint_is_to_store_one() -> None:
    failure = asked("Password: ", password=None).refusal("alice")
    assert failure is not None
    assert "no password is stored" in failure.message
    assert "credential" in failure.hint


def test_a_message_without_a_question_is_taken_note_of() -> None:
    assert Prompts(SECRET).answer([], "Welcome") == []


def test_a_hostile_prompt_is_short_and_harmless() -> None:
    shown = asked("\033[2J\u202e" + "x" * 10_000).unanswered
    assert shown is not None
    assert len(shown) <= PROMPT_LIMIT + 10
    assert shown.isprintable()
