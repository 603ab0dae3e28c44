# Network counters, of the interfaces that are worth a series.

read_networks() {
    networks= names= seen=
    IFS=$NL
    for line in $network_lines; do
        IFS=$BLANKS
        # Aliases have a colon in their name.
        set -- ${line%:*}
        seen="$seen $1"
    done
    IFS=$BLANKS
    [ "$seen" = "$networks_seen" ] || choose_networks
    IFS=$NL
    for line in $network_lines; do
        IFS=$BLANKS
        set -- ${line%:*}
        case "$networks_chosen " in *" $1 "*) ;; *) continue ;; esac
        name=$1
        names="$names $name"
        # No blank follows the colon on old kernels once a counter is long.
        set -- ${line##*:}
        link_speed "$name"
        networks=$networks,$1,$9,$2,${10},$3,${11},$4,${12},$R
    done
    IFS=$BLANKS
    [ "$names" != "$networks_named" ] || return 0
    networks_named=$names networks_series=
    for name in $names; do
        quoted "$name"
        for field in receive_bytes transmit_bytes receive_packets transmit_packets receive_errors transmit_errors \
            receive_drops transmit_drops; do
            networks_series="$networks_series,[\"network_${field}_total\",\"interface\",$R]"
        done
        networks_series="$networks_series,[\"network_speed_bytes\",\"interface\",$R]"
    done
}

# The physical interfaces, or those that lead out of the host where it has no physical one. Looked at anew with the slow
# group: asking a driver for the speed of its link can take it milliseconds.
choose_networks() {
    networks_seen=$seen networks_chosen= link_speeds=
    for name in $seen; do
        if [ -n "$all_interfaces" ]; then
            [ "$name" = lo ] || networks_chosen="$networks_chosen $name"
            continue
        fi
        R=$(cd -P "$sys/class/net/$name" 2>/dev/null && pwd -P) || continue
        case $R in */virtual/*) ;; *) networks_chosen="$networks_chosen $name" ;; esac
    done
    if [ -z "$networks_chosen$all_interfaces" ]; then
        choose_ways_out
    elif [ -z "$all_interfaces" ]; then
        leave_out_doubles
    fi
    for name in $networks_chosen; do
        R=
        read -r R 2>/dev/null <"$sys/class/net/$name/speed"
        case $R in
        # -1, or 2**32 - 1 on older kernels: unknown.
        *[!0-9]* | '' | 0 | 4294967295) ;;
        # Megabits a second; three of the zeros of 125,000 as text.
        *) link_speeds="$link_speeds $name=$((R * 125))000 " ;;
        esac
    done
}

# A cloud's fast path stands behind the interface that has the address, and a share of a card behind the card.
leave_out_doubles() {
    physical=$networks_chosen networks_chosen=
    for name in $physical; do
        [ ! -L "$sys/class/net/$name/device/physfn" ] || continue
        R=$(cd -P "$sys/class/net/$name/master" 2>/dev/null && pwd -P)
        case "$physical " in *" ${R##*/} "*) [ -z "$R" ] || continue ;; esac
        networks_chosen="$networks_chosen $name"
    done
}

# A container has none but virtual interfaces.
choose_ways_out() {
    ways_out=
    IFS=$NL
    for line in $(cat "$proc/net/route" "$proc/net/ipv6_route" 2>/dev/null); do
        IFS=$BLANKS
        set -- $line
        case $2/$8/$1$2 in
        00000000/00000000/*) ways_out="$ways_out $1" ;;
        */0000000000000000000000000000000000) ways_out="$ways_out ${10}" ;;
        esac
    done
    IFS=$BLANKS
    for name in $seen; do
        case "$ways_out " in *" $name "*) [ "$name" = lo ] || networks_chosen="$networks_chosen $name" ;; esac
    done
}

link_speed() {
    case $link_speeds in
    *" $1="*)
        R=${link_speeds##*" $1="}
        R=${R%% *}
        ;;
    *) R=null ;;
    esac
}
