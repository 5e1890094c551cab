"""./dev box: the box of deploy/vagrant/Vagrantfile, a disk with Debian made from Debian's packages alone: the registry that Vagrant
asks for boxes closes in 2027."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tarfile
import tempfile
import time

from cadre_dev import lab_image, packages
from cadre_dev.run import free_port
from cadre_dev.shell import ROOT, Failed, call, must, say

NAME = "cadre/debian"
FOLDER = ROOT / "data" / "box"
PROVIDERS = ("virtualbox", "libvirt")
DISK = 40 << 30  # bytes; those that are not written take no room
MIB = 1 << 20
LABEL = "cadre"

# What a server comes with, and what a container has from its host: a kernel, and a network that asks for an address.
PACKAGES = [*lab_image.PACKAGES, *"udev linux-image-amd64 initramfs-tools zstd e2fsprogs ifupdown dhcpcd-base rsync nano".split()]

FILES = {
    "etc/fstab": f"LABEL={LABEL} / ext4 errors=remount-ro 0 1\n",
    "etc/hostname": "debian\n",
    "etc/hosts": "127.0.0.1 localhost\n127.0.1.1 debian\n::1 localhost ip6-localhost ip6-loopback\n",
    # Vagrant writes the other interfaces below these lines.
    "etc/network/interfaces": "auto lo\niface lo inet loopback\n\nallow-hotplug eth0\niface eth0 inet dhcp\n",
    # Debian keeps /vmlinuz and /initrd.img on the newest kernel.
    "boot/grub/grub.cfg": f"""search --no-floppy --label {LABEL} --set=root
