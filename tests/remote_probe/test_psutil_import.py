import sys
import types
from pathlib import Path

import psutil
import pytest

from remote_probe import psutil_import
from remote_probe.psutil_import import import_psutil, system_of


@pytest.mark.parametrize(
    ("platform", "system"),
    [("linux", "linux"), ("darwin", "macos"), ("freebsd14", "freebsd"), ("win32", "windows"), ("sunos5", "sunos5")],
)
def test_systems_have_one_name_each(platform: str, system: str) -> None:
    assert system_of(platform) == system


def test_the_psutil_that_is_there_is_taken() -> None:
    assert import_psutil() is psutil


def test_one_that_is_too_old_is_named_with_what_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    old = types.ModuleType("psutil")
    old.version_info = (4, 4, 2)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "psutil", old)
    with pytest.raises(ImportError, match=r"psutil 4\.4\.2 is too old: 5\.0 or newer is needed\."):
        import_psutil()


def test_one_that_cannot_be_loaded_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "psutil.py").write_text("raise RuntimeError('built for another system')\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "psutil")
    with pytest.raises(ImportError, match="psutil cannot be loaded: RuntimeError: built for another system"):
        psutil_import._import()
