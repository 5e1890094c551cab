// Where one is logged in, one's password, and what ends when it is changed.
import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { called, Client, localAddress, logIn, password, people } from "./client.js";
import { picture } from "./pictures.js";
import { Server } from "./server.js";

let server, nobody, admin, member;

before(async () => {
  server = await Server.start();
  ({ nobody, admin, member } = await people(server));
});
after(() => server.stop());

const seenByAll = () => (server.own ? undefined : pause(250));
const cookies = (answer) => answer.headers["set-cookie"].map((cookie) => cookie.split(";")[0]);
const isIn = async (client) => (await client.get("/api/v1/me")).json.user !== null;
const idOf = async (name) => {
  const { users } = (await admin.get("/api/v1/users?limit=500")).json;
  return users.find((user) => user.name === called(name)).id;
};

/** Somebody new, whom a test may lock out. */
async function somebody(name) {
  const made = await admin.post("/api/v1/users", { name: called(name), role: "member", password });
  assert.equal(made.status, 201, String(made.body));
  if (!server.own) server.people.push(await logIn(server.url, name));
  return made.json.id;
}

test("one sees where one is logged in, and ends it", async () => {
  await somebody("sara");
  const headers = { "User-Agent": "A browser" };
  const answer = await nobody.post("/api/v1/session", { name: called("sara"), password }, headers);
  const here = new Client(server.url, { cookie: cookies(answer)[0] });
  const there = await logIn(server.url, "sara");
  const list = await here.get("/api/v1/me/sessions");
  assert.equal(list.status, 200);
  const mine = list.json.sessions.find(({ current }) => current);
  assert.equal(mine.agent, "A browser");
  assert.notEqual(mine.address, "");
  const other = list.json.sessions.find(({ current }) => !current);
  assert.deepEqual((await here.get(`/api/v1/me/sessions/${other.id}`)).json.id, other.id);
  assert.equal((await member.get(`/api/v1/me/sessions/${other.id}`)).status, 404);
  assert.equal((await member.delete(`/api/v1/me/sessions/${other.id}`)).status, 404);
  assert.equal((await here.delete(`/api/v1/me/sessions/${other.id}`)).status, 204);
  await seenByAll();
  assert.equal(await isIn(there), false);
  assert.equal(await isIn(here), true);
  assert.equal((await here.delete(`/api/v1/me/sessions/${other.id}`)).status, 404);
  assert.equal((await here.delete("/api/v1/me/sessions/nothing")).status, 404);
  assert.equal((await here.delete(`/api/v1/me/sessions/${mine.id}?tokens=burn`)).status, 400);

  const more = [await logIn(server.url, "sara"), await logIn(server.url, "sara")];
  assert.equal((await here.delete("/api/v1/me/sessions")).status, 204);
  await seenByAll();
  for (const client of more) assert.equal(await isIn(client), false);
  assert.equal(await isIn(here), true);
});

test("a changed password ends all sessions but the browser's that changed it, which gets another", async () => {
  await somebody("tove");
  const here = await logIn(server.url, "tove");
  const there = await logIn(server.url, "tove");
  const change = (body) => here.post("/api/v1/me/password", body);
  const wrong = await change({ current: "not this one", new: "another password" });
  assert.equal(wrong.status, 400);
  assert.deepEqual(wrong.json.errors.map(({ field }) => field), ["current"]);
  const short = await change({ current: password, new: "short" });
  assert.deepEqual(short.json.errors.map(({ field }) => field), ["new"]);
  assert.equal((await change({ current: password, new: "another password", tokens: "burn" })).status, 400);
  assert.equal((await nobody.post("/api/v1/me/password", { current: "a", new: "b" })).status, 401);
  assert.equal(await isIn(there), true);

  const changed = await change({ current: password, new: "another password" });
  assert.equal(changed.status, 204, String(changed.body));
  await seenByAll();
  assert.equal(await isIn(there), false);
  assert.equal(await isIn(here), false);
  assert.equal(await isIn(new Client(server.url, { cookie: cookies(changed)[0] })), true);
  assert.equal((await nobody.post("/api/v1/session", { name: called("tove"), password })).status, 401);
  await logIn(server.url, "tove", "another password");
});

