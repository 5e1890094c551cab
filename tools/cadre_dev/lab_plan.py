"""What a lab is made of: three machines, their addresses, what runs on them and how they are entered, killed and provisioned."""

import json
import os
import pathlib
import shlex
import shutil
import subprocess
from dataclasses import dataclass

from cadre_dev import images, lab_image, packages
from cadre_dev.docker_engine import answer
from cadre_dev.fleet_plan import BUCKET, REGION, Secrets
from cadre_dev.shell import ROOT, Failed

VAGRANT = ROOT / "deploy" / "vagrant"
ANSIBLE = ROOT / "deploy" / "ansible"
NAMES = ("manager", "worker-1", "worker-2")  # as in the Vagrantfile
FIRST_ADDRESS = 11
MTU = 1420  # of the private network, as WireGuard's: the overlay above it has to know
OLDEST = 12  # Debian of the machines, where nothing else is asked for
LABS = 16  # that one engine can have, of as many checkouts
OWNER = "org.cadre.lab"  # the network's label: the folder that the lab belongs to
SEEN_AS = "/srv/images"  # the folder of the image archives, in each machine

# Service of the stack → role of `status --json`, and the port at which it is reached at the machine's address.
ROLES = {"nginx": ("nginx", 80), "app": ("serve", None), "worker": ("worker", None), "keeper": ("keeper", None),
         "redis-a": ("redis", 7001), "redis-b": ("redis", 7002), "garage": ("garage", 3900)}


@dataclass(frozen=True)
class Machine:
    name: str
    address: str
    container: str  # its name in this host's engine


@dataclass(frozen=True)
class Node:
    """A Redis node, as fleet_redis wants it."""

    name: str
    machine: str
    address: str


