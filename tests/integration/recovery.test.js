// What is acknowledged is kept: through kill -9, without a catalog, and through a reindex.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { picture } from "./pictures.js";
import { Server, cadre, done, folder, pause, person } from "./program.js";

const rounds = Number(process.env.CADRE_KILL_ROUNDS ?? 5);
const atOnce = 8;

const dump = (data) =>
  execFileSync("python3", [fileURLToPath(new URL("dump.py", import.meta.url)), join(data, "catalog.db")], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });

/** A library of some photos in different states, and its server. */
async function library(t) {
  const server = await Server.start(t, await folder(t));
  await person(server);
  const ids = [];
  for (let n = 0; n < 6; n++) ids.push((await (await server.upload(picture(n))).json()).id);
  await server.settled();
  const change = (id, body) =>
    server.request(`/api/v1/photos/${id}`, {
      method: "PATCH",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  assert.equal((await change(ids[0], { title: "Zürich", tags: ["lake"], favourite: true })).status, 200);
  assert.equal(
    (await change(ids[1], { visibility: "public", taken_at: "2019-05-01T10:00:00+02:00" })).status,
    200,
  );
  assert.equal((await server.request(`/api/v1/photos/${ids[2]}`, { method: "DELETE" })).status, 204);
  assert.equal(
    (await server.request(`/api/v1/photos/${ids[3]}?permanent=true`, { method: "DELETE" })).status,
    204,
  );
  return server;
}

const bare = (photos) => photos.map(({ id, revision, title, state }) => ({ id, revision, title, state }));

test("reindex rebuilds an identical catalog", async (t) => {
  const server = await library(t);
  await server.settled();
  await server.stop();
  const before = dump(server.data);
  assert.match(await done(["reindex", "--data", server.data]), /records found/);
  assert.equal(dump(server.data), before);
  await rm(join(server.data, "catalog.db"));
  await done(["reindex", "--data", server.data]);
  assert.equal(dump(server.data), before);
});

test("reindex is refused while a server runs", async (t) => {
  const server = await Server.start(t, await folder(t));
  const ran = await cadre(["reindex", "--data", server.data]);
  assert.equal(ran.code, 1);
  assert.match(ran.err, /in use by process \d+/);
});

test("a catalog that is gone is made again at the next start, and set-up stays closed", async (t) => {
  const server = await library(t);
  const photos = bare(await server.settled());
  await server.kill();
  for (const name of ["catalog.db", "catalog.db-wal", "catalog.db-shm"])
    await rm(join(server.data, name), { force: true });
  const again = await Server.start(t, server.data);
  again.token = server.token;
  assert.deepEqual(bare(await again.photos()), photos);
  assert.doesNotMatch(again.out, /setup/);
  assert.equal((await (await again.request("/api/v1/me")).json()).setup_needed, false);
});

test("a user can be added when the catalog is gone, and the library is whole", async (t) => {
  const server = await library(t);
  const photos = bare(await server.settled());
  await server.stop();
  await rm(join(server.data, "catalog.db"));
  await done(["user", "add", "bob", "--password-stdin", "--data", server.data], "a good password\n");
  const again = await Server.start(t, server.data);
  again.token = server.token;
  assert.deepEqual(bare(await again.photos()), photos);
});

test("verify names what is missing and what is damaged", async (t) => {
  const server = await library(t);
  await server.stop();
  const find = (name) =>
    execFileSync("find", [join(server.data, "blobs"), "-name", name], { encoding: "utf8" });
  const originals = find("original").trim().split("\n");
  await rm(originals[0]);
  execFileSync("sh", [
    "-c",
    'printf X | dd of="$1" bs=1 seek=60 conv=notrunc status=none',
    "sh",
    originals[1],
  ]);
  const ran = await cadre(["verify", "--data", server.data]);
  assert.equal(ran.code, 1, ran.out + ran.err);
  assert.match(ran.out, /^missing: .*original/m);
  assert.match(ran.out, /^damaged: .*original/m);
  assert.match(ran.out, /2 things are wrong/);
});

test(`kill -9 during ${atOnce} uploads at once loses nothing that was acknowledged, ${rounds} times`, async (t) => {
  const data = await folder(t);
  let server = await Server.start(t, data);
  await person(server);
  const acknowledged = new Map(); // by id: the length of the picture
  let sent = 0;
  for (let round = 0; round < rounds; round++) {
    const { token } = server;
    let killed = false;
    const send = async () => {
      while (!killed) {
        const bytes = picture(sent++);
        const answer = await server.upload(bytes).catch(() => null);
        const photo = answer?.status === 201 && (await answer.json().catch(() => null));
        if (photo) acknowledged.set(photo.id, bytes.length);
      }
    };
    const senders = Array.from({ length: atOnce }, send);
    await pause(50 + Math.random() * 1500);
    assert.equal(
      server.child.exitCode ?? server.child.signalCode,
      null,
      `it ended by itself:\n${server.log}`,
    );
    await server.kill();
    killed = true;
    await Promise.all(senders);

    server = await Server.start(t, data);
    server.token = token;
    const photos = await server.settled();
    const hashes = new Set(photos.map(({ sha256 }) => sha256));
    assert.equal(hashes.size, photos.length, "a picture is there twice");
    const byId = new Map(photos.map((photo) => [photo.id, photo]));
    for (const [id, size] of acknowledged) {
      const photo = byId.get(id);
      assert.ok(photo, `${id} was acknowledged and is gone`);
      assert.equal(photo.state, "ready", `${id}: ${photo.failure?.detail}`);
      assert.equal(photo.size, size);
      assert.equal(photo.media.variants.length, 4);
    }
    const verified = await cadre(["verify", "--data", data]);
    assert.equal(verified.code, 0, verified.out + verified.err);
  }
  assert.ok(acknowledged.size > 0);
  t.diagnostic(`${acknowledged.size} of ${sent} uploads were acknowledged`);
});
