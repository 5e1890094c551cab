"""A Redis master that is told to stop hands over first: nobody is refused meanwhile."""

import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PASSWORD = "for-tests-only"
WRITERS = 2


def _free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def _until(holds, what):
    end = time.monotonic() + 60
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"not within a minute: {what}")
        time.sleep(0.2)


@unittest.skipUnless(shutil.which("redis-server"), "needs redis-server")
class HandOver(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        (self.folder / "redis_password").write_text(PASSWORD)
        script = (ROOT / "deploy" / "stack" / "hand-over.sh").read_text()
        script = script.replace("/etc/cadre/machine.env", "/nowhere").replace("/run/secrets", str(self.folder))
        ports = _free_ports(12)
        self.ports, self.nodes = ports[:6], {}
        for port, bus in zip(ports[:6], ports[6:]):
            home = self.folder / str(port)
            home.mkdir()
            words = ["redis-server", "--port", port, "--cluster-port", bus, "--bind", "127.0.0.1", "--cluster-enabled", "yes", "--dir", home,
                     "--requirepass", PASSWORD, "--masterauth", PASSWORD, "--save", "", "--cluster-node-timeout", "30000"]
            self.nodes[port] = subprocess.Popen(
                ["sh", "-c", script, "hand-over", *(str(word) for word in words)], stdout=subprocess.DEVNULL, start_new_session=True,
                env={"PATH": os.environ["PATH"], "CADRE_ADDRESS": "127.0.0.1", "REDIS_PORT": str(port)})
            self.addCleanup(self.end, self.nodes[port])
        _until(lambda: all(self.say(port, "ping") == "PONG" for port in self.ports), "all answer")
        self.say(self.ports[0], "--cluster", "create", *(f"127.0.0.1:{port}" for port in self.ports), "--cluster-replicas", "1", "--cluster-yes")
        _until(lambda: all("cluster_state:ok" in self.say(port, "cluster", "info") for port in self.ports), "the cluster is formed")
        _until(lambda: all("master_link_status:up" in self.say(port, "info", "replication") for port in self.ports
                           if "role:slave" in self.say(port, "info", "replication")), "replicas are in step")

    def end(self, process):
        if process.poll() is None:
            os.killpg(process.pid, 9)
        process.wait()

    def say(self, port, *words):
        return subprocess.run(["redis-cli", "-c", "-h", "127.0.0.1", "-p", str(port), *words], check=False, capture_output=True, text=True,
                              env=os.environ | {"REDISCLI_AUTH": PASSWORD}, timeout=60).stdout.strip()

    def role(self, port):
        return self.say(port, "role").split("\n")[0]

    def test_nobody_is_refused_while_a_master_stops(self):
        master = next(port for port in self.ports if self.role(port) == "master")
        others = [port for port in self.ports if port != master]
        stop, answers = threading.Event(), []

        def write(number):
            while not stop.is_set():
                key = f"{number}-{len(answers)}"
                answers.append((key, self.say(others[len(answers) % len(others)], "set", key, "value")))

        threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
        for thread in threads:
            thread.start()
        time.sleep(1)
        self.nodes[master].terminate()
        code = self.nodes[master].wait(timeout=30)
        after = len(answers)
        _until(lambda: len(answers) > after + 20, "requests go on")
        stop.set()
        for thread in threads:
            thread.join()
        self.assertEqual(code, 0)
        self.assertEqual([answer for answer in answers if answer[1] != "OK"], [])
        self.assertEqual(sum(self.role(port) == "master" for port in others), 3)
        self.assertEqual([key for key, _ in answers if self.say(others[0], "get", key) != "value"], [])

    def test_a_replica_and_a_master_without_one_stop_too(self):
        replica = next(port for port in self.ports if self.role(port) == "slave")
        following = int(self.say(replica, "role").split("\n")[2])
        for port in (replica, following):
            self.nodes[port].terminate()
            self.assertEqual(self.nodes[port].wait(timeout=30), 0)


if __name__ == "__main__":
    unittest.main()
