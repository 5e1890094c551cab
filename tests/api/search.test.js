// Search, suggestions and the map, over a real server: what is found, why, and what nobody may find.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { mkdtemp, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { logIn, people, searchable } from "./client.js";
import { Server } from "./server.js";

let server, nobody, admin, member, other;

before(async () => {
  server = await Server.start();
  ({ nobody, admin, member, other } = await people(server));
  await searchable(nobody);
});
after(() => server.stop());

const search = (client, q, more = "") => client.get(`/api/v1/search?q=${encodeURIComponent(q)}${more}`);

async function found(client, q, more) {
  const answer = await search(client, q, more);
  assert.equal(answer.status, 200, String(answer.body));
  const { photos, why } = answer.json;
  for (const column of Object.values(photos)) assert.equal(column.length, photos.id.length);
  assert.equal(why.length, photos.id.length);
  return photos.id;
}

/** Until `ask` answers so: of many replicas, each hears of a change in its own time. */
async function becomes(ask, expected, what = "") {
  for (let attempt = 0; ; attempt++) {
    const now = await ask();
    if (JSON.stringify(now) === JSON.stringify(expected)) return;
    if (attempt === 600) assert.deepEqual(now, expected, what);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits until a question finds exactly these, in this order if there are several. */
async function finds(client, q, ids, more) {
  let answer;
  const ask = async () => {
    answer = await search(client, q, more);
    return answer.status === 200 ? answer.json.photos.id : answer.status;
  };
  await becomes(ask, ids, `${q} ${more ?? ""}`);
  return answer.json;
}

async function photo(client, change, query = "") {
  const { id } = await client.photo(query);
  const answer = await client.patch(`/api/v1/photos/${id}`, change);
  assert.equal(answer.status, 200, String(answer.body));
  return id;
}

/** A word that nothing else has: other tests may share the server. With digits in it, it is never taken for another one. */
let words = 0;
const word = () => `w${process.pid}x${words++}z`;

test("words find photos by all that was said of them, and it is said why", async () => {
  const w = word();
  const beach = await photo(
    member,
    { title: `Plages ${w}`, caption: "L’été à la mer", tags: ["Vacances"], taken_at: "2019-07-14T10:00:00" },
    `?filename=file${w}_0042.png`,
  );
  const boat = await photo(member, { title: `Bateau ${w}`, tags: ["été"], taken_at: "2021-03-01T10:00:00" });
  await finds(member, w, [boat, beach]);
  const why = async (q) => {
    const { photos, why } = await finds(member, q, [beach]);
    assert.equal(photos.title[0], `Plages ${w}`);
    return why[0];
  };
  assert.deepEqual(await why(`${w} plage`), ["title"]);
  assert.deepEqual(await why(`ETE ${w} mer`), ["caption", "title"]);
  assert.deepEqual(await why(`vacance ${w}`), ["tags", "title"]);
  assert.deepEqual(await why(`file${w}_00`), ["filename"]);
  assert.deepEqual(await why(`${w} 2019`), ["title", "date"]);
  assert.deepEqual(await why(`${w} plagse`), ["title"], "one typing error");
  await finds(member, `${w} ete`, [boat, beach]);
  await finds(member, `${w} tag:été`, [boat]);
  await finds(member, `${w} -tag:été`, [beach]);
  await finds(member, `${w} tag:été,vacances`, [boat, beach]);
  await finds(member, `${w} from:2020 to:2021-03-01`, [boat]);
  await finds(member, `${w} year:2019`, [beach]);
  await finds(member, `"plages ${w}"`, [beach]);
  await finds(member, `"${w} plages"`, []);
  await finds(member, `${w} type:png is:private has:title`, [boat, beach]);
  const first = await finds(member, w, [boat], "&limit=1");
  await becomes(async () => (await search(member, w, "&limit=1")).json.total, 2);
  await finds(member, w, [beach], `&limit=1&cursor=${encodeURIComponent(first.next)}`);
  await becomes(async () => (await found(member, w, "&order=relevance")).sort(), [beach, boat].sort());
});

test("what was changed, trashed and deleted is found as it is", async () => {
  const w = word();
  const id = await photo(member, { title: w });
  await finds(member, w, [id]);
  const renamed = word();
  await member.patch(`/api/v1/photos/${id}`, { title: renamed });
  await finds(member, renamed, [id]);
  await finds(member, w, []);
  await member.delete(`/api/v1/photos/${id}`);
  assert.deepEqual(await found(member, renamed), [], "at once");
  await member.post(`/api/v1/photos/${id}/restore`);
  await finds(member, renamed, [id]);
  await member.delete(`/api/v1/photos/${id}?permanent=true`);
  assert.deepEqual(await found(member, renamed), []);
});

test("others find what the wall and their albums show, and nothing of what is the owner's alone", async () => {
  const w = word();
  const mine = await photo(member, { title: w, favourite: true, location: { lat: 48.39, lon: -4.48 } }, `?filename=${w}file.png`);
  await finds(member, w, [mine]);
  for (const client of [other, admin]) assert.deepEqual(await found(client, w), []);
  assert.equal((await search(nobody, w)).status, 401);
  assert.deepEqual(await found(nobody, w, "&scope=wall"), []);

  await member.patch(`/api/v1/photos/${mine}`, { visibility: "public" });
  const seen = await finds(other, w, [mine]);
  assert.equal(seen.photos.favourite[0], false);
  await finds(nobody, w, [mine], "&scope=wall");
  for (const q of [`${w}file`, `${w} is:favourite`, `${w} has:location`]) {
    await finds(member, q, [mine]);
    assert.deepEqual(await found(other, q), [], q);
    assert.deepEqual(await found(nobody, q, "&scope=wall"), [], q);
  }
  await member.patch(`/api/v1/photos/${mine}`, { visibility: "private" });
  assert.deepEqual(await found(other, w), [], "at once");

  const title = word();
  const album = (await member.post("/api/v1/albums", { title })).json.id;
  const added = await member.post(`/api/v1/albums/${album}/photos`, { add: [mine] });
  assert.equal(added.status, 200);
  await finds(member, title, [mine]);
  assert.deepEqual(await found(other, title), []);
  const { id: user } = (await other.get("/api/v1/me")).json.user;
  const put = await member.request("PUT", `/api/v1/albums/${album}/members/${user}`, { json: { role: "viewer" } });
  assert.ok(put.status < 300, String(put.body));
  await finds(other, title, [mine]);
  await finds(other, `album:${title}`, [mine]);
  await other.delete(`/api/v1/albums/${album}/members/${user}`);
  assert.deepEqual(await found(other, `${title},${w}`), [], "at once");
});

test("what is not understood is named, with the nearest", async () => {
  for (const [q, code, params] of [
    ["tga:sea", "search-filter-near", { filter: "tga", near: "tag:" }],
    ["is:favorit", "search-value-near", { filter: "is", text: "favorit", near: "favorite" }],
    ["iso:loud", "search-not-number", { filter: "iso", text: "loud" }],
  ]) {
    const answer = await search(member, q);
    assert.equal(answer.status, 422);
    assert.match(answer.json.type, /search-not-understood$/);
    const [wrong] = answer.json.errors;
    assert.equal(wrong.field, "q");
    assert.equal(wrong.code, code);
    assert.equal(answer.json.detail, wrong.detail);
    for (const [name, value] of Object.entries(params)) {
      assert.equal(wrong.params[name], value);
      assert.ok(wrong.detail.includes(value), wrong.detail);
    }
  }
  assert.equal((await member.get("/api/v1/search?order=best")).status, 400);
  assert.equal((await member.get("/api/v1/search?scope=mine")).status, 400);
  assert.equal((await member.get("/api/v1/search?cursor=x")).status, 400);
});

test("whatever is typed is answered or refused, never a fault", async () => {
  const syntax = ['"', '""', '"\'', "*", "a*", "^a", "a AND", "NEAR(a b)", "NEAR/2", "{title}:a", "title : a", "-title:a", "a + b",
    "a OR NOT", "(", "))", "';--", "%00", "\u0000a", "\u0001\u0002", "\u202etxt", "a\nb\tc", "-", "--a", "-\"", ",", ",,a,,", "tag:,",
    "tag:\"", "tag:\"a,b\",c", "year:99999", "year:0000", "date:..", "iso:-", "iso:>", "f:/", "rating:9e99", "a:b:c", "::", ":",
    "😀", "東京", "ﬁ", "ẞ", "\ufeff", "x".repeat(999), "é".repeat(499), "a ".repeat(30), "\"a\" ".repeat(24), "a,".repeat(60)];
  for (const q of syntax)
    for (const path of ["search", "search/suggest", "map"]) {
      const answer = await member.get(`/api/v1/${path}?q=${encodeURIComponent(q)}`);
      assert.ok([200, 400, 422].includes(answer.status), `${path} ${JSON.stringify(q)}: ${answer.status} ${answer.body}`);
    }
  for (const size of [1001, 10_000]) {
    const answer = await search(member, "z".repeat(size));
    assert.ok([414, 422].includes(answer.status), String(answer.status));
  }
});

test("suggestions go on from what is typed, of what one would find", async () => {
  const w = word();
  const id = await photo(member, { tags: [`${w} sur mer`], taken_at: "2019-07-14T10:00:00" });
  await finds(member, w, [id]);
  const suggested = async (client, q, more = "") => {
    const answer = await client.get(`/api/v1/search/suggest?q=${encodeURIComponent(q)}${more}`);
    assert.equal(answer.status, 200, String(answer.body));
    return answer.json.suggestions;
  };
  const tag = [{ kind: "tag", value: `${w} sur mer`, count: 1 }];
  for (const q of [w.slice(0, -1), `tag:${w}`]) await becomes(() => suggested(member, q), tag, q);
  assert.deepEqual(await suggested(other, w), []);
  assert.deepEqual(await suggested(nobody, w, "&scope=wall"), []);
});

test("the map shows one's own photos together, and none of others", async () => {
  const w = word();
  const ids = [];
  for (const lon of [-4.48, -4.4801]) ids.push(await photo(member, { title: w, location: { lat: 48.39, lon } }));
  await finds(member, `${w} has:location`, [ids[1], ids[0]]);
  const cells = async (client, query) => {
    const answer = await client.get(`/api/v1/map?${query}`);
    assert.equal(answer.status, 200, String(answer.body));
    return answer.json.cells;
  };
  const counted = async () => (await cells(member, `bbox=-5,48,-4,49&zoom=6&q=${w}`)).map(({ count }) => count);
  await becomes(counted, [2]);
  const here = await cells(member, `bbox=-5,48,-4,49&zoom=6&q=${w}`);
  assert.ok(ids.includes(here[0].id));
  assert.ok(Math.abs(here[0].lat - 48.39) < 0.001);
  const { place } = (await member.get(`/api/v1/photos/${ids[0]}`)).json;
  if (place) {
    // A server has the names of towns in a file beside the program.
    for (const q of ["place:brest country:france", "bretagne", "brittany", "country:fr"])
      await finds(member, `${w} ${q}`, [ids[1], ids[0]]);
    await finds(member, `${w} place:cancale`, []);
  }
  assert.deepEqual(await cells(other, `bbox=-5,48,-4,49&zoom=6&q=${w}`), []);
  await becomes(async () => (await cells(member, "zoom=0")).some(({ count }) => count >= 2), true);
  assert.deepEqual(await cells(member, `bbox=0,0,1,1&zoom=6&q=${w}`), []);
  for (const bbox of ["1,2,3", "a,b,c,d", "0,10,1,0", "-181,0,0,1", "0,0,1,1,"])
    assert.equal((await member.get(`/api/v1/map?bbox=${bbox}`)).status, 400, bbox);
});

test("a map of the gallery's own is read by its members, in parts", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "cadre-tiles-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const address = "/api/v1/map/tiles";
  assert.equal((await member.get("/api/v1/map")).json.tiles, null);
  assert.equal((await member.get(address)).status, 404);
  if (!server.own) return;

  const file = join(folder, "world.pmtiles");
  await writeFile(file, "PMTiles\x03 and what follows");
  const own = await Server.start({ "map-tiles": file });
  t.after(() => own.stop());
  const { nobody: stranger, other: reader } = await people(own);
  await searchable(stranger);
  assert.equal((await stranger.get(address)).status, 401);
  assert.equal((await reader.get("/api/v1/map")).json.tiles, address);
  const part = await reader.get(address, { Range: "bytes=0-7" });
  assert.equal(part.status, 206);
  assert.equal(String(part.body), "PMTiles\x03");
  assert.equal(part.headers["content-range"], "bytes 0-7/25");
  assert.match(part.headers["cache-control"], /private/);
  assert.match(part.headers["content-security-policy"], /connect-src 'self';/);
  await writeFile(file, "PMTiles\x03 and another");
  const newer = await reader.get(address, { Range: "bytes=0-7", "If-Range": part.headers.etag });
  assert.equal(newer.status, 200, "what was read before is another file's");

  const away = await Server.start({ "map-tiles": "https://tiles.example.org:8443/maps/world.pmtiles" });
  t.after(() => away.stop());
  const { admin: owner } = await people(away);
  await searchable(owner);
  const answer = await owner.get("/api/v1/map");
  assert.equal(answer.json.tiles, "https://tiles.example.org:8443/maps/world.pmtiles");
  assert.match(answer.headers["content-security-policy"], /connect-src 'self' https:\/\/tiles\.example\.org:8443;/);
  assert.equal((await owner.get(address)).status, 404);

  await writeFile(file, "something else");
  for (const wrong of [file, join(folder, "nothing"), folder, "http://tiles.example.org/a", "https://a;script-src x/", "ftp://a/b"])
    await assert.rejects(Server.start({ "map-tiles": wrong }), /map_tiles/, wrong);
});

test("a part of the map finds one's own photos there", async () => {
  const w = word();
  const port = await photo(member, { title: w, location: { lat: 48.6744, lon: -1.8473 }, visibility: "public" });
  const island = await photo(member, { title: w, location: { lat: -18.14, lon: 178.44 } });
  const nowhere = await photo(member, { title: w });
  await finds(member, w, [nowhere, island, port]);
  for (const [q, ids] of [
    ["box:-5.2,47.2,-1.0,48.9", [port]],
    ["box:177,-20,-177,-15", [island]],
    ["-box:177,-20,-177,-15", [nowhere, port]],
    ["box:-180,-90,180,90", [island, port]],
  ])
    assert.deepEqual(await found(member, `${w} ${q}`), ids, q);
  // It stands on the wall; where it was taken is nobody else's to find.
  await finds(other, w, [port]);
  assert.deepEqual(await found(other, `${w} box:-180,-90,180,90`), []);
});

test("what search keeps may be deleted, spoilt or lost with a restart, and is made again", async (t) => {
  if (!server.own) return t.skip("the server is shared");
  const w = word();
  const before = await photo(member, { title: w });
  await finds(member, w, [before]);
  const files = (await readdir(server.data)).filter((name) => name.startsWith("find.db"));
  assert.ok(files.includes("find.db"), String(files));
  for (const name of files) await rm(join(server.data, name));
  const meanwhile = await photo(member, { title: w, taken_at: "2030-01-01T00:00:00" });
  await finds(member, w, [meanwhile, before]);

  await server.down();
  await writeFile(join(server.data, "find.db"), "this is no database".repeat(1000));
  await server.up();
  member = await logIn(server.url, "grace");
  await finds(member, w, [meanwhile, before]);
  await server.down();
  await truncate(join(server.data, "find.db"), 4096);
  await server.up();
  member = await logIn(server.url, "grace");
  await finds(member, w, [meanwhile, before]);
});
