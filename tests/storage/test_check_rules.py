"""What may be said about a check."""

import pytest

from storage.check import Check, CheckKind
from storage.check_rules import checked_check, checked_label
from storage.errors import InvalidInputError


def target(kind: CheckKind, text: str) -> str:
    return checked_check(Check("x", kind, text)).target


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        (CheckKind.UNIT, "nginx", "nginx.service"),
        (CheckKind.UNIT, "nginx.service", "nginx.service"),
        (CheckKind.UNIT, "backup.timer", "backup.timer"),
        (CheckKind.UNIT, "php8.2-fpm", "php8.2-fpm.service"),
        (CheckKind.UNIT, "postgresql@15-main", "postgresql@15-main.service"),
        (CheckKind.UNIT, r"dev-disk-by\x2duuid.swap", r"dev-disk-by\x2duuid.swap"),
        (CheckKind.UNIT, "service", "service.service"),
        (CheckKind.HTTP, "http://127.0.0.1:8080/health?deep=1", "http://127.0.0.1:8080/health?deep=1"),
        (CheckKind.HTTP, "https://[::1]/#top", "https://[::1]/"),
        (CheckKind.PROMETHEUS, "HTTP://localhost:9100/metrics", "http://localhost:9100/metrics"),
        (CheckKind.TCP, "127.0.0.1:5432", "127.0.0.1:5432"),
        (CheckKind.TCP, "db.example:0080", "db.example:80"),
        (CheckKind.TCP, "[2001:db8::1]:22", "[2001:db8::1]:22"),
        (CheckKind.COMMAND, "cat /run/numbers | sort", "cat /run/numbers | sort"),
        (CheckKind.COMMAND, "echo 대기열 5", "echo 대기열 5"),
    ],
)
def test_a_target_is_kept_in_one_form(kind: CheckKind, given: str, kept: str) -> None:
    assert target(kind, given) == kept
    assert target(kind, kept) == kept


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (CheckKind.UNIT, "--version"),
        (CheckKind.UNIT, "a b"),
        (CheckKind.UNIT, "ssh*"),
        (CheckKind.UNIT, "ssh;reboot"),
        (CheckKind.UNIT, "ünit"),
        (CheckKind.UNIT, "x" * 250),
        (CheckKind.HTTP, "localhost"),
        (CheckKind.HTTP, "ftp://localhost/"),
        (CheckKind.HTTP, "file:///etc/passwd"),
        (CheckKind.HTTP, "http://"),
        (CheckKind.HTTP, "http://h:99999/"),
        (CheckKind.HTTP, "http://h:0/"),
        (CheckKind.HTTP, "http://[::1/"),
        (CheckKind.HTTP, "http://h/a b"),
        (CheckKind.HTTP, "http://h/é"),
        (CheckKind.PROMETHEUS, "gopher://h/"),
        (CheckKind.TCP, "5432"),
        (CheckKind.TCP, ":5432"),
        (CheckKind.TCP, "h:0"),
        (CheckKind.TCP, "h:65536"),
        (CheckKind.TCP, "h:\u0665"),
        (CheckKind.TCP, "::1:22"),
        (CheckKind.TCP, "[]:22"),
        (CheckKind.TCP, "http://h:80"),
        (CheckKind.TCP, "root@h:22"),
        (CheckKind.COMMAND, "first\nsecond"),
        (CheckKind.COMMAND, "echo \x1b[31m"),
        (CheckKind.COMMAND, " "),
        (CheckKind.COMMAND, ""),
        (CheckKind.COMMAND, "x" * 1025),
    ],
)
def test_a_target_that_cannot_be_asked_is_refused(kind: CheckKind, given: str) -> None:
    with pytest.raises(InvalidInputError):
        target(kind, given)


@pytest.mark.parametrize("url", ["http://admin:hunter2@h/", "https://hunter2@h/", "ftp://x:hunter2@h/"])
def test_a_url_with_a_password_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        target(CheckKind.HTTP, url)
    assert "hunter2" not in refused.value.message + refused.value.hint


def test_a_url_with_a_password_is_told_the_way_out() -> None:
    with pytest.raises(InvalidInputError) as refused:
        target(CheckKind.PROMETHEUS, "http://admin:hunter2@h/")
    assert "--command" in refused.value.hint


@pytest.mark.parametrize("name", ["", " x", "x" * 65, "a,b", "-x", "a\nb", "\x1b[31m"])
def test_a_name_that_could_do_harm_is_refused(name: str) -> None:
    with pytest.raises(InvalidInputError):
        checked_check(Check(name, CheckKind.UNIT, "ssh"))


def test_names_are_kept_in_composed_form() -> None:
    assert checked_label("The group", "가") == "가"
