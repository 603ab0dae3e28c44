"""One measurement of the window in a process of its own; prints JSON. `python -m benchmarks.gui_child NAME`."""

import importlib
import json
import sys
import tempfile
from pathlib import Path

MEASUREMENTS = {
    "start": "benchmarks.gui_start:start_costs",
    "fleet": "benchmarks.gui_refresh:fleet_costs",
    "host": "benchmarks.gui_refresh:host_cost",
    "stall": "benchmarks.gui_stall:stalls",
    "memory": "benchmarks.gui_memory:growth",
}


def main() -> int:
    """Measures what the command line names."""
    module, function = MEASUREMENTS[sys.argv[1]].split(":")
    with tempfile.TemporaryDirectory(prefix="watchpost-bench-") as folder:
        measured = getattr(importlib.import_module(module), function)(Path(folder), quick="--quick" in sys.argv)
    print(json.dumps(measured))
    return 0


if __name__ == "__main__":
    sys.exit(main())
