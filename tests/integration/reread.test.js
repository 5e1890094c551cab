// `cadre reread`: the metadata of photos that are there is read again, beside a server and without one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { picture } from "./pictures.js";
import { Server, done, folder, person } from "./program.js";

const upload = async (server, n) => (await (await server.upload(picture(n))).json()).id;

test("reread goes through all photos, beside a server and without one, and leaves what somebody set", async (t) => {
  const server = await Server.start(t, await folder(t));
  await person(server);
  const ids = [];
  for (let n = 0; n < 30; n++) ids.push(await upload(server, n));
  await server.settled();
  const title = { title: "mine" };
  const answer = await server.request(`/api/v1/photos/${ids[0]}`, {
    method: "PATCH",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(title),
  });
  assert.equal(answer.status, 200);

  const summary = /30 photos looked at, 0 changed, 0 could not be read/;
  assert.match(await done(["reread", "--all", "--data", server.data]), summary);
  assert.match(await done(["reread", "--all", "--no-wait", "--data", server.data]), /within a minute/);
  const photo = async () => (await server.request(`/api/v1/photos/${ids[0]}`)).json();
  assert.equal((await photo()).title, "mine");
  await server.stop();
  assert.match(await done(["reread", "--data", server.data]), summary);
  assert.match(await done(["verify", "--data", server.data]), /as it should be/);
});
