# The fast group: CPU, memory, disk I/O and network out of /proc.

proc=${proc:-/proc}
sys=${sys:-/sys}
# What a reading begins with: nothing is named yet.
cores_named= disks_named= networks_named= disks_seen= networks_seen=
cores_series= disks_series= networks_series=

CPU_SERIES=
for R in user nice system idle iowait irq softirq steal guest guest_nice; do
    CPU_SERIES="$CPU_SERIES[\"cpu_seconds_total\",\"mode\",\"$R\"],"
done
CPU_SERIES=$CPU_SERIES'["context_switches_total"],["interrupts_total"],'
OTHER_SERIES='["load1"],["load5"],["load15"],["memory_total_bytes"],["memory_available_bytes"],["memory_free_bytes"],'
OTHER_SERIES=$OTHER_SERIES'["memory_cached_bytes"],["memory_buffers_bytes"],["swap_total_bytes"],["swap_free_bytes"],'
OTHER_SERIES=$OTHER_SERIES'["swap_in_bytes_total"],["swap_out_bytes_total"]'

page=$(getconf PAGESIZE 2>/dev/null) || page=
case $page in *[!0-9]* | '') page=4096 ;; esac

# Sets fast (values) and fast_series (their names), both without the brackets around them.
read_fast() {
    cpu=null,null,null,null,null,null,null,null,null,null
    cores= cores_seen= switches=null interrupts=null boot_time=null disk_lines= network_lines= place=
    total=0 free=0 available= cached=0 slab=0 buffers=0 swap_total=0 swap_free=0 swap_in=null swap_out=null
    # One process for all of the files; the heading of net/dev tells what comes after it from what came before.
    R=$(cat "$proc/stat" "$proc/meminfo" "$proc/vmstat" "$proc/net/dev" "$proc/diskstats" 2>/dev/null)
    IFS=$NL
    for line in $R; do
        IFS=$BLANKS
        case $place$line in
        cpu\ *) read_cpu $line ;;
        cpu*) read_core $line ;;
        intr*)
            R=${line#intr }
            interrupts=${R%% *}
            ;;
        ctxt*) switches=${line#ctxt } ;;
        btime*) boot_time=${line#btime } ;;
        Mem*:* | Cached:* | SReclaimable:* | Buffers:* | Swap*:*) read_memory $line ;;
        pswpin*)
            product "${line#pswpin }" "$page"
            swap_in=$R
            ;;
        pswpout*)
            product "${line#pswpout }" "$page"
            swap_out=$R
            ;;
        Inter-*) place=behind ;;
        behind*\|*) ;;
        behind*:*) network_lines=$network_lines$line$NL ;;
        behind*) disk_lines=$disk_lines$line$NL ;;
        esac
    done
    IFS=$BLANKS
    name_cores
    tell_memory
    read_disks
    read_networks
    R=
    read -r R <"$proc/loadavg"
    set -- $R
    fast=$cpu,$switches,$interrupts,${cores}${1:-null},${2:-null},${3:-null},$memory$disks$networks
    fast_series=$CPU_SERIES$cores_series$OTHER_SERIES$disks_series$networks_series
    read_pressure
}

