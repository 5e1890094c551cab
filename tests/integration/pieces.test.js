// Uploads in pieces over a real Redis Cluster, and over Garage where it is installed: any replica takes the next piece, the
// death of one in the middle costs nothing that was acknowledged, and nothing of it is in anybody's way.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import net from "node:net";
import { test } from "node:test";
import { large, picture } from "./pictures.js";
import { Server, atEnd, cadre, folder, pause, program } from "./program.js";
import { missing, startRedis, startStores } from "./stores.js";

const noRedis = spawnSync("redis-server", ["--version"]).error ? "redis-server is not installed" : false;
const path = "/api/v1/uploads";
const version = { "Tus-Resumable": "1.0.0" };
const part = 8 << 20;

async function goesOn(t, env) {
  const data = await folder(t);
  const keeper = spawn(program, ["keeper"], {
    env: { PATH: process.env.PATH, HOME: data, TMPDIR: data, ...env, CADRE_NAME: "keeper" },
    stdio: "ignore",
  });
  atEnd(t, async () => {
    const ended = once(keeper, "exit");
    if (keeper.kill("SIGKILL")) await ended;
  });
  const serve = (name) => Server.start(t, `${data}/${name}`, [], { ...env, CADRE_NAME: name });
  const replicas = await Promise.all([serve("one"), serve("two")]);
  const added = await cadre(["user", "add", "ada", "--role", "admin", "--password-stdin"], "correct horse battery", env);
  assert.equal(added.code, 0, added.err);
  const token = (await cadre(["token", "create", "--user", "ada"], "", env)).out.trim();
  for (const replica of replicas) replica.token = token;
  let [one, two] = replicas;

  const begin = async (server, bytes) => {
    const headers = { ...version, "Upload-Length": String(bytes.length) };
    const begun = await server.request(path, { method: "POST", headers });
    assert.equal(begun.status, 201, await begun.text());
    return begun.headers.get("location");
  };
  const stands = async (server, at) => {
    const answer = await server.request(at, { method: "HEAD", headers: version });
    assert.equal(answer.status, 200);
    return Number(answer.headers.get("upload-offset"));
  };
  const send = async (server, at, offset, body) => {
    const headers = { ...version, "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) };
    return server.request(at, { method: "PATCH", headers, body });
  };
  const whenFree = async (server, at, offset, body) => {
    for (const end = Date.now() + 60_000; ; await pause(50)) {
      const answer = await send(server, at, offset, body);
      if (answer.status !== 423) return answer;
      assert.ok(Date.now() < end, "it stays locked");
    }
  };

  // Pieces to both in turn; who asks at the end is told the same by both.
  const small = picture(1);
  const first = await begin(one, small);
  const third = Math.floor(small.length / 3);
  assert.equal((await send(two, first, 0, small.subarray(0, third))).status, 204);
  assert.equal((await send(two, first, 0, small.subarray(0, third))).status, 409);
  assert.equal((await send(one, first, third, small.subarray(third, 2 * third))).status, 204);
  const ended = await Promise.all([one, two].map((server) => whenFree(server, first, 2 * third, small.subarray(2 * third))));
  const statuses = ended.map(({ status }) => status).sort();
  assert.ok(String(statuses) === "204,409" || String(statuses) === "204,204", String(statuses));
  assert.equal(await stands(one, first), small.length);
  assert.equal((await one.photos()).length, 1);

  // One dies while it takes a large piece: what it had put away is there, for the other to go on with.
  const bytes = large(2, part + 500_000);
  const second = await begin(two, bytes);
  assert.equal((await send(one, second, 0, bytes.subarray(0, 1000))).status, 204);
  const { hostname, port } = new URL(one.url);
  const socket = net.connect({ host: hostname, port: Number(port) });
  socket.on("error", () => {});
  socket.write(
    `PATCH ${second} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 1000\r\n` +
      `Content-Type: application/offset+octet-stream\r\nContent-Length: ${bytes.length - 1000}\r\n\r\n`,
  );
  socket.write(bytes.subarray(1000, 1000 + part + 100));
  for (const end = Date.now() + 60_000; (await stands(two, second)) < 1000 + part; await pause(50))
    assert.ok(Date.now() < end, String(await stands(two, second)));
  assert.equal((await send(two, second, 1000 + part, "x")).status, 423, "the first one has it");
  await one.kill();
  socket.destroy();
  assert.equal(await stands(two, second), 1000 + part);
  const whole = await whenFree(two, second, 1000 + part, bytes.subarray(1000 + part));
  assert.equal(whole.status, 204, await whole.text());
  const photo = await (await two.request(whole.headers.get("location"))).json();
  assert.equal(photo.sha256, createHash("sha256").update(bytes).digest("hex"));

  // What is not finished is no finding.
  one = await serve("one");
  one.token = token;
  const left = await begin(one, bytes);
  assert.equal((await send(one, left, 0, bytes.subarray(0, 5000))).status, 204);
  const verified = await cadre(["verify"], "", { ...env, CADRE_DATA: `${data}/verify` });
  assert.equal(verified.code, 0, verified.out + verified.err);
}

test("over Redis Cluster, with files", { skip: noRedis }, async (t) => {
  const data = await folder(t);
  const redis = await startRedis(t, data);
  await goesOn(t, { CADRE_CATALOG: `redis://${redis.join(",")}`, CADRE_BLOBS: `files:${data}/blobs`, CADRE_WORKERS: "1" });
});

test("over Redis Cluster and Garage", { skip: missing() }, async (t) => {
  await goesOn(t, { ...(await startStores(t)), CADRE_WORKERS: "1" });
});
