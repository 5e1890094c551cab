"""The linters of deploy/: Ansible's and Vagrant's."""

import os
import pathlib
import tempfile

from cadre_dev import docker_engine
from cadre_dev.shell import ROOT, Count, call, say

ANSIBLE = ROOT / "deploy" / "ansible"
PROVIDERS = ("virtualbox", "libvirt", "docker")

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
        playbooks = sorted(file.name for file in ANSIBLE.glob("*.yml") if file.name != "requirements.yml")
        for inventory in sorted((ANSIBLE / "inventories").iterdir()):
            total += _passed(call("ansible-playbook", "--syntax-check", "--inventory", inventory / "hosts.yml", *playbooks,
                                  cwd=ANSIBLE, env=settings, quiet=True))
    return total


def _has_docker() -> bool:
    try:
        docker_engine.ensure()
    except docker_engine.Unavailable as reason:
        say(f"the Vagrantfile is not validated for the docker provider, which needs an engine: {reason}")
        return False
    return True


def vagrant() -> Count:
    """The Vagrantfile, for each provider."""
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
    return total
