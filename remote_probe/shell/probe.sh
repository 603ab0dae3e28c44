# Reads a Linux host that has no Python and writes one line of JSON a tick: docs/probe-protocol.md. It runs in any POSIX
# shell with cat, sleep and date; df and awk add what the shell alone cannot tell. It writes no file.
# Before this text come, as variables: interval, processes_every, slow_every, patience (hundredths of a second),
# interval_s (seconds), top, count (empty is endless), all_mounts, all_interfaces.

set -f
# Without `sleep` it would read on and on.
[ -r "$proc/stat" ] && [ -r "$proc/uptime" ] && cat "$proc/uptime" >/dev/null 2>&1 && sleep 0 2>/dev/null || exit 93
case $(awk 'BEGIN { print 6 * 7 }' 2>/dev/null) in 42) awk=1 ;; *) awk= ;; esac
sleep 0.01 2>/dev/null && fractions=1 || fractions=

watcher= writer= sleeper= origin=0 number=0 beat=0 stalled=0 restless=0 before= known=
fast_said= processes_said= slow_said=
TCP_SERIES=
for R in ESTABLISHED SYN_SENT SYN_RECV FIN_WAIT1 FIN_WAIT2 TIME_WAIT CLOSE CLOSE_WAIT LAST_ACK LISTEN CLOSING; do
    TCP_SERIES="$TCP_SERIES,[\"tcp_connections\",\"state\",\"$R\"]"
done

# Standard input is the life line. Somebody has to listen to it while we sleep.
listen() {
    exec 3<&0 </dev/null
    {
        while read -r R; do :; done <&3
        kill -TERM $$
    } >/dev/null 2>&1 &
    watcher=$!
    exec 3<&-
}

# Leaves no process behind.
stop() {
    trap '' TERM HUP INT
    IFS=$BLANKS
    end_hanging
    # The last child may not have got its name yet when the signal came. And -9, as a child that is just being made
    # still has the trap of its parent: anything else would be lost on it.
    kill -9 $watcher $writer $sleeper $! 2>/dev/null
    exit "$1"
}

# What hangs has no parent any more; the process table knows its children.
end_hanging() {
    [ -n "$hanging" ] || return 0
    set +f
    table=$(cat "$proc"/[0-9]*/stat 2>/dev/null)
    set -f
    doomed=' ' more=1
    IFS=$NL
    for line in $hanging; do
        doomed="$doomed${line##* } "
    done
    while [ -n "$more" ]; do
        more=
        for line in $table; do
            IFS=$BLANKS
            set -- ${line%% *} "${line##*')'}"
            set -- $1 $2
            case $doomed in
            *" $1 "*) ;;
            *" $3 "*)
                doomed="$doomed$1 "
                more=1
                ;;
            esac
        done
        IFS=$NL
    done
    IFS=$BLANKS
    kill -9 $doomed 2>/dev/null
}

# Sets uptime, and now: hundredths of a second since the first beat, a number that every shell can calculate with.
tell_time() {
    read -r uptime R <"$proc/uptime"
    now=$((${uptime%.*} - started))
    now=$((now * 100 + 1${uptime#*.} - 100 - origin))
}

# comes DUE PERIOD: whether it is its turn at this beat. Sets R to when it will be next.
comes() {
    R=$1
    [ $slot -ge $1 ] || return 1
    R=$(($1 + ((slot - $1) / $2 + 1) * $2))
}

# A child writes: it may have to wait for as long as the link stalls, and we have to hear of the end meanwhile.
put() {
    printf '%s' "$1" &
    writer=$!
}

# Whether all is written; ends the probe when nobody takes it any more.
written() {
    [ -n "$writer" ] || return 0
    ! is_alive $writer || return 1
    wait $writer || stop 0
    writer=
}

read_processes() {
    set +f
    set -- "$proc"/[0-9]*
    set -f
    processes=$# table='[]'
    [ -n "$awk" ] || return 0
    R=$(
        {
            printf '%s\n\n' "$known"
            printf '%s\n' "$@"
        } | awk -v proc="$proc" -v top=$top -v page=$page -v uptime=$uptime -v before="$before" \
            "$processes_awk" 2>/dev/null
    )
    case $R in
    *"$NL["*) ;;
    *) return 0 ;;
    esac
    processes=${R%%"$NL"*}
    R=${R#*"$NL"}
    table=${R%%"$NL"*}
    known=${R#*"$NL"} before=$uptime
}

# Adds a group to the lines of this tick, and its layout where that has changed.
add_group() { # add_group NAME NUMBER SERIES VALUES LAST_SERIES
    parts_of_line="$parts_of_line,\"$1\":[$2,[$4]]"
    [ "$3" = "$5" ] || text="$text{\"layout\":$2,\"group\":\"$1\",\"series\":[$3]}$NL"
}

scrape() {
    text= parts_of_line=
    tell_time
    stamp=$uptime
    if comes $slow_due $slow_every; then
        slow_due=$R slow_now=1 networks_seen=
    else
        slow_now=
    fi
    read_fast
    if [ -n "$awk" ]; then
        R=$(awk -v proc="$proc" "$tcp_states_awk" 2>/dev/null)
        fast=$fast,${R:-null,null,null,null,null,null,null,null,null,null,null}
        fast_series=$fast_series$TCP_SERIES
    fi
    add_group fast 0 "$fast_series" "$fast" "$fast_said"
    fast_said=$fast_series
    if comes $processes_due $processes_every; then
        processes_due=$R
        read_processes
        add_group processes 1 '["processes"]' "$processes" "$processes_said"
        processes_said='["processes"]'
        parts_of_line="$parts_of_line,\"top\":$table"
    fi
    if [ -n "$slow_now" ]; then
        read_filesystems
        count_open_files
        R=$slow_series'["open_files"],["open_files_limit"],["boot_time_seconds"]'
        add_group slow 2 "$R" "${slow:+$slow,}$open_files,$boot_time" "$slow_said"
        slow_said=$R
        wall_clock
        parts_of_line=",\"t\":$R$parts_of_line"
    fi
    text="$text{\"n\":$number,\"m\":$stamp$parts_of_line}$NL"
    number=$((number + 1))
}

count_open_files() {
    # By cat: these files end after the first of the single bytes that `read` takes.
    set -- $(cat "$proc/sys/fs/file-nr" 2>/dev/null)
    [ $# = 3 ] || set -- '' '' ''
    # systemd lifts the limit to the largest number there is: that is none.
    case $3 in '' | ???????????????????*) R=null ;; *) R=$3 ;; esac
    open_files=${1:+$(($1 - $2))}
    open_files=${open_files:-null},$R
}

# GNU's date knows parts of a second.
wall_clock() {
    R=$(date +%s.%N 2>/dev/null)
    case $R in *.*[!0-9]* | *. | '') R=$(date +%s 2>/dev/null) ;; *) R=${R%??????} ;; esac
    case $R in *[!0-9.]* | '') R=null ;; esac
}

