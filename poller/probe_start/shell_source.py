"""The probe for hosts without Python: its shell and awk sources as one text, with the options before it."""

import importlib.resources
from collections.abc import Iterable
from functools import lru_cache

import remote_probe
from poller.probe_start.probe_options import ProbeOptions
from remote_probe import mounts

SOURCES = ("text", "proc", "networks", "filesystems", "probe")
"""Files of `remote_probe/shell`, in the order in which they are read."""
PROGRAMS = ("tcp_states", "processes")
"""awk's ones: each a variable of the shell, `NAME_awk`."""
TABLES: dict[str, Iterable[str]] = {
    "pseudo": mounts._PSEUDO,
    "unwanted": mounts._UNWANTED,
    "somebody_elses": mounts._SOMEBODY_ELSES,
    "layers": mounts._LAYERS,
}
"""Which mounts count: variables of the shell, words with blanks around each."""

_PROCESSES_EVERY_S = 10.0
_SLOW_EVERY_S = 30.0
_PATIENCE_S = 900.0
_DAY_S = 86400.0
_TOP_LIMIT = 100


def shell_source(options: ProbeOptions, first_pause_s: float | None = None) -> str:
    """What a shell has to run, as lines. `first_pause_s` lies between its first two scrapes; None is an interval."""
    interval_s = min(max(0.1, options.interval_s), _DAY_S)
    settings = {
        "interval": _hundredths(interval_s),
        "first_pause": _hundredths(interval_s if first_pause_s is None else first_pause_s),
        "processes_every": _hundredths(max(_PROCESSES_EVERY_S, interval_s)),
        "slow_every": _hundredths(max(_SLOW_EVERY_S, interval_s)),
        "patience": _hundredths(_PATIENCE_S),
        "interval_s": interval_s,
        "top": min(max(1, options.top), _TOP_LIMIT),
        "count": "" if options.count is None else max(1, options.count),
        "all_mounts": "1" if options.all_mounts else "",
        "all_interfaces": "1" if options.all_interfaces else "",
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items()) + _sources()


@lru_cache(maxsize=1)
def _sources() -> str:
    tables = "".join(f"{name}=' {' '.join(sorted(words))} '\n" for name, words in TABLES.items())
    programs = "".join(f"{name}_awk='{_bare(f'{name}.awk')}'\n" for name in PROGRAMS)
    return tables + programs + "".join(_bare(f"{name}.sh") for name in SOURCES)


def _bare(file: str) -> str:
    """The text of a file without indentation, comments and empty lines: a third less for a shell to keep in memory."""
    text = importlib.resources.files(remote_probe).joinpath("shell", file).read_text(encoding="ascii")
    lines = (line.strip() for line in text.splitlines())
    return "".join(f"{line}\n" for line in lines if line and not line.startswith("#"))


def _hundredths(seconds: float) -> int:
    return round(seconds * 100)
