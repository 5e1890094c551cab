// Tokens: what they may do, from where they come, and what ends them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { called, Client, logIn, password, people } from "./client.js";
import { picture } from "./pictures.js";
import { Server } from "./server.js";

let server, admin, member;

before(async () => {
  server = await Server.start();
  ({ admin, member } = await people(server));
});
after(() => server.stop());

const seenByAll = () => (server.own ? undefined : pause(250));
const works = async (client) => (await client.get("/api/v1/me")).status === 200;

async function mint(by, name, scope) {
  const answer = await by.post("/api/v1/me/tokens", scope ? { name, scope } : { name });
  assert.equal(answer.status, 201, String(answer.body));
  return { ...answer.json, client: new Client(server.url, { token: answer.json.token }) };
}
const listed = async (by, id) => (await by.get("/api/v1/me/tokens?limit=500")).json.tokens.find((token) => token.id === id);

test("a token that may read changes nothing", async () => {
  const photo = await member.photo();
  const { client, scope } = await mint(member, "frame", "read");
  assert.equal(scope, "read");
  for (const path of ["/api/v1/me", "/api/v1/photos?scope=mine", "/api/v1/timeline?scope=mine", `/api/v1/photos/${photo.id}`])
    assert.equal((await client.get(path)).status, 200, path);
  assert.equal((await client.post("/api/v1/photos/known", { sha256: [photo.sha256] })).status, 200);
  assert.equal((await client.upload(picture())).status, 403);
  assert.equal((await client.patch(`/api/v1/photos/${photo.id}`, { title: "x" })).status, 403);
  assert.equal((await client.delete(`/api/v1/photos/${photo.id}`)).status, 403);
  assert.equal((await client.post("/api/v1/photos/bulk", { ids: [photo.id], purge: true })).status, 403);
  for (const scope of ["read", "upload", "all"])
    assert.equal((await client.post("/api/v1/me/tokens", { name: "t", scope })).status, 403);
  assert.equal((await client.post("/api/v1/me/password", { current: password, new: "another password" })).status, 403);
  assert.equal((await client.delete("/api/v1/me/sessions")).status, 403);
  assert.equal((await member.get(`/api/v1/photos/${photo.id}`)).json.title, photo.title);
});

test("a token that may upload adds photos and sees what became of them", async () => {
  const photo = await member.photo();
  const { client } = await mint(member, "phone", "upload");
  const sent = await client.upload(picture());
  assert.equal(sent.status, 201);
  assert.equal((await client.ready(sent.json.id)).state, "ready");
  assert.equal((await client.post("/api/v1/photos/known", { sha256: [photo.sha256] })).json.known[photo.sha256], photo.id);
  for (const path of ["/api/v1/photos?scope=mine", "/api/v1/timeline?scope=mine", `/api/v1/photos/${photo.id}/original`, "/api/v1/events", "/api/v1/me/tokens"])
    assert.equal((await client.get(path)).status, 403, path);
  assert.equal((await client.delete(`/api/v1/photos/${sent.json.id}`)).status, 403);
  assert.equal((await client.post("/api/v1/me/tokens", { name: "t", scope: "all" })).status, 403);
});

test("an administrator's token that may upload does not administer", async () => {
  const { client } = await mint(admin, "backup", "upload");
  assert.equal((await client.get("/api/v1/users")).status, 403);
  assert.equal((await client.post("/api/v1/users", { name: "eve", role: "admin", password })).status, 403);
});

test("a scope is one of three, and all where nothing is said", async () => {
  const wrong = await member.post("/api/v1/me/tokens", { name: "t", scope: "some" });
  assert.equal(wrong.status, 400);
  assert.deepEqual(wrong.json.errors.map(({ field }) => field), ["scope"]);
  assert.equal((await mint(member, "t")).scope, "all");
});

test("the list says from where a token came and when it was used", async () => {
  const session = (await member.get("/api/v1/me/sessions")).json.sessions.find(({ current }) => current);
  const parent = await mint(member, "parent");
  assert.deepEqual((await listed(member, parent.id)).made_by, { kind: "session", id: session.id });
  assert.equal((await listed(member, parent.id)).last_used_at, null);
  const child = await mint(parent.client, "child", "read");
  assert.deepEqual((await listed(member, child.id)).made_by, { kind: "token", id: parent.id });
  for (let i = 0; i < 100 && (await listed(member, parent.id)).last_used_at === null; i++) await pause(20);
  assert.ok(Math.abs(Date.parse((await listed(member, parent.id)).last_used_at) - Date.now()) < 60_000);
});