# Time lost to each resource, from Linux 4.20 on.
read_pressure() {
    for name in cpu io memory; do
        some= full=
        { read -r some && read -r full; } 2>/dev/null <"$proc/pressure/$name"
        [ -n "$some" ] || continue
        millionths "${some##*total=}"
        fast=$fast,$R
        # Of the CPU "all waited" means nothing for a whole machine.
        case $name/${full##*total=} in cpu/0) R=null ;; *) millionths "${full##*total=}" ;; esac
        fast=$fast,$R
        fast_series="$fast_series,[\"pressure_waiting_seconds_total\",\"resource\",\"$name\"]"
        fast_series="$fast_series,[\"pressure_stalled_seconds_total\",\"resource\",\"$name\"]"
    done
}

read_cpu() {
    cpu=
    shift
    # Old kernels know fewer modes.
    set -- "$@" 0 0 0 0 0 0 0
    for field in "$1" "$2" "$3" "$4" "$5" "$6" "$7" "$8" "$9" "${10}"; do
        hundredths "$field"
        cpu=$cpu,$R
    done
    cpu=${cpu#,}
}

# Guest time is inside user time already.
read_core() {
    cores_seen="$cores_seen ${1#cpu}"
    sum "$2" "$3" "$4" "${7:-0}" "${8:-0}" "${9:-0}"
    hundredths "$R"
    cores=$cores$R,
    sum "$5" "${6:-0}"
    hundredths "$R"
    cores=$cores$R,
}

name_cores() {
    [ "$cores_seen" != "$cores_named" ] || return 0
    cores_named=$cores_seen cores_series=
    for R in $cores_seen; do
        cores_series="$cores_series[\"cpu_core_busy_seconds_total\",\"cpu\",\"$R\"],"
        cores_series="$cores_series[\"cpu_core_idle_seconds_total\",\"cpu\",\"$R\"],"
    done
}

read_memory() {
    case $1 in
    MemTotal:) total=$2 ;;
    MemFree:) free=$2 ;;
    MemAvailable:) available=$2 ;;
    Cached:) cached=$2 ;;
    SReclaimable:) slab=$2 ;;
    Buffers:) buffers=$2 ;;
    SwapTotal:) swap_total=$2 ;;
    SwapFree:) swap_free=$2 ;;
    esac
}

tell_memory() {
    sum "$cached" "$slab"
    cached=$R
    # Kernels before 3.14 make no estimate of their own.
    if [ -z "$available" ]; then
        sum "$free" "$buffers" "$cached"
        available=$R
    fi
    [ "$available" -le "$total" ] 2>/dev/null || available=$total
    memory=
    for field in "$total" "$available" "$free" "$cached" "$buffers" "$swap_total" "$swap_free"; do
        product "$field" 1024
        memory=$memory$R,
    done
    memory=$memory$swap_in,$swap_out
}

# Whole devices that have done any I/O since boot.
read_disks() {
    disks= names= seen=
    IFS=$NL
    for line in $disk_lines; do
        IFS=$BLANKS
        set -- $line
        seen="$seen $3"
    done
    IFS=$BLANKS
    [ "$seen" = "$disks_seen" ] || choose_disks
    IFS=$NL
    for line in $disk_lines; do
        IFS=$BLANKS
        set -- $line
        case "$disks_chosen " in *" $3 "*) ;; *) continue ;; esac
        [ "$4$8" != 00 ] || continue
        names="$names $3"
        product "$6" 512
        disks=$disks,$R
        product "${10}" 512
        disks=$disks,$R,$4,$8
        for field in "$7" "${11}" "${13}"; do
            thousandths "$field"
            disks=$disks,$R
        done
    done
    IFS=$BLANKS
    [ "$names" != "$disks_named" ] || return 0
    disks_named=$names disks_series=
    for name in $names; do
        quoted "$name"
        for field in read_bytes written_bytes reads writes read_seconds write_seconds busy_seconds; do
            disks_series="$disks_series,[\"disk_${field}_total\",\"device\",$R]"
        done
    done
}

# As remote_probe/block_devices.py has it. Partitions have no folder of their own there; what is made of other devices
# would show the same I/O a second time; the rest is memory, or a file.
choose_disks() {
    disks_seen=$seen disks_chosen=
    for name in $seen; do
        case $name in
        loop[0-9]* | ram[0-9]* | zram[0-9]* | fd[0-9]* | sr[0-9]* | drbd* | emcpower* | zd[0-9]*) continue ;;
        mmcblk*boot[01] | mmcblk*gp[0-3] | mmcblk*rpmb) continue ;;
        esac
        folder=$name
        while :; do
            case $folder in */*) folder=${folder%%/*}!${folder#*/} ;; *) break ;; esac
        done
        [ -d "$sys/block/$folder" ] || continue
        # One path of an NVMe disk that has several.
        R=
        read -r R 2>/dev/null <"$sys/block/$folder/hidden"
        [ "$R" != 1 ] || continue
        set +f
        set -- "$sys/block/$folder/slaves"/*
        set -f
        [ -e "$1" ] || disks_chosen="$disks_chosen $name"
    done
}
