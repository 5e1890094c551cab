"""Tests of ./dev traffic: what it refuses, which faults it makes, what it counts."""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import unittest

from cadre_dev import traffic, traffic_faults
from cadre_dev.fleet_process import wait_until
from cadre_dev.traffic_targets import Unusable
from cadre_dev.traffic_watch import Watch


def parsed(*words):
    parser = argparse.ArgumentParser()
    traffic.options(parser)
    return parser.parse_args(words)


class Allowed(unittest.TestCase):
    def test_loopback_is_known_by_address_and_by_name(self):
        for url in ("http://127.0.0.1:8080", "http://127.0.0.12", "http://[::1]:80", "http://localhost:1"):
            self.assertTrue(traffic.on_loopback(url), url)
        for url in ("http://192.0.2.1", "https://[2001:db8::1]/"):
            self.assertFalse(traffic.on_loopback(url), url)

    def test_what_is_no_address_is_wrong_usage(self):
        for url in ("gallery", "ftp://127.0.0.1", "http://", "http://no-such-name.invalid"):
            with self.assertRaises(Unusable, msg=url):
                traffic.on_loopback(url)

    def test_elsewhere_is_not_loaded_without_a_word(self):
        words = [sys.executable, "-c", "import sys; sys.path.insert(0, 'tools'); from cadre_dev import traffic, traffic_targets; "
                 "import traffic_test\ntry: traffic._allowed(traffic_test.parsed('--against', 'http://192.0.2.1'))\n"
                 "except traffic_targets.Unusable: sys.exit(2)"]
        done = subprocess.run(words, cwd=pathlib.Path(__file__).parents[1], stdin=subprocess.DEVNULL, check=False,
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("192.0.2.1", done.stderr)

    def test_elsewhere_is_loaded_with_yes(self):
        traffic._allowed(parsed("--against", "http://192.0.2.1", "--yes"))

    def test_nothing_is_killed_in_a_gallery_that_is_not_ours(self):
        for against in ("http://127.0.0.1:1", "lab"):
            with self.assertRaises(Unusable):
                traffic._allowed(parsed("--against", against, "--faults"))

    def test_no_knee_is_looked_for_while_things_are_killed(self):
        with self.assertRaises(Unusable):
            traffic._allowed(parsed("--profile", "knee", "--faults"))

    def test_the_command_of_the_report_repeats_the_run(self):
        words = traffic.command(parsed("--against", "fleet", "--profile", "steady", "--seed", "7", "--faults")).split()[2:]
        self.assertEqual(vars(parsed(*words)), vars(parsed("--against", "fleet", "--profile", "steady", "--seed", "7", "--faults")))


class Order(unittest.TestCase):
    def test_a_seed_gives_the_same_faults_and_another_gives_others(self):
        self.assertEqual(traffic_faults.order("fleet", 1, 20), traffic_faults.order("fleet", 1, 20))
        self.assertNotEqual(traffic_faults.order("fleet", 1, 20), traffic_faults.order("fleet", 2, 20))

    def test_every_kind_comes_before_any_comes_again(self):
        for kind, known in (("solo", traffic_faults.SOLO), ("fleet", traffic_faults.FLEET)):
            self.assertEqual(set(traffic_faults.order(kind, 3, len(known))), set(known))


class Burner:
    """A process of a gallery: it has a child that uses CPU and ends."""

    role, name = "serve", "burner"

    def __init__(self, seconds: float):
        child = f"import time; t = time.process_time()\nwhile time.process_time() - t < {seconds}: pass"
        code = f"import subprocess, sys, time; subprocess.run([sys.executable, '-c', {child!r}]); print('done', flush=True); time.sleep(60)"
        self.process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, start_new_session=True)

    def pid(self):
        return self.process.pid if self.process.poll() is None else None


class Watching(unittest.TestCase):
    def test_what_a_child_used_counts_after_its_end_and_after_its_parents(self):
        with tempfile.TemporaryDirectory() as scratch:
            burner = Burner(0.6)
            try:
                with Watch([burner], pathlib.Path(scratch)) as watch:
                    burner.process.stdout.readline()
                    wait_until(lambda: watch.result()["cpu_s"].get("serve", 0) >= 0.55, 30, "what the child used is not counted")
                    burner.process.kill()
                    burner.process.wait()
                    wait_until(lambda: watch.result()["samples"][-1]["roles"]["serve"]["n"] == 0, 30, "it is still counted")
                    result = watch.result()
            finally:
                burner.process.kill()
                burner.process.stdout.close()
        self.assertGreaterEqual(result["cpu_s"]["serve"], 0.55)
        self.assertGreater(result["samples"][0]["roles"]["serve"]["rss"], 1_000_000)


if __name__ == "__main__":
    unittest.main()
