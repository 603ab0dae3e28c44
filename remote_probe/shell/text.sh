# Numbers and words as JSON wants them, and what else all the other files need. Each function leaves its answer in R: a
# subshell for every number would be a process for every number. Counters stay text wherever they can: some shells
# calculate with 32 bits.

NL='
'
BLANKS=' 	'$NL
IFS=$BLANKS
case $((4294967296 * 1024)) in 4398046511104) wide=1 ;; *) wide= ;; esac

# 1234 as 12.34
hundredths() {
    case $1 in
    *[!0-9]* | '') R=null ;;
    ???*) R=${1%??}.${1#"${1%??}"} ;;
    ??) R=0.$1 ;;
    *) R=0.0$1 ;;
    esac
}

# 1234 as 1.234
thousandths() {
    case $1 in
    *[!0-9]* | '') R=null ;;
    ????*) R=${1%???}.${1#"${1%???}"} ;;
    ???) R=0.$1 ;;
    ??) R=0.0$1 ;;
    *) R=0.00$1 ;;
    esac
}

# 1234 as 0.001234
millionths() {
    case $1 in
    *[!0-9]* | '') R=null ;;
    ???????*) R=${1%??????}.${1#"${1%??????}"} ;;
    *)
        R=000000$1
        R=0.${R#"${R%??????}"}
        ;;
    esac
}

# product NUMBER FACTOR, the factor at most 16384
product() {
    case $wide/$1 in
    */*[!0-9]* | */) R=null ;;
    1/* | /? | /?? | /??? | /????) R=$(($1 * $2)) ;;
    # By two parts, as on paper.
    /????? | /?????? | /??????? | /???????? | /?????????)
        R=${1%????}
        S=$(((1${1#"$R"} - 10000) * $2))
        R=$((R * $2 + S / 10000))
        S=$((S % 10000 + 10000))
        R=$R${S#1}
        ;;
    # Absent rather than wrong.
    *) R=null ;;
    esac
}

# sum NUMBER...
sum() {
    R=0
    for S; do
        case $wide/$S in
        */*[!0-9]* | */ | /?????????*)
            R=null
            return
            ;;
        esac
        R=$((R + S))
    done
}

# Whether a process is still there, and more than a name that waits to be taken off the list.
is_alive() {
    R=
    read -r R 2>/dev/null <"/proc/$1/stat"
    case ${R##*')'} in ' Z'* | ' X'* | '') return 1 ;; esac
}

# A JSON string of what a host calls something. What JSON would have to escape, and what is not ASCII, becomes `?`.
quoted() {
    R=$1
    S=
    while :; do
        case $R in
        *[!]\ !#-[^-~]*)
            S=$S${R%%[!]\ !#-[^-~]*}?
            R=${R#"${R%%[!]\ !#-[^-~]*}"}
            R=${R#?}
            ;;
        *) break ;;
        esac
    done
    R=\"$S$R\"
}
