// How the gallery is, told to administrators. That answers keep to the contract, the client of these tests looks.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { people } from "./client.js";
import { picture } from "./pictures.js";
import { Server } from "./server.js";

let server, nobody, admin, member;

before(async () => {
  server = await Server.start();
  ({ nobody, admin, member } = await people(server));
});
after(() => server.stop());

const path = "/api/v1/fleet";
const shared = Boolean(process.env.CADRE_TEST_URL);

/** What it answers once that is as expected. */
async function until(holds) {
  for (const end = Date.now() + 30_000; ;) {
    const { json } = await admin.get(path);
    if (holds(json)) return json;
    assert.ok(Date.now() < end, `${holds}\n${JSON.stringify(json, null, 1)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

test("only administrators are told, and nothing is told to others", async () => {
  assert.equal((await nobody.get(path)).status, 401);
  const refused = await member.get(path);
  assert.equal(refused.status, 403);
  assert.equal(refused.json.replicas, undefined);
  const answer = await admin.get(path);
  assert.equal(answer.status, 200);
  assert.match(answer.headers["cache-control"], /private/);
});

test("it says who answers, under the name that stands on every answer", async () => {
  const { json, headers } = await admin.get(path);
  assert.equal(json.served_by.name, headers["x-served-by"]);
  const self = json.replicas.find(({ name }) => name === json.served_by.name);
  assert.equal(self.role, "serve");
  assert.equal(self.state, "ready");
  assert.ok(self.uptime_s > 0);
});

test("Solo answers with one replica and its own stores", { skip: shared }, async () => {
  const json = await until((fleet) => fleet.catalog.age_s !== null && fleet.blobs.age_s !== null);
  assert.equal(json.shape, "solo");
  assert.deepEqual(
    json.replicas.map(({ name }) => name),
    ["test"],
  );
  assert.deepEqual(json.others, []);
  assert.equal(json.catalog.kind, "sqlite");
  assert.deepEqual(json.catalog.shards, []);
  const databases = new Map(json.catalog.databases.map((one) => [one.name, one.size_bytes]));
  for (const name of ["catalog.db", "volatile.db", "jobs.db"]) assert.ok(databases.get(name) > 0, name);
  const [disk] = json.blobs.nodes;
  assert.equal(json.blobs.kind, "files");
  assert.equal(disk.up, true);
  assert.ok(disk.free_bytes > 0 && disk.free_bytes <= disk.total_bytes);
  assert.ok(json.decoders.deriving.at_once >= 1);
  assert.ok(json.events.some(({ kind, by }) => kind === "started" && by === "test"));
});

test("requests are counted, and what was read is a second or two old", { skip: shared }, async () => {
  for (let n = 0; n < 50; n++) await nobody.get("/api/v1/me");
  const json = await until(({ replicas }) => replicas[0].requests_per_s > 1 && replicas[0].p99_ms !== null);
  assert.ok(json.replicas[0].requests.some((second) => second > 0));
  assert.ok(json.replicas[0].p99_ms > 0);
  await until(({ catalog, blobs, queue }) => [catalog, blobs, queue].every(({ age_s }) => age_s < 3));
});

test("a queue whose jobs are done is empty, and no job is the oldest", { skip: shared }, async () => {
  for (let n = 0; n < 3; n++) await member.ready((await member.upload(picture(40 + n, 30))).json.id);
  await until(({ queue }) => queue.waiting + queue.running + queue.failed === 0 && queue.oldest === null);
});

test("a data folder that is away is told, with all that was known before", { skip: shared }, async () => {
  const { rename } = await import("node:fs/promises");
  const blobs = `${server.data}/blobs`;
  await rename(blobs, `${blobs}-away`);
  try {
    const json = await until(({ status }) => status === "unavailable");
    assert.ok(json.reasons.some(({ code }) => code === "blobs_down"));
    assert.equal(json.blobs.nodes[0].up, false);
    assert.ok(json.reasons.every(({ detail }) => detail.endsWith(".")));
  } finally {
    await rename(`${blobs}-away`, blobs);
  }
  await until(({ status }) => status !== "unavailable");
});
