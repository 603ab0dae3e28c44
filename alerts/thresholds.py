"""Limits, and what is found to be above them."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from importlib.resources import files
from operator import itemgetter

from storage.errors import InvalidInputError
from storage.headline import Headline
from storage.printable import printable
from storage.series import SeriesKey


class Severity(StrEnum):
    """How bad it is. Ordered: OK < WARNING < CRITICAL."""

    OK = "ok"
    WARNING = "warning"
    CRITICAL = "critical"

    # As plain texts they would sort critical, ok, warning.
    def __lt__(self, other: str) -> bool:
        return _RANK[self] < _RANK[Severity(other)]

    def __le__(self, other: str) -> bool:
        return _RANK[self] <= _RANK[Severity(other)]

    def __gt__(self, other: str) -> bool:
        return _RANK[self] > _RANK[Severity(other)]

    def __ge__(self, other: str) -> bool:
        return _RANK[self] >= _RANK[Severity(other)]


_CPU = "cpu_usage_percent"
_MEMORY = "memory_used_percent"
_DISK = "filesystem_used_percent"
_NETWORK_ERRORS = "network_error_percent"

_VARIABLES = {"CPU_THRESHOLD": "cpu", "MEMORY_THRESHOLD": "memory", "DISK_THRESHOLD": "disk"}
_NUMBER = re.compile(r"(\d{1,3}(?:\.\d{0,9})?)\s*%?", re.ASCII)

_RANK = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Threshold:
    """Two limits in percent; None where there is none. What is above a limit is found, what equals it is not."""

    warning: float | None = None
    critical: float | None = None

    def judge(self, value: float) -> tuple[Severity, float] | None:
        """The severity and the limit that was passed; None when the value is fine or NaN."""
        if self.critical is not None and value > self.critical:
            return Severity.CRITICAL, self.critical
        if self.warning is not None and value > self.warning:
            return Severity.WARNING, self.warning
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The limits of a host, for CPU, memory, each file system, and each interface's errors."""

    cpu: Threshold
    memory: Threshold
    disk: Threshold
    network_errors: Threshold


@dataclass(frozen=True, slots=True)
class Finding:
    """One value that is above its limit.

    Attributes:
        metric: its name in the catalogue; the unit is percent.
        severity: WARNING or CRITICAL.
        value: what it is.
        limit: what it is above.
        subject: the mount or the interface; empty for CPU and memory.
    """

    metric: str
    severity: Severity
    value: float
    limit: float
    subject: str = ""


def find(
    headline: Headline, thresholds: Thresholds, values: Mapping[SeriesKey, float] | None = None
) -> tuple[Finding, ...]:
    """What is above its limit, worst first; among equals CPU, memory, disk, network, each with the highest value first.

    Args:
        headline: the host in numbers.
        thresholds: the limits.
        values: the newest values behind the headline. With them every full file system and every bad interface is
            named; without them only the fullest file system is, and the worst interface stays nameless.
    """
    found = []
    for metric, threshold, subjects in _judged(headline, thresholds, values or {}):
        for subject, value in sorted(subjects.items(), key=itemgetter(1), reverse=True):
            if verdict := threshold.judge(value):
                severity, limit = verdict
                found.append(Finding(metric, severity, value, limit, subject))
    return tuple(sorted(found, key=lambda finding: _RANK[finding.severity], reverse=True))


def worst(findings: Iterable[Finding]) -> Severity:
    """The highest severity among the findings; OK when there are none."""
    return max((finding.severity for finding in findings), default=Severity.OK)


def from_environment(environment: Mapping[str, str]) -> Thresholds:
    """The defaults, with the warning limits that CPU_THRESHOLD, MEMORY_THRESHOLD and DISK_THRESHOLD give.

    A number above 0 and up to 100, in percent; a `%` may follow. A variable that is empty counts as not set. The
    critical limit stays, or rises to the warning limit where it would lie below it.

    Raises:
        InvalidInputError: one of them is anything else.
    """
    limits = {
        field: _with_warning(getattr(DEFAULTS, field), _percent(variable, environment[variable]))
        for variable, field in _VARIABLES.items()
        if environment.get(variable, "").strip()
    }
    return replace(DEFAULTS, **limits)


def _judged(
    headline: Headline, thresholds: Thresholds, values: Mapping[SeriesKey, float]
) -> Iterator[tuple[str, Threshold, dict[str, float]]]:
    """Each metric with its limits and its values by subject."""
    mounts, interfaces = (_instances(values, name) for name in (_DISK, _NETWORK_ERRORS))
    fullest = {} if headline.disk_percent is None else {headline.fullest_mount or "": headline.disk_percent}
    yield _CPU, thresholds.cpu, _alone(headline.cpu_percent)
    yield _MEMORY, thresholds.memory, _alone(headline.memory_percent)
    yield _DISK, thresholds.disk, mounts or fullest
    yield _NETWORK_ERRORS, thresholds.network_errors, interfaces or _alone(headline.network_error_percent)


def _alone(value: float | None) -> dict[str, float]:
    return {} if value is None else {"": value}


def _instances(values: Mapping[SeriesKey, float], name: str) -> dict[str, float]:
    return {key.labels[0][1]: value for key, value in values.items() if key.name == name and key.labels}


def _percent(variable: str, text: str) -> float:
    match = _NUMBER.fullmatch(text.strip())
    value = float(match[1]) if match else 0.0
    if not 0 < value <= 100:
        raise InvalidInputError(
            f"{variable} is “{printable(text, 40)}”, which is no percentage.",
            hint=f"Give a number above 0 and up to 100, as in {variable}=85, or leave it out.",
        )
    return value


def _with_warning(threshold: Threshold, warning: float) -> Threshold:
    critical = threshold.critical
    return Threshold(warning, None if critical is None else max(critical, warning))


def _load(name: str) -> Thresholds:
    tables = tomllib.loads(files("resources").joinpath(name).read_text(encoding="utf-8"))
    return Thresholds(**{field: Threshold(**limits) for field, limits in tables.items()})


DEFAULTS = _load("default_thresholds.toml")
"""The limits that ship with Watchpost."""