test("a log-in with the old password that runs beside a change leaves no session", async () => {
  const path = `/api/v1/users/${await somebody("ulla")}`;
  let [old, next] = [password, "another password"];
  for (let i = 0; i < 6; i++) {
    const changing = admin.patch(path, { password: next });
    await pause(15);
    const raced = nobody.post("/api/v1/session", { name: called("ulla"), password: old });
    assert.equal((await changing).status, 200);
    const answer = await raced;
    await seenByAll();
    if (answer.status === 201)
      assert.equal(await isIn(new Client(server.url, { cookie: cookies(answer)[0] })), false, `round ${i}`);
    [old, next] = [next, old];
  }
});

/** Sends a photo in two pieces, with what happens between them. */
function uploadAround(client, meanwhile) {
  const bytes = picture();
  const headers = { Cookie: client.credentials.cookie, "Content-Length": bytes.length };
  return new Promise((resolve, reject) => {
    const request = http.request(`${server.url}/api/v1/photos?visibility=public`, { method: "POST", headers, localAddress });
    request.on("response", (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode));
    });
    request.on("error", reject);
    request.write(bytes.subarray(0, 20));
    setTimeout(() => meanwhile().then(() => request.end(bytes.subarray(20)), reject), 100);
  });
}

test("who is disabled, or removed, in the middle of an upload leaves no photo", async () => {
  const disabled = await somebody("vera");
  const path = `/api/v1/users/${disabled}`;
  const vera = await logIn(server.url, "vera");
  const folders = server.own && (await server.photoFolders());
  assert.equal(await uploadAround(vera, () => admin.patch(path, { disabled: true })), 401);
  await admin.patch(path, { disabled: false });
  const again = await logIn(server.url, "vera");
  assert.equal((await again.get("/api/v1/photos?scope=mine")).json.photos.length, 0);

  const removed = await somebody("wilma");
  const wilma = await logIn(server.url, "wilma");
  const deletion = async () => assert.equal((await admin.delete(`/api/v1/users/${removed}`)).status, 204);
  assert.equal(await uploadAround(wilma, deletion), 401);
  if (server.own) assert.deepEqual(await server.photoFolders(), folders);
});

/** Opens the stream of events; how long after `then` it ended, in milliseconds. */
async function streamEnds(client, scope, then) {
  const headers = client.credentials.token
    ? { Authorization: `Bearer ${client.credentials.token}` }
    : { Cookie: client.credentials.cookie };
  const stream = await new Promise((resolve, reject) => {
    http.get(`${server.url}/api/v1/events?scope=${scope}`, { headers, agent: false, localAddress }, resolve).on("error", reject);
  });
  assert.equal(stream.statusCode, 200);
  stream.resume();
  const ended = new Promise((resolve) => stream.once("close", resolve));
  await pause(50);
  const from = performance.now();
  await then();
  await Promise.race([ended, pause(20_000)]);
  stream.destroy();
  return performance.now() - from;
}

test("the stream of events ends when the right to it does", async () => {
  const path = `/api/v1/users/${await somebody("xenia")}`;
  const soon = 4000; // it is asked again every five seconds where nothing tells that it changed
  for (const scope of ["wall", "mine"]) {
    const xenia = await logIn(server.url, "xenia");
    assert.ok((await streamEnds(xenia, scope, () => admin.patch(path, { disabled: true }))) < soon, `${scope}: disabled`);
    await admin.patch(path, { disabled: false });
    const again = await logIn(server.url, "xenia");
    assert.ok((await streamEnds(again, scope, () => again.delete("/api/v1/session"))) < soon, `${scope}: logged out`);
  }
  const xenia = await logIn(server.url, "xenia");
  const { id, token } = (await xenia.post("/api/v1/me/tokens", { name: "t" })).json;
  const program = new Client(server.url, { token });
  assert.ok((await streamEnds(program, "wall", () => xenia.delete(`/api/v1/me/tokens/${id}`))) < soon, "revoked");
});

test("a browser that has logged in is known at the next log-in", async () => {
  await somebody("yrsa");
  const first = await nobody.post("/api/v1/session", { name: called("yrsa"), password });
  const device = first.headers["set-cookie"].find((cookie) => cookie.startsWith("cadre_device="));
  for (const part of [/HttpOnly/, /SameSite=Strict/, /Path=\/api\/v1\/session/]) assert.match(device, part);
  const headers = { Cookie: device.split(";")[0] };
  const again = await nobody.post("/api/v1/session", { name: called("yrsa"), password }, headers);
  assert.equal(again.status, 201);
});
