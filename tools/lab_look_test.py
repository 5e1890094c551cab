"""What the lab's tests read out of docker, and what they call even."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests"))
from lab import look  # noqa: E402
from lab.spread import Spread  # noqa: E402

# Of docker 20.10.
NODES = """
{"Availability":"Active","EngineVersion":"20.10.24+dfsg1","Hostname":"manager","ID":"h9","ManagerStatus":"Leader","Self":true,"Status":"Ready","TLSStatus":"Ready"}
{"Availability":"Active","EngineVersion":"20.10.24+dfsg1","Hostname":"worker-1","ID":"uq","ManagerStatus":"Unreachable","Self":false,"Status":"Down","TLSStatus":"Ready"}
{"Availability":"Drain","EngineVersion":"20.10.24+dfsg1","Hostname":"worker-2","ID":"wx","ManagerStatus":"Reachable","Self":false,"Status":"Ready","TLSStatus":"Ready"}
"""
SERVICES = """
{"ID":"a1","Image":"cadre:1","Mode":"replicated","Name":"cadre_app","Ports":"","Replicas":"5/6"}
{"ID":"b2","Image":"nginx:1.30.6","Mode":"global","Name":"cadre_nginx","Ports":"","Replicas":"3/3"}
{"ID":"c3","Image":"cadre:1","Mode":"replicated","Name":"cadre_keeper","Ports":"","Replicas":"0/1"}
{"ID":"d4","Image":"cadre:1","Mode":"global","Name":"cadre_worker","Ports":"","Replicas":"0/0"}
"""


class Look(unittest.TestCase):
    def test_machines_that_are_down_drained_or_absent_are_named(self):
        found = look.unready(look.rows(NODES), ["manager", "worker-1", "worker-2", "worker-3"])
        self.assertEqual([text.split()[0] for text in found], ["worker-1", "worker-2", "worker-3"])

    def test_services_with_too_few_replicas_or_none_are_named(self):
        found = look.short(look.rows(SERVICES))
        self.assertEqual(found, ["cadre_app has 5/6", "cadre_keeper has 0/1", "cadre_worker has 0/0"])


class Evenness(unittest.TestCase):
    @staticmethod
    def spread(*counts):
        return Spread.of([f"app-{number}@m{number % 3}" for number, count in enumerate(counts) for _ in range(count)])

    def test_the_same_number_each_is_even(self):
        self.assertEqual(self.spread(100, 100, 100, 100, 100, 100).uneven(6), 0)

    def test_the_farthest_replica_counts(self):
        self.assertAlmostEqual(self.spread(110, 98, 98, 98, 98, 98).uneven(6), 0.10)

    def test_a_replica_without_requests_is_as_uneven_as_can_be(self):
        self.assertGreaterEqual(self.spread(120, 120, 120, 120, 120).uneven(6), 1)

    def test_machines_are_summed(self):
        self.assertEqual(self.spread(1, 2, 3, 4, 5, 6).machines, {"m0": 5, "m1": 7, "m2": 9})


if __name__ == "__main__":
    unittest.main()
