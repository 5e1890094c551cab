"""Redis without a disk and without replicas, for libraries that are larger than what a fleet's test needs; and Redis's
protocol, for what is counted key by key."""

import pathlib
import socket
import subprocess

from _gallery import Failed, free_port, stop

from cadre_dev.fleet_process import wait_until

SLOTS = 16_384


class Node:
    """One connection to one server. Not for several threads."""

    def __init__(self, address: str):
        host, port = address.split(":")
        self._socket = socket.create_connection((host, int(port)), timeout=60)
        self._file = self._socket.makefile("rb")

    def ask(self, *words) -> object:
        return self.ask_many([words])[0]

    def ask_many(self, commands: list) -> list:
        """All in one write; their answers in order."""
        out = bytearray()
        for words in commands:
            out += b"*%d\r\n" % len(words)
            for word in words:
                word = word if isinstance(word, bytes) else str(word).encode()
                out += b"$%d\r\n%b\r\n" % (len(word), word)
        self._socket.sendall(out)
        return [self._read() for _ in commands]

    def keys(self):
        """Every key, in pieces."""
        cursor = b"0"
        while True:
            cursor, found = self.ask("SCAN", cursor, "COUNT", 1000)
            yield found
            if cursor == b"0":
                return

    def _read(self):
        line = self._file.readline().rstrip(b"\r\n")
        kind, rest = line[:1], line[1:]
        if kind == b"-":
            raise Failed(f"Redis refused a command: {rest.decode()}.")
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == b"-1" else self._file.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return [self._read() for _ in range(int(rest))]
        return rest

    def close(self) -> None:
        self._file.close()
        self._socket.close()


class Masters:
    """A Redis Cluster of masters that keep nothing on disk. Ends with the `with` block."""

    def __init__(self, folder: pathlib.Path, count: int = 3):
        self._folder = folder
        self.addresses = [f"127.0.0.1:{free_port()}" for _ in range(count)]
        self._processes = []

    def __enter__(self):
        try:
            for number, address in enumerate(self.addresses):
                place = self._folder / f"redis-{number}"
                place.mkdir(parents=True)
                words = ["redis-server", "--port", address.split(":")[1], "--cluster-port", str(free_port()), "--bind",
                         "127.0.0.1", "--dir", place, "--cluster-enabled", "yes", "--save", "", "--logfile", "log"]
                self._processes.append(subprocess.Popen(words))
            wait_until(self._answer, 20, "the Redis nodes do not answer")
            subprocess.run(["redis-cli", "--cluster", "create", *self.addresses, "--cluster-yes"], check=True,
                           stdout=subprocess.DEVNULL)
            wait_until(self._whole, 20, "the Redis Cluster is not whole")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in self._processes:
            stop(process)

    def each(self, *words) -> list:
        """A command to every node; its answers."""
        answers = []
        for address in self.addresses:
            node = Node(address)
            answers.append(node.ask(*words))
            node.close()
        return answers

    def memory(self) -> list[int]:
        """`used_memory` of every node, in bytes."""
        return [int(dict(line.split(":", 1) for line in text.decode().splitlines() if ":" in line)["used_memory"])
                for text in self.each("INFO", "memory")]

    def _answer(self) -> bool:
        try:
            return len(self.each("PING")) == len(self.addresses)
        except OSError:
            return False

    def _whole(self) -> bool:
        return all(f"cluster_slots_ok:{SLOTS}" in text.decode() and "cluster_state:ok" in text.decode()
                   for text in self.each("CLUSTER", "INFO"))


class Single:
    """One Redis that belongs to no cluster and keeps nothing on disk. Ends with the `with` block."""

    def __init__(self, folder: pathlib.Path):
        self._folder = folder
        self.address = f"127.0.0.1:{free_port()}"

    def __enter__(self):
        self._folder.mkdir(parents=True)
        self._process = subprocess.Popen(["redis-server", "--port", self.address.split(":")[1], "--bind", "127.0.0.1",
                                          "--dir", self._folder, "--save", "", "--logfile", "log"])
        try:
            wait_until(self._answers, 20, "Redis does not answer")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        stop(self._process)

    def _answers(self) -> bool:
        try:
            node = Node(self.address)
        except OSError:
            return False
        node.close()
        return True
