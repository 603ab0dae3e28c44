"""Every text that people read is there in every language, and says the same things."""

import ast
import re
import string
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from storage.translation import LANGUAGES, N_, _, choose_language, language_of, ngettext

ROOT = Path(__file__).parents[2]
CATALOGUES = ROOT / "resources" / "translations"
OTHERS = [code for code in LANGUAGES if code != "en"]


def _catalogue(code: str) -> Catalog:
    with (CATALOGUES / code / "LC_MESSAGES" / "watchpost.po").open("rb") as file:
        return read_po(file, locale=code)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What the sources say."""
    target = tmp_path_factory.mktemp("template") / "watchpost.pot"
    command = [sys.executable, str(ROOT / "scripts" / "translations"), "template", str(target)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with target.open("rb") as file:
        return read_po(file)


def _texts(message: Message) -> list[str]:
    said = message.string
    return [text for text in ([said] if isinstance(said, str) else said or ()) if text]


def _fields(text: str) -> set[str]:
    return {name for _literal, name, _spec, _conversion in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_of_the_sources_is_translated(template: Catalog, code: str) -> None:
    catalogue = _catalogue(code)
    missing = [
        message.id for message in template if message.id and not _translated(catalogue.get(message.id, message.context))
    ]
    assert not missing, f"run `make translations` and translate: {missing}"


def _translated(message: Message | None) -> bool:
    return message is not None and not message.fuzzy and bool(_texts(message))


@pytest.mark.parametrize("code", OTHERS)
def test_no_translation_is_left_of_a_text_that_is_gone(template: Catalog, code: str) -> None:
    gone = [m.id for m in _catalogue(code) if m.id and template.get(m.id, m.context) is None]
    assert not gone, "run `make translations`"


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_has_the_same_fields(code: str) -> None:
    for message in _catalogue(code):
        if message.id:
            singular = message.id[-1] if isinstance(message.id, tuple | list) else message.id
            for text in _texts(message):
                assert _fields(text) == _fields(singular), singular


@pytest.mark.parametrize("code", OTHERS)
def test_the_compiled_catalogue_is_that_of_the_texts(code: str) -> None:
    compiled = BytesIO()
    write_mo(compiled, _catalogue(code))
    assert (CATALOGUES / code / "LC_MESSAGES" / "watchpost.mo").read_bytes() == compiled.getvalue()


def test_korean_is_spoken_once_it_is_chosen() -> None:
    choose_language("ko")
    try:
        assert re.search(r"[가-힣]", _("Fleet"))
        assert re.search(r"[가-힣]", ngettext("{count} core", "{count} cores", 4))
    finally:
        choose_language("en")
    assert _("Fleet") == "Fleet"


def test_a_language_that_is_not_there_is_english() -> None:
    choose_language("xx")
    assert _("Fleet") == "Fleet"
    assert N_("Fleet") == "Fleet"


@pytest.mark.parametrize(
    ("locale", "code"), [("ko_KR.UTF-8", "ko"), ("ko-KR", "ko"), ("ko", "ko"), ("de_DE", "en"), ("C", "en"), ("", "en")]
)
def test_the_language_follows_from_the_locale(locale: str, code: str) -> None:
    assert language_of(locale) == code


def _is_literal_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


@pytest.mark.parametrize("room", ["alerts", "fleet", "monitor_gui", "poller", "storage", "watchpost"])
def test_texts_for_translation_are_literals(room: str) -> None:
    """A text that is put together first is never found in a catalogue."""
    offenders = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and (wanted := {"N_": 1, "ngettext": 2, "pgettext": 2}.get(node.func.id))
        and sum(map(_is_literal_text, node.args)) < wanted
    ]
    assert not offenders
