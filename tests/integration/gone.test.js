// A data folder that goes under a running server: renamed, deleted, its disk unmounted.
import assert from "node:assert/strict";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { cannotMountFiles, fileDisk } from "./disks.js";
import { picture } from "./pictures.js";
import { Server, folder, pause, person } from "./program.js";

async function library(t, data) {
  const server = await Server.start(t, data);
  await person(server);
  const ids = [];
  for (let n = 0; n < 3; n++) ids.push((await (await server.upload(picture(n))).json()).id);
  await server.settled();
  return { server, ids };
}

async function isAway(server, ids) {
  const refused = async (answer) => {
    answer = await answer;
    assert.equal(answer.status, 503, await answer.clone().text());
    assert.ok(answer.headers.get("Retry-After"));
    assert.match((await answer.json()).detail, /[.?]$/);
  };
  const change = (body) => ({
    method: "PATCH",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  await refused(server.upload(picture(100)));
  await refused(server.request(`/api/v1/photos/${ids[0]}/original`));
  await refused(server.request(`/api/v1/photos/${ids[0]}`, change({ title: "nowhere" })));
  await refused(server.request(`/api/v1/photos/${ids[1]}?permanent=true`, { method: "DELETE" }));
  const ready = await fetch(`${server.url}/readyz`);
  assert.equal(ready.status, 503);
  assert.match((await ready.json()).reasons.join(" "), /not there/);
  assert.doesNotMatch(server.log, / fault /);
}

async function isBack(server, ids) {
  assert.equal((await fetch(`${server.url}/readyz`)).status, 200);
  assert.equal((await server.request(`/api/v1/photos/${ids[0]}/original`)).status, 200);
  assert.equal((await server.upload(picture(100))).status, 201);
  assert.equal((await server.request(`/api/v1/photos/${ids[1]}?permanent=true`, { method: "DELETE" })).status, 204);
  assert.equal((await server.settled()).length, ids.length);
}

test("renamed away, an empty folder in its place, and back", async (t) => {
  const base = await folder(t);
  const data = join(base, "data");
  const { server, ids } = await library(t, data);
  await rename(data, join(base, "elsewhere"));
  await isAway(server, ids);
  await mkdir(data);
  await isAway(server, ids);
  await pause(16_000); // until what is done now and then was done
  assert.deepEqual(await readdir(data), [], "nothing is written there");
  await rm(data, { recursive: true });
  await rename(join(base, "elsewhere"), data);
  await isBack(server, ids);
});

test("deleted", async (t) => {
  const data = join(await folder(t), "data");
  const { server, ids } = await library(t, data);
  await rm(data, { recursive: true });
  await isAway(server, ids);
  assert.equal(await server.stop(), 0, server.log);
});

test("its disk unmounted and mounted again", { skip: cannotMountFiles() }, async (t) => {
  const disk = await fileDisk(t, 64);
  const { server, ids } = await library(t, disk.path);
  disk.unmount();
  await isAway(server, ids);
  assert.deepEqual(await readdir(disk.path), [], "nothing is written below the mount point");
  disk.mount();
  await isBack(server, ids);
});

test("its disk has become read-only", { skip: cannotMountFiles() }, async (t) => {
  const disk = await fileDisk(t, 64);
  const { server, ids } = await library(t, join(disk.path, "library"));
  disk.freeze();
  const answer = await server.upload(picture(100));
  assert.equal(answer.status, 503, await answer.clone().text());
  assert.equal((await server.request(`/api/v1/photos/${ids[0]}/original`)).status, 200);
  assert.equal((await fetch(`${server.url}/readyz`)).status, 503);
});
