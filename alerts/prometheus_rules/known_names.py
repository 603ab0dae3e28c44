"""Names that other exporters give to what is measured here. A table: no code decides anything in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownName:
    """What a metric of another exporter is here.

    Attributes:
        metric: its name in the catalogue.
        labels: theirs to ours. Labels of theirs that are named nowhere make a rule one that is refused.
        given: labels that have to have this value for it to be the same thing.
        added: labels that it then has here.
        ignored: labels that may only leave out what is not measured here anyway.
        scale: theirs is this many times ours.
        note: what is not quite the same; empty for the same thing.
    """

    metric: str
    labels: Mapping[str, str] = field(default_factory=dict)
    given: Pairs = ()
    added: Pairs = ()
    ignored: frozenset[str] = frozenset()
    scale: Fraction = Fraction(1)
    note: str = ""


RAW_CPU = "node_cpu_seconds_total"
"""Of each core, where the catalogue has it of all; `cpu_time` knows what becomes of it."""
INFORMATION = frozenset({"node_uname_info", "node_os_info", "node_dmi_info"})
"""Always 1: joined to others for their labels only."""
NOW = frozenset({"node_time_seconds"})
UP_NAMES = frozenset({"up", "openmanager_up"})
READ_ONLY = "node_filesystem_readonly"

EXPORTER_JOBS = frozenset(
    {
        "node",
        "nodes",
        "node-exporter",
        "node_exporter",
        "nodeexporter",
        "prometheus-node-exporter",
        "integrations/node_exporter",
        "linux",
        "openmanager",
        "watchpost",
    }
)
"""Names of jobs that say "every machine" and no more."""

_PAGE = Fraction(1, 4096)
_BOTH_TCP = "It counts CLOSE_WAIT there as well, which is a state of its own here."
_ANY_CHECK = "It is of the checks that are set up here."

_MOUNT: Mapping[str, str] = {"mountpoint": "mount", "mount": "mount"}
_VIRTUAL = frozenset({"fstype", "device"})
_INTERFACE: Mapping[str, str] = {"device": "interface", "interface": "interface"}
_DEVICE: Mapping[str, str] = {"device": "device"}


def _plain(**names: str) -> dict[str, tuple[KnownName, ...]]:
    return {f"node_{theirs}": (KnownName(metric=ours),) for theirs, ours in names.items()}


def _of_disks(**names: str) -> dict[str, tuple[KnownName, ...]]:
    return {f"node_disk_{theirs}": (KnownName(metric=ours, labels=_DEVICE),) for theirs, ours in names.items()}


def _of_file_systems(**names: str) -> dict[str, tuple[KnownName, ...]]:
    return {
        f"node_filesystem_{theirs}": (KnownName(metric=ours, labels=_MOUNT, ignored=_VIRTUAL),)
        for theirs, ours in names.items()
    }


def _of_interfaces(**names: str) -> dict[str, tuple[KnownName, ...]]:
    return {f"node_network_{theirs}": (KnownName(metric=ours, labels=_INTERFACE),) for theirs, ours in names.items()}


def _of_pressure() -> dict[str, tuple[KnownName, ...]]:
    return {
        f"node_pressure_{resource}_{how}_seconds_total": (
            KnownName(metric=f"pressure_{how}_seconds_total", added=(("resource", resource),)),
        )
        for resource in ("cpu", "io", "memory")
        for how in ("waiting", "stalled")
    }


def _of_sources() -> dict[str, tuple[KnownName, ...]]:
    """Percentages under the names that small exporters of one's own give them."""
    names = {
        "cpu": KnownName(metric="cpu_usage_percent"),
        "memory": KnownName(metric="memory_used_percent"),
        "swap": KnownName(metric="swap_used_percent"),
        "disk": KnownName(metric="filesystem_used_percent", labels=_MOUNT, ignored=_VIRTUAL),
    }
    return {
        f"{exporter}_{what}_{ending}": (known,)
        for exporter in ("node", "openmanager")
        for what, known in names.items()
        for ending in ("usage_percent", "usage", "used_percent", "percent")
    }


