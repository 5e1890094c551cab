// A disk that is full, for real: what is there can be seen, deleted and edited, people log in, the server starts;
// nothing new comes in; and when there is room again all is as before.
import assert from "node:assert/strict";
import { existsSync, statfsSync, writeFileSync } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { cannotMount, cannotMountFiles, fileDisk, fill, memoryDisk } from "./disks.js";
import { large, picture, write } from "./pictures.js";
import { Server, cadre, done, folder, pause, person } from "./program.js";

const inMemory = { skip: cannotMount() };
const onExt4 = { skip: cannotMountFiles() };
const mega = 1 << 20;

async function library(t, disk, photos = 6) {
  const data = join(disk, "library");
  const server = await Server.start(t, data);
  await person(server);
  const ids = [];
  for (let n = 0; n < photos; n++) ids.push((await (await server.upload(large(n, mega))).json()).id);
  for (const photo of await server.settled()) assert.equal(photo.state, "ready");
  return { server, ids };
}

const json = (method, body) => ({
  method,
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});
const purge = (server, id) => server.request(`/api/v1/photos/${id}?permanent=true`, { method: "DELETE" });

async function status(answer, expected) {
  answer = await answer;
  assert.equal(answer.status, expected, await answer.clone().text());
  return answer;
}

/** What must work on a full disk. */
async function worksFull(server, ids) {
  await status(fetch(`${server.url}/readyz`), 200);
  await status(server.request("/api/v1/timeline?scope=mine"), 200);
  await status(server.request(`/api/v1/photos/${ids[0]}/original`), 200);
  await status(
    fetch(`${server.url}/api/v1/session`, json("POST", { name: "ada", password: "a good password" })),
    201,
  );
  await status(server.request(`/api/v1/photos/${ids[0]}`, json("PATCH", { title: "on a full disk" })), 200);
  const refused = await status(server.upload(picture(1000)), 507);
  const { detail } = await refused.json();
  assert.match(detail, /full.*\.$/);
  await status(server.request(`/api/v1/photos/${ids[1]}`, { method: "DELETE" }), 204); // into the trash
  await status(purge(server, ids[1]), 204);
  await status(server.request(`/api/v1/photos/${ids[1]}`), 404);
}

/** `refill`: fills what the start itself made free. On ext4 the derivatives of these small pictures, all that is left to
 * let go of by then, are too little for the journal's and the databases' next blocks. */
async function fullFromEndToEnd(t, disk, refill) {
  const { server, ids } = await library(t, disk);
  assert.ok(existsSync(join(disk, "library", "reserve")), "room is kept");
  fill(disk);
  await worksFull(server, ids);
  fill(disk);
  await status(purge(server, ids[2]), 204);
  assert.equal(await server.stop(), 0, server.log);

  fill(disk);
  const again = await Server.start(t, server.data);
  again.token = server.token;
  const rest = [ids[0], ids[3], ids[4], ids[5]];
  assert.deepEqual((await again.photos()).map(({ id }) => id).sort(), rest.sort());
  refill(disk);
  await status(purge(again, ids[3]), 204);
  refill(disk);
  await again.kill();
  refill(disk);
  const third = await Server.start(t, server.data);
  third.token = server.token;
  await status(purge(third, ids[4]), 204);
  assert.equal((await third.photos()).length, 2);
  assert.equal((await (await third.request(`/api/v1/photos/${ids[0]}`)).json()).title, "on a full disk");

  await rm(join(disk, "filling"));
  await status(third.upload(picture(1000)), 201);
  await third.settled();
  for (const until = Date.now() + 40_000; !existsSync(join(third.data, "reserve")); await pause(200))
    assert.ok(Date.now() < until, "the reserve is made again");
  assert.equal(await third.stop(), 0);
  assert.match(await done(["verify", "--data", server.data]), /as it should be/);
}

test("in memory: reads, edits, log-in, deletion and starts on a full disk", inMemory, async (t) =>
  fullFromEndToEnd(t, await memoryDisk(t, "96m"), fill),
);

test("on ext4: reads, edits, log-in, deletion and starts on a full disk", onExt4, async (t) =>
  fullFromEndToEnd(t, (await fileDisk(t, 128)).path, () => {}),
);

