// Set-up, sessions, users, tokens.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { called, Client, logIn, password, people } from "./client.js";
import { Server } from "./server.js";

let server, nobody, admin, member;

before(async () => {
  server = await Server.start();
  nobody = new Client(server.url);
});
after(() => server.stop());

/** After a change to who may enter: each of several replicas believes for 0.2 s what it knows (decision 0007). */
const seenByAll = () => (server.own ? undefined : pause(250));

const idOf = async (name) => (await users()).find((user) => user.name === called(name)).id;

async function users() {
  const all = [];
  for (let cursor = ""; cursor !== null;) {
    const page = await admin.get(`/api/v1/users?limit=2&cursor=${cursor}`);
    assert.equal(page.status, 200);
    all.push(...page.json.users);
    cursor = page.json.next;
  }
  return all;
}

test("set-up wants the printed token and a fitting name and password, and closes after the first user", async (t) => {
  if (!server.own) {
    ({ admin, member } = await people(server));
    return t.skip("the server is set up");
  }
  assert.equal((await nobody.get("/api/v1/me")).json.setup_needed, true);
  const wrong = await nobody.post("/api/v1/setup", { token: "wrong", name: "ada", password });
  assert.equal(wrong.status, 401);
  const both = await nobody.post("/api/v1/setup", { token: server.token, name: "", password: "short" });
  assert.equal(both.status, 400);
  assert.deepEqual(both.json.errors.map((error) => error.field).sort(), ["name", "password"]);

  const everybody = await people(server);
  ({ admin, member } = everybody);
  const again = await nobody.post("/api/v1/setup", { token: server.token, name: "eve", password });
  assert.equal(again.status, 404);
  assert.equal((await nobody.get("/api/v1/me")).json.setup_needed, false);
});

