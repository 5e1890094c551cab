"""The configuration files of a fleet, from the templates in deploy/ that the lab uses as well."""

import json
import os
import pathlib
import subprocess

from cadre_dev import fleet_plan
from cadre_dev.fleet_plan import MACHINES, Plan
from cadre_dev.shell import ROOT, Failed

DEPLOY = ROOT / "deploy"

def render(tasks) -> None:
    """Each task: (template, variables, file to write)."""
    named = [{"template": str(template), "variables": variables, "to": str(to)} for template, variables, to in tasks]
    for _, _, to in tasks:
        pathlib.Path(to).parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run([ROOT / "tools" / "render.py"], input=json.dumps(named), check=False, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Failed(f"the configuration files could not be written:\n{done.stderr}")


def nginx_variables(name: str, folder: pathlib.Path, listen: list[str], replicas: list[str]) -> dict:
    # Else nginx, started by root, works as nobody, who may not write here.
    user = {"user": "root"} if os.geteuid() == 0 else {}
    return user | {"name": name, "folder": str(folder), "listen": listen, "replicas": replicas, "workers": 1,
            "access_log": str(folder / "access.log"), "error_log": str(folder / "error.log"), "cache_size": "256m"}


def write(plan: Plan) -> None:
    """Of all processes that have one. A process that runs goes on with what it read when it started."""
    tasks = []
    replicas = [process.address for process in plan.serve()]
    for process in plan.nginx():
        variables = nginx_variables(process.name, process.folder, [process.address], replicas)
        tasks.append((DEPLOY / "nginx" / "nginx.conf.j2", variables, process.folder / "nginx.conf"))
    for process, offset in zip(plan.redis(), [offset for offset in fleet_plan.REDIS_BUS for _ in MACHINES]):
        variables = {
            "address": MACHINES[process.machine],
            "port": int(process.address.split(":")[1]),
            "bus_port": plan.port + offset,
            "folder": str(process.folder),
            "password": plan.secret("redis-password"),
        }
        tasks.append((DEPLOY / "redis" / "redis.conf.j2", variables, process.folder / "redis.conf"))
    for process in plan.garage():
        variables = {
            "address": MACHINES[process.machine],
            "s3_port": plan.port + fleet_plan.S3,
            "rpc_port": plan.port + fleet_plan.GARAGE_RPC,
            "admin_port": plan.port + fleet_plan.GARAGE_ADMIN,
            "folder": str(process.folder),
            "rpc_secret": plan.secret("garage-rpc"),
            "admin_token": plan.secret("garage-admin"),
            "region": fleet_plan.REGION,
        }
        tasks.append((DEPLOY / "garage" / "garage.toml.j2", variables, process.folder / "garage.toml"))
    render(tasks)
