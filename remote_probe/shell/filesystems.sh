# Space and inodes of the mounted file systems, by df. Nothing here touches a mount point itself: what hangs there, as
# with a dead NFS server, would hang with it for ever, and no signal ends it.

filesystems_named= hanging=

# Sets mounts: lines of source, type and mount points, the shortest first, as the mount table has them. A device that is
# mounted in several places is one file system.
choose_filesystems() {
    mounts=
    IFS=$NL
    for line in $(cat "$proc/self/mounts" 2>/dev/null); do
        IFS=$BLANKS
        set -- $line
        case $pseudo in *" $3 "*) continue ;; esac
        [ ${#2} -le 255 ] || continue
        if [ -n "$all_mounts" ]; then
            forget_mount "$2"
            mounts="$mounts$1 $3 $2$NL"
        elif can_fill_up "$1" "$2" "$3" ",$4,"; then
            add_mount "$1 $3" "$2"
        fi
    done
    IFS=$BLANKS
}

# can_fill_up SOURCE PATH TYPE ,OPTIONS,: the rules of remote_probe/mounts.py, whose tables come before this text.
can_fill_up() {
    case $4 in *,ro,*) writable= ;; *) writable=1 ;; esac
    case $unwanted in
    *" $3 "*)
        [ "$2" = / ] && [ -n "$writable" ]
        return
        ;;
    esac
    case $somebody_elses in *" $3 "*) return 1 ;; esac
    for R in $layers; do
        case $2 in "$R"*) return 1 ;; esac
    done
    case $3/$1 in
    fuse*://* | zfs/*@*) return 1 ;;
    zfs/*) return 0 ;;
    esac
    [ -z "$writable" ] || return 0
    case $1 in
    /dev/loop* | /dev/sr*) return 1 ;;
    /dev/*) return 0 ;;
    esac
    return 1
}

# What was mounted last hides the others.
forget_mount() {
    kept=
    IFS=$NL
    for R in $mounts; do
        case $R in *" $1") ;; *) kept=$kept$R$NL ;; esac
    done
    IFS=$BLANKS
    mounts=$kept
}

add_mount() {
    kept= found=
    IFS=$NL
    for line in $mounts; do
        IFS=$BLANKS
        case $line in
        "$1 "*)
            found=1
            insert_by_length "$2" ${line#"$1 "}
            line="$1$R"
            ;;
        esac
        kept=$kept$line$NL
    done
    IFS=$BLANKS
    [ -n "$found" ] || kept="$kept$1 $2$NL"
    mounts=$kept
}

insert_by_length() {
    new=$1 R=
    shift
    for path; do
        if [ -n "$new" ] && [ ${#new} -lt ${#path} ]; then
            R="$R $new"
            new=
        fi
        R="$R $path"
    done
    R="$R${new:+ $new}"
}

# The mount table has blanks and the like as three octal digits. (Every printf has ideas of its own about those.)
unescaped() {
    R=$1
    S=
    while :; do
        case $R in
        *\\[01][0-7][0-7]*)
            S=$S${R%%\\*}
            R=${R#*\\}
            case $R in
            040*) S="$S " ;;
            134*) S=$S\\ ;;
            043*) S=$S# ;;
            011*) S="$S	" ;;
            012*) S=$S$NL ;;
            *) S=$S? ;;
            esac
            R=${R#???}
            ;;
        *) break ;;
        esac
    done
    R=$S$R
}

# Sets slow and slow_series. A file system that did not answer within a second keeps its place with no values, and is
# asked again once the df that hangs there is gone.
read_filesystems() {
    slow= names= shown=' '
    choose_filesystems
    forget_answered
    asked=$(ask_filesystems)
    waiter=${asked#*waiter }
    waiter=${waiter%%"$NL"*}
    index=0
    IFS=$NL
    for line in $mounts; do
        IFS=$BLANKS
        index=$((index + 1))
        [ $index -le 64 ] || break
        case $NL$asked$NL in
        *"${NL}is $index "*)
            R=${asked##*is $index }
            set -- ${R%%"$NL"*}
            [ "$1" != none ] || continue
            add_filesystem "$@"
            ;;
        *)
            case $hanging in
            *"$NL$line at "*) ;;
            *) hanging="$hanging$NL$line at $waiter$NL" ;;
            esac
            set -- $line
            add_filesystem "$3" null null null null null
            ;;
        esac
    done
    IFS=$BLANKS
    slow=${slow#,}
    [ "$names" != "$filesystems_named" ] || return 0
    filesystems_named=$names slow_series=
    for name in $names; do
        unescaped "$name"
        quoted "$R"
        for field in size_bytes free_bytes available_bytes; do
            slow_series="$slow_series[\"filesystem_$field\",\"mount\",$R],"
        done
        slow_series="$slow_series[\"filesystem_inodes\",\"mount\",$R],[\"filesystem_inodes_free\",\"mount\",$R],"
    done
}

# path, size, free, available, inodes, free inodes
add_filesystem() {
    case $shown in *" $1 "*) return ;; esac
    shown="$shown$1 "
    names="$names $1"
    shift
    for R; do
        slow=$slow,$R
    done
}

# Those that hung, less those whose df has come back.
forget_answered() {
    kept=
    IFS=$NL
    for line in $hanging; do
        IFS=$BLANKS
        is_alive "${line##* }" && kept="$kept$NL$line$NL"
    done
    IFS=$BLANKS
    hanging=$kept
}

# Asks all of them at once and takes what comes within a second. Nobody waits for those that do not answer: they stay
# behind, with a pipe that nobody reads.
ask_filesystems() {
    {
        # Here and not behind the brackets, where a shell would keep the other one open for as long as something hangs.
        exec 2>/dev/null
        sleep 1 &
        timer=$!
        {
            start_asking
            # By name: some shells have those of the shell around them among their own.
            wait $children
            kill -9 $timer
        } &
        echo "waiter $!"
        wait $timer
        echo end
    } | while read -r R; do
        [ "$R" != end ] || break
        printf '%s\n' "$R"
    done
}

start_asking() {
    index=0 children=
    IFS=$NL
    for line in $mounts; do
        IFS=$BLANKS
        index=$((index + 1))
        [ $index -le 64 ] || break
        case $hanging in *"$NL$line at "*) continue ;; esac
        set -- $line
        shift 2
        ask_filesystem $index "$@" &
        children="$children $!"
    done
    IFS=$BLANKS
}

# ask_filesystem INDEX PATH...: at the first that is a directory. Containers have single files mounted over their own.
ask_filesystem() {
    asked=$1
    shift
    for path; do
        unescaped "$path"
        [ -d "$R/." ] || continue
        place=$R
        numbers_of "$(df -P -k "$place")"
        set -- $R
        case $1 in [1-9]*) ;; *) continue ;; esac
        size=$1 free=$(($1 - $2)) available=$3
        for R in size free available; do
            eval "product \"\$$R\" 1024; $R=\$R"
        done
        numbers_of "$(df -P -i "$place")"
        set -- $R
        # `echo` may have a meaning for what is behind a backslash.
        printf '%s\n' "is $asked $path $size $free $available ${1:-null} ${3:-null}"
        return
    done
    echo "is $asked none"
}

# The three numbers before the share in use, which may be a dash; names before and behind may have blanks in them.
numbers_of() {
    set -- ${1#*"$NL"}
    R=
    while [ $# -gt 3 ]; do
        case $4 in
        *[0-9]% | -)
            case $1$2$3 in
            *[!0-9]*) ;;
            *)
                R="$1 $2 $3"
                return
                ;;
            esac
            ;;
        esac
        shift
    done
}
