import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.explanations import _TEXTS, CODES, explanation_text, span_text

DAY = 86_400


@pytest.mark.parametrize(
    ("explanation", "english", "korean"),
    [
        (
            {"code": "full_in", "seconds": 3 * DAY + 4 * 3600 + 59, "level": 100.0, "unit": "percent"},
            "at this rate full in 3 d 4 h",
            "이 추세라면 3일 4시간 후 가득 참",
        ),
        (
            {"code": "reaches_in", "seconds": 5400, "level": 2 * 2**30, "unit": "bytes"},
            "at this rate at 2 GiB in 1 h 30 min",
            "이 추세라면 1시간 30분 후 2 GiB에 도달",
        ),
        (
            {"code": "will_be", "seconds": 3 * DAY, "value": 71.4, "unit": "percent"},
            "at this rate 71 % in 3 d",
            "이 추세라면 3일 후 71 %",
        ),
        (
            {"code": "no_trend", "now": 42.0, "unit": "percent", "per_day": 0.0},
            "no trend: stays at about 42 %",
            "뚜렷한 추세 없음, 약 42 % 유지",
        ),
        (
            {"code": "usual", "low": 12.2, "high": 18.0, "now": 71.0, "weekday": 1, "hour": 14, "unit": "percent"},
            "usually 12–18 % on Tuesdays at 14:00, now 71 %",  # noqa: RUF001
            "화요일 14:00에는 보통 12–18 %, 현재 71 %",  # noqa: RUF001
        ),
        (
            {"code": "changed_by", "by": -3.0, "seconds": DAY, "unit": "celsius"},
            "fallen by 3 °C in 1 d",
            "1일 동안 3 °C 감소",
        ),
        (
            {"code": "changed_by", "by": 2.5, "seconds": DAY, "unit": "count"},
            "risen by 2.5 in 1 d",
            "1일 동안 2.5 증가",
        ),
        ({"code": "mean_over", "seconds": 7200}, "mean over 2 h", "2시간 동안의 평균"),
        (
            {"code": "unreachable", "seconds": 90, "reason": "lost"},
            "not read for 1 min 30 s",
            "1분 30초 동안 읽지 못함",
        ),
    ],
)
def test_a_code_and_its_numbers_in_words(explanation: dict[str, object], english: str, korean: str) -> None:
    assert explanation_text(explanation, "en") == english
    assert explanation_text(explanation, "ko") == korean
    assert explanation_text(explanation, "fr") == english


def test_both_languages_say_the_same_of_every_code() -> None:
    assert _TEXTS["en"].keys() == _TEXTS["ko"].keys()
    for code, template in _TEXTS["en"].items():
        fields = {name for _, name, _, _ in string.Formatter().parse(template) if name}
        assert fields == {name for _, name, _, _ in string.Formatter().parse(_TEXTS["ko"][code]) if name}


@pytest.mark.parametrize(
    "explanation",
    [None, {}, {"code": "of a later version"}, {"code": "full_in"}, {"code": "usual", "weekday": 9, "hour": 3},
     {"code": "will_be", "value": 1, "seconds": 1, "unit": "furlongs"}],
)  # fmt: skip
def test_what_is_not_understood_has_no_words(explanation: dict[str, object] | None) -> None:
    assert explanation_text(explanation) == ""


@given(
    st.dictionaries(
        st.sampled_from(["seconds", "now", "level", "value", "low", "high", "by", "weekday", "hour", "unit"]),
        st.one_of(st.floats(), st.text(max_size=5), st.integers(), st.none(), st.sampled_from(["percent", "bytes"])),
    ),
    st.sampled_from(sorted(CODES)),
)
def test_no_numbers_whatever_end_a_message(numbers: dict[str, object], code: str) -> None:
    assert isinstance(explanation_text({**numbers, "code": code}, "ko"), str)


def test_spans_have_two_units_at_most() -> None:
    assert [span_text(seconds) for seconds in (0, 0.4, 59, 60, 3661, DAY, DAY + 59)] == [
        "0 s", "0 s", "59 s", "1 min", "1 h 1 min", "1 d", "1 d",
    ]  # fmt: skip
