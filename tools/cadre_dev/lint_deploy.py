"""The linters of deploy/: Ansible's, Vagrant's and Prometheus'."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

from cadre_dev import docker_engine, packages, test
from cadre_dev.shell import ROOT, Count, call, say

ANSIBLE = ROOT / "deploy" / "ansible"
PROMETHEUS = ROOT / "deploy" / "prometheus"
DASHBOARD = ROOT / "deploy" / "grafana" / "cadre.json"
PROVIDERS = ("virtualbox", "libvirt", "docker")
TUTORIAL = ("first", "m0-m1-m2")

# Vagrant validates a Vagrantfile for a provider only where it finds that provider. VirtualBox is not in Debian, so a program
# of its name says which version it would be, and is asked nothing else.
VIRTUALBOX = "#!/bin/sh\necho 7.0.20r163906\n"


def _passed(code: int) -> Count:
    return Count(passed=1) if code == 0 else Count(failed=1)


def ansible() -> Count:
    """ansible-lint with the production profile, and every playbook's syntax with every inventory."""
    with tempfile.TemporaryDirectory() as home:
        settings = {"ANSIBLE_HOME": home, "ANSIBLE_CONFIG": str(ANSIBLE / "ansible.cfg"), "XDG_CACHE_HOME": home}
        total = _passed(call("ansible-lint", "--offline", "-q", cwd=ANSIBLE, env=settings))
        for inventory in sorted((ANSIBLE / "inventories").iterdir()):
            total += _passed(call("ansible-playbook", "--syntax-check", "--inventory", inventory / "hosts.yml", *_playbooks(),
                                  cwd=ANSIBLE, env=settings, quiet=True))
    return total


def roles() -> Count:
    """tests/deploy, and every playbook's syntax, under the oldest and the newest ansible-core that Cadre is tried with."""
    packages.debian(["nftables", "iproute2"])
    total = Count()
    collections = {"ANSIBLE_COLLECTIONS_PATH": "/usr/lib/python3/dist-packages"}  # of Debian's package `ansible`
    for version in packages.ANSIBLE_CORES:
        playbook = packages.ansible_core(version)
        say(f"ansible-core {version}")
        with tempfile.TemporaryDirectory() as home:
            settings = collections | {"ANSIBLE_HOME": home, "ANSIBLE_CONFIG": str(ANSIBLE / "ansible.cfg")}
            total += _passed(call(playbook, "--syntax-check", "--inventory", ANSIBLE / "inventories" / "example" / "hosts.yml",
                                  *_playbooks(), cwd=ANSIBLE, env=settings, quiet=True))
        total += test.unittests("tests/deploy", {"CADRE_ANSIBLE_PLAYBOOK": str(playbook)})
    return total


def _playbooks() -> list[str]:
    return sorted(file.name for file in ANSIBLE.glob("*.yml") if file.name != "requirements.yml")


def _has_docker() -> bool:
    try:
        docker_engine.ensure()
    except docker_engine.Unavailable as reason:
        say(f"the Vagrantfile is not validated for the docker provider, which needs an engine: {reason}")
        return False
    return True


def vagrant() -> Count:
    """The Vagrantfile, for each provider, and those of the tutorial."""
    total = Count()
    with tempfile.TemporaryDirectory() as folder:
        stand_in = pathlib.Path(folder, "VBoxManage")
        stand_in.write_text(VIRTUALBOX)
        stand_in.chmod(0o755)
        for provider in PROVIDERS:
            if provider == "docker" and not _has_docker():
                total += Count(skipped=1)
                continue
            settings = {"VAGRANT_DEFAULT_PROVIDER": provider, "VAGRANT_HOME": f"{folder}/home", "VAGRANT_DOTFILE_PATH": f"{folder}/state",
                        "VAGRANT_CHECKPOINT_DISABLE": "1", "PATH": f"{folder}:{os.environ['PATH']}"}
            total += _passed(call("vagrant", "validate", cwd=ROOT / "deploy" / "vagrant", env=settings, quiet=True))
            # Those of the tutorial name no provider.
            for name in TUTORIAL if provider == PROVIDERS[0] else ():
                total += _passed(call("vagrant", "validate", cwd=ROOT / "deploy" / "vagrant" / name, env=settings, quiet=True))
    return total


# Two ways in which prometheus.yml.j2 is rendered: one server, and a stack with TLS and an Alertmanager.
SCRAPES = (
    {"replicas_name": "", "replicas": ["127.0.0.1:9090"], "certificates": [], "alertmanagers": []},
    {"replicas_name": "tasks.app", "replicas_port": 9090, "certificates": ["10.0.0.1:443"], "prober": "blackbox:9115",
     "alertmanagers": ["alerts.example.org:9093"]},
)


def _expressions():
    """Of the dashboard, as rules that record what panels show: so promtool reads them. Grafana's own variables are filled in."""
    panels = json.loads(DASHBOARD.read_text())["panels"]
    asked = [target["expr"] for panel in panels for target in panel.get("targets", [])]
    plain = [text.replace("$__rate_interval", "1m").replace("$instance", ".*") for text in asked]
    return {"groups": [{"name": "dashboard", "rules": [{"record": f"panel:{n}", "expr": text} for n, text in enumerate(plain)]}]}


def prometheus() -> Count:
    """The configuration in the ways it is rendered, the rules and their cases, and what the dashboard asks."""
    promtool = packages.promtool()
    if promtool is None:
        return Count(skipped=1)
    packages.debian(["python3-jinja2"])
    total = _passed(call(promtool, "check", "rules", PROMETHEUS / "cadre.rules.yml", quiet=True))
    total += _passed(call(promtool, "test", "rules", PROMETHEUS / "cadre.rules.test.yml", quiet=True))
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        shutil.copy(PROMETHEUS / "cadre.rules.yml", folder)
        for number, variables in enumerate(SCRAPES):
            rendered = folder / f"prometheus-{number}.yml"
            task = [{"template": str(PROMETHEUS / "prometheus.yml.j2"), "to": str(rendered),
                     "variables": variables | {"rules": str(folder / "cadre.rules.yml")}}]
            subprocess.run(["/usr/bin/python3", str(ROOT / "tools" / "render.py")], input=json.dumps(task), text=True, check=True)
            total += _passed(call(promtool, "check", "config", rendered, quiet=True))
        asked = folder / "dashboard.yml"
        asked.write_text(json.dumps(_expressions()))  # JSON is YAML
        total += _passed(call(promtool, "check", "rules", asked, quiet=True))
    return total
