"""The firewall's rules in a kernel: two network namespaces joined by a wire, one of them behind the rules."""

import os
import shutil
import socket
import subprocess
import sys
import pathlib
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from rendered import example  # noqa: E402

LISTEN = """
import socket, time
kept = []
for port in (2222, 80, 443, 3900, 7001, 9999):
    kept.append(socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True))
print("ready", flush=True)
time.sleep(600)
"""
REACH = """
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=1).close()
    print("open")
except OSError:
    print("closed")
"""


def _ip(*words):
    subprocess.run(["ip", *words], check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def _unable() -> str | None:
    if os.geteuid() != 0 or not shutil.which("nft") or not shutil.which("ip"):
        return "needs root, nft and ip"
    name = f"cadre-try-{os.getpid()}"
    if subprocess.run(["ip", "netns", "add", name], check=False, capture_output=True).returncode != 0:
        return "no network namespaces here"
    done = subprocess.run(["ip", "netns", "exec", name, "nft", "add table inet cadre"], check=False, capture_output=True)
    subprocess.run(["ip", "netns", "delete", name], check=False)
    return None if done.returncode == 0 else f"nft does not work here: {done.stderr.decode().strip()}"


class Firewall(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if why := _unable():
            raise unittest.SkipTest(why)
        cls.inside, cls.outside = f"cadre-in-{os.getpid()}", f"cadre-out-{os.getpid()}"
        for name in (cls.inside, cls.outside):
            _ip("netns", "add", name)
            cls.addClassCleanup(_ip, "netns", "delete", name)
        _ip("-n", cls.inside, "link", "add", "wire", "type", "veth", "peer", "name", "wire", "netns", cls.outside)
        for name, last in ((cls.inside, 1), (cls.outside, 2)):
            _ip("-n", name, "addr", "add", f"192.0.2.{last}/24", "dev", "wire")
            _ip("-n", name, "addr", "add", f"2001:db8::{last}/64", "dev", "wire", "nodad")
            _ip("-n", name, "link", "set", "wire", "up")
            _ip("-n", name, "link", "set", "lo", "up")
        _ip("-n", cls.outside, "addr", "add", "10.0.0.12/32", "dev", "wire")  # one of the example's machines
        _ip("-n", cls.inside, "route", "add", "10.0.0.12/32", "dev", "wire")
        with tempfile.NamedTemporaryFile("w", suffix=".nft") as file:
            file.write(example(render_memory=1950, render_release="13", render_mtu=1420, ansible_port=2222).rules["alpha"])
            file.flush()
            subprocess.run(["ip", "netns", "exec", cls.inside, "nft", "-f", file.name], check=True)
        listening = subprocess.Popen(["ip", "netns", "exec", cls.inside, sys.executable, "-c", LISTEN], stdout=subprocess.PIPE)
        cls.addClassCleanup(listening.stdout.close)
        cls.addClassCleanup(listening.wait)
        cls.addClassCleanup(listening.kill)
        listening.stdout.readline()

    def reach(self, address, port, source=None):
        code = REACH if source is None else REACH.replace("timeout=1)", f"timeout=1, source_address=({source!r}, 0))")
        return subprocess.run(["ip", "netns", "exec", self.outside, sys.executable, "-c", code, address, str(port)],
                              check=True, capture_output=True, text=True).stdout.strip()

    def test_strangers_reach_the_web_and_ssh_over_both_protocols_and_nothing_else(self):
        for address in ("192.0.2.1", "2001:db8::1"):
            found = {port: self.reach(address, port) for port in (2222, 80, 443, 3900, 7001, 9999)}
            self.assertEqual(found, {2222: "open", 80: "open", 443: "open", 3900: "closed", 7001: "closed", 9999: "closed"}, address)

    def test_the_machines_reach_the_stores(self):
        self.assertEqual([self.reach("192.0.2.1", port, "10.0.0.12") for port in (3900, 7001, 9999)], ["open", "open", "closed"])

    def test_an_answer_of_dhcpv6_comes_in(self):
        hear = ("import socket; s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); s.bind(('::', 546)); s.settimeout(3)\n"
                "print('ready', flush=True)\ntry:\n    print(s.recv(9).decode())\nexcept OSError:\n    print('nothing')")
        hearing = subprocess.Popen(["ip", "netns", "exec", self.inside, sys.executable, "-c", hear], stdout=subprocess.PIPE, text=True)
        hearing.stdout.readline()
        link = subprocess.run(["ip", "-n", self.inside, "-6", "-o", "addr", "show", "dev", "wire", "scope", "link"], check=True,
                              capture_output=True, text=True).stdout.split("inet6 ")[1].split("/")[0]
        say = ("import socket, sys; s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); s.bind(('::', 547))\n"
               "[s.sendto(b'lease', (sys.argv[1], 546, 0, socket.if_nametoindex('wire'))) for _ in range(3)]")
        subprocess.run(["ip", "netns", "exec", self.outside, sys.executable, "-c", say, link], check=True)
        self.assertEqual(hearing.communicate()[0].strip(), "lease")


if __name__ == "__main__":
    unittest.main()
