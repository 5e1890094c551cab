// A body that comes too slowly: takes as long as the server waits, some 15 seconds.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { people } from "./client.js";
import { picture } from "./pictures.js";
import { ask } from "./raw.js";
import { Server } from "./server.js";

let server, member;

before(async () => {
  server = await Server.start();
  ({ member } = await people(server));
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
