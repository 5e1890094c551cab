"""What deploy/ promises by its form, and the two modules that form the stores."""

import importlib.util
import pathlib
import re
import sys
import types
import unittest

from cadre_dev import packages, versions
from cadre_dev.shell import Failed

ROOT = pathlib.Path(__file__).resolve().parents[1]
ANSIBLE = ROOT / "deploy" / "ansible"
ROLES = sorted(folder for folder in (ANSIBLE / "roles").iterdir() if folder.is_dir())


def module(path: str):
    """A module of deploy/ansible, where Ansible itself need not be installed."""
    stand_in = types.ModuleType("ansible.module_utils.basic")
    stand_in.AnsibleModule = None
    names = {"ansible": types.ModuleType("ansible"), "ansible.module_utils": types.ModuleType("ansible.module_utils"),
             "ansible.module_utils.basic": stand_in}
    kept = {name: sys.modules.get(name) for name in names}
    sys.modules.update(names)
    try:
        spec = importlib.util.spec_from_file_location(pathlib.Path(path).stem, ANSIBLE / path)
        loaded = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(loaded)
        return loaded
    finally:
        for name, before in kept.items():
            if before is None:
                del sys.modules[name]
            else:
                sys.modules[name] = before


class Roles(unittest.TestCase):
    def test_a_readme_shows_the_defaults_as_they_are(self):
        for role in ROLES:
            with self.subTest(role.name):
                defaults = (role / "defaults" / "main.yml").read_text().removeprefix("---\n")
                self.assertIn(f"```yaml\n{defaults}```\n", (role / "README.md").read_text())

    def test_a_variable_begins_with_the_name_of_its_role(self):
        for role in ROLES:
            for name in re.findall(r"^(\w+):", (role / "defaults" / "main.yml").read_text(), re.MULTILINE):
                self.assertTrue(name.startswith(f"{role.name}_"), f"{role.name}: {name}")

    def test_nothing_runs_through_a_shell(self):
        for file in ANSIBLE.rglob("*.yml"):
            self.assertNotRegex(file.read_text(), r"\bshell:", str(file))

    def test_the_stack_role_sets_every_variable_that_the_stack_file_asks_for(self):
        asked = set(re.findall(r"\$\{(\w+):\?\}", "".join(path.read_text() for path in (ROOT / "deploy" / "stack").glob("*.yml"))))
        given = (ANSIBLE / "roles" / "stack" / "vars" / "main.yml").read_text()
        self.assertEqual([name for name in sorted(asked) if not re.search(rf"^  {name}:", given, re.MULTILINE)], [])


class Addresses(unittest.TestCase):
    def test_the_inventories_have_the_addresses_of_the_vagrantfile(self):
        vagrantfile = (ROOT / "deploy" / "vagrant" / "Vagrantfile").read_text()
        subnet = re.search(r'^SUBNET = "([\d.]+)"', vagrantfile, re.MULTILINE)[1]
        first = int(re.search(r"^FIRST_ADDRESS = (\d+)", vagrantfile, re.MULTILINE)[1])
        names = re.search(r"^MACHINES = %w\[(.*)\]", vagrantfile, re.MULTILINE)[1].split()
        for inventory, begin in (("vagrant", subnet), ("lab", '"{{ lab_subnet }}')):
            text = (ANSIBLE / "inventories" / inventory / "hosts.yml").read_text()
            for index, name in enumerate(names):
                self.assertIn(f"        {name}:\n          cadre_address: {begin}.{first + index}", text)


class Versions(unittest.TestCase):
    def test_what_is_listed_may_be_used(self):
        for server, entry in versions.listed().items():
            versions.check(server, versions.of_image(entry["image"]))
            self.assertRegex(entry["image"], r"@sha256:[0-9a-f]{64}$")
        versions.check("garage", packages.GARAGE)

    def test_a_version_with_a_known_hole_is_refused_in_each_series(self):
        for version in ("7.2.5", "8.0.3", "8.2.1", "8.2.2"):
            with self.subTest(version), self.assertRaises(Failed):
                versions.check("redis", version)
        for version in ("8.0.4", "8.0.6", "8.2.3", "8.4.0"):
            versions.check("redis", version)

    def test_no_other_file_names_a_version_of_a_server(self):
        stack = ANSIBLE / "roles" / "stack" / "defaults" / "main.yml"
        self.assertNotRegex(stack.read_text(), r"(nginx|redis|garage):v?\d")
        readme = (ROOT / "deploy" / "stack" / "README.md").read_text()
        for entry in versions.listed().values():
            self.assertIn(f"`{entry['image']}`", readme)


class Redis(unittest.TestCase):
    def setUp(self):
        self.redis = module("roles/redis/library/redis_cluster.py")

    def test_all_slots_are_shared_out_once(self):
        for count in (1, 3, 5, 7):
            shares = self.redis.shares(count)
            self.assertEqual([slot for first, last in shares for slot in range(first, last + 1)], list(range(16384)))

    def test_a_new_node_follows_the_master_that_has_no_replica(self):
        view = self.redis.parse_nodes(
            "a1 10.0.0.1:7001@17001 master - 0 0 1 connected 0-5460\n"
            "b1 10.0.0.2:7001@17001 myself,master - 0 0 2 connected 5461-10922\n"
            "b2 10.0.0.2:7002@17002 slave a1 0 0 1 connected\n")
        self.assertEqual(self.redis.master_for("10.0.0.3:7002", view), "b1")

    def test_a_new_node_does_not_follow_a_master_of_its_own_machine(self):
        view = self.redis.parse_nodes(
            "a1 10.0.0.1:7001@17001 master - 0 0 1 connected 0-5460\n"
            "b1 10.0.0.2:7001@17001 master - 0 0 2 connected 5461-10922\n"
            "c2 10.0.0.3:7002@17002 slave b1 0 0 2 connected\n")
        self.assertEqual(self.redis.master_for("10.0.0.1:7002", view), "b1")

    def test_a_master_that_is_gone_or_empty_is_not_followed(self):
        view = self.redis.parse_nodes(
            "a1 10.0.0.1:7001@17001 master,fail - 0 0 1 disconnected 0-5460\n"
            "d1 10.0.0.4:7001@17001 master - 0 0 4 connected\n"
            "b1 10.0.0.2:7001@17001 master - 0 0 2 connected 5461-10922\n"
            "b2 10.0.0.3:7002@17002 slave b1 0 0 2 connected\n")
        self.assertEqual(self.redis.master_for("10.0.0.5:7002", view), "b1")


class Garage(unittest.TestCase):
    def setUp(self):
        self.changes = module("roles/storage/library/garage_cluster.py").changes_of

    def role(self, key, zone="one"):
        return {"id": key, "zone": zone, "capacity": 1, "tags": [zone]}

    def test_a_layout_that_is_as_wanted_is_left_alone(self):
        have = [self.role("a") | {"storedPartitions": 256}, self.role("b")]
        self.assertEqual(self.changes(have, [self.role("b"), self.role("a")]), [])

    def test_new_nodes_come_and_those_that_are_gone_leave(self):
        self.assertEqual(self.changes([self.role("a"), self.role("b")], [self.role("b"), self.role("c")]),
                         [self.role("c"), {"id": "a", "remove": True}])

    def test_a_node_that_moved_is_placed_anew(self):
        self.assertEqual(self.changes([self.role("a")], [self.role("a", "two")]), [self.role("a", "two")])


if __name__ == "__main__":
    unittest.main()
