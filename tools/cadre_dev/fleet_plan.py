"""What a fleet is made of: machines, processes, addresses, folders, secrets. Nothing here starts or asks anything."""

import json
import os
import pathlib
import random
import secrets
import socket

from cadre_dev import packages
from cadre_dev.fleet_process import Process
from cadre_dev.shell import ROOT, Failed

CADRE = ROOT / "build" / "cadre"
MACHINES = {"a": "127.0.0.11", "b": "127.0.0.12", "c": "127.0.0.13"}
BUCKET = "cadre"
REGION = "garage"

# Added to the fleet's first port, the same on every machine.
NGINX, SERVE, SERVE_METRICS = range(3)
REDIS, REDIS_BUS = (3, 4), (5, 6)
S3, GARAGE_RPC, GARAGE_ADMIN = 7, 8, 9
PORTS = 10

WORKERS = ("a", "b")
KEEPER = "c"
SECRETS = ("redis-password", "garage-rpc", "garage-admin", "s3-access-key", "s3-secret-key")


def _free(port: int) -> bool:
    for address in MACHINES.values():
        for offset in range(PORTS):
            try:
                socket.create_server((address, port + offset)).close()
            except OSError:
                return False
    return True


def _pick_port() -> int:
    """Below the ports that the kernel gives to clients, so that none of them is in the way at a later start."""
    for _ in range(200):
        port = random.randrange(10_000, 32_000, 20)
        if _free(port):
            return port
    raise Failed("no free ports were found on the loopback addresses.")


class Secrets:
    """One file each, in the folder `secrets` of `folder`."""

    folder: pathlib.Path

    def secret_file(self, name: str) -> pathlib.Path:
        return self.folder / "secrets" / name

    def secret(self, name: str) -> str:
        return self.secret_file(name).read_text().strip()

    def keep_secret(self, name: str, text: str) -> None:
        with os.fdopen(os.open(self.secret_file(name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text + "\n")


class Plan(Secrets):
    """A fleet in a folder. `port` None: the remembered one, or one that is free."""

    def __init__(self, folder: pathlib.Path, port: int | None = None):
        self.folder = folder.resolve()
        self._chosen = port
        self._noted = self.folder / "fleet.json"

    @property
    def exists(self) -> bool:
        return self._noted.exists()

    @property
    def port(self) -> int:
        return json.loads(self._noted.read_text())["port"]

    def lay_out(self) -> None:
        """Ports and secrets are chosen once and remembered."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.exists:
            if self._chosen is not None and not _free(self._chosen):
                raise Failed(f"some of the ports {self._chosen} to {self._chosen + PORTS - 1} are taken.")
            self._noted.write_text(json.dumps({"port": self._chosen or _pick_port()}) + "\n")
        elif self._chosen is not None and self._chosen != self.port:
            raise Failed(f"this fleet has the ports from {self.port}; --wipe it, or name another --folder.")
        self.secret_file("").mkdir(mode=0o700, exist_ok=True)
        for name in SECRETS:
            if not self.secret_file(name).exists():
                # Garage wants its keys in this form: "GK" and 12 bytes, 32 bytes, in hexadecimal.
                self.keep_secret(name, "GK" + secrets.token_hex(12) if name == "s3-access-key" else secrets.token_hex(32))

    def address(self, machine: str, offset: int) -> str:
        return f"{MACHINES[machine]}:{self.port + offset}"

    # What the outside needs

    @property
    def urls(self) -> list[str]:
        return [f"http://{self.address(machine, NGINX)}" for machine in MACHINES]

    @property
    def environment(self) -> dict[str, str]:
        """With which build/cadre reaches the same stores."""
        nodes = ",".join(self.address(machine, offset) for offset in REDIS for machine in MACHINES)
        endpoints = ",".join(f"http://{self.address(machine, S3)}" for machine in MACHINES)
        return {
            "CADRE_CATALOG": f"redis://{nodes}",
            "CADRE_BLOBS": f"s3://{BUCKET}?endpoint={endpoints}&region={REGION}",
            "CADRE_REDIS_PASSWORD_FILE": str(self.secret_file("redis-password")),
            "CADRE_S3_ACCESS_KEY_FILE": str(self.secret_file("s3-access-key")),
            "CADRE_S3_SECRET_KEY_FILE": str(self.secret_file("s3-secret-key")),
        }

    @property
    def garage_admins(self) -> dict[str, str]:
        """Machine → where its Garage answers the admin API."""
        return {machine: self.address(machine, GARAGE_ADMIN) for machine in MACHINES}

    def garage_blocks(self) -> dict[str, set[str]]:
        """Machine → names of the blocks that lie on its disk."""
        return {node.machine: {file.name.split(".")[0] for file in (node.folder / "data").glob("??/??/*")} for node in self.garage()}

    # Processes

    def redis(self) -> list[Process]:
        return [self._process("redis", f"redis-{machine}{number + 1}", machine, offset,
                              lambda folder: ["redis-server", str(folder / "redis.conf")])
                for number, offset in enumerate(REDIS) for machine in MACHINES]

    def garage(self) -> list[Process]:
        binary = str(packages.garage_binary())
        return [self._process("garage", f"garage-{machine}", machine, S3,
                              lambda folder: [binary, "-c", str(folder / "garage.toml"), "server"],
                              {"RUST_LOG": "garage=info"}) for machine in MACHINES]

    def nginx(self) -> list[Process]:
        return [self._process("nginx", f"nginx-{machine}", machine, NGINX,
                              lambda folder: ["nginx", "-p", f"{folder}/", "-e", f"{folder}/error.log", "-c",
                                              f"{folder}/nginx.conf"]) for machine in MACHINES]

    def serve(self) -> list[Process]:
        return [self._cadre("serve", f"serve-{machine}", machine) for machine in MACHINES]

    def workers(self) -> list[Process]:
        return [self._cadre("worker", f"worker-{machine}", machine) for machine in WORKERS]

    def keeper(self) -> list[Process]:
        return [self._cadre("keeper", f"keeper-{KEEPER}", KEEPER)]

    def stores(self) -> list[Process]:
        return self.redis() + self.garage()

    def programs(self) -> list[Process]:
        return self.serve() + self.workers() + self.keeper()

    def processes(self) -> list[Process]:
        return self.nginx() + self.programs() + self.stores()

    def _process(self, role, name, machine, offset, words, environment=None) -> Process:
        folder = self.folder / name
        address = None if offset is None else self.address(machine, offset)
        return Process(role, name, machine, address, folder, words(folder), environment or {})

    def _cadre(self, role, name, machine) -> Process:
        folder = self.folder / name
        offset = None
        environment = self.environment | {"CADRE_NAME": name, "CADRE_MACHINE": machine}
        if role in ("serve", "keeper"):
            environment["CADRE_MACHINES"] = ",".join(f"{key}={address}" for key, address in MACHINES.items())
        if role == "serve":
            offset = SERVE
            environment |= {
                "CADRE_METRICS_LISTEN": self.address(machine, SERVE_METRICS),
                "CADRE_LISTEN": self.address(machine, SERVE),
                "CADRE_SCRATCH": str(folder / "scratch"),
                "CADRE_TRUSTED_PROXIES": "127.0.0.0/8",
            }
        if role == "keeper":
            environment |= {
                "CADRE_GARAGE_ADMIN": ",".join(f"http://{address}" for address in self.garage_admins.values()),
                "CADRE_GARAGE_ADMIN_TOKEN_FILE": str(self.secret_file("garage-admin")),
            }
        return self._process(role, name, machine, offset, lambda _: [str(CADRE), role], environment)
