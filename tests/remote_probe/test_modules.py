"""What travels to a host: it parses everywhere, stands alone, and stays light."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import remote_probe

FOLDER = Path(remote_probe.__file__).parent
AT = remote_probe.MODULES.index("stream")
ORDER = remote_probe.MODULES[:AT] + remote_probe.CHECK_MODULES + remote_probe.MODULES[AT:]
SOURCES = {name: (FOLDER / f"{name}.py").read_text() for name in ORDER}
# Each would cost about 1 MB on every host.
HEAVY = {"json", "re", "threading", "subprocess", "socket", "signal", "typing", "collections", "platform", "logging"}

_LOAD = """
import sys, types
sources = {sources!r}
package = sys.modules["remote_probe"] = types.ModuleType("remote_probe")
package.__path__ = []
for name, text in sources.items():
    module = sys.modules["remote_probe." + name] = types.ModuleType("remote_probe." + name)
    setattr(package, name, module)
    exec(compile(text, name, "exec"), module.__dict__)
status = sys.modules["remote_probe.main"].main({{"count": 1, "reader": "proc"}})
print(*sorted(sys.modules), file=sys.stderr)
sys.exit(status)
"""


def test_every_module_is_sent_and_none_is_missing() -> None:
    files = {path.stem for path in FOLDER.glob("*.py")} - {"__init__", "__main__"}
    assert set(ORDER) == files
    assert len(ORDER) == len(files)


@pytest.mark.parametrize("name", ORDER)
def test_it_parses_on_python_3_6(name: str) -> None:
    ast.parse(SOURCES[name], feature_version=(3, 6))


@pytest.mark.parametrize("name", ORDER)
def test_it_needs_only_what_was_sent_before_it_and_the_standard_library(name: str) -> None:
    earlier = set(ORDER[: ORDER.index(name)])
    for node in ast.walk(ast.parse(SOURCES[name])):
        if isinstance(node, ast.Import):
            for alias in node.names:
                assert alias.name.partition(".")[0] in sys.stdlib_module_names | {"psutil"}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            package, _, module = (node.module or "").partition(".")
            if package == "remote_probe":
                assert ({module} if module else {alias.name for alias in node.names}) <= earlier
            else:
                assert package in sys.stdlib_module_names


def test_it_runs_from_text_alone_and_loads_nothing_heavy() -> None:
    # What is not needed without checks is not sent either.
    program = _LOAD.format(sources={name: SOURCES[name] for name in remote_probe.MODULES})
    child = subprocess.run(
        [sys.executable, "-ISEB", "-"], input=program.encode(), check=True, capture_output=True, cwd="/"
    )
    assert json.loads(child.stdout.splitlines()[0])["watchpost"] == 1
    loaded = set(child.stderr.decode().split("\n")[-2].split())
    assert "remote_probe.main" in loaded
    assert not loaded & HEAVY
