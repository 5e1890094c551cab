// What a fleet's search keeps in the blob store: a replica begins with it, and search is right at the end whatever of it
// was deleted meanwhile. Over a real Redis Cluster and folders.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { eventually } from "../api/eventually.js";
import { picture } from "./pictures.js";
import { Server, atEnd, cadre, folder, pause, program } from "./program.js";
import { startRedis } from "./stores.js";

const skip = spawnSync("redis-server", ["--version"]).error ? "redis-server is not installed" : false;

async function startFleet(t) {
  const path = await folder(t);
  const redis = await startRedis(t, path);
  const env = { CADRE_CATALOG: `redis://${redis.join(",")}`, CADRE_BLOBS: `files:${path}/blobs` };
  const fleet = { path, env, kept: join(path, "blobs", "find") };
  const keeper = spawn(program, ["keeper"], { env: { PATH: process.env.PATH, HOME: path, TMPDIR: path, ...env }, stdio: "ignore" });
  atEnd(t, async () => {
    const ended = once(keeper, "exit");
    if (keeper.kill("SIGKILL")) await ended;
  });
  fleet.serve = async (name) => {
    const server = await Server.start(t, join(path, name), [], { ...env, CADRE_NAME: name, CADRE_SCRATCH: join(path, name) });
    server.token = fleet.token;
    return server;
  };
  const one = await fleet.serve("one");
  const added = await cadre(["user", "add", "ada", "--role", "admin", "--password-stdin"], "correct horse battery", env);
  assert.equal(added.code, 0, added.err);
  one.token = fleet.token = (await cadre(["token", "create", "--user", "ada"], "", env)).out.trim();
  return { ...fleet, one, serve: fleet.serve };
}

/** The files of generations, or none. */
async function generations(kept) {
  const all = await readdir(kept, { recursive: true, withFileTypes: true }).catch(() => []);
  return all.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function add(server, n, title) {
  const sent = await server.upload(picture(n, 8, 8));
  assert.equal(sent.status, 201, await sent.clone().text());
  const { id } = await sent.json();
  return { id, title: await retitle(server, id, title) };
}

async function retitle(server, id, title) {
  const changed = await server.request(`/api/v1/photos/${id}`, {
    method: "PATCH",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ title }),
  });
  assert.equal(changed.status, 200, await changed.clone().text());
  return title;
}

/** The ids of all hits, or nothing while search is being made. */
async function found(server, question) {
  const ids = [];
  for (let cursor = ""; cursor !== null;) {
    const answer = await server.request(`/api/v1/search?q=${encodeURIComponent(question)}&limit=100&cursor=${cursor}`);
    const page = await answer.json();
    if (answer.status === 503) {
      assert.equal(page.type, "/problems/search-in-the-making", JSON.stringify(page));
      return null;
    }
    assert.equal(answer.status, 200, JSON.stringify(page));
    ids.push(...page.photos.id);
    cursor = page.next;
  }
  return ids.sort();
}

const withWord = (photos, word) =>
  photos
    .filter(({ title }) => title.split(" ").includes(word))
    .map(({ id }) => id)
    .sort();

test("a replica begins with what another one has written", { skip }, async (t) => {
  const { one, serve, kept } = await startFleet(t);
  const boat = await add(one, 1, "red boat");
  const ship = await add(one, 2, "blue ship");
  const [file] = await eventually(() => generations(kept), (files) => files.length > 0, 100);
  const raft = await add(one, 3, "old raft");
  ship.title = await retitle(one, ship.id, "blue whale");

  const two = await serve("two");
  assert.deepEqual(await eventually(() => found(two, "raft"), (ids) => ids?.length > 0, 50), [raft.id]);
  assert.deepEqual(await found(two, "whale"), [ship.id]);
  assert.deepEqual(await found(two, "ship"), []);
  assert.deepEqual(await found(two, "boat"), [boat.id]);
  assert.match(two.log, /a generation of search was taken/);
  assert.equal((await generations(kept)).length, 1);

  // One that is cut short costs the reading of the catalog, and another one is written.
  await truncate(file, 100);
  const three = await serve("three");
  assert.deepEqual(await eventually(() => found(three, "raft"), (ids) => ids !== null, 50), [raft.id]);
  assert.match(three.log, /a generation of search is damaged/);
  assert.doesNotMatch(three.log, /a generation of search was taken/);
  await eventually(() => generations(kept), (files) => files.length === 1 && files[0] !== file, 100);
});

test("search is right at the end, whatever of it is deleted under load", { skip }, async (t) => {
  const { path, one, serve, kept, env } = await startFleet(t);
  const two = await serve("two");
  const photos = await Promise.all(Array.from({ length: 40 }, (_, n) => add(n % 2 ? one : two, n, `photo kind${n % 4}`)));
  await eventually(() => generations(kept), (files) => files.length > 0, 100);
  const files = (server) => ["", "-wal", "-shm"].map((end) => server.finder + end);
  for (const server of [one, two]) {
    const names = await readdir(server.data);
    server.finder = join(server.data, names.find((name) => /^find-\w+\.db$/.test(name)));
  }

  let over = false;
  let asked = 0;
  let changed = 0;
  const change = async (offset) => {
    for (let n = offset; !over; n += 3) {
      const at = photos[n % 39];
      at.title = await retitle(n % 2 ? one : two, at.id, `photo kind${changed % 4}`);
      changed++;
    }
  };
  const send = async () => {
    for (let n = 1000; !over; n++) photos.push(await add(n % 2 ? one : two, n, `photo kind${n % 4}`));
  };
  const ask = async (server) => {
    for (; !over; asked++) {
      const ids = await found(server, "kind1 photo");
      if (ids !== null) assert.equal(new Set(ids).size, ids.length);
      const others = await server.request("/api/v1/photos?scope=mine&limit=10");
      assert.equal(others.status, 200, "all else works meanwhile");
      await others.arrayBuffer();
    }
  };
  const remove = async () => {
    for (let round = 0; round < 8; round++) {
      await pause(700);
      const server = round % 2 ? one : two;
      if (round % 4 < 3) await Promise.all(files(server).map((file) => rm(file, { force: true })));
      if (round % 3 !== 0) await rm(kept, { recursive: true, force: true });
    }
    over = true;
  };
  // Three that change disjoint photos: no two write one at the same time.
  await Promise.all([change(0), change(1), change(2), send(), ask(one), ask(two), remove()]);
  assert.ok(asked > 20 && changed > 20, `${asked} questions, ${changed} changes`);

  const three = await serve("three");
  for (const server of [one, two, three])
    for (const word of ["kind0", "kind1", "kind2", "kind3"]) {
      const truth = withWord(photos, word);
      assert.deepEqual(
        await eventually(() => found(server, word), (ids) => JSON.stringify(ids) === JSON.stringify(truth), 200),
        truth,
      );
    }
  for (const server of [one, two]) assert.ok(existsSync(server.finder), "it is made anew where it was");
  await eventually(() => generations(kept), (all) => all.length > 0, 200);

  // What is found there is nobody's to complain about, and no copy needs it.
  const verified = await cadre(["verify"], "", { ...env, CADRE_SCRATCH: path });
  assert.equal(verified.code, 0, verified.out + verified.err);
});
