"""The roles' variables, as a run of Ansible has them: under the oldest and the newest ansible-core that Cadre names."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from rendered import DEPLOY, ROOT, Rendered, example  # noqa: E402

STACK = "".join((DEPLOY / "stack" / name).read_text() for name in ("cadre.yml", "tls.yml", "monitoring.yml"))
MADE_LATER = re.compile(r"_(CONFIG|SECRET)$")  # names of configs and secrets, known once they are made


def interpolated(environment: dict) -> str:
    """cadre.yml as `docker stack deploy` reads it."""
    def value(match):
        name, default = match[1], match[2]
        return environment.get(name) or (default[2:] if default.startswith(":-") else "")
    return re.sub(r"\$\{(\w+)(:[-?][^}]*)\}", value, (DEPLOY / "stack" / "cadre.yml").read_text())


NAMES = {name for name in re.findall(r"\$\{(\w+)", STACK) if not MADE_LATER.search(name)}
GIVEN = {name: f"set-{name.lower()}" for name in NAMES}


def rented() -> Rendered:
    """Four machines of 16 GB; all variables of the stack file are as the roles make them."""
    return example(render_memory=16000)


def small() -> Rendered:
    """Machines of 2 GB with Debian 13, over WireGuard, entered at another port."""
    return example(render_memory=1950, render_release="13", render_mtu=1420, ansible_port=2222)


class Stack(unittest.TestCase):
    def test_every_variable_of_the_stack_file_can_be_set_and_arrives(self):
        arrived = example(stack_sizes=json.dumps(GIVEN)).first["environment"]
        self.assertEqual({name: arrived.get(name) for name in NAMES}, GIVEN)

    def test_the_roles_give_all_that_has_no_default_and_a_size_for_all_memory_as_text(self):
        environment = rented().first["environment"]
        needed = {name for name in re.findall(r"\$\{(\w+):\?\}", STACK) if name in NAMES}
        needed |= {name for name in NAMES if name.endswith(("MEMORY", "_RESERVED"))}
        self.assertEqual({name for name in needed if not environment.get(name)}, set())
        self.assertEqual({name: value for name, value in environment.items() if not isinstance(value, str)}, {})
        self.assertEqual(set(environment) - NAMES, set(), "what the stack file does not ask for")

    def test_the_readme_lists_every_variable(self):
        readme = (DEPLOY / "stack" / "README.md").read_text()
        self.assertEqual([name for name in set(re.findall(r"\$\{(\w+)", STACK)) if f"`{name}`" not in readme], [])

    def test_a_redis_node_gets_the_limit_that_was_set(self):
        rendered = example(stack_sizes=json.dumps(GIVEN)).first
        service = interpolated(rendered["environment"]).split("\n  redis-a:\n")[1].split("\n  redis-b:\n")[0]
        environment = dict(re.findall(r"^ {6}(REDIS_\w+): \"?([^\"\n]+)\"?$", service, re.MULTILINE))
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "machine.env").write_text("CADRE_MACHINE=m\nCADRE_ADDRESS=10.0.0.1\n")
            (folder / "redis_password").write_text("secret")
            (folder / "template").write_text(rendered["configs"]["REDIS_CONFIG"]["content"])
            script = (DEPLOY / "stack" / "on-this-machine.sh").read_text()
            script = script.replace("/etc/cadre/machine.env", f"{folder}/machine.env").replace("/run/secrets", str(folder))
            subprocess.run(["sh", "-c", script, "on-this-machine", folder / "template", folder / "out", "true"], check=True,
                           env={"PATH": os.environ["PATH"]} | environment)
            written = (folder / "out").read_text()
        self.assertIn("\nmaxmemory set-redis_maxmemory\n", written)
        self.assertIn("\nport 7001\n", written)
        self.assertEqual(re.findall(r"@[A-Z_:a-z]+@", written), [])

    def test_only_what_the_role_made_and_nobody_uses_is_pruned(self):
        machine = rented().first
        for name in ("nginx-0123456789ab", "redis-0123456789ab", "redis-password-0123456789ab", "hand-over-0123456789ab", "tls-key-0123456789ab"):
            self.assertRegex(name, "^" + machine["made_names"])
        for name in ("nginx-mine", "other-0123456789ab", "nginx-0123456789ab-mine", "nginx"):
            self.assertNotRegex(name, "^" + machine["made_names"])
        self.assertEqual(machine["used_names"], ["nginx-0123456789ab", "s3-secret-key-ba9876543210"])

    def test_the_set_up_link_begins_with_what_people_can_open(self):
        self.assertEqual(rented().first["environment"]["CADRE_PUBLIC_URL"], "https://photos.example")
        vagrant = Rendered(DEPLOY / "ansible" / "inventories" / "vagrant" / "hosts.yml")
        self.assertEqual(vagrant.first["environment"]["CADRE_PUBLIC_URL"], "http://192.168.56.11")


class Images(unittest.TestCase):
    def test_the_servers_are_those_of_the_list(self):
        listed = json.loads((DEPLOY / "versions.json").read_text())
        environment = rented().first["environment"]
        self.assertEqual({name: environment[f"{name.upper()}_IMAGE"] for name in listed}, {name: entry["image"] for name, entry in listed.items()})


class Sizes(unittest.TestCase):
    def mib(self, text):
        return int(re.fullmatch(r"(\d+)(?:M|mb)", text)[1])

    def test_what_runs_on_a_machine_fits_its_memory(self):
        for memory, rendered in ((1950, small()), (16000, rented())):
            with self.subTest(memory):
                environment = rendered.first["environment"]
                size = {name: self.mib(value) for name, value in environment.items() if name.endswith(("MEMORY", "_RESERVED"))}
                replicas = int(environment["CADRE_REPLICAS"])
                count = {"NGINX": 1, "APP": -(-replicas // 4), "WORKER": 1, "KEEPER": 1, "REDIS": 2, "GARAGE": 1}
                self.assertLessEqual(sum(size[f"{name}_MEMORY"] * number for name, number in count.items()), memory * 0.85)
                # With two machines of four lost, and one replica more while a release goes out, all still finds a place.
                lost = count | {"APP": -(-replicas // 2) + 1}
                self.assertLessEqual(sum(size[f"{name}_RESERVED"] * number for name, number in lost.items()), memory * 0.85)
                self.assertLessEqual(size["REDIS_MAXMEMORY"], size["REDIS_MEMORY"] * 2 / 3)
                self.assertGreaterEqual(size["APP_MEMORY"], 180)


class Network(unittest.TestCase):
    def test_the_overlay_knows_the_smallest_packet_below_it(self):
        self.assertEqual(str(small().first["network_mtu"]), "1420")  # Docker takes no blanks before it
        self.assertEqual(str(rented().first["network_mtu"]), "1500")


class Stores(unittest.TestCase):
    def test_what_the_modules_get_are_lists(self):
        machine = rented().first
        self.assertEqual([node["name"] for node in machine["storage_nodes"]], ["alpha", "beta", "gamma"])
        self.assertEqual(machine["storage_nodes"][0], {"name": "alpha", "zone": "alpha", "admin": "10.0.0.11:3903", "rpc": "10.0.0.11:3901"})
        self.assertEqual(machine["redis_addresses"], ["10.0.0.11", "10.0.0.12", "10.0.0.13"])
        self.assertIsInstance(machine["daemon"], dict)
        self.assertEqual(machine["labels"], {"cadre.store": "true", "cadre.zone": "alpha"})


class Docker(unittest.TestCase):
    def test_the_client_is_installed_where_it_is_a_package_of_its_own(self):
        self.assertNotIn("docker-cli", rented().first["docker_packages"]["debian"])
        self.assertIn("docker-cli", small().first["docker_packages"]["debian"])


class Firewall(unittest.TestCase):
    def test_ssh_stays_open_where_ansible_enters(self):
        self.assertRegex(small().rules["alpha"], r"tcp dport \{ 22, 2222, 80, 443 \} accept")
        self.assertRegex(rented().rules["alpha"], r"tcp dport \{ 22, 80, 443 \} accept")


class VagrantKeys(unittest.TestCase):
    def test_the_key_is_found_whoever_made_the_machines(self):
        with tempfile.TemporaryDirectory() as folder:
            made = {"manager": "libvirt", "worker-1": "libvirt", "worker-2": "virtualbox"}
            for machine, provider in made.items():
                key = pathlib.Path(folder, "machines", machine, provider, "private_key")
                key.parent.mkdir(parents=True)
                key.write_text("")
            rendered = Rendered(DEPLOY / "ansible" / "inventories" / "vagrant" / "hosts.yml", (("VAGRANT_DOTFILE_PATH", folder),))
        self.assertEqual({name: machine["key"] for name, machine in rendered.machines.items()},
                         {name: f"{folder}/machines/{name}/{made[name]}/private_key" for name in made})


if __name__ == "__main__":
    unittest.main()