test("without a reserve derivatives go first", inMemory, async (t) => {
  const disk = await memoryDisk(t, "96m");
  const { server, ids } = await library(t, disk);
  await rm(join(server.data, "reserve"));
  fill(disk);
  await status(purge(server, ids[0]), 204);
  assert.match(server.log, /derivatives are let go of/);
  assert.equal(await server.stop(), 0);
  await rm(join(server.data, "reserve"), { force: true });
  fill(disk);
  const again = await Server.start(t, server.data);
  again.token = server.token;
  for (const id of ids.slice(1)) await status(purge(again, id), 204);
});

test("when no more files can be made", inMemory, async (t) => {
  const disk = await memoryDisk(t, "96m", ",nr_inodes=600");
  const { server, ids } = await library(t, disk);
  await mkdir(join(disk, "many"));
  for (let n = 0; statfsSync(disk).ffree > 0; n++) writeFileSync(join(disk, "many", String(n)), "");
  await worksFull(server, ids);
  assert.equal(await server.stop(), 0);
  const again = await Server.start(t, server.data);
  again.token = server.token;
  await status(purge(again, ids[2]), 204);
});

test("uploads fill a disk as far as they may, and nothing of a refused one stays", inMemory, async (t) => {
  const disk = await memoryDisk(t, "64m");
  const { server, ids } = await library(t, disk, 2);
  let sent = 0;
  const refusals = new Set();
  const sender = async (first) => {
    for (let n = first; n < 200; n += 4) {
      const answer = await server.upload(large(10 + n, 3 * mega));
      if (answer.status === 201) sent++;
      else {
        refusals.add(answer.status);
        assert.match((await answer.json()).detail, /\.$/);
        return;
      }
    }
  };
  await Promise.all([0, 1, 2, 3].map(sender));
  assert.deepEqual([...refusals], [507]);
  await server.settled();
  const photos = await server.photos();
  assert.equal(photos.length, 2 + sent);
  await status(server.upload(large(999, 3 * mega)), 507);
  await status(purge(server, ids[0]), 204);
  await server.stop();
  assert.match(await done(["verify", "--data", server.data]), /as it should be/);
});

test("`cadre import` into a full gallery reports each file and goes on when there is room", inMemory, async (t) => {
  const disk = await memoryDisk(t, "64m");
  const { server } = await library(t, disk, 1);
  const source = await folder(t);
  const files = {};
  for (let n = 0; n < 4; n++) files[`${n}.png`] = picture(50 + n);
  await write(source, files);
  fill(disk);
  const report = join(source, "report.json");
  const words = ["import", "--server", server.url, "--token-file", server.tokenFile, "--report", report, source];
  const full = await cadre(words);
  assert.equal(full.code, 1, full.out + full.err);
  const said = JSON.parse(await readFile(report, "utf8"));
  assert.equal(said.sent, 0);
  assert.match(full.out + full.err, /full/);
  await rm(join(disk, "filling"));
  const room = await cadre(words);
  assert.equal(room.code, 0, room.out + room.err);
  assert.equal(JSON.parse(await readFile(report, "utf8")).sent, 4);
});

test("a reindex on a full disk ends well or with a sentence, and the next start completes it", inMemory, async (t) => {
  const disk = await memoryDisk(t, "96m");
  const { server, ids } = await library(t, disk);
  await server.stop();
  fill(disk);
  const ran = await cadre(["reindex", "--data", server.data]);
  if (ran.code !== 0) assert.match(ran.err, /^cadre: .*full.*\.$/m);
  fill(disk);
  const again = await Server.start(t, server.data);
  again.token = server.token;
  assert.equal((await again.photos()).length, ids.length);
});

test("a catalog that is gone is built again on a full disk", inMemory, async (t) => {
  const disk = await memoryDisk(t, "96m");
  const { server, ids } = await library(t, disk);
  await server.kill();
  for (const name of await readdir(server.data))
    if (/^(catalog|volatile|jobs)\.db/.test(name)) await rm(join(server.data, name));
  fill(disk);
  const again = await Server.start(t, server.data);
  again.token = server.token;
  assert.equal((await again.photos()).length, ids.length);
  await status(purge(again, ids[0]), 204);
});

test("users and tokens are made on a full disk", inMemory, async (t) => {
  const disk = await memoryDisk(t, "64m");
  const { server } = await library(t, disk, 1);
  fill(disk);
  const data = ["--data", server.data];
  await done(["user", "add", "grace", "--password-stdin", ...data], "a good password\n");
  await done(["token", "create", "--user", "grace", ...data]);
  await server.stop();
  fill(disk);
  await done(["user", "password", "grace", "--password-stdin", ...data], "another password\n");
});
