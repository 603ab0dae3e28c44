# The process table: the top ones by CPU and the top ones by memory, each once. Reads what it said of all processes the
# last time (id, start, CPU ticks), an empty line, then the folders of the processes that there are now. Writes the
# count, the table as JSON, and what to tell it the next time.
# Of a command line only the program is told: to find every secret in one takes more than fits in here.

# Fields from the state on, counted from 1; a process may call itself `a) b (c`, or have a line break in its name.
function read_stat(file,   text, more, at) {
    text = ""
    while ((getline more < file) > 0)
        text = text (text == "" ? "" : "?") more
    close(file)
    if (!match(text, /.*\)/))
        return 0
    at = index(text, "(")
    comm = substr(text, at + 1, RLENGTH - at - 1)
    return split(substr(text, RLENGTH + 1), field, " ") > 21
}

function clean(text) {
    gsub(/[^ -~]/, "?", text)
    gsub(/["\\]/, "?", text)
    return substr(text, 1, 255)
}

# The first word of the command line, when it can be nothing but a program.
function program(file,   text) {
    text = ""
    getline text < file
    close(file)
    return match(text, /^[!-~]+/) && substr(text, 1, RLENGTH) !~ /[@=?&"\\]|:\/\// ? substr(text, 1, RLENGTH) : ""
}

function user(file,   line, part, uid) {
    while ((getline line < file) > 0)
        if (line ~ /^Uid:/) {
            split(line, part, " ")
            uid = part[2]
        }
    close(file)
    return uid in names ? names[uid] : uid
}

function read_names(file,   line, part) {
    while ((getline line < file) > 0)
        if (split(line, part, ":") > 3 && !(part[3] in names))
            names[part[3]] = clean(part[1])
    close(file)
}

# Puts a process among the `top` that have most, the most first; `rank` has a first index for each of the two lists.
function enter(list, pid, much, next_to_it,   at) {
    at = size[list] < top ? ++size[list] : top + 1
    while (at > 1 && (much > most[list, at - 1] || much == most[list, at - 1] && next_to_it > second[list, at - 1])) {
        rank[list, at] = rank[list, at - 1]
        most[list, at] = most[list, at - 1]
        second[list, at] = second[list, at - 1]
        at--
    }
    if (at <= top) {
        rank[list, at] = pid
        most[list, at] = much
        second[list, at] = next_to_it
    }
}

function row(pid,   folder, name, path, base) {
    folder = proc "/" pid
    name = names_of[pid]
    path = program(folder "/cmdline")
    base = path
    sub(/.*\//, "", base)
    # The kernel cuts names to 15 characters.
    if (length(name) >= 15 && substr(base, 1, length(name)) == name)
        name = base
    name = clean(name)
    return sprintf("[%s,\"%s\",\"%s\",\"%s\",%.2f,%.0f,%s,%.2f]", pid, name, path == "" ? "[" name "]" : clean(path), \
        user(folder "/status"), elapsed > 0 ? grown[pid] / elapsed : 0, resident[pid] * page, virtual[pid], \
        uptime > start[pid] / 100 ? uptime - start[pid] / 100 : 0)
}

BEGIN {
    elapsed = before == "" ? 0 : uptime - before
    read_names("/etc/passwd")
    while ((getline line) > 0 && line != "") {
        split(line, part, " ")
        known[part[1] " " part[2]] = part[3]
    }
    told = ""
    while ((getline line) > 0) {
        pid = line
        sub(/.*\//, "", pid)
        if (!read_stat(line "/stat"))
            continue
        count++
        names_of[pid] = comm
        start[pid] = field[20]
        ticks = field[12] + field[13]
        # One that has started since used all of it since.
        grown[pid] = elapsed > 0 ? ticks - known[pid " " field[20]] : 0
        if (grown[pid] < 0)
            grown[pid] = 0
        virtual[pid] = field[21]
        resident[pid] = field[22] > 0 ? field[22] : 0
        told = told pid " " field[20] " " sprintf("%.0f", ticks) "\n"
        enter(1, pid, grown[pid], resident[pid])
        enter(2, pid, resident[pid], pid + 0)
    }
    table = ""
    for (list = 1; list <= 2; list++)
        for (at = 1; at <= size[list]; at++) {
            pid = rank[list, at]
            if (pid in shown)
                continue
            shown[pid] = 1
            table = table (table == "" ? "" : ",") row(pid)
        }
    print count + 0
    print "[" table "]"
    printf "%s", told
}
