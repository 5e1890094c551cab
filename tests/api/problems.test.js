// Codes: what a refusal says, and the pages that explain it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Client, people } from "./client.js";
import { contract } from "./contract.js";
import { picture } from "./pictures.js";
import { head, speak } from "./raw.js";
import { Server } from "./server.js";

let server, admin, member, nobody;
const codes = contract.components.schemas.ProblemCode.enum;
const html = { Accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
const json = { Accept: "application/json" };
const nothing = "01935b91-0d4e-7b6a-9c1f-6f0c2d1e8a55";

before(async () => {
  server = await Server.start();
  ({ admin, member } = await people(server));
  nobody = new Client(server.url);
});
after(() => server.stop());

/** A proxy refuses these by itself: tests/integration/broken.test.js. */
async function refusedBeforeTheirAddress() {
  return {
    "malformed-address": await speak(server.url, [head("GET", "/%zz")]),
    "malformed-http": await speak(server.url, ["GET / HTTP/1.1\r\n\r\n"]),
    "expectation-failed": await speak(server.url, [head("GET", "/", ["Expect: something"])]),
    "not-implemented": await speak(server.url, [head("POST", "/api/v1/session", ["Transfer-Encoding: gzip"])]),
    "address-too-long": await speak(server.url, [head("GET", `/${"x".repeat(70_000)}`)]),
  };
}

test("every refusal names a code, whose address explains it with its title and status", async () => {
  const photo = await member.photo();
  const refusals = {
    "photo-not-found": await member.get(`/api/v1/photos/${nothing}`),
    "user-not-found": await admin.get(`/api/v1/users/${nothing}`),
    "token-not-found": await member.delete(`/api/v1/me/tokens/${nothing}`),
    "session-not-found": await member.get(`/api/v1/me/sessions/${nothing}`),
    "album-not-found": await member.get(`/api/v1/albums/${nothing}`),
    "month-not-found": await member.get("/api/v1/timeline/may?scope=mine"),
    "picture-not-found": await nobody.get("/media/AAAAAAAAAAAAAAAAAAAAAA/s.webp"),
    "already-set-up": await nobody.post("/api/v1/setup", { token: "x", name: "eve", password: "a good password" }),
    "not-found": await nobody.get("/api/v1/nothing"),
    "not-logged-in": await nobody.get("/api/v1/me/tokens"),
    "token-not-valid": await new Client(server.url, { token: "cadre_none" }).get("/api/v1/me"),
    "wrong-name-or-password": await nobody.post("/api/v1/session", { name: "nobody", password: "not a password" }),
    "administrators-only": await member.get("/api/v1/users"),
    "owner-only": await admin.patch(`/api/v1/photos/${photo.id}`, { favourite: true }),
    "other-site": await nobody.post("/api/v1/session", {}, { Origin: "https://elsewhere.example" }),
    "invalid-fields": await member.patch(`/api/v1/photos/${photo.id}`, { nothing: 1 }),
    "malformed-json": await member.request("PATCH", `/api/v1/photos/${photo.id}`, {
      body: "{",
      headers: { "Content-Type": "application/json" },
    }),
    "wrong-content-type": await member.request("PATCH", `/api/v1/photos/${photo.id}`, {
      body: "{}",
      headers: { "Content-Type": "text/plain" },
    }),
    "changed-meanwhile": await member.patch(`/api/v1/photos/${photo.id}`, { title: "x" }, { "If-Match": '"none"' }),
    "format-not-accepted": await member.upload("no picture at all"),
    "file-empty": await member.upload(""),
    "file-truncated": await member.upload(picture().subarray(0, 20)),
    "digest-differs": await member.upload(picture(), "", { "Repr-Digest": `sha-256=:${"A".repeat(43)}=:` }),
    "method-not-allowed": await nobody.request("PUT", "/api/v1/me"),
    ...(server.own ? await refusedBeforeTheirAddress() : {}),
  };
  for (const [code, answer] of Object.entries(refusals)) {
    const problem = JSON.parse(String(answer.body));
    assert.equal(problem.type, `/problems/${code}`, JSON.stringify(problem));
    const explained = await nobody.get(problem.type, json);
    assert.equal(explained.status, 200, code);
    assert.deepEqual(
      [explained.json.code, explained.json.status, explained.json.title],
      [code, problem.status, problem.title],
    );
  }
});

test("a refusal among many has its code", async () => {
  const photo = await member.photo();
  const ids = [photo.id, nothing];
  const answer = await member.post("/api/v1/photos/bulk", { ids, change: { favourite: true } });
  assert.deepEqual(
    answer.json.results.map(({ status, code }) => [status, code]),
    [
      [200, null],
      [404, "photo-not-found"],
    ],
  );
});

test("all codes of the contract are explained, in English and in French", async () => {
  const english = await nobody.get("/problems", json);
  const french = await nobody.get("/problems?lang=fr", json);
  assert.deepEqual(
    english.json.problems.map(({ code }) => code),
    codes,
  );
  for (const [i, { code, title, explanation, type }] of english.json.problems.entries()) {
    assert.equal(type, `/problems/${code}`);
    assert.notEqual(french.json.problems[i].title, title, code);
    assert.notEqual(french.json.problems[i].explanation, explanation, code);
  }
});

test("all that can be wrong with a field is explained where fields are wrong, in English and in French", async () => {
  const pages = await Promise.all(
    ["en", "fr"].map((language) => nobody.get(`/problems/invalid-fields?lang=${language}`, html)),
  );
  const [english, french] = pages.map(({ body }) =>
    [...String(body).matchAll(/<code>([a-z0-9-]+)<\/code><\/p>\n<p>(.*)<\/p>/g)].map(([, code, text]) => ({ code, text })),
  );
  const fieldCodes = contract.components.schemas.FieldCode.enum;
  assert.deepEqual(
    english.map(({ code }) => code),
    fieldCodes,
  );
  assert.deepEqual(
    french.map(({ code }) => code),
    fieldCodes,
  );
  for (const [i, { code, text }] of english.entries()) assert.notEqual(french[i].text, text, code);
});

test("a browser gets a page in its language, without anything from elsewhere", async () => {
  const page = await nobody.get("/problems/photo-not-found", { ...html, "Accept-Language": "fr-CH,fr;q=0.9,en;q=0.8" });
  assert.equal(page.status, 200);
  assert.match(page.headers["content-type"], /^text\/html/);
  assert.match(page.headers.vary, /Accept-Language/);
  const text = String(page.body);
  assert.match(text, /<html lang="fr">/);
  assert.match(text, /<h1>Cette photo n’existe pas<\/h1>/);
  assert.doesNotMatch(text, /(src|href)="(?!\/)/);
  const english = await nobody.get("/problems/photo-not-found?lang=en", { ...html, "Accept-Language": "fr" });
  assert.match(String(english.body), /<h1>There is no such photo<\/h1>/);
  const sheet = await nobody.get(text.match(/<link rel="stylesheet" href="([^"]+)"/)[1]);
  assert.match(sheet.headers["content-type"], /^text\/css/);
  const again = await nobody.get("/problems/photo-not-found", {
    ...html,
    "Accept-Language": "fr",
    "If-None-Match": page.headers.etag,
  });
  assert.equal(again.status, 304);
});

test("what is no code is explained nowhere", async () => {
  for (const path of ["/problems/photo_not_found", "/problems/x"]) {
    const answer = await nobody.get(path, json);
    assert.equal(answer.status, 404, path);
    assert.equal(answer.json.type, "/problems/not-found");
  }
});