test("revoking a token revokes what it made, and what these made", async () => {
  const a = await mint(member, "a");
  const b = await mint(a.client, "b");
  const c = await mint(b.client, "c", "upload");
  const other = await mint(member, "other");
  for (const { client } of [a, b, c]) assert.ok(await works(client));
  assert.equal((await member.delete(`/api/v1/me/tokens/${a.id}`)).status, 204);
  await seenByAll();
  for (const { client, name } of [a, b, c]) assert.equal((await client.get("/api/v1/me")).status, 401, name);
  for (const { id } of [a, b, c]) assert.equal(await listed(member, id), undefined);
  assert.ok(await works(other.client));
});

test("tokens that make tokens have an end", async () => {
  let last = await mint(member, "0");
  let answer;
  for (let i = 1; i < 20; i++) {
    answer = await last.client.post("/api/v1/me/tokens", { name: String(i) });
    if (answer.status !== 201) break;
    last = { client: new Client(server.url, { token: answer.json.token }) };
  }
  assert.equal(answer.status, 409);
});

test("a changed password ends the tokens unless one keeps them", async () => {
  const { id } = (await admin.post("/api/v1/users", { name: called("olga"), role: "member", password })).json;
  const olga = await logIn(server.url, "olga");
  if (!server.own) server.people.push(olga);
  const first = await mint(olga, "first");
  const child = await mint(first.client, "child");
  const passwords = [password, "the second password", "the third password", "the fourth password"];
  const kept = await olga.post("/api/v1/me/password", { current: passwords[0], new: passwords[1], tokens: "keep" });
  assert.equal(kept.status, 204);
  await seenByAll();
  for (const { client } of [first, child]) assert.ok(await works(client));

  const again = await logIn(server.url, "olga", passwords[1]);
  assert.equal((await again.post("/api/v1/me/password", { current: passwords[1], new: passwords[2] })).status, 204);
  await seenByAll();
  for (const { client } of [first, child]) assert.equal(await works(client), false);

  const third = await logIn(server.url, "olga", passwords[2]);
  assert.deepEqual((await third.get("/api/v1/me/tokens")).json.tokens, []);
  const later = await mint(third, "later");
  assert.ok(await works(later.client), "made after the change");
  assert.equal((await admin.patch(`/api/v1/users/${id}`, { password: passwords[3], tokens: "keep" })).status, 200);
  await seenByAll();
  assert.ok(await works(later.client));
  assert.equal((await admin.patch(`/api/v1/users/${id}`, { password: passwords[0] })).status, 200);
  await seenByAll();
  assert.equal(await works(later.client), false);
  assert.equal((await admin.patch(`/api/v1/users/${id}`, { tokens: "keep" })).status, 400);
});

test("ending a session revokes the tokens that it made, if one says so", async () => {
  const thief = await logIn(server.url, "grace");
  const session = (await thief.get("/api/v1/me/sessions")).json.sessions.find(({ current }) => current);
  const made = await mint(thief, "second way in");
  const child = await mint(made.client, "third way in");
  const own = await mint(member, "own");
  assert.equal((await member.delete(`/api/v1/me/sessions/${session.id}?tokens=revoke`)).status, 204);
  await seenByAll();
  for (const { client } of [made, child]) assert.equal(await works(client), false);
  assert.ok(await works(own.client));
});

test("a person has a bounded number of tokens", async (t) => {
  if (!server.own) return t.skip("it would leave 200 tokens on a shared server");
  const alan = await logIn(server.url, "alan");
  for (let i = 0; i < 200; i++) await mint(alan, `token ${i}`, "read");
  assert.equal((await alan.post("/api/v1/me/tokens", { name: "one more" })).status, 409);
  const { tokens } = (await alan.get("/api/v1/me/tokens?limit=500")).json;
  assert.equal(tokens.length, 200);
  assert.equal((await alan.delete(`/api/v1/me/tokens/${tokens[0].id}`)).status, 204);
  assert.equal((await alan.post("/api/v1/me/tokens", { name: "one more" })).status, 201);
});
