// Few file descriptors: who is idle goes for who asks, and nothing but "come again" is ever said of it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import net from "node:net";
import { test } from "node:test";
import { picture } from "./pictures.js";
import { folder, pause, person, program, Server } from "./program.js";

/** A server whose process may have so many descriptors, and cannot raise that. */
async function startWith(t, descriptors, flags = []) {
  const few = ["-c", `ulimit -n ${descriptors}; exec "$0" "$@"`, program];
  const server = await Server.start(t, await folder(t), flags, {}, ["sh", few]);
  await person(server);
  return server;
}

function connect(t, url) {
  const socket = net.connect(Number(new URL(url).port), "127.0.0.1");
  socket.on("error", () => {});
  t.after(() => socket.destroy());
  return socket;
}

/** The statuses of so many uploads at once, each its own photograph on a connection of its own; 0: no answer. */
const uploads = (server, from, count) =>
  Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const headers = { Connection: "close" };
      const body = picture(from + n);
      const answer = await server.request("/api/v1/photos", { method: "POST", body, headers }).catch(() => null);
      if (answer?.status === 503) assert.ok(answer.headers.get("retry-after"));
      await answer?.arrayBuffer();
      return answer?.status ?? 0;
    }),
  );

const counts = (statuses) => Object.fromEntries(statuses.map((s) => [s, statuses.filter((o) => o === s).length]));

test("with 256 descriptors, 220 idle connections keep nobody out", async (t) => {
  const server = await startWith(t, 256);
  const idle = Array.from({ length: 220 }, () => connect(t, server.url));
  await Promise.all(idle.map((socket) => once(socket, "connect")));
  await pause(1500);
  for (let i = 0; i < 10; i++) {
    const socket = connect(t, server.url);
    socket.write("GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    const [piece] = await once(socket, "data");
    assert.match(String(piece), /^HTTP\/1.1 200 /);
  }
  assert.equal((await server.upload(picture(1))).status, 201);
});

test("with 256 descriptors, 120 uploads at once are kept or told to come again", async (t) => {
  const server = await startWith(t, 256);
  const statuses = await uploads(server, 100, 120);
  const other = statuses.filter((status) => ![0, 201, 503].includes(status));
  assert.deepEqual(other, [], JSON.stringify(counts(statuses)));
  assert.ok(statuses.includes(201));
  const photos = await server.settled();
  assert.equal(photos.length, counts(statuses)[201]);
  assert.deepEqual(new Set(photos.map(({ state }) => state)), new Set(["ready"]));
});

test("whatever needs a descriptor that is not there is answered 503, and works afterwards", async (t) => {
  const server = await Server.start(t, await folder(t));
  await person(server);
  assert.equal((await server.upload(picture(1))).status, 201);
  const [ready] = await server.settled();
  const allow = (most) => execFileSync("prlimit", ["--pid", server.child.pid, `--nofile=${most}:`]);
  const open = () => readdirSync(`/proc/${server.child.pid}/fd`).map(Number);
  const seen = [];
  for (let more = 1; more <= 24; more++) {
    const held = new Set(open());
    let limit = 0;
    for (let free = 0; free < more; limit++) if (!held.has(limit)) free++;
    allow(limit);
    seen.push(...(await uploads(server, 1000 + 10 * more, 2)));
    seen.push((await server.request(`/api/v1/photos/${ready.id}/original`).catch(() => null))?.status ?? 0);
    allow(1024);
  }
  const other = seen.filter((status) => ![0, 200, 201, 503].includes(status));
  assert.deepEqual(other, [], JSON.stringify(counts(seen)));
  assert.ok(seen.includes(503), JSON.stringify(counts(seen)));
  const before = (await server.photos()).length;
  assert.equal((await server.upload(picture(2))).status, 201);
  const photos = await server.settled();
  assert.equal(photos.length, before + 1);
  assert.deepEqual(new Set(photos.map(({ state }) => state)), new Set(["ready"]));
});
