"""Makes a key of the encrypted file in 1 ms where the product takes 0.4 s of two cores and 64 MB.

The library has its costs as attributes of a class and writes them nowhere, so everybody who opens a test's file has to
know: this process, and through `child_start/sitecustomize.py` those that it starts. That the product leaves the
library's costs as they are is proven with the file itself.
"""

import importlib.machinery
import sys
from collections.abc import Callable, Sequence
from types import ModuleType

_MODULE = "keyrings.cryptfile.cryptfile"


class _Finder:
    """Finds one module as everybody does, and changes it once it is loaded; importing it here would take long."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None, _: object = None) -> importlib.machinery.ModuleSpec | None:
        spec = importlib.machinery.PathFinder.find_spec(name, path) if name == _MODULE else None
        if spec is not None and spec.loader is not None:
            spec.loader.exec_module = _cheap(spec.loader.exec_module)  # type: ignore[method-assign, assignment]
        return spec


def install() -> None:
    """From now on, for this process."""
    sys.meta_path.insert(0, _Finder)


def _cheap(load: Callable[[ModuleType], None]) -> Callable[[ModuleType], None]:
    def load_and_change(module: ModuleType) -> None:
        load(module)
        module.CryptFileKeyring.time_cost = 1
        module.CryptFileKeyring.memory_cost = 1024

    return load_and_change