test("the cookie is out of reach of scripts and other sites", async () => {
  const answer = await nobody.post("/api/v1/session", { name: called("ada"), password });
  const cookie = answer.headers["set-cookie"][0];
  for (const part of [/^cadre_session=[\w-]{43}; /, /HttpOnly/, /SameSite=Lax/, /Path=\//])
    assert.match(cookie, part);
});

test("a refused log-in does not say what was wrong", async () => {
  const wrong = await nobody.post("/api/v1/session", { name: called("ada"), password: "not this one" });
  const unknown = await nobody.post("/api/v1/session", { name: "nobody-knows-me", password });
  assert.equal(wrong.status, 401);
  assert.equal(unknown.status, 401);
  assert.equal(wrong.json.detail, unknown.json.detail);
});

test("a body that is no JSON object, of another type, or too large is refused", async () => {
  const post = (body, type) =>
    nobody.request("POST", "/api/v1/session", { body, headers: { "Content-Type": type } });
  assert.equal((await post("{", "application/json")).status, 400);
  assert.equal((await post("[]", "application/json")).status, 400);
  assert.equal((await post("[".repeat(10_000), "application/json")).status, 400);
  assert.equal((await post("name=ada", "application/x-www-form-urlencoded")).status, 415);
  assert.equal((await post(" ".repeat(200_000), "application/json")).status, 413);
  const fields = await nobody.post("/api/v1/session", { name: 1, colour: "red" });
  assert.equal(fields.status, 400);
  assert.deepEqual(fields.json.errors.map((error) => error.field).sort(), ["colour", "name", "password"]);
});

test("logging out ends the session, and is the same without one", async () => {
  const someone = await logIn(server.url, "grace");
  assert.equal((await someone.get("/api/v1/me")).json.user.name, called("grace"));
  const out = await someone.delete("/api/v1/session");
  assert.equal(out.status, 204);
  assert.match(out.headers["set-cookie"][0], /Max-Age=0/);
  await seenByAll();
  assert.equal((await someone.get("/api/v1/me")).json.user, null);
  assert.equal((await nobody.delete("/api/v1/session")).status, 204);
});

test("what another site's page sends with the cookie is refused", async () => {
  for (const headers of [
    { Origin: "https://evil.example" },
    { Origin: "null" },
    { "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": "same-site" },
  ])
    assert.equal(
      (await member.post("/api/v1/me/tokens", { name: "x" }, headers)).status,
      403,
      JSON.stringify(headers),
    );
  // The same host by another scheme or port is another site.
  const { hostname, port } = new URL(server.url);
  for (const origin of [`https://${hostname}:${port}`, `http://${hostname}:${Number(port) + 1}`, `http://${hostname}`]) {
    const refused = await member.post("/api/v1/me/tokens", { name: "x" }, { Origin: origin });
    assert.equal(refused.status, 403, origin);
    assert.match(refused.json.detail, /--public-url/);
  }
  for (const own of [{ Origin: server.url, "Sec-Fetch-Site": "same-origin" }, { Origin: server.url }, { Origin: server.url.toUpperCase() }])
    assert.equal((await member.post("/api/v1/me/tokens", { name: "x" }, own)).status, 201, JSON.stringify(own));
});

test("a token works until it is revoked", async () => {
  const made = await member.post("/api/v1/me/tokens", { name: "laptop" });
  assert.equal(made.status, 201);
  const program = new Client(server.url, { token: made.json.token });
  assert.equal((await program.get("/api/v1/me")).json.user.name, called("grace"));
  assert.ok((await member.get("/api/v1/me/tokens")).json.tokens.some(({ id }) => id === made.json.id));
  assert.equal((await admin.delete(`/api/v1/me/tokens/${made.json.id}`)).status, 404);
  assert.equal((await member.delete(`/api/v1/me/tokens/${made.json.id}`)).status, 204);
  await seenByAll();
  assert.equal((await program.get("/api/v1/me")).status, 401);
  assert.equal((await member.delete("/api/v1/me/tokens/nothing")).status, 404);
  assert.equal((await member.post("/api/v1/me/tokens", { name: "" })).status, 400);
});

test("lists come in pages", async () => {
  for (let i = 0; i < 3; i++) await admin.post("/api/v1/me/tokens", { name: `token ${i}` });
  const seen = [];
  let cursor = "";
  do {
    const page = await admin.get(`/api/v1/me/tokens?limit=2&cursor=${cursor}`);
    assert.equal(page.status, 200);
    seen.push(...page.json.tokens.map((token) => token.name));
    cursor = page.json.next;
  } while (cursor);
  assert.deepEqual(seen, ["token 2", "token 1", "token 0"]);
  assert.equal((await admin.get("/api/v1/me/tokens?cursor=!")).status, 400);
  assert.equal((await admin.get("/api/v1/me/tokens?limit=0")).status, 400);
  assert.equal((await admin.get("/api/v1/me/tokens?limit=1&limit=2")).status, 400);

  const ours = ["ada", "alan", "grace"].map(called);
  const names = (await users()).map((user) => user.name);
  assert.deepEqual(
    names.filter((name) => server.own || ours.includes(name)),
    ours,
  );
});

test("users are made, read and changed, on the condition of their revision", async () => {
  const made = await admin.post("/api/v1/users", { name: called("hedy"), role: "member", password });
  assert.equal(made.status, 201);
  const path = `/api/v1/users/${made.json.id}`;
  assert.equal(made.headers.location, path);
  const read = await admin.get(path);
  assert.equal(read.headers.etag, made.headers.etag);
  assert.equal((await admin.get(path, { "If-None-Match": read.headers.etag })).status, 304);
  assert.equal((await admin.patch(path, { role: "admin" }, { "If-Match": '"other"' })).status, 412);
  const changed = await admin.patch(path, { role: "admin" }, { "If-Match": read.headers.etag });
  assert.equal(changed.status, 200);
  assert.equal(changed.json.role, "admin");
  assert.notEqual(changed.json.revision, made.json.revision);
  assert.equal((await admin.delete(path, { "If-Match": read.headers.etag })).status, 412);
  assert.equal((await admin.delete(path)).status, 204);
  assert.equal((await admin.get(path)).status, 404);
  assert.equal((await admin.get("/api/v1/users/nothing")).status, 404);
});

test("names are unique whatever their case, and wrong fields are all named", async () => {
  assert.equal((await admin.post("/api/v1/users", { name: called("grace").toUpperCase(), role: "member", password })).status, 409);
  const wrong = await admin.post("/api/v1/users", { name: 7, role: "king", password: null });
  assert.equal(wrong.status, 400);
  assert.deepEqual(wrong.json.errors.map((error) => error.field).sort(), ["name", "password", "role"]);
  const id = await idOf("grace");
  assert.equal((await admin.patch(`/api/v1/users/${id}`, {})).status, 400);
  assert.equal((await admin.patch(`/api/v1/users/${id}`, { name: "gracie" })).status, 400);
});

test("names that fold to the same are the same, and those that hide something are refused", async () => {
  const add = (name) => admin.post("/api/v1/users", { name, role: "member", password });
  assert.equal((await add(called("Zoë Straße"))).status, 201);
  for (const name of ["ZOË STRASSE", "zoe\u0308 straße", "Ｚoë Straẞe"])
    assert.equal((await add(called(name))).status, 409, name);
  await logIn(server.url, "zoë strasse");
  for (const name of ["gr\u200bace", "\u202eecarg", "grace\u2066", "gra\u00adce", "\u3164", "gra\u00a0ce", "x".repeat(65)]) {
    const refused = await add(called(name));
    assert.equal(refused.status, 400, name);
    assert.deepEqual(refused.json.errors.map((error) => error.field), ["name"]);
  }
  if (!server.own) server.people.push(await logIn(server.url, "zoë strasse"));
});

test("who is disabled is out at once, with session and token, until let in again", async () => {
  const alan = await logIn(server.url, "alan");
  const token = (await alan.post("/api/v1/me/tokens", { name: "t" })).json.token;
  const program = new Client(server.url, { token });
  const path = `/api/v1/users/${await idOf("alan")}`;
  assert.equal((await admin.patch(path, { disabled: true })).status, 200);
  await seenByAll();
  assert.equal((await alan.get("/api/v1/me")).json.user, null);
  assert.equal((await alan.get("/api/v1/me/tokens")).status, 401);
  assert.equal((await program.get("/api/v1/me")).status, 401);
  assert.equal((await nobody.post("/api/v1/session", { name: called("alan"), password })).status, 401);
  await admin.patch(path, { disabled: false });
  await logIn(server.url, "alan");
});

test("a new password ends the sessions", async () => {
  const alan = await logIn(server.url, "alan");
  await admin.patch(`/api/v1/users/${await idOf("alan")}`, { password: "another password" });
  await seenByAll();
  assert.equal((await alan.get("/api/v1/me")).json.user, null);
  assert.equal((await nobody.post("/api/v1/session", { name: called("alan"), password })).status, 401);
  await logIn(server.url, "alan", "another password");
});

test("the last administrator stays", async (t) => {
  if (!server.own) return t.skip("the server has other administrators");
  const ada = `/api/v1/users/${await idOf("ada")}`;
  assert.equal((await admin.patch(ada, { role: "member" })).status, 409);
  assert.equal((await admin.patch(ada, { disabled: true })).status, 409);
  assert.equal((await admin.delete(ada)).status, 409);
});

test("who has photos stays", async () => {
  await member.photo();
  assert.equal((await admin.delete(`/api/v1/users/${await idOf("grace")}`)).status, 409);
});

test("whoever guesses passwords is asked to wait", async () => {
  let answer;
  for (let i = 0; i < 60; i++) {
    answer = await nobody.post("/api/v1/session", { name: called("ada"), password: `guess number ${i}` });
    if (answer.status === 429) break;
  }
  assert.equal(answer.status, 429);
  assert.ok(Number(answer.headers["retry-after"]) > 0);
});
