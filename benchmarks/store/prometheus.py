"""The same readings in blocks of Prometheus, from our own export."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.store.stores import Store
from benchmarks.store.upkeep import HOUR_MS
from storage.host import Host
from storage.rollup import Interval
from storage.transfer.openmetrics_export import write_openmetrics
from storage.transfer.selection import select, stored_metrics


def measure_prometheus(store: Store, host: Host, start: int, hours: int) -> list[Figure]:
    """Bytes a sample; nothing where `promtool` is not installed."""
    promtool = shutil.which("promtool")
    if promtool is None:
        print("promtool is not installed (Debian: apt-get install prometheus): no comparison with Prometheus.")
        return []
    with tempfile.TemporaryDirectory() as folder:
        text, blocks = Path(folder) / "export.txt", Path(folder) / "blocks"
        span = (start, start + hours * HOUR_MS)
        with text.open("w", newline="", encoding="utf-8") as out, store.database.reading() as connection:
            selection = select(connection, [host], stored_metrics(), span, Interval.RAW)
            samples = write_openmetrics(out, connection, selection)
        command = [promtool, "tsdb", "create-blocks-from", "openmetrics", str(text), str(blocks)]
        subprocess.run(command, check=True, capture_output=True)
        size = sum(path.stat().st_size for path in blocks.rglob("*") if path.is_file())
    how = f"blocks that promtool made of our export, {samples} samples of {hours} hours, index included"
    return [Figure("prometheus_bytes_per_sample", size / samples, None, "B", how)]
