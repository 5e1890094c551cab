// Databases that are damaged: set aside and begun anew, by whoever comes first, and nothing that was acknowledged is
// lost. src/catalog/sqlite/damage_test.cc damages them in more ways.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, chown, cp, mkdir, readFile, readdir, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { picture } from "./pictures.js";
import { Server, cadre, done, folder, person, program } from "./program.js";

async function library(t) {
  const server = await Server.start(t, await folder(t));
  await person(server);
  for (let n = 0; n < 4; n++) await server.upload(picture(n));
  const [first] = await server.settled();
  const gone = await (await server.upload(picture(9))).json();
  await server.request(`/api/v1/photos/${gone.id}?permanent=true`, { method: "DELETE" });
  await server.request(`/api/v1/photos/${first.id}`, {
    method: "PATCH",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ title: "kept" }),
  });
  server.before = bare(await server.settled());
  return server;
}

const bare = (photos) => photos.map(({ id, revision, title, state }) => ({ id, revision, title, state }));

async function same(t, server) {
  const again = await Server.start(t, server.data);
  again.token = server.token;
  assert.deepEqual(bare(await again.photos()), server.before);
  assert.doesNotMatch(again.out, /setup/);
  assert.equal((await again.upload(picture(77))).status, 201);
  await again.settled();
  return again;
}

const harms = {
  "of garbage": (file) => writeFile(file, "x".repeat(30_000)),
  "of no bytes": (file) => writeFile(file, ""),
  "of half of its bytes": async (file) => truncate(file, Math.floor((await stat(file)).size / 2) + 10),
  "with garbage behind its header": async (file) => {
    const bytes = await readFile(file);
    await writeFile(file, bytes.fill(0x78, 4096 < bytes.length ? 4096 : 200));
  },
  "that is a folder": async (file) => {
    await rm(file);
    await mkdir(file);
  },
};

for (const name of ["volatile.db", "catalog.db", "jobs.db", "find.db"])
  for (const [how, harm] of Object.entries(harms))
    test(`serve starts with a ${name} ${how}, and nothing is lost`, async (t) => {
      const server = await library(t);
      await server.stop();
      await harm(join(server.data, name));
      const again = await same(t, server);
      if (how === "of no bytes") return; // that is a new one
      assert.ok(existsSync(join(server.data, `${name}.broken`)));
      assert.match(again.log, new RegExp(`damaged.*${name.replace(".", "\\.")}`));
      for (const other of ["volatile.db", "catalog.db", "jobs.db"])
        if (other !== name) assert.doesNotMatch(again.log, new RegExp(`damaged.*/${other}`), "the wrong file is blamed");
    });

for (const name of ["volatile.db", "catalog.db"])
  test(`reindex sets a damaged ${name} aside`, async (t) => {
    const server = await library(t);
    await server.stop();
    await writeFile(join(server.data, name), "x".repeat(30_000));
    const ran = await cadre(["reindex", "--data", server.data]);
    assert.equal(ran.code, 0, ran.err);
    assert.match(ran.err, new RegExp(`damaged.*${name.replace(".", "\\.")}`));
    await same(t, server);
  });

test("a write-ahead log that is damaged or gone after a kill loses nothing", async (t) => {
  const server = await library(t);
  await server.kill();
  const copy = join(await folder(t), "copy");
  const wal = "catalog.db-wal";
  const all = {
    "gone": (data) => rm(join(data, wal)),
    "gone, with its shared memory": async (data) => {
      await rm(join(data, wal));
      await rm(join(data, "catalog.db-shm"));
    },
    "empty": (data) => truncate(join(data, wal), 0),
    "garbage": (data) => writeFile(join(data, wal), "x".repeat(40_000)),
    "garbage in the middle": async (data) => {
      const bytes = await readFile(join(data, wal));
      const middle = Math.floor(bytes.length / 2);
      await writeFile(join(data, wal), bytes.fill(0x78, middle, middle + 50));
    },
    "of volatile.db": (data) => writeFile(join(data, "volatile.db-wal"), "x".repeat(40_000)),
    "of jobs.db": (data) => writeFile(join(data, "jobs.db-wal"), "x".repeat(40_000)),
    "the shared memory": async (data) => {
      for (const name of await readdir(data)) if (name.endsWith("-shm")) await writeFile(join(data, name), "x".repeat(32_768));
    },
  };
  for (const [what, harm] of Object.entries(all)) {
    await rm(copy, { recursive: true, force: true });
    await cp(server.data, copy, { recursive: true });
    await harm(copy);
    const again = await Server.start(t, copy);
    again.token = server.token;
    assert.deepEqual(bare(await again.photos()), server.before, what);
    await again.kill();
  }
});

test("who comes first after a kill sees the damage too: `cadre user`", async (t) => {
  const server = await library(t);
  await server.kill();
  await writeFile(join(server.data, "catalog.db-wal"), "x".repeat(40_000));
  await writeFile(join(server.data, "volatile.db"), "x".repeat(40_000));
  await done(["user", "add", "grace", "--password-stdin", "--data", server.data], "a good password\n");
  await same(t, server);
});

test("a catalog that is damaged while it is in use is said to be so, and the next start mends it", async (t) => {
  const server = await library(t);
  await server.stop();
  const again = await Server.start(t, server.data);
  again.token = server.token;
  const file = join(server.data, "catalog.db");
  const bytes = await readFile(file);
  await writeFile(file, bytes.fill(0x78, 4096));
  let status = 200;
  for (let n = 0; n < 200 && status !== 503; n++)
    status = (await again.request(`/api/v1/photos?scope=mine&limit=${1 + (n % 100)}`)).status;
  assert.equal(status, 503);
  const ready = await fetch(`${again.url}/readyz`);
  assert.equal(ready.status, 503);
  assert.match((await ready.json()).reasons.join(), /damaged/);
  assert.match(again.log, /catalog is damaged/);
  await again.stop();
  await same(t, server);
});

test("a file that may not be read is told by its name, and left as it is", async (t) => {
  if (process.getuid() !== 0) return t.skip("only root can become somebody else");
  const nobody = 65534;
  if (spawnSync(program, ["version"], { uid: nobody, gid: nobody }).status !== 0)
    return t.skip("nobody may not run the program where it is");
  const server = await library(t);
  await server.stop();
  for (const entry of await readdir(server.data, { recursive: true })) await chown(join(server.data, entry), nobody, nobody);
  await chown(server.data, nobody, nobody);
  const asNobody = (command) => spawnSync(program, [command, "--data", server.data], { uid: nobody, gid: nobody, encoding: "utf8" });
  for (const name of ["volatile.db", "catalog.db", "jobs.db"]) {
    const file = join(server.data, name);
    await chmod(file, 0);
    for (const command of ["serve", "reindex"]) {
      const ran = asNobody(command);
      assert.equal(ran.status, 1, ran.stderr);
      assert.match(ran.stderr, new RegExp(`^cadre: .*/${name.replace(".", "\\.")} .*ermission denied.*\\.$`, "m"));
    }
    assert.ok(!existsSync(`${file}.broken`));
    await chmod(file, 0o600);
  }
});
