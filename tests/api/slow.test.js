// Bodies that come too slowly: takes as long as the server waits, some 15 seconds a test.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { people } from "./client.js";
import { picture } from "./pictures.js";
import { ask } from "./raw.js";
import { Server } from "./server.js";

let server, member, other;

before(async () => {
  server = await Server.start({ "max-upload": "4MiB", "scratch-limit": "8MiB" });
  ({ member, other } = await people(server));
});
after(() => server.stop());

test("a body that stops coming is given up, and nothing of it stays", async () => {
  const bytes = picture();
  const lines = [`Cookie: ${member.credentials.cookie}`, `Content-Length: ${bytes.length}`];
  const answer = await ask(server.url, "POST", "/api/v1/photos", lines, [bytes.subarray(0, 40)]);
  assert.equal(answer?.status, 408);
  assert.equal((await member.get("/api/v1/photos?scope=mine")).json.photos.length, 0);
  if (server.own) assert.deepEqual(await server.photoFolders(), []);
});

test("uploads that fall silent hold up nobody else, and end after 15 seconds", async (t) => {
  if (!server.own) return t.skip("the server's bounds are not the test's own");
  const length = 4 << 20;
  const most = Buffer.alloc(length - 1000, 1);
  const lines = [`Cookie: ${member.credentials.cookie}`, `Content-Length: ${length}`];
  const begin = () => ask(server.url, "POST", "/api/v1/photos", lines, [most]);
  const first = begin();
  await new Promise((next) => setTimeout(next, 500)); // until it has begun
  const second = await begin();
  assert.equal(second?.status, 503, "a person's share is used up");
  assert.ok(second.headers["retry-after"]);
  for (let n = 0; n < 12; n++) assert.ok((await other.photo()).id);
  assert.equal((await first)?.status, 408);
  assert.ok((await member.photo()).id, "what it held is free again");
});
