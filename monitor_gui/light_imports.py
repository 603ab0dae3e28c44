"""Keeps imports light: PySide reads the source of every module that is imported after it. To be imported before Qt.

PySide wraps `__import__`, to learn which modules use its `__feature__` switches, by searching each module's source
text; the text then stays in `linecache`. We use no such switch. Without the wrapper the application takes 29 MB less
(128 hosts: 169 against 198 MB). Seen in PySide 6.11.3, `shibokensupport/feature.py`.
"""

import builtins
import importlib
import sys

import PySide6.QtCore  # noqa: F401 - its import puts the wrapper in place


def unwrap_imports() -> None:
    """Takes the wrapper off; what is below it, PySide has kept."""
    original = getattr(builtins, "__orig_import__", None)
    if original is not None:
        builtins.__import__ = original


def load_logging() -> None:
    """Loads structlog without rich, which it takes for its coloured tracebacks where it finds it: 70 ms and 7 MB."""
    if "rich" in sys.modules:
        return
    # None stands for a module that cannot be imported.
    sys.modules["rich"] = None  # type: ignore[assignment]
    try:
        importlib.import_module("structlog")
    finally:
        del sys.modules["rich"]


unwrap_imports()
