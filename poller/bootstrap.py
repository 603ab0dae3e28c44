"""How the probe gets onto a host: a command that fits any shell, a stub on it, and the source on standard input.

The source is read as text, so it has to be there as text: a bundle ships `remote_probe/*.py` as files.
"""

import importlib.resources
import zlib
from functools import lru_cache
from types import ModuleType

import remote_probe
from poller.lines import MARKER
from poller.probe_options import ProbeOptions
from storage.host import Reader

__all__ = ["MARKER", "ProbeOptions", "command_for", "pack", "payload", "python_arguments", "start_command"]


# It stands in double quotes in single quotes, and must pass through sh, bash, dash, fish and csh: one line, no quote of
# either kind, no backslash, dollar, backtick or exclamation mark. It starts with a name so that whoever looks at `ps`
# on the host sees what runs there. Python 2 must be able to parse it. `run` comes out of the payload; it is called here
# and not there so that the text of the sources is free by then.
_STUB = (
    "watchpost_probe={size};import sys;sys.version_info<(3,6)and sys.exit(96);import zlib;"
    "p=sys.stdin.buffer.read(watchpost_probe);len(p)<watchpost_probe and sys.exit(95);"
    "exec(zlib.decompress(p));sys.exit(run())"
)

# RHEL 8 has no python3 in its minimal installation, but this one. `exec` of what is not there would end the shell with
# 127 before `exit 97`, hence the look before.
_COMMAND = (
    "exec /bin/sh -c 'for P in python3 /usr/libexec/platform-python python; do "
    'command -v $P >/dev/null 2>&1 && exec $P {flags} -c "{stub}"; done; exit 97\''
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
def run():
    return sys.modules[{entry!r}].main({options!r})
del p, load
"""


def start_command(options: ProbeOptions) -> str:
    """The one command that is run on the host. Options and source follow on standard input, see `payload`."""
    flags, _, _ = python_arguments(options)
    return command_for(payload(options), flags)


def command_for(source: bytes, flags: str = "-ISEB") -> str:
    """The command that runs what `pack` made."""
    return _COMMAND.format(flags=flags, stub=_STUB.format(size=len(source)))


def python_arguments(options: ProbeOptions) -> tuple[str, str, str]:
    """What to start a Python with to get the probe where no shell is needed."""
    # Isolated from the environment, writes no .pyc. Without -S it looks for site-packages: 10 ms and 1 MB, only for
    # psutil.
    flags = "-IEB" if options.reader is Reader.PSUTIL else "-ISEB"
    return flags, "-c", _STUB.format(size=len(payload(options)))


@lru_cache(maxsize=64)
def payload(options: ProbeOptions) -> bytes:
    """What goes to the started command's standard input, exactly these bytes: the probe's source, its options."""
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
    return pack(_sources(remote_probe), wire_options)


def pack(sources: tuple[tuple[str, str, str], ...], options: dict[str, object]) -> bytes:
    """A program that loads the sources, in order, and defines `run`; compressed.

    Args:
        sources: module name, file name for tracebacks, text. The first is the package; its module `main` is the entry.
        options: literals only.
    """
    text = _LOADER.format(sources=sources, entry=f"{sources[0][0]}.main", options=options)
    return zlib.compress(text.encode(), 9)


def _sources(package: ModuleType) -> tuple[tuple[str, str, str], ...]:
    """The package itself, then its modules in the order of its `MODULES`."""
    folder = importlib.resources.files(package)
    name = package.__name__
    modules = [(name, "__init__"), *((f"{name}.{module}", module) for module in package.MODULES)]
    return tuple(
        (module, f"{name}/{file}.py", folder.joinpath(f"{file}.py").read_text(encoding="utf-8"))
        for module, file in modules
    )
