"""How a value came about that nobody has read: a code and its numbers, in words."""

import math
from collections.abc import Callable, Mapping

from storage.catalogue import Unit

_SPANS = (86_400, 3_600, 60, 1)
_SPAN_UNITS = {"en": (" d", " h", " min", " s"), "ko": ("일", "시간", "분", "초")}
_WEEKDAYS = {
    "en": ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"),
    "ko": ("월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일"),
}
_TEXTS = {
    "en": {
        "full_in": "at this rate full in {seconds}",
        "reaches_in": "at this rate at {level} in {seconds}",
        "will_be": "at this rate {value} in {seconds}",
        "no_trend": "no trend: stays at about {now}",
        "usual": "usually {low}–{high} on {weekday} at {hour}, now {now}",  # noqa: RUF001 - a range
        "mean_over": "mean over {seconds}",
        "lowest_over": "lowest in {seconds}",
        "highest_over": "highest in {seconds}",
        "risen_by": "risen by {by} in {seconds}",
        "fallen_by": "fallen by {by} in {seconds}",
        "unreachable": "not read for {seconds}",
    },
    "ko": {
        "full_in": "이 추세라면 {seconds} 후 가득 참",
        "reaches_in": "이 추세라면 {seconds} 후 {level}에 도달",
        "will_be": "이 추세라면 {seconds} 후 {value}",
        "no_trend": "뚜렷한 추세 없음, 약 {now} 유지",
        "usual": "{weekday} {hour}에는 보통 {low}–{high}, 현재 {now}",  # noqa: RUF001 - a range
        "mean_over": "{seconds} 동안의 평균",
        "lowest_over": "{seconds} 동안의 최저값",
        "highest_over": "{seconds} 동안의 최고값",
        "risen_by": "{seconds} 동안 {by} 증가",
        "fallen_by": "{seconds} 동안 {by} 감소",
        "unreachable": "{seconds} 동안 읽지 못함",
    },
}
_SUFFIXES = {Unit.PERCENT: " %", Unit.CELSIUS: " °C", Unit.WATTS: " W", Unit.SECONDS: " s", Unit.PER_SECOND: "/s"}
_BYTES = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
CODES = frozenset({*_TEXTS["en"], "changed_by"} - {"risen_by", "fallen_by"})
"""All codes that there are words for."""


def explanation_text(explanation: Mapping[str, object] | None, language: str = "en") -> str:
    """One line without a full stop, as `at this rate full in 3 d 4 h`; empty where there is nothing to say.

    Args:
        explanation: of an alert. One that is not understood, as from a later version, has no words.
        language: "en" or "ko"; any other one is taken for English.
    """
    if not explanation:
        return ""
    language = language if language in _TEXTS else "en"
    code, numbers = _as_said(explanation)
    template = _TEXTS[language].get(code)
    try:
        return template.format(**_words(numbers, language)) if template else ""
    except (KeyError, IndexError, TypeError, ValueError, OverflowError):
        return ""


def span_text(seconds: float, language: str = "en") -> str:
    """The two largest units of a span: `3 d 4 h`."""
    left = max(0, round(seconds))
    units = _SPAN_UNITS[language]
    found = []
    for place, length in enumerate(_SPANS):
        count, left = divmod(left, length)
        if count:
            found.append(f"{count}{units[place]}")
        if len(found) == 2 or (found and not count):
            break
    return " ".join(found) or f"0{units[-1]}"


def _as_said(explanation: Mapping[str, object]) -> tuple[str, dict[str, object]]:
    """What is said of a change depends on which way it went."""
    code, numbers = str(explanation.get("code", "")), dict(explanation)
    by = numbers.get("by")
    if code == "changed_by" and isinstance(by, int | float):
        return ("risen_by" if by >= 0 else "fallen_by"), {**numbers, "by": abs(by)}
    return code, numbers


def _words(numbers: Mapping[str, object], language: str) -> dict[str, str]:
    unit = str(numbers.get("unit", ""))
    words = {
        name: _quantity(value, unit, number_only=name == "low")
        for name, value in numbers.items()
        if name in ("now", "level", "value", "low", "high", "by") and isinstance(value, int | float)
    }
    for name, write in _OTHERS.items():
        value = numbers.get(name)
        if isinstance(value, int | float) and math.isfinite(value):
            words[name] = write(value, language)
    return words


_OTHERS: Mapping[str, Callable[[float, str], str]] = {
    "seconds": span_text,
    "weekday": lambda day, language: _WEEKDAYS[language][int(day)],
    "hour": lambda hour, _: f"{int(hour):02}:00",
}


def _quantity(value: float, unit: str, *, number_only: bool) -> str:
    """A number with its unit; the lower end of a range goes without one where that is the same for both."""
    if unit in (Unit.BYTES, Unit.BYTES_PER_SECOND):
        return _bytes(value) + ("/s" if unit == Unit.BYTES_PER_SECOND else "")
    suffix = "" if number_only else _SUFFIXES.get(Unit(unit), "") if unit else ""
    return f"{_number(value)}{suffix}"


def _number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 10 or value == round(value) else f"{value:.2g}"


def _bytes(value: float) -> str:
    place = 0
    while abs(value) >= 1024 and place < len(_BYTES) - 1:
        value, place = value / 1024, place + 1
    return f"{_number(value)} {_BYTES[place]}"
