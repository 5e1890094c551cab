"""An HTTP connection that costs the client next to nothing, for latencies that are short."""

import socket
import time
import urllib.parse


class Connection:
    """GET and other calls, one after the other, kept alive. Not for several threads."""

    def __init__(self, url: str):
        parts = urllib.parse.urlsplit(url)
        self._address = (parts.hostname, parts.port)
        self._socket = None

    def ask(self, method: str, target: str, headers: dict[str, str], body: bytes = b"") -> tuple[int, bytes]:
        """Status and body, which has to have a length."""
        if self._socket is None:
            self._socket = socket.create_connection(self._address, timeout=60)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        host = "%s:%d" % self._address
        lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", *(f"{name}: {value}" for name, value in headers.items())]
        if body or method in ("POST", "PUT", "PATCH"):
            lines.append(f"Content-Length: {len(body)}")
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        got = bytearray()
        while (end := got.find(b"\r\n\r\n")) < 0:
            got += self._some(1 << 16)
        head = got[:end].decode("latin-1").split("\r\n")
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        status = int(head[0].split()[1])
        size = 0 if status in (204, 304) else int(fields.get("content-length", 0))
        content = got[end + 4:]
        while len(content) < size:
            content += self._some(1 << 18)
        if fields.get("connection", "").lower() == "close":
            self.close()
        return status, bytes(content)

    def timed(self, method: str, target: str, headers: dict[str, str], body: bytes = b"") -> tuple[float, int, bytes]:
        """Seconds, and the answer."""
        began = time.perf_counter()
        answer = self.ask(method, target, headers, body)
        return time.perf_counter() - began, *answer

    def _some(self, size: int) -> bytes:
        # Garage sends a head and a body apart, and the second waits for the acknowledgement of the first. The kernel
        # forgets this wish again and again.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        some = self._socket.recv(size)
        if not some:
            raise ConnectionError("the server closed the connection in the middle of an answer")
        return some

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
