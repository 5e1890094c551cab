// Ports for servers that cannot be told to pick one themselves.
import { randomInt } from "node:crypto";
import { once } from "node:events";
import net from "node:net";

/**
 * Ports of 127.0.0.1 that are free now. They lie below those that the system gives to connections: one of these would
 * often have gone to somebody else before its server is there. Held until all are found, so that none is given twice.
 */
export async function freePorts(count) {
  const held = [];
  while (held.length < count) {
    const server = net.createServer();
    try {
      server.listen(randomInt(11_000, 32_000), "127.0.0.1");
      await once(server, "listening");
      held.push(server);
    } catch {
      // somebody has it: another one
    }
  }
  const ports = held.map((server) => server.address().port);
  for (const server of held) {
    server.close();
    await once(server, "close");
  }
  return ports;
}

export async function freePort() {
  const [port] = await freePorts(1);
  return port;
}