class Lab(Secrets):
    """A lab in a folder. What is not there yet has no address: `lay_out` first."""

    def __init__(self, folder: pathlib.Path, debian=None):
        self.folder = folder.resolve()
        self._noted = self.folder / "lab.json"
        self._debian = debian or OLDEST

    @property
    def exists(self) -> bool:
        return self._noted.exists()

    def lay_out(self) -> None:
        """Name, subnet and Debian are chosen once and remembered: another checkout may have a lab in the same engine."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.exists:
            number = next((number for number in range(LABS) if _owner(_name(number)) in (None, str(self.folder))), None)
            if number is None:
                raise Failed(f"this engine has {LABS} labs already; `./dev lab down --wipe` in the checkouts that made them.")
            self._noted.write_text(json.dumps({"name": _name(number), "subnet": f"10.77.{number}", "debian": self._debian}) + "\n")
        if _owner(self.name) is None:
            docker("network", "create", "--opt", f"com.docker.network.driver.mtu={MTU}", "--label", f"{OWNER}={self.folder}", "--subnet", f"{self.subnet}.0/24",
                   "--gateway", f"{self.subnet}.1", self.name)

    def _note(self, what: str) -> str:
        return json.loads(self._noted.read_text())[what]

    @property
    def name(self) -> str:
        """Of the network; and what the machines' names begin with."""
        return self._note("name")

    @property
    def subnet(self) -> str:
        """Its first three numbers."""
        return self._note("subnet")

    @property
    def debian(self) -> int:
        """What the machines have. Once there is a lab, it is what it was made with."""
        return json.loads(self._noted.read_text()).get("debian", OLDEST) if self.exists else self._debian

    @property
    def machines(self) -> list[Machine]:
        return [Machine(name, f"{self.subnet}.{FIRST_ADDRESS + index}", f"{self.name}-{name}") for index, name in enumerate(NAMES)]

    # What the outside needs

    @property
    def urls(self) -> list[str]:
        return [f"http://{machine.address}:80" for machine in self.machines]

    def redis(self) -> list[Node]:
        return [Node(f"{service}@{machine.name}", machine.name, f"{machine.address}:{ROLES[service][1]}")
                for service in ("redis-a", "redis-b") for machine in self.machines]

    @property
    def garage_admins(self) -> dict[str, str]:
        return {machine.name: f"{machine.address}:3903" for machine in self.machines}

    def garage_blocks(self) -> dict[str, set[str]]:
        """Machine → names of the blocks that lie on its disk."""
        folder = "/var/lib/docker/volumes/cadre_garage/_data/data"
        listed = {machine.name: self.run(machine, "find", folder, "-mindepth", "3", "-type", "f", "-printf", "%f\\n")
                  for machine in self.machines}
        return {name: {file.split(".")[0] for file in files.split()} for name, files in listed.items()}

    @property
    def environment(self) -> dict[str, str]:
        """With which build/cadre on this host reaches the same stores."""
        endpoints = ",".join(f"http://{machine.address}:3900" for machine in self.machines)
        return {
            "CADRE_CATALOG": "redis://" + ",".join(node.address for node in self.redis()),
            "CADRE_BLOBS": f"s3://{BUCKET}?endpoint={endpoints}&region={REGION}",
            "CADRE_REDIS_PASSWORD_FILE": str(self.secret_file("redis-password")),
            "CADRE_S3_ACCESS_KEY_FILE": str(self.secret_file("s3-access-key")),
            "CADRE_S3_SECRET_KEY_FILE": str(self.secret_file("s3-secret-key")),
        }

    # Machines

    def runs(self, machine: Machine) -> bool:
        return answer("inspect", "--format", "{{.State.Running}}", machine.container) == "true"

    def run(self, machine: Machine, *words, stdin="") -> str:
        """A command in a machine, as root; what it prints. Failed with its output, if it fails."""
        return docker("exec", "--interactive", machine.container, *words, stdin=stdin)

    def kill(self, machine: Machine) -> None:
        """As if its power went: everything on it ends at once."""
        docker("kill", machine.container)

    def start(self, machine: Machine) -> None:
        docker("start", machine.container)

    def load_image(self, name: str) -> None:
        """An image of this host's engine, onto every machine."""
        for machine in self.machines:
            load = f"docker save {shlex.quote(name)} | docker exec --interactive {machine.container} docker load --quiet"
            done = subprocess.run(["bash", "-o", "pipefail", "-c", load], check=False, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True)
            if done.returncode != 0:
                raise Failed(f"{name} could not be brought to {machine.name}:\n{done.stdout}")

    # Vagrant and Ansible

    def _settings(self) -> dict[str, str]:
        """What the Vagrantfile and the lab's inventory read. Nothing is written into the home folder."""
        return {
            "CADRE_LAB_NAME": self.name,
            "CADRE_LAB_SUBNET": self.subnet,
            "CADRE_LAB_FOLDER": str(self.folder),
            "CADRE_LAB_IMAGE": lab_image.tag(self.debian),
            "CADRE_LAB_ARCHIVES": str(images.folder()),
            "VAGRANT_CWD": str(VAGRANT),
            "VAGRANT_HOME": str(self.folder / "vagrant-home"),
            "VAGRANT_DOTFILE_PATH": str(self.folder / "vagrant"),
            "VAGRANT_CHECKPOINT_DISABLE": "1",
            "ANSIBLE_CONFIG": str(ANSIBLE / "ansible.cfg"),
            "ANSIBLE_HOME": str(self.folder / "ansible"),
            "ANSIBLE_FORCE_COLOR": "0",
            **self._ansible(),
        }

    def _ansible(self) -> dict[str, str]:
        """That of this host's Debian, where the machines are no newer; else one that drives newer machines too."""
        if self.debian <= packages.release():
            return {}
        return {"PATH": f"{packages.ansible().parent}:{os.environ['PATH']}"}

    def note_images(self, made: list[images.Image]) -> None:
        """For the inventory: by role, how each is called and where the machines see its archive."""
        noted = {image.role: {"name": image.name, "id": image.id, "archive": f"{SEEN_AS}/{image.archive.name}"} for image in made}
        (self.folder / "images.json").write_text(json.dumps(noted, indent=2) + "\n")

    def vagrant(self, *words: str) -> tuple[int, str]:
        """Exit code and what was printed; it is shown as it comes, and kept in the log."""
        return self._shown(["vagrant", *words])

    def play(self, playbook: str, *words: str, env=None, quiet=False) -> tuple[int, str]:
        """A playbook of deploy/ansible, run as `up` runs it; with `quiet`, what is printed goes to the log only."""
        inventory = ANSIBLE / "inventories" / "lab" / "hosts.yml"
        return self._shown(["ansible-playbook", "--inventory", str(inventory), str(ANSIBLE / playbook), *words], env, quiet)

    def _shown(self, words: list[str], env=None, quiet=False) -> tuple[int, str]:
        printed = []
        with (self.folder / "log").open("a") as log:
            log.write(f"\n$ {shlex.join(words)}\n")
            with subprocess.Popen(words, cwd=ANSIBLE, env={**os.environ, **self._settings(), **(env or {})}, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True, errors="replace") as running:
                for line in running.stdout:
                    printed.append(line)
                    log.write(line)
                    if not quiet:
                        print(line, end="", flush=True)
        return running.returncode, "".join(printed)

    def forget(self) -> None:
        """After the machines are gone: their network, and what was noted of them. The secrets stay."""
        for machine in self.machines:
            answer("rm", "--force", "--volumes", machine.container)
        answer("network", "rm", self.name)
        shutil.rmtree(self.folder / "vagrant", ignore_errors=True)
        self._noted.unlink()


def _name(number: int) -> str:
    return f"cadre-lab-{number}" if number else "cadre-lab"


def _owner(name: str) -> str | None:
    """The folder of the lab that has the network of this name; None if there is no such network."""
    return answer("network", "inspect", "--format", f'{{{{index .Labels "{OWNER}"}}}}', name)


def docker(*words, stdin="") -> str:
    """What this host's docker prints. Failed with its output, if it fails."""
    done = subprocess.run(["docker", *(str(word) for word in words)], input=stdin, check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Failed(f"`docker {shlex.join(str(word) for word in words)}` failed:\n{done.stdout}{done.stderr}")
    return done.stdout
