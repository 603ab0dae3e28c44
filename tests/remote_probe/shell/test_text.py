import pytest

from tests.remote_probe.shell.shell_child import SHELLS, call

# mksh calculates with 32 bits, as a busybox can be built to.
EVERY = (*SHELLS, "mksh")
NUMBERS = (0, 5, 9999, 10000, 24684096, 100000001, 999999999)


def said(*calls: str, by: str = "dash") -> list[str]:
    """What each call of a function leaves as its answer."""
    script = "".join(f'{each}\nprintf "%s\\n" "$R"\n' for each in calls)
    return call(script, by).splitlines()


@pytest.mark.parametrize("shell", EVERY)
def test_a_decimal_point_is_put_into_the_text(shell: str) -> None:
    numbers = ("7", "42", "123", "12345678901234567890", "x", "''")
    assert said(*(f"hundredths {number}" for number in numbers), by=shell) == [
        "0.07", "0.42", "1.23", "123456789012345678.90", "null", "null",
    ]  # fmt: skip
    assert said(*(f"thousandths {number}" for number in numbers), by=shell) == [
        "0.007", "0.042", "0.123", "12345678901234567.890", "null", "null",
    ]  # fmt: skip
    assert said(*(f"millionths {number}" for number in numbers), by=shell) == [
        "0.000007", "0.000042", "0.000123", "12345678901234.567890", "null", "null",
    ]  # fmt: skip


@pytest.mark.parametrize("shell", EVERY)
def test_a_product_is_right_although_a_shell_has_32_bits(shell: str) -> None:
    pairs = [(number, factor) for number in NUMBERS for factor in (512, 1024, 4096)]
    assert said(*(f"product {number} {factor}" for number, factor in pairs), by=shell) == [
        str(number * factor) for number, factor in pairs
    ]


def test_what_a_shell_cannot_calculate_is_absent_and_not_wrong() -> None:
    assert said("product 12345678901 512", "sum 1234567890 1", by="mksh") == ["null", "null"]
    assert said("product 12345678901 512", "sum 1234567890123 1") == [str(12345678901 * 512), "1234567890124"]
    assert said("product -1 512", "product '' 512", "sum 1 x") == ["null", "null", "null"]


@pytest.mark.parametrize("shell", EVERY)
def test_what_json_or_a_terminal_would_stumble_over_becomes_a_question_mark(shell: str) -> None:
    calls = ("quoted 'a\"b\\c\td]e[f^g é*'", "quoted ''", "quoted /plain")
    assert said(*calls, by=shell) == ['"a?b?c?d]e[f^g ??*"', '""', '"/plain"']