KNOWN_NAMES: Mapping[str, tuple[KnownName, ...]] = {
    **_plain(
        load1="load1",
        load5="load5",
        load15="load15",
        context_switches_total="context_switches_total",
        intr_total="interrupts_total",
        memory_MemTotal_bytes="memory_total_bytes",
        memory_MemAvailable_bytes="memory_available_bytes",
        memory_MemFree_bytes="memory_free_bytes",
        memory_Buffers_bytes="memory_buffers_bytes",
        memory_SwapTotal_bytes="swap_total_bytes",
        memory_SwapFree_bytes="swap_free_bytes",
        boot_time_seconds="boot_time_seconds",
        filefd_allocated="open_files",
        filefd_maximum="open_files_limit",
        processes_pids="processes",
        logind_sessions="users",
    ),
    "node_memory_Cached_bytes": (
        KnownName(metric="memory_cached_bytes", note="Here the cache has reclaimable slab in it."),
    ),
    "node_vmstat_pswpin": (KnownName(metric="swap_in_bytes_total", scale=_PAGE, note="A page is taken for 4 KiB."),),
    "node_vmstat_pswpout": (KnownName(metric="swap_out_bytes_total", scale=_PAGE, note="A page is taken for 4 KiB."),),
    **_of_disks(
        read_bytes_total="disk_read_bytes_total",
        written_bytes_total="disk_written_bytes_total",
        reads_completed_total="disk_reads_total",
        writes_completed_total="disk_writes_total",
        read_time_seconds_total="disk_read_seconds_total",
        write_time_seconds_total="disk_write_seconds_total",
        io_time_seconds_total="disk_busy_seconds_total",
        io_read_bytes_total="disk_read_bytes_total",
        io_write_bytes_total="disk_written_bytes_total",
    ),
    **_of_file_systems(
        size_bytes="filesystem_size_bytes",
        free_bytes="filesystem_free_bytes",
        avail_bytes="filesystem_available_bytes",
        files="filesystem_inodes",
        files_free="filesystem_inodes_free",
    ),
    **_of_interfaces(
        receive_bytes_total="network_receive_bytes_total",
        transmit_bytes_total="network_transmit_bytes_total",
        receive_packets_total="network_receive_packets_total",
        transmit_packets_total="network_transmit_packets_total",
        receive_errs_total="network_receive_errors_total",
        transmit_errs_total="network_transmit_errors_total",
        receive_drop_total="network_receive_drops_total",
        transmit_drop_total="network_transmit_drops_total",
        speed_bytes="network_speed_bytes",
    ),
    "node_netstat_Tcp_CurrEstab": (
        KnownName(metric="tcp_connections", added=(("state", "ESTABLISHED"),), note=_BOTH_TCP),
    ),
    "node_sockstat_TCP_tw": (KnownName(metric="tcp_connections", added=(("state", "TIME_WAIT"),)),),
    "node_tcp_connection_states": (KnownName(metric="tcp_connections", labels={"state": "state"}),),
    **_of_pressure(),
    "node_hwmon_temp_celsius": (KnownName(metric="temperature_celsius"),),
    "node_thermal_zone_temp": (KnownName(metric="temperature_celsius"),),
    "node_systemd_unit_state": (
        KnownName(
            metric="unit_failed", labels={"name": "unit"}, given=(("state", "failed"),), ignored=frozenset({"type"})
        ),
        KnownName(
            metric="unit_up",
            labels={"name": "unit"},
            given=(("state", "active"),),
            ignored=frozenset({"type"}),
            note="It is of the units that are watched here.",
        ),
    ),
    "probe_success": (KnownName(metric="check_up", note=_ANY_CHECK),),
    "probe_duration_seconds": (KnownName(metric="check_seconds", note=_ANY_CHECK),),
    "probe_http_status_code": (KnownName(metric="check_http_status", note=_ANY_CHECK),),
    "DCGM_FI_DEV_GPU_UTIL": (KnownName(metric="gpu_usage_percent", labels={"gpu": "gpu"}),),
    "DCGM_FI_DEV_GPU_TEMP": (KnownName(metric="gpu_temperature_celsius", labels={"gpu": "gpu"}),),
    "DCGM_FI_DEV_POWER_USAGE": (KnownName(metric="gpu_power_watts", labels={"gpu": "gpu"}),),
    **_of_sources(),
}
"""By the name that others give. Where there are several, the first one whose `given` fits is meant."""

NOT_MEASURED: Mapping[str, str] = {
    "node_md_": "software RAID",
    "node_edac_": "memory errors",
    "node_nf_conntrack": "the connection tracking of the firewall",
    "node_timex_": "what the kernel thinks of its clock; `clock_skew_seconds` compares it with the poller's",
    "node_ntp_": "what the kernel thinks of its clock; `clock_skew_seconds` compares it with the poller's",
    "node_textfile_": "files of node_exporter; a command or an endpoint of one's own is read as `custom`",
    "node_scrape_collector_": "node_exporter itself, which is not needed here",
    "node_exporter_": "node_exporter itself, which is not needed here",
    "node_bonding_": "bonds of interfaces",
    "node_network_up": "whether an interface is up",
    "node_network_carrier": "whether an interface is up",
    "node_vmstat_": "this counter of the kernel's memory management",
    "node_procs_": "processes by state; `processes` counts all of them",
    "node_processes_": "threads and states of processes; `processes` counts all processes",
    "node_entropy_": "entropy, which no kernel since 5.6 runs out of",
    "node_arp_": "the ARP table",
    "node_zfs_": "ZFS",
    "node_hwmon_": "this sensor; `temperature_celsius` has temperatures",
    "node_cooling_": "fans",
    "node_power_supply_": "batteries",
    "node_filesystem_device_error": "whether a file system answers; one that does not shows as no data",
    "node_filesystem_": "this of file systems",
    "node_sockstat_": "this count of sockets; `tcp_connections` has TCP by state",
    "node_netstat_": "this counter of the network stack",
    "node_softnet_": "the network stack's queues",
    "node_disk_io_now": "how many requests are under way; `disk_busy_percent` says how busy a disk is",
    "node_disk_": "this counter of a disk",
    "node_memory_": "this part of memory",
    "node_network_": "this counter of an interface",
    "node_systemd_": "this of systemd; `units_failed` counts failed units",
    "smartmon_": "SMART; a command of one's own is read as `custom`",
    "kube_": "Kubernetes",
    "container_": "containers one by one",
    "mysql_": "databases; an endpoint of one's own is read as `custom`",
    "pg_": "databases; an endpoint of one's own is read as `custom`",
    "prometheus_": "Prometheus",
    "alertmanager_": "Alertmanager",
    "windows_": "Windows under these names; the same things are measured under those of the catalogue",
}
"""What names begin with that nothing here stands for, and what they are about. The longest beginning counts."""

MEASURED_FILE_SYSTEMS = (
    "ext2",
    "ext3",
    "ext4",
    "xfs",
    "btrfs",
    "zfs",
    "f2fs",
    "jfs",
    "reiserfs",
    "vfat",
    "exfat",
    "ntfs",
    "ntfs3",
    "fuseblk",
    "nfs",
    "nfs4",
    "cifs",
    "apfs",
    "ufs",
    "/dev/sda1",
    "/dev/vda1",
    "/dev/nvme0n1p2",
    "/dev/mapper/root",
    "server:/export",
)
"""Types and sources, one of each kind, that are looked at here."""
