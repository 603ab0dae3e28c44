"""Mount tables as they are found on machines of many kinds, and what of them is worth a series.

Each is the text of /proc/self/mounts, shortened to what matters, with the paths that a person would want to see.
"""

UBUNTU_WITH_SNAPS = (
    r"""
sysfs /sys sysfs rw,nosuid 0 0
proc /proc proc rw,nosuid 0 0
udev /dev devtmpfs rw,nosuid,size=4012340k 0 0
tmpfs /run tmpfs rw,nosuid,size=812340k 0 0
/dev/mapper/ubuntu--vg-root / ext4 rw,relatime 0 0
tmpfs /dev/shm tmpfs rw,nosuid 0 0
efivarfs /sys/firmware/efi/efivars efivarfs rw 0 0
bpf /sys/fs/bpf bpf rw 0 0
systemd-1 /proc/sys/fs/binfmt_misc autofs rw,fd=29 0 0
/dev/loop0 /snap/core22/1380 squashfs ro,nodev 0 0
/dev/loop1 /snap/lxd/28373 squashfs ro,nodev 0 0
snapfuse /snap/firefox/4336 fuse.snapfuse ro,nodev 0 0
/dev/nvme0n1p2 /boot ext4 rw,relatime 0 0
/dev/nvme0n1p1 /boot/efi vfat rw,fmask=0022 0 0
/dev/mapper/ubuntu--vg-root /var/snap/firefox/common/host-hunspell ext4 ro,noexec 0 0
nsfs /run/snapd/ns/lxd.mnt nsfs rw 0 0
gvfsd-fuse /run/user/1000/gvfs fuse.gvfsd-fuse rw 0 0
portal /run/user/1000/doc fuse.portal rw 0 0
/dev/sr0 /media/ann/Ubuntu iso9660 ro 0 0
ann@backup:/srv /home/ann/backup fuse.sshfs rw 0 0
drive: /home/ann/drive fuse.rclone rw 0 0
Obsidian.AppImage /tmp/.mount_Obsidi fuse.Obsidian.AppImage ro 0 0
gocryptfs@/home/ann/.vault /home/ann/vault fuse.gocryptfs rw 0 0
""",
    ["/", "/boot", "/boot/efi"],
)

DOCKER_HOST = (
    r"""
/dev/sda1 / xfs rw 0 0
/dev/sdb1 /var/lib/docker xfs rw 0 0
overlay /var/lib/docker/overlay2/4f1c/merged overlay rw,lowerdir=/x 0 0
shm /var/lib/docker/containers/4f1c/mounts/shm tmpfs rw 0 0
nsfs /run/docker/netns/default nsfs rw 0 0
/dev/dm-5 /var/lib/docker/devicemapper/mnt/77aa ext4 rw 0 0
/dev/sdc1 /var/lib/docker/volumes/database ext4 rw 0 0
fuse-overlayfs /home/ann/.local/share/containers/storage/overlay/12/merged fuse.fuse-overlayfs rw 0 0
tank/docker/9e1f /var/lib/docker/zfs/graph/9e1f zfs rw 0 0
""",
    ["/", "/var/lib/docker", "/var/lib/docker/volumes/database"],
)

KUBERNETES_NODE = (
    r"""
/dev/nvme0n1p1 / ext4 rw 0 0
/dev/nvme0n1p1 /var/lib/kubelet ext4 rw 0 0
tmpfs /var/lib/kubelet/pods/5b1e/volumes/kubernetes.io~projected/kube-api-access-x9 tmpfs rw,size=170Mi 0 0
tmpfs /var/lib/kubelet/pods/5b1e/volumes/kubernetes.io~secret/tls tmpfs rw 0 0
overlay /run/containerd/io.containerd.runtime.v2.task/k8s.io/77/rootfs overlay rw 0 0
shm /run/containerd/io.containerd.grpc.v1.cri/sandboxes/77/shm tmpfs rw 0 0
nsfs /run/netns/cni-8f nsfs rw 0 0
/dev/nvme1n1 /var/lib/kubelet/plugins/kubernetes.io/csi/ebs.csi.aws.com/12ab/globalmount ext4 rw 0 0
/dev/nvme1n1 /var/lib/kubelet/pods/5b1e/volumes/kubernetes.io~csi/pvc-1/mount ext4 rw 0 0
/dev/nvme0n1p1 /var/lib/kubelet/pods/5b1e/volume-subpaths/config/app/0 ext4 rw 0 0
/dev/loop3 /var/lib/kubelet/images/tools ext4 ro 0 0
""",
    ["/", "/var/lib/kubelet/pods/5b1e/volumes/kubernetes.io~csi/pvc-1/mount"],
)

PROXMOX = (
    r"""
rpool/ROOT/pve-1 / zfs rw,relatime,xattr 0 0
rpool /rpool zfs rw 0 0
rpool/data /rpool/data zfs rw 0 0
rpool/data/subvol-100-disk-0 /rpool/data/subvol-100-disk-0 zfs rw 0 0
tank/backup /tank/backup zfs ro 0 0
tank/backup@daily /tank/backup/.zfs/snapshot/daily zfs ro 0 0
/dev/fuse /etc/pve fuse rw,nosuid 0 0
lxcfs /var/lib/lxcfs fuse.lxcfs rw 0 0
nas:/iso /mnt/pve/iso nfs4 rw,vers=4.2 0 0
""",
    ["/", "/rpool", "/rpool/data", "/rpool/data/subvol-100-disk-0", "/tank/backup", "/etc/pve", "/mnt/pve/iso"],
)

