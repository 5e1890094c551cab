"""What the roles of deploy/ansible make of an inventory, by the ansible-playbook that CADRE_ANSIBLE_PLAYBOOK names."""

import functools
import json
import os
import pathlib
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
PLAYBOOK = os.environ.get("CADRE_ANSIBLE_PLAYBOOK", "ansible-playbook")
FACTS = {"render_memory": 16384, "render_release": "12", "render_mtu": 1500}


class Rendered:
    """`machines`: what was written down, by name; `rules`: the firewall's of each."""

    def __init__(self, inventory, environment=(), **variables):
        with tempfile.TemporaryDirectory() as folder:
            into = pathlib.Path(folder)
            given = {name: json.loads(value) if name == "stack_sizes" else value for name, value in variables.items()}
            extra = FACTS | {"render_into": folder, "stack_deploy_folder": str(DEPLOY), "cadre_secrets_folder": folder} | given
            done = subprocess.run(
                [PLAYBOOK, "--inventory", str(inventory), "--extra-vars", json.dumps(extra), str(ROOT / "tests" / "deploy" / "render.yml")],
                env=os.environ | {"ANSIBLE_CONFIG": str(DEPLOY / "ansible" / "ansible.cfg"), "ANSIBLE_HOME": folder,
                                  "ANSIBLE_COLLECTIONS_PATH": "/usr/lib/python3/dist-packages",
                                  "ANSIBLE_CALLBACK_RESULT_FORMAT": "json"} | dict(environment),
                check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            if done.returncode != 0:
                raise AssertionError(done.stdout[-4000:])
            self.machines = {file.stem: json.loads(file.read_text()) for file in into.glob("*.json")}
            self.rules = {file.stem: file.read_text() for file in into.glob("*.nft")}

    @property
    def first(self):
        return next(iter(self.machines.values()))


@functools.lru_cache(maxsize=None)
def example(**variables) -> Rendered:
    return Rendered(DEPLOY / "ansible" / "inventories" / "example" / "hosts.yml", **variables)
