"""Redis farther away: a relay before each node holds every answer back for a while. The nodes announce the relays'
addresses, so that clients stay with them."""

import asyncio
import contextlib
import threading

from _gallery import Failed

from cadre_dev import fleet_redis
from cadre_dev.fleet_process import wait_until


class Far:
    """Relays before all nodes of a fleet; `seconds` may be set at any time. Ends with the `with` block."""

    def __init__(self, plan):
        self._plan = plan
        self.seconds = 0.0
        self._ports = {}  # of the relays, by the node's name
        self._servers = []
        self._open = set()  # both ends of every connection
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        for node in self._plan.redis():
            host, port = node.address.split(":")
            server = self._run(asyncio.start_server(lambda r, w, h=host, p=port: self._relay(r, w, h, int(p)), host, 0))
            self._servers.append(server)
            self._ports[node.name] = server.sockets[0].getsockname()[1]
            if fleet_redis.ask(self._plan, node, "config", "set", "cluster-announce-port", str(self._ports[node.name])) != "OK":
                raise Failed(f"{node.name} does not take the port that it should announce.")
        wait_until(self._known, 30, "the Redis nodes have not heard of the relays")
        return self

    def __exit__(self, *_):
        self._run(self._end())

    @property
    def catalog(self) -> str:
        """The setting `catalog` of who comes through the relays."""
        return "redis://" + ",".join(f"{node.address.split(':')[0]}:{self._ports[node.name]}" for node in self._plan.redis())

    def _run(self, work):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def _known(self) -> bool:
        """Every node tells the relays' ports of all, and the replicas follow through them."""
        wanted = {str(port) for port in self._ports.values()}
        for node in self._plan.redis():
            lines = (fleet_redis.ask(self._plan, node, "cluster", "nodes") or "").splitlines()
            if {line.split()[1].split("@")[0].rpartition(":")[2] for line in lines} != wanted:
                return False
        return fleet_redis.whole(self._plan)

    async def _end(self) -> None:
        for server in self._servers:
            server.close()
        for writer in self._open:
            writer.transport.abort()

    async def _relay(self, client_in, client_out, host: str, port: int) -> None:
        node_in, node_out = await asyncio.open_connection(host, port)
        self._open |= {client_out, node_out}
        await asyncio.gather(self._pass_on(client_in, node_out, late=False), self._pass_on(node_in, client_out, late=True))

    async def _pass_on(self, source, to, late: bool) -> None:
        """In order, each piece when its time has come: pieces that came together leave together."""
        pieces = asyncio.Queue()

        async def send() -> None:
            while piece := await pieces.get():
                due, some = piece
                if (left := due - self._loop.time()) > 0:
                    await asyncio.sleep(left)
                to.write(some)
                await to.drain()

        sender = asyncio.ensure_future(send())
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while some := await source.read(1 << 16):
                pieces.put_nowait((self._loop.time() + (self.seconds if late else 0.0), some))
        pieces.put_nowait(None)
        with contextlib.suppress(OSError):
            await sender
            to.close()
