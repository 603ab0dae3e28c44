"""Rules that come with Watchpost: the defaults, and presets with the levels that people had elsewhere."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import msgspec

from alerts.rules.matchers import parse_matcher
from alerts.rules.rule import Comparison, Level, NewRule
from alerts.rules.signal import Function, Signal
from storage.errors import NotFoundError
from storage.printable import printable

DEFAULT = "default"
"""Source of the rules that every database begins with."""
PRESET_NAMES = ("exporter", "script", "openmanager")


class _ShippedRule(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A rule as the files in `resources/` have it."""

    name: str
    metric: str
    where: tuple[str, ...] = ()
    function: Function = Function.LATEST
    window_s: float = 0.0
    horizon_s: float = 0.0
    comparison: Comparison = Comparison.ABOVE
    warning: Level | None = None
    critical: Level | None = None
    hold_s: float
    keep_firing_s: float = 0.0
    annotations: dict[str, str]
    enabled: bool = True

    def rule(self, source: str) -> NewRule:
        return NewRule(
            name=self.name,
            signal=Signal(
                metric=self.metric,
                matchers=tuple(parse_matcher(each) for each in self.where),
                function=self.function,
                window_s=self.window_s,
                horizon_s=self.horizon_s,
            ),
            comparison=self.comparison,
            warning=self.warning,
            critical=self.critical,
            hold_s=self.hold_s,
            keep_firing_s=self.keep_firing_s,
            annotations=tuple(self.annotations.items()),
            enabled=self.enabled,
            source=source,
        )


class _ShippedFile(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    about: str = ""
    about_ko: str = ""
    rules: tuple[_ShippedRule, ...]


@dataclass(frozen=True, slots=True)
class Preset:
    """Rules that are installed together.

    Attributes:
        name: what it is called.
        about: its levels in a line.
        about_ko: the same in Korean.
        rules: their source is `preset` and the name.
    """

    name: str
    about: str
    about_ko: str
    rules: tuple[NewRule, ...]


@lru_cache(maxsize=1)
def default_rules() -> tuple[NewRule, ...]:
    """The rules that every database begins with."""
    return tuple(rule.rule(DEFAULT) for rule in _read("default_rules.toml").rules)


@lru_cache
def find_preset(name: str) -> Preset:
    """The preset of that name. Raises NotFoundError."""
    if name not in PRESET_NAMES:
        raise NotFoundError(
            f"There is no preset “{printable(name, 40)}”.", hint=f"There are: {', '.join(PRESET_NAMES)}."
        )
    file = _read(f"rule_presets/{name}.toml")
    return Preset(name, file.about, file.about_ko, tuple(rule.rule(f"preset {name}") for rule in file.rules))


def shipped_rules() -> tuple[NewRule, ...]:
    """All of them."""
    return default_rules() + tuple(rule for name in PRESET_NAMES for rule in find_preset(name).rules)


def _read(name: str) -> _ShippedFile:
    text = files("resources").joinpath(name).read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _ShippedFile)
