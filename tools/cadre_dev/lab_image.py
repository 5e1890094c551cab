"""The image of the lab's machines: Debian with systemd, sshd and Python, as a fresh server has it, made by mmdebstrap."""

import hashlib
import os
import pathlib
import subprocess

from cadre_dev import docker_engine, packages
from cadre_dev.shell import Failed, must, say

SUITES = {12: "bookworm", 13: "trixie"}
NAME = "cadre-machine"

# What a server comes with.
PACKAGES = """
    systemd systemd-sysv dbus openssh-server python3 python3-apt sudo ca-certificates
    iproute2 iputils-ping procps kmod less
""".split()

# What the playbooks install, with what it needs, laid into the machines' package cache, so that three machines do not
# fetch it three times. It is not installed here.
FETCHED = "docker.io iptables nftables chrony python3-docker python3-jsondiff python3-yaml".split()
FETCHED_SINCE_13 = ["docker-cli"]

# In a container these find nothing to manage, or manage what is the engine's.
MASKED = """
    systemd-udevd.service systemd-udevd-kernel.socket systemd-udevd-control.socket systemd-logind.service
    systemd-resolved.service systemd-networkd.service systemd-modules-load.service systemd-remount-fs.service
    getty.target console-getty.service dev-hugepages.mount sys-fs-fuse-connections.mount
""".split()

# The key that Vagrant knows, and replaces when it first enters a machine.
VAGRANT_KEY = ("ssh-rsa AAAAB3NzaC1yc2EAAAABIwAAAQEA6NF8iallvQVp22WDkTkyrtvp9eWW6A8YVr+kz4TjGYe7gHzIw+niNltGEFHzD8+v1I2YJ6o"
               "Xevct1YeS0o9HZyN1Q9qgCgzUFtdOKLv6IedplqoPkcmF0aYet2PkEDo3MlTBckFXPITAMzF8dJSIFo9D8HfdOV0IAdx4O7PtixWKn5y2hM"
               "NG0zQPyUecp4pzC6kivAIhyfHilFR61RGL+GPXQ2MWZWFYbAGjyiYJnAmCP3NOTd0jMZEnDkbUvxhMmBYSdETk1rRgm+R4LOzFUGaHqHDLK"
               "LX+FIPKcF96hrucXzcWyLbIbEgE98OHlnVYCzRdK8jlqm8tehUc9c9WhQ== vagrant insecure public key")

# A user `vagrant` who may sudo, and keys of sshd that are the machine's own: made when it first starts.
VAGRANT = [
    'chroot "$1" useradd --create-home --shell /bin/bash vagrant',
    'install -d -m 700 "$1/home/vagrant/.ssh"',
    f'echo "{VAGRANT_KEY}" > "$1/home/vagrant/.ssh/authorized_keys"',
    'chroot "$1" chown -R vagrant:vagrant /home/vagrant',
    'echo "vagrant ALL=(ALL) NOPASSWD: ALL" > "$1/etc/sudoers.d/vagrant"',
    'rm -f "$1"/etc/ssh/ssh_host_*',
    'install -d "$1/etc/systemd/system/ssh.service.d"',
    'printf "[Service]\\nExecStartPre=\\nExecStartPre=/usr/bin/ssh-keygen -A\\nExecStartPre=/usr/sbin/sshd -t\\n" '
    '> "$1/etc/systemd/system/ssh.service.d/keys.conf"',
]

HOOKS = VAGRANT + [
    f'chroot "$1" systemctl mask {" ".join(MASKED)}',
    'chroot "$1" systemctl disable apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer fstrim.timer dpkg-db-backup.timer',
    'rm -f "$1/etc/machine-id" && touch "$1/etc/machine-id"',
    # mmdebstrap leaves the host's resolv.conf and name; the engine gives each machine its own.
    'rm -f "$1/etc/resolv.conf" "$1/etc/hostname"',
]


def words(target: pathlib.Path, debian: int) -> list[str]:
    """The command that makes it."""
    fetched = FETCHED + (FETCHED_SINCE_13 if debian >= 13 else [])
    fetch = ['chroot "$1" apt-get clean',
             f'chroot "$1" apt-get install -y -qq --no-install-recommends --download-only {" ".join(fetched)}']
    line = ["mmdebstrap", "--quiet", "--variant=minbase", "--skip=cleanup/apt", f"--include={','.join(PACKAGES)}"]
    line += ["--dpkgopt=path-exclude=/usr/share/man/*", "--dpkgopt=path-exclude=/usr/share/locale/*"]
    line += [f"--customize-hook={hook}" for hook in fetch + HOOKS]
    return [*line, SUITES[debian], str(target)]


def tag(debian: int) -> str:
    """Changes when the image would."""
    recipe = "\0".join(words(pathlib.Path("target.tar"), debian))
    return f"{NAME}:{SUITES[debian]}-{hashlib.sha256(recipe.encode()).hexdigest()[:12]}"


def archive(debian: int) -> pathlib.Path:
    """Where it is kept for all checkouts."""
    return packages.cache() / "images" / f"{tag(debian).replace(':', '-')}.tar"


def ensure(debian: int) -> str:
    """The engine has it afterwards; its name."""
    name = tag(debian)
    if docker_engine.answer("image", "inspect", name) is not None:
        return name
    file = archive(debian)
    if not file.exists():
        packages.debian(packages.MMDEBSTRAP)
        say(f"making the image of the machines, {file.name}: two minutes, once")
        file.parent.mkdir(parents=True, exist_ok=True)
        # A name of its own: two checkouts may be at it.
        partial = file.with_suffix(f".{os.getpid()}.tar")
        try:
            must(*words(partial, debian), quiet=True)
            partial.rename(file)
        finally:
            partial.unlink(missing_ok=True)
    done = subprocess.run(["docker", "import", "--change", 'CMD ["/lib/systemd/systemd"]', "--change", "ENV container=docker",
                           str(file), name],
                          check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Failed(f"the image of the machines could not be imported: {done.stderr.strip()}")
    return name
