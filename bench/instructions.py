#!/usr/bin/env python3
"""What one GET of a derivative costs the program itself, counted by callgrind: other load does not change it.

Instructions and allocations of one request, from the difference between two runs of different length. The kernel's
part is not in it: `./dev bench media` times both together."""

import pathlib
import re
import socket
import subprocess

from _gallery import ENVIRONMENT, Failed, Gallery, main, photographs, report, stop, table
from _gallery import temporary_folder, wait_ready

from cadre_dev import packages

from media import derivatives, nearest

CONNECTIONS = 16
WARM = 4  # requests a connection before anything is counted
ROUNDS = 100
SIZES = {"8 KiB": 8 << 10, "300 KiB": 300 << 10}
STARTS_WITHIN = 120


class Client:
    """Kept-alive connections, all of which ask and then all of which read: the same work in every run."""

    def __init__(self, port: int, path: str):
        self.question = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
        self.sockets = [socket.create_connection(("127.0.0.1", port), timeout=60) for _ in range(CONNECTIONS)]

    def round(self) -> None:
        for one in self.sockets:
            one.sendall(self.question)
        for one in self.sockets:
            self.read(one)

    @staticmethod
    def read(one) -> None:
        got = one.recv(1 << 16)
        while b"\r\n\r\n" not in got:
            got += one.recv(1 << 16)
        head = got[:got.index(b"\r\n\r\n") + 4]
        length = re.search(rb"(?i)content-length: (\d+)", head)
        if not head.startswith(b"HTTP/1.1 200") or not length:
            raise Failed(f"not the answer that was expected:\n{head.decode()}")
        left = len(head) + int(length[1]) - len(got)
        while left > 0:
            left -= len(one.recv(min(left, 1 << 20)))

    def close(self) -> None:
        for one in self.sockets:
            one.close()


def control(pid: int, *words: str) -> None:
    subprocess.run(["callgrind_control", *words, str(pid)], check=True, stdout=subprocess.DEVNULL)


def counts(profile: pathlib.Path) -> tuple[int, int]:
    """Instructions, and calls of malloc."""
    names, total, allocations, called = {}, 0, 0, ""
    for line in profile.read_text().splitlines():
        if line.startswith(("fn=", "cfn=")):
            number, name = re.match(r"c?fn=\((\d+)\)(?: (.*))?", line).groups()
            names.setdefault(number, name)
            called = names[number]
        elif line.startswith("calls=") and called == "malloc":
            allocations += int(line[6:].split()[0])
        elif line.startswith("totals:"):
            total = int(line.split()[1])
    return total, allocations


def of_one_request(gallery: Gallery, folder: pathlib.Path, path: str) -> tuple[float, float]:
    profile = folder / "profile"
    words = ["valgrind", "--quiet", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={profile}",
             *gallery.words]
    process = subprocess.Popen(words, env=ENVIRONMENT, stdout=subprocess.DEVNULL)
    try:
        wait_ready(process, gallery.port, pause=0.1)
        client = Client(gallery.port, path)
        for _ in range(WARM):
            client.round()
        control(process.pid, "-i", "on")
        for _ in range(ROUNDS):
            client.round()
        control(process.pid, "-i", "off")
        client.close()
    finally:
        stop(process)
    instructions, allocations = counts(profile)
    return instructions / (ROUNDS * CONNECTIONS), allocations / (ROUNDS * CONNECTIONS)


def measure() -> None:
    packages.debian(["valgrind"])
    results = {}
    with temporary_folder() as folder:
        with Gallery(folder / "gallery") as gallery:
            gallery.add_user()
            gallery.take_in(photographs(at_least=4, at_most=20))
            files = derivatives(gallery)
        for name, size in SIZES.items():
            path, content = nearest(files, size)
            gallery = Gallery(folder / "gallery", "--io-threads", "1")
            instructions, allocations = of_one_request(gallery, folder, path)
            results[name] = {"bytes": len(content), "instructions": round(instructions), "allocations": round(allocations, 1)}
    table(["file", "bytes", "instructions", "allocations"], [[name, *r.values()] for name, r in results.items()])
    report({"bench": "instructions", **results})


if __name__ == "__main__":
    main(measure)