linux /vmlinuz root=LABEL={LABEL} ro net.ifnames=0 quiet console=ttyS0 console=tty0
initrd /initrd.img
boot
""",
}
# All that the loader needs before it can read the disk; its place is between the partition table and the partition.
LOADER = "biosdisk part_msdos ext2 search search_label linux normal configfile".split()
GRUB = pathlib.Path("/usr/lib/grub/i386-pc")
TOOLS = [*packages.MMDEBSTRAP, "e2fsprogs", "fdisk", "qemu-utils", "grub-pc-bin", "grub-common"]
TRY = ["qemu-system-x86", "seabios", "ipxe-qemu", "openssh-client", "vagrant"]


def options(command) -> None:
    """The words after ./dev box."""
    command.add_argument("--debian", type=int, choices=sorted(lab_image.SUITES), default=packages.release(),
                         help="default: this machine's, whose Ansible knows it")
    command.add_argument("--provider", choices=PROVIDERS, default=PROVIDERS[0], help="default: virtualbox")
    command.add_argument("--try", dest="tried", action="store_true", help="then starts it in QEMU and enters it, as Vagrant does")


def main(arguments) -> int:
    packages.debian(TOOLS)
    FOLDER.mkdir(parents=True, exist_ok=True)
    debian = arguments.debian
    box = FOLDER / f"cadre-debian-{debian}-{arguments.provider}.box"
    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        disk = pathlib.Path(folder, "disk.raw")
        make_disk(disk, debian)
        if arguments.tried:
            attempt(disk, debian)
        pack(disk, arguments.provider, box)
    say(f"made {box.relative_to(ROOT)}, {box.stat().st_size / 1e6:.0f} MB, in {time.monotonic() - began:.0f} s")
    if shutil.which("vagrant"):
        must("vagrant", "box", "add", "--force", "--name", NAME, box, quiet=True)
        say(f"Vagrant knows it as {NAME}; the next: cd deploy/vagrant && vagrant up --provider={arguments.provider}")
    else:
        say(f"Vagrant is not here; where it is: vagrant box add --name {NAME} {box}")
    return 0


# ---- the disk

def make_disk(disk: pathlib.Path, debian: int) -> None:
    """`disk` is then a whole disk, of which only what is written takes room."""
    root = disk.with_name("root")
    say(f"Debian {debian} is installed into a folder: some two minutes")
    # As root, since a file in it belongs to whom it belongs to in the machine.
    rights = [] if os.geteuid() == 0 else ["sudo"]
    must(*rights, *words(root, debian), quiet=True)
    try:
        with disk.open("wb") as file:
            file.truncate(DISK)
        subprocess.run(["sfdisk", "--quiet", disk], input="start=1MiB, type=83, bootable", text=True, check=True)
        # The two features are newer than the loader's knowledge of ext4.
        must(*rights, "mke2fs", "-q", "-t", "ext4", "-L", LABEL, "-O", "^metadata_csum_seed,^orphan_file", "-d", root,
             "-E", f"offset={MIB}", disk, f"{(DISK - MIB) // 1024}k", quiet=True)
    finally:
        must(*rights, "rm", "--recursive", "--force", "--one-file-system", root)
    _put_loader(disk)


def words(root: pathlib.Path, debian: int) -> list[str]:
    """The command that installs Debian into a folder."""
    line = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={','.join(PACKAGES)}", "--format=directory"]
    hooks = list(lab_image.VAGRANT)
    for path, text in FILES.items():
        escaped = text.replace("\n", "\\n")
        hooks += [f'install -d "$1/{os.path.dirname(path)}"', f"printf '{escaped}' > \"$1/{path}\""]
    # Each machine has a number of its own, from its first start, and asks its own network for a name server.
    hooks += ['rm -f "$1/etc/machine-id" && touch "$1/etc/machine-id"', 'rm -f "$1/etc/resolv.conf"']
    line += [f"--customize-hook={hook}" for hook in hooks]
    return [*line, lab_image.SUITES[debian], str(root)]


def _put_loader(disk: pathlib.Path) -> None:
    """What grub-install does, for a disk that is a file. The parts find each other by where they are put: the first sector
    loads the second, which says how long the rest is."""
    core = disk.with_name("core.img")
    must("grub-mkimage", "--format=i386-pc", f"--output={core}", "--prefix=(hd0,msdos1)/boot/grub", *LOADER)
    loader = core.read_bytes()
    if 512 + len(loader) > MIB:
        raise Failed("GRUB's core image does not fit before the first partition.")
    with disk.open("r+b") as file:
        file.write((GRUB / "boot.img").read_bytes()[:440])  # the table of partitions follows
        file.seek(512)
        file.write(loader)


# ---- the box

def pack(disk: pathlib.Path, provider: str, box: pathlib.Path) -> None:
    """A box as Vagrant wants it from that provider."""
    folder = disk.parent
    if provider == "libvirt":
        image, metadata = folder / "box.img", {"provider": "libvirt", "format": "qcow2", "virtual_size": DISK >> 30}
        must("qemu-img", "convert", "-c", "-f", "raw", "-O", "qcow2", disk, image)
        files = [image]
    else:
        image, metadata = folder / "disk.vmdk", {"provider": "virtualbox"}
        must("qemu-img", "convert", "-f", "raw", "-O", "vmdk", "-o", "subformat=streamOptimized", disk, image)
        (folder / "box.ovf").write_text(virtual_machine(image.name))
        files = [folder / "box.ovf", image]
    (folder / "metadata.json").write_text(json.dumps(metadata) + "\n")
    partial = folder / "partial.box"
    with tarfile.open(partial, "w") as archive:  # the disk is compressed already
        for file in [folder / "metadata.json", *files]:
            archive.add(file, arcname=file.name)
    partial.replace(box)


def virtual_machine(disk: str) -> str:
    """Open Virtualization Format 1.0, as VirtualBox reads it: two cores, 1 GiB, a SATA disk, a network card behind NAT."""
    def item(number: int, kind: int, **fields) -> str:
        """CIM_ResourceAllocationSettingData; its elements stand in alphabetical order."""
        fields |= {"ElementName": f"item {number}", "InstanceID": number, "ResourceType": kind}
        return "<Item>" + "".join(f"<rasd:{name}>{fields[name]}</rasd:{name}>" for name in sorted(fields)) + "</Item>"

    cim = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_"
    return f"""<?xml version="1.0"?>
