"""Texts in the language that was chosen.

English stands in the sources; the others are gettext catalogues in `resources/translations`, one folder a language.
`make translations` reads the sources and renews them.
"""

import gettext
from collections.abc import Mapping
from functools import lru_cache

DOMAIN = "watchpost"
LANGUAGES: Mapping[str, str] = {"en": "English", "ko": "한국어"}
"""What there is, by code, each in its own words."""

_chosen: gettext.NullTranslations = gettext.NullTranslations()
_chosen_code = "en"


def choose_language(code: str) -> None:
    """From now on every text is in this language; one that is not among `LANGUAGES` counts as English."""
    global _chosen, _chosen_code  # noqa: PLW0603 - a process speaks one language
    _chosen_code = code if code in LANGUAGES else "en"
    _chosen = _catalogue(_chosen_code)


def chosen_language() -> str:
    """The code of the language that was chosen last; English before that."""
    return _chosen_code


def language_of(locale: str) -> str:
    """The code of `LANGUAGES` that fits a locale such as `ko_KR.UTF-8` or `ko-KR`; English where none does."""
    code = locale.replace("-", "_").partition("_")[0].casefold()
    return code if code in LANGUAGES else "en"


def _(message: str) -> str:
    """The text in the chosen language. `message` must be a literal: the sources are searched for them."""
    return _chosen.gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """The text that fits a number of things."""
    return _chosen.ngettext(singular, plural, count)


def pgettext(context: str, message: str) -> str:
    """The text of a message that means different things in different places."""
    return _chosen.pgettext(context, message)


def N_(message: str) -> str:  # noqa: N802 - what every gettext tool knows it as
    """Marks a literal for translation and leaves it as it is: for tables, whose texts are translated when shown."""
    return message


@lru_cache
def _catalogue(code: str) -> gettext.NullTranslations:
    if code == "en":
        return gettext.NullTranslations()
    from importlib.resources import as_file, files  # noqa: PLC0415 - 15 ms that English can do without

    path = files("resources") / "translations" / code / "LC_MESSAGES" / f"{DOMAIN}.mo"
    with as_file(path) as real, real.open("rb") as catalogue:
        return gettext.GNUTranslations(catalogue)
