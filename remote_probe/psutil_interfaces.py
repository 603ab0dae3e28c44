"""Which network interfaces are worth a series where there is no /sys: told by their names."""

from remote_probe.psutil_import import FREEBSD, MACOS, WINDOWS

# fmt: off
# Names less their number.
_VIRTUAL = {
    MACOS: frozenset((
        "anpi", "ap", "awdl", "bridge", "feth", "gif", "ipsec", "iptap", "llw", "p2p", "pktap", "pflog", "ppp", "stf",
        "tap", "tun", "utun", "vboxnet", "vmenet", "vmnet", "vnic", "XHC",
    )),
    FREEBSD: frozenset((
        "bridge", "carp", "disc", "edsc", "enc", "faith", "gif", "gre", "ipfw", "ipsec", "lagg", "me", "ng",
        "ngeth", "ovpn", "pflog", "pfsync", "plip", "stf", "tap", "tun", "usbus", "vale", "vlan", "vm-public", "vmnet",
        "vnet", "vxlan", "wg",
    )),
}
# What Windows' names begin with, in lower case.
_WINDOWS_VIRTUAL = (
    "6to4", "bluetooth", "isatap", "npcap", "openvpn", "tailscale", "teredo", "virtualbox", "vethernet", "vmware",
    "wireguard", "wintun", "zerotier",
)
# fmt: on


def choose_interfaces(names, system, everything):
    """The physical ones among the names, in their order; all but loopback where there are no physical ones."""
    others = [name for name in names if not _is_loopback(name, system)]
    if everything:
        return others
    # A jail or a container has nothing but virtual ones.
    return [name for name in others if not _is_virtual(name, system)] or others


def _is_loopback(name, system):
    if system == WINDOWS:
        return "loopback" in name.lower()
    return name.rstrip("0123456789") == "lo"


def _is_virtual(name, system):
    if system == WINDOWS:
        # "Local Area Connection* 3", in any language: what Windows makes for Wi-Fi Direct and the like.
        return "*" in name or name.lower().startswith(_WINDOWS_VIRTUAL)
    # FreeBSD's VLANs may be called em0.100, and a pair has two ends: epair0a and epair0b.
    return "." in name or name.startswith("epair") or name.rstrip("0123456789") in _VIRTUAL.get(system, ())