<Envelope ovf:version="1.0" xml:lang="en-US" xmlns="http://schemas.dmtf.org/ovf/envelope/1"
          xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1" xmlns:rasd="{cim}ResourceAllocationSettingData"
          xmlns:vssd="{cim}VirtualSystemSettingData">
  <References><File ovf:id="file1" ovf:href="{disk}"/></References>
  <DiskSection>
    <Info>Disks</Info>
    <Disk ovf:diskId="disk1" ovf:fileRef="file1" ovf:capacity="{DISK}"
          ovf:format="http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"/>
  </DiskSection>
  <NetworkSection><Info>Networks</Info><Network ovf:name="NAT"/></NetworkSection>
  <VirtualSystem ovf:id="cadre-debian">
    <Info>Debian</Info>
    <OperatingSystemSection ovf:id="96"><Info>Debian, 64 bits</Info></OperatingSystemSection>
    <VirtualHardwareSection>
      <Info>Hardware</Info>
      <System>
        <vssd:ElementName>Virtual Hardware Family</vssd:ElementName><vssd:InstanceID>0</vssd:InstanceID>
        <vssd:VirtualSystemIdentifier>cadre-debian</vssd:VirtualSystemIdentifier>
        <vssd:VirtualSystemType>virtualbox-2.2</vssd:VirtualSystemType>
      </System>
      {item(1, 3, VirtualQuantity=2)}
      {item(2, 4, VirtualQuantity=1024, AllocationUnits="MegaBytes")}
      {item(3, 20, Address=0, ResourceSubType="AHCI")}
      {item(4, 17, AddressOnParent=0, HostResource="/disk/disk1", Parent=3)}
      {item(5, 10, AutomaticAllocation="true", Connection="NAT", ResourceSubType="E1000")}
    </VirtualHardwareSection>
  </VirtualSystem>
</Envelope>
"""


# ---- tried

def attempt(disk: pathlib.Path, debian: int) -> None:
    """It starts, on the hardware that a provider gives it, has an address, and lets Vagrant in. Nothing is written to it."""
    packages.debian(TRY)
    for hardware in (["-drive", f"file={disk},format=raw,if=virtio", "-nic", "user,model=virtio,{}"],
                     ["-device", "ich9-ahci,id=sata", "-drive", f"file={disk},format=raw,if=none,id=disk",
                      "-device", "ide-hd,drive=disk,bus=sata.0", "-nic", "user,model=e1000,{}"]):
        port = free_port()
        forwarded = f"hostfwd=tcp:127.0.0.1:{port}-:22"
        # Emulated: a /dev/kvm that is there is not always one that works.
        command = ["qemu-system-x86_64", "-accel", "tcg", "-m", "1024", "-smp", "2", "-snapshot", "-display", "none",
                   "-serial", f"file:{disk.with_name('console')}", *[word.format(forwarded) for word in hardware]]
        began = time.monotonic()
        machine = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            said = _enter(disk.parent, port, "systemctl is-system-running --wait; sudo id --user; cat /etc/debian_version; "
                                             "ip -4 -brief address show eth0; test -x /usr/bin/rsync -a -x /usr/bin/python3 && echo tools")
        finally:
            machine.kill()
            machine.wait()
        if not re.fullmatch(rf"running\n0\n{debian}\S*\neth0 +UP +10\.0\.2\.15/24\s*\ntools\n", said):
            raise Failed(f"the machine is not as it should be:\n{said}")
        say(f"started in QEMU with {'virtio' if 'if=virtio' in hardware[1] else 'SATA and e1000'}, entered by ssh and all units run: "
            f"{time.monotonic() - began:.0f} s")


def _enter(folder: pathlib.Path, port: int, command: str) -> str:
    """By the key that everybody has, as Vagrant does the first time."""
    key = folder / "key"
    if not key.exists():
        public = [file for file in subprocess.run(["dpkg", "-L", "vagrant"], capture_output=True, text=True, check=True).stdout.split()
                  if file.endswith("/keys/vagrant")]
        shutil.copy(public[0], key)
        key.chmod(0o600)
    words_of_ssh = ["ssh", "-i", key, "-p", str(port), "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
                    "-o", "ConnectTimeout=30", "-o", "LogLevel=ERROR", "-o", "BatchMode=yes", "vagrant@127.0.0.1", command]
    end = time.monotonic() + 300
    while time.monotonic() < end:
        with contextlib.suppress(subprocess.TimeoutExpired):
            done = subprocess.run(words_of_ssh, capture_output=True, text=True, timeout=200, check=False)
            if done.returncode != 255:
                return done.stdout
        time.sleep(2)
    raise Failed(f"the machine could not be entered:\n{(folder / 'console').read_text(errors='replace')[-2000:]}")
