"""What starts as a probe in a Python on the host: a stub on the command line, and the source on standard input.

The source is read as text, so it has to be there as text: a bundle ships `remote_probe/*.py` as files.
"""

import importlib.resources
import zlib
from dataclasses import replace
from functools import lru_cache
from types import ModuleType

import remote_probe
from poller.probe_start.probe_options import ProbeOptions
from poller.stream.lines import MARKER
from storage.host import Reader

__all__ = ["MARKER", "ProbeOptions", "pack", "payload", "python_arguments", "python_flags", "stub"]


# It stands in double quotes, and must pass through sh, cmd.exe and PowerShell: one line, no quote of either kind,
# nothing that any of them gives a meaning to. It starts with a name so that whoever looks at `ps` on the host sees what
# runs there. Python 2 must be able to parse it. `run` comes out of the payload; it is called here and not there so that
# the text of the sources is free by then.
_STUB = (
    "watchpost_probe={size};import sys;min(sys.version_info[:2],(3,6))==(3,6)or sys.exit(96);import zlib;"
    "p=sys.stdin.buffer.read(watchpost_probe);len(p)==watchpost_probe or sys.exit(95);"
    "exec(zlib.decompress(p));sys.exit(run({pause}))"
)

# It imports nothing and leaves docstrings out (optimize=2): all of that would be memory on the host. The file names are
# what tracebacks show.
_LOADER = """\
import sys
def load(sources):
    for name, filename, text in sources:
        module = type(sys)(name)
        module.__file__ = filename
        parent, _, leaf = name.rpartition(".")
        if parent:
            module.__package__ = parent
            setattr(sys.modules[parent], leaf, module)
        else:
            module.__package__ = name
            module.__path__ = []
        sys.modules[name] = module
        exec(compile(text, filename, "exec", 0, True, 2), module.__dict__)
load({sources!r})
def run(first_pause_s=None):
    wanted = {options!r}
    wanted["first_pause_s"] = first_pause_s
    return sys.modules[{entry!r}].main(wanted)
del p, load
"""


def stub(size: int, first_pause_s: float | None = None) -> str:
    """What Python runs first: it takes a source of that many bytes from standard input and runs it.

    Args:
        size: of the source.
        first_pause_s: between the first and the second scrape; None is as long as between any two. It is here and not
            among the options, as a source of 49 KB would else have to be packed and kept for every single host.
    """
    return _STUB.format(size=size, pause="" if first_pause_s is None else f"{first_pause_s:.3f}")


def python_flags(options: ProbeOptions) -> str:
    """How Python is to start."""
    # Isolated from the environment, writes no .pyc. Without -S it looks for site-packages: 10 ms and 1 MB, only for
    # psutil.
    return "-IEB" if options.reader is Reader.PSUTIL else "-ISEB"


def python_arguments(options: ProbeOptions) -> tuple[str, str, str]:
    """What to start a Python with to get the probe where no shell is needed."""
    return python_flags(options), "-c", stub(len(payload(options)))


def payload(options: ProbeOptions) -> bytes:
    """What goes to the started command's standard input, exactly these bytes: the probe's source, its options.

    The same for all hosts that are asked the same, whatever their phases.
    """
    return _payload(options if options.phase_s is None else replace(options, phase_s=None))


@lru_cache(maxsize=64)
def _payload(options: ProbeOptions) -> bytes:
    wire_options: dict[str, object] = {
        "interval_s": options.interval_s,
        "reader": options.reader.value,
        "top": options.top,
        "all_mounts": options.all_mounts,
        "all_interfaces": options.all_interfaces,
        "count": options.count,
        "marker": True,
        "lifeline": True,
        "checks": [(check.name, check.kind.value, check.target) for check in options.checks],
        "checks_s": options.checks_interval_s,
    }
    return pack(_sources(remote_probe, _modules(with_checks=bool(options.checks))), wire_options)


def pack(sources: tuple[tuple[str, str, str], ...], options: dict[str, object]) -> bytes:
    """A program that loads the sources, in order, and defines `run`; compressed.

    Args:
        sources: module name, file name for tracebacks, text. The first is the package; its module `main` is the entry.
        options: literals only.
    """
    text = _LOADER.format(sources=sources, entry=f"{sources[0][0]}.main", options=options)
    return zlib.compress(text.encode(), 9)


def _modules(*, with_checks: bool) -> tuple[str, ...]:
    """Those of the probe that a host needs, in the order in which they can be loaded."""
    modules = remote_probe.MODULES
    at = modules.index("stream")
    return modules[:at] + remote_probe.CHECK_MODULES + modules[at:] if with_checks else modules


def _sources(package: ModuleType, names: tuple[str, ...]) -> tuple[tuple[str, str, str], ...]:
    """The package itself, then these modules of it."""
    folder = importlib.resources.files(package)
    name = package.__name__
    modules = [(name, "__init__"), *((f"{name}.{module}", module) for module in names)]
    return tuple(
        (module, f"{name}/{file}.py", folder.joinpath(f"{file}.py").read_text(encoding="utf-8"))
        for module, file in modules
    )