LXC_CONTAINER = (
    r"""
rpool/data/subvol-100-disk-0 / zfs rw 0 0
none /dev tmpfs rw,size=492k 0 0
proc /proc proc rw 0 0
lxcfs /proc/meminfo fuse.lxcfs rw 0 0
lxcfs /var/lib/lxcfs fuse.lxcfs rw 0 0
devpts /dev/pts devpts rw 0 0
tmpfs /run tmpfs rw 0 0
""",
    ["/"],
)

DOCKER_CONTAINER = (
    r"""
overlay / overlay rw,lowerdir=/x 0 0
proc /proc proc rw 0 0
tmpfs /dev tmpfs rw 0 0
shm /dev/shm tmpfs rw 0 0
/dev/sda1 /etc/resolv.conf ext4 rw 0 0
/dev/sda1 /srv/data ext4 rw 0 0
""",
    # The single file is passed by when it comes to measuring.
    ["/", "/srv/data"],
)

NAS = (
    r"""
/dev/md0 / ext4 rw 0 0
/dev/bcache0 /srv/cached btrfs rw 0 0
/dev/mapper/crypt-data /srv/secret xfs rw 0 0
/dev/mapper/mpatha-part1 /srv/san ext4 rw 0 0
mergerfs:disk1,disk2 /srv/pool fuse.mergerfs rw 0 0
/dev/fuse /mnt/s3 fuse.s3fs rw 0 0
""",
    ["/", "/srv/cached", "/srv/secret", "/srv/san", "/srv/pool"],
)

BTRFS_WITH_SUBVOLUMES = (
    r"""
/dev/sda2 / btrfs rw,subvolid=256,subvol=/@ 0 0
/dev/sda2 /home btrfs rw,subvolid=257,subvol=/@home 0 0
/dev/sda2 /.snapshots btrfs rw,subvolid=258,subvol=/@snapshots 0 0
/dev/sda2 /var/log btrfs rw,subvolid=259,subvol=/@log 0 0
/dev/sda1 /boot/efi vfat rw 0 0
""",
    ["/", "/boot/efi"],
)

NFS_CLIENT = (
    r"""
/dev/vda1 / ext4 rw 0 0
auto.home /home autofs rw,fd=7 0 0
nas:/vol/home/ann /home/ann nfs4 rw 0 0
nas:/vol/software /opt/software nfs ro 0 0
//files/shared /mnt/shared cifs rw,username=ann 0 0
//files/manuals /mnt/manuals cifs ro 0 0
https://cloud.example.com/dav /mnt/dav fuse rw 0 0
glus1:/gv0 /mnt/gluster fuse.glusterfs rw 0 0
""",
    ["/", "/home/ann", "/mnt/shared", "/mnt/gluster"],
)

WSL = (
    r"""
none /usr/lib/modules/6.6 overlay rw 0 0
none /mnt/wsl tmpfs rw 0 0
drivers /usr/lib/wsl/drivers 9p ro,aname=drivers 0 0
/dev/sdc / ext4 rw,discard 0 0
none /mnt/wslg tmpfs rw 0 0
/dev/sdc /mnt/wslg/distro ext4 ro 0 0
rootfs /init rootfs ro 0 0
none /usr/lib/wsl/lib overlay rw 0 0
C:\134 /mnt/c 9p rw,aname=drvfs 0 0
""",
    ["/", "/mnt/c"],
)

IMAGES = (
    r"""
composefs / overlay ro,lowerdir=/run/x 0 0
/dev/vda4 /sysroot xfs ro 0 0
/dev/vda4 /etc xfs rw 0 0
/dev/vda4 /var xfs rw 0 0
/dev/vda3 /boot ext4 ro 0 0
/dev/loop0 /opt/tool squashfs ro 0 0
/dev/loop1 /opt/image erofs ro 0 0
/dev/loop2 /mnt/disc udf rw 0 0
/dev/loop3 /mnt/writable ext4 rw 0 0
""",
    ["/etc", "/boot", "/mnt/writable"],
)

DISK_WITH_ERRORS = (
    r"""
/dev/sda1 / ext4 ro,relatime,errors=remount-ro 0 0
/dev/sdb1 /srv ext4 rw 0 0
""",
    ["/", "/srv"],
)

ROUTER = (
    r"""
/dev/root /rom squashfs ro 0 0
/dev/mtdblock6 /overlay jffs2 rw 0 0
overlayfs:/overlay / overlay rw 0 0
tmpfs /tmp tmpfs rw 0 0
""",
    ["/overlay", "/"],
)

LIVE_SYSTEM = (
    r"""
/dev/sr0 /run/live/medium iso9660 ro 0 0
/dev/loop0 /run/live/rootfs squashfs ro 0 0
overlay / overlay rw 0 0
""",
    ["/"],
)

TABLES = {
    name.lower().replace("_", " "): value
    for name, value in dict(globals()).items()
    if name.isupper() and isinstance(value, tuple)
}
