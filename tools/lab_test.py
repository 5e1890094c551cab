"""The lab's plan and what its commands read out of what others print. No engine, no Vagrant, no Ansible."""

import pathlib
import tempfile
import unittest
from unittest import mock

from cadre_dev import lab, lab_image, lab_plan, lab_status

RECAP = """
PLAY RECAP *********************************************************************
manager                    : ok=40   changed=22   unreachable=0    failed=0    skipped=21   rescued=0    ignored=0
worker-1                   : ok=31   changed=15   unreachable=0    failed=0    skipped=21   rescued=0    ignored=0
"""


def engine(networks: dict):
    """Stands in for the engine: name of a network → folder of the lab that has it."""
    def ask(*words):
        return networks.get(words[-1]) if words[:2] == ("network", "inspect") else None
    return mock.patch.object(lab_plan, "answer", ask)


class Plan(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name).resolve()
        made = mock.patch.object(lab_plan, "docker")
        self.docker = made.start()
        self.addCleanup(made.stop)

    def laid_out(self, networks) -> lab_plan.Lab:
        plan = lab_plan.Lab(self.folder)
        with engine(networks):
            plan.lay_out()
        return plan

    def test_the_first_lab_has_the_usual_names_and_addresses(self):
        plan = self.laid_out({})
        self.assertEqual([(machine.container, machine.address) for machine in plan.machines],
                         [("cadre-lab-manager", "10.77.0.11"), ("cadre-lab-worker-1", "10.77.0.12"), ("cadre-lab-worker-2", "10.77.0.13")])

    def test_another_checkouts_lab_is_not_touched(self):
        plan = self.laid_out({"cadre-lab": "/srv/another/checkout"})
        self.assertEqual((plan.name, plan.subnet), ("cadre-lab-1", "10.77.1"))

    def test_a_lab_keeps_its_name(self):
        self.laid_out({"cadre-lab": "/srv/another/checkout"})
        self.assertEqual(self.laid_out({}).name, "cadre-lab-1")

    def test_a_network_that_is_there_is_used_again(self):
        self.laid_out({"cadre-lab": str(self.folder)})
        self.docker.assert_not_called()

    def test_the_stores_are_named_as_in_a_fleet(self):
        environment = self.laid_out({}).environment
        self.assertEqual(environment["CADRE_CATALOG"],
                         "redis://10.77.0.11:7001,10.77.0.12:7001,10.77.0.13:7001,10.77.0.11:7002,10.77.0.12:7002,10.77.0.13:7002")
        self.assertIn("s3://cadre?endpoint=http://10.77.0.11:3900,", environment["CADRE_BLOBS"])


class Status(unittest.TestCase):
    CONTAINER = """[{"Id": "c1", "Mounts": [{"Type": "volume", "Source": "/var/lib/docker/volumes/cadre_redis-a/_data"}], "Config": {"Labels": {
        "com.docker.swarm.service.name": "cadre_redis-a", "com.docker.swarm.task.name": "cadre_redis-a.x1y2z3.t4u5"}}},
        {"Id": "c2", "Mounts": [], "Config": {"Labels": {
        "com.docker.swarm.service.name": "cadre_app", "com.docker.swarm.task.name": "cadre_app.4.t4u5"}}}]"""

    def test_processes_have_the_fleets_shape(self):
        machine = lab_plan.Machine("manager", "10.77.0.11", "cadre-lab-manager")
        plan = mock.Mock()
        plan.run.side_effect = ["c1\nc2\n", self.CONTAINER]
        with mock.patch.object(lab_status, "_host_pids", return_value={"c1": 71, "c2": 72}):
            found = lab_status.processes(plan, machine)
        self.assertEqual(found, [
            {"role": "serve", "name": "app-4@manager", "machine": "manager", "pid": 72, "address": None, "data": None, "container": "c2"},
            {"role": "redis", "name": "redis-a@manager", "machine": "manager", "pid": 71, "address": "10.77.0.11:7001",
             "data": "/var/lib/docker/volumes/cadre_redis-a/_data", "container": "c1"},
        ])


class Commands(unittest.TestCase):
    def test_what_the_playbooks_changed_is_summed_up(self):
        self.assertEqual(lab.changed(RECAP + RECAP.replace("changed=22", "changed=0")), 22 + 15 + 0 + 15)
        self.assertEqual(lab.changed("nothing was played"), 0)

    def test_another_recipe_is_another_image(self):
        before = lab_image.tag(12)
        self.assertNotEqual(lab_image.tag(13), before)
        with mock.patch.object(lab_image, "PACKAGES", [*lab_image.PACKAGES, "vim"]):
            self.assertNotEqual(lab_image.tag(12), before)

    def test_machines_of_debian_13_get_the_client_that_is_only_recommended_there(self):
        for debian, wanted in ((12, False), (13, True)):
            fetch = next(word for word in lab_image.words(pathlib.Path("x.tar"), debian) if "--download-only" in word)
            self.assertEqual("docker-cli" in fetch.split(), wanted)


if __name__ == "__main__":
    unittest.main()
