# TCP sockets by state, IPv4 and IPv6: eleven counts in the kernel's order.
function count(file,   line, field) {
    while ((getline line < file) > 0)
        if (split(line, field, " ") > 3 && length(field[4]) == 2)
            counts[field[4]]++
    close(file)
}
BEGIN {
    count(proc "/net/tcp")
    count(proc "/net/tcp6")
    text = counts["01"] + 0
    for (state = 2; state <= 11; state++)
        text = text "," counts[sprintf("%02X", state)] + 0
    print text
}
