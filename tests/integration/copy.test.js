// `cadre copy`, from one folder to another and through a fleet's stores: killed, gone on with, and identical in the end.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { picture } from "./pictures.js";
import { Server, cadre, folder, pause, person, program } from "./program.js";
import { missing, startStores } from "./stores.js";

/** Every file and its hash. Folders that are empty say nothing. */
const contents = (data) =>
  execFileSync("sh", ["-c", "find . -type f -not -path './+scratch/*' -exec sha256sum {} + | sort -k2"], {
    cwd: join(data, "blobs"),
    encoding: "utf8",
  });

/** All that a catalog says, but for sessions and the like. */
const catalog = (data) =>
  execFileSync("python3", [fileURLToPath(new URL("dump.py", import.meta.url)), join(data, "catalog.db")], {
    encoding: "utf8",
  });

/** What the API shows of a library: its photos and where they stand. */
async function shown(server) {
  const timelines = {};
  for (const scope of ["wall", "mine", "trash", "favourites"])
    timelines[scope] = await (await server.request(`/api/v1/timeline?scope=${scope}`)).json();
  const trashed = await (await server.request("/api/v1/photos?scope=trash")).json();
  return { photos: await server.photos(), trashed: trashed.photos, timelines };
}

async function library(t, photos) {
  const server = await Server.start(t, await folder(t));
  await person(server);
  for (let n = 0; n < photos; n++) assert.equal((await server.upload(picture(n))).status, 201);
  const [first, second] = await server.settled();
  assert.equal((await server.request(`/api/v1/photos/${first.id}`, { method: "DELETE" })).status, 204);
  assert.equal(
    (await server.request(`/api/v1/photos/${second.id}?permanent=true`, { method: "DELETE" })).status,
    204,
  );
  await server.settled();
  server.shown = await shown(server);
  assert.equal(await server.stop(), 0);
  return server;
}

const copy = (from, to) => ["copy", "--from-blobs", `files:${join(from, "blobs")}`, "--data", to];

test("a copy that was killed goes on, and both ends are identical", async (t) => {
  const source = await library(t, 8);
  const target = await folder(t);
  for (const after of [20, 40, 80]) {
    const child = spawn(program, copy(source.data, target), { stdio: "ignore" });
    const ended = once(child, "exit");
    await pause(after);
    child.kill("SIGKILL");
    await ended;
  }
  const last = await cadre(copy(source.data, target));
  assert.equal(last.code, 0, last.out + last.err);
  assert.match(last.out, /records/);
  assert.equal(contents(target), contents(source.data));

  const verified = await cadre(["verify", "--data", target]);
  assert.equal(verified.code, 0, verified.out);
  const again = await Server.start(t, target);
  again.token = source.token;
  assert.equal((await again.photos()).length, 6);
});

test("a copy names what is damaged in the source, and exits 1", async (t) => {
  const source = await library(t, 4);
  const originals = execFileSync("find", [join(source.data, "blobs"), "-name", "original"], { encoding: "utf8" });
  execFileSync("sh", ["-c", 'printf X | dd of="$1" bs=1 seek=60 conv=notrunc status=none', "sh", originals.split("\n")[0]]);
  const ran = await cadre(copy(source.data, await folder(t)));
  assert.equal(ran.code, 1, ran.out + ran.err);
  assert.match(ran.out, /^damaged: .*original/m);
});

test("a copy without a source, or onto itself, is wrong usage", async (t) => {
  const data = await folder(t);
  assert.equal((await cadre(["copy", "--data", data])).code, 2);
  const server = await library(t, 2);
  assert.equal((await cadre(copy(server.data, server.data))).code, 2);
  assert.equal((await cadre(copy(join(data, "nothing"), data))).code, 1);
});

test("from Solo to a fleet's stores and back, fact by fact and byte by byte", { skip: missing() }, async (t) => {
  const source = await library(t, 8);
  const env = await startStores(t);
  const killed = spawn(program, ["copy", "--from-blobs", `files:${join(source.data, "blobs")}`], {
    env: { PATH: process.env.PATH, ...env },
    stdio: "ignore",
  });
  const ended = once(killed, "exit");
  await pause(150);
  killed.kill("SIGKILL");
  await ended;
  const there = await cadre(["copy", "--from-blobs", `files:${join(source.data, "blobs")}`], "", env);
  assert.equal(there.code, 0, there.out + there.err);
  assert.match(there.out, /^[1-9]\d* records/m);
  const verified = await cadre(["verify"], "", env);
  assert.equal(verified.code, 0, verified.out + verified.err);

  const replica = await Server.start(t, await folder(t), ["--drain", "0s"], env);
  replica.token = source.token;
  assert.deepEqual(await shown(replica), source.shown);
  assert.equal(await replica.stop(), 0);

  const target = await folder(t);
  const { CADRE_S3_ACCESS_KEY, CADRE_S3_SECRET_KEY } = env;
  const back = await cadre(["copy", "--from-blobs", env.CADRE_BLOBS, "--data", target], "", {
    CADRE_S3_ACCESS_KEY,
    CADRE_S3_SECRET_KEY,
  });
  assert.equal(back.code, 0, back.out + back.err);
  assert.equal(contents(target), contents(source.data));
  assert.equal(catalog(target), catalog(source.data));
  const whole = await cadre(["verify", "--data", target]);
  assert.equal(whole.code, 0, whole.out + whole.err);
});