greet() {
    quoted "$(cat "$proc/sys/kernel/hostname" 2>/dev/null)"
    inventory="\"hostname\":$R,\"system\":\"Linux\""
    quoted "$(cat "$proc/sys/kernel/osrelease" 2>/dev/null)"
    inventory="$inventory,\"release\":$R"
    tell_distribution
    quoted "$(uname -m 2>/dev/null)"
    inventory="$inventory,\"machine\":$R"
    read_fast
    set -- $cores_seen
    product "$total" 1024
    inventory="$inventory,\"cpu_count\":$#,\"memory_total_bytes\":$R,\"boot_time_seconds\":$boot_time"
    tell_mounts
    tell_time
    stamp=$uptime
    wall_clock
    printf '\000\000WATCHPOST1\n'
    R="\"interval_s\":$interval_s,\"m\":$stamp,\"t\":$R,\"inventory\":{$inventory}"
    put "{\"watchpost\":1,\"reader\":\"shell\",$R}$NL"
    wait $writer || stop 0
    writer=
}

tell_distribution() {
    name=
    for R in /etc/os-release /usr/lib/os-release; do
        [ -z "$name" ] && [ -r $R ] || continue
        while read -r line; do
            case $line in
            PRETTY_NAME=*)
                name=${line#*=}
                name=${name#[\"\']}
                name=${name%[\"\']}
                ;;
            esac
        done <$R
    done
    [ -n "$name" ] || return 0
    quoted "$name"
    inventory="$inventory,\"distribution\":$R"
}

tell_mounts() {
    choose_filesystems
    listed=
    IFS=$NL
    for line in $mounts; do
        IFS=$BLANKS
        set -- $line
        listed="$listed,["
        for field in "$3" "$1" "$2"; do
            unescaped "$field"
            quoted "$R"
            listed="$listed$R,"
        done
        listed="${listed%,}]"
    done
    IFS=$BLANKS
    inventory="$inventory,\"mounts\":[${listed#,}]"
}

# Until the next beat: never with drift, and once after a pause. The second beat comes after the first pause, which puts
# this host on its own place in the interval.
pause() {
    tell_time
    R=$((now - first_pause))
    [ $R -gt 0 ] && R=$(((R + interval - 1) / interval + 1)) || R=1
    [ $R -gt $beat ] && beat=$R || beat=$((beat + 1))
    slot=$((first_pause + (beat - 1) * interval))
    R=$((slot - now))
    if [ -n "$fractions" ]; then
        S=$((R % 100 + 100))
        R=$((R / 100)).${S#1}
    else
        R=$(((R + 50) / 100))
    fi
    sleep $R >/dev/null 2>&1 &
    sleeper=$!
    wait $sleeper && restless=0 || restless=$((restless + 1))
    sleeper=
    # One may be killed by a person; that none sleeps any more would be a loop without end.
    [ $restless -lt 3 ] || stop 1
}

read -r uptime R <"$proc/uptime"
started=${uptime%.*}
trap 'stop 0' TERM HUP INT
listen
greet
tell_time
origin=$now slot=0 slow_due=0 processes_due=0
while :; do
    if written; then
        stalled=0
        scrape
        put "$text"
        if [ "$number" = "$count" ]; then
            wait $writer
            stop 0
        fi
    else
        stalled=$((stalled + interval))
        [ $stalled -lt $patience ] || stop 0
    fi
    pause
done
