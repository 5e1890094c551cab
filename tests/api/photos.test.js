// Photos, read and changed: fields, conditions, trash, many at once, media, originals.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { called, logIn, people } from "./client.js";
import { picture, png } from "./pictures.js";
import { Server } from "./server.js";

let server, nobody, admin, member, other;

before(async () => {
  server = await Server.start();
  ({ nobody, admin, member, other } = await people(server));
});
after(() => server.stop());

const pathOf = (photo) => `/api/v1/photos/${photo.id}`;
const unknown = "/api/v1/photos/01935b91-0d4e-7b6a-9c1f-6f0c2d1e8a55";

test("a patch changes what it names and empties what is null", async () => {
  const photo = await member.photo();
  const set = {
    title: "A lake",
    caption: "Two\nlines",
    tags: ["b", "a", "a"],
    favourite: true,
    taken_at: "2019-07-14T16:02:09+02:00",
  };
  const changed = await member.patch(pathOf(photo), set);
  assert.equal(changed.status, 200, String(changed.body));
  assert.deepEqual({ ...changed.json, ...set, tags: ["a", "b"] }, changed.json);
  assert.notEqual(changed.json.revision, photo.revision);
  const cleared = await member.patch(pathOf(photo), {
    title: null,
    caption: null,
    tags: null,
    taken_at: null,
  });
  assert.deepEqual(
    [
      cleared.json.title,
      cleared.json.caption,
      cleared.json.tags,
      cleared.json.taken_at,
      cleared.json.favourite,
    ],
    ["", "", [], null, true],
  );
});

test("a rating and a position are set and emptied, and wrong ones are named", async () => {
  const photo = await member.photo();
  assert.deepEqual([photo.rating, photo.location], [null, null]);
  const set = { rating: 4, location: { lat: -33.8568, lon: 151.2153 } };
  const changed = await member.patch(pathOf(photo), set);
  assert.equal(changed.status, 200, String(changed.body));
  assert.deepEqual({ ...changed.json, ...set }, changed.json);
  assert.notEqual(changed.json.revision, photo.revision, "an edit that If-Match does not see");
  const wrong = await member.patch(pathOf(photo), { rating: 6, location: { lat: 91, lon: 0 } });
  assert.deepEqual(wrong.json.errors.map(({ field }) => field).sort(), ["location", "rating"]);
  for (const change of [
    { rating: 0 },
    { rating: 2.5 },
    { rating: "5" },
    { location: { lat: 1 } },
    { location: { lat: 1, lon: "2" } },
    { location: { lat: 1, lon: 2, alt: 3 } },
    { location: [1, 2] },
    { location: { lat: 1, lon: 180.5 } },
  ])
    assert.equal((await member.patch(pathOf(photo), change)).status, 400, JSON.stringify(change));
  const cleared = await member.patch(pathOf(photo), { rating: null, location: null });
  assert.deepEqual([cleared.json.rating, cleared.json.location], [null, null]);
});

test("what people have set stays where a change says so", async () => {
  const photo = await member.photo();
  await member.patch(pathOf(photo), { title: "Mine", tags: ["off", "on"], caption: "old" });
  await member.patch(pathOf(photo), { tags: ["on"], caption: null });
  const read = {
    title: "Theirs",
    caption: "Theirs",
    tags: ["off", "new"],
    favourite: true,
    rating: 3,
    location: { lat: 1, lon: 2 },
    taken_at: "2001-02-03T04:05:06",
  };
  const filled = await member.patch(`${pathOf(photo)}?unless_edited=true`, read);
  assert.equal(filled.status, 200, String(filled.body));
  const { title, caption, tags } = filled.json;
  assert.deepEqual({ title, caption, tags }, { title: "Mine", caption: "", tags: ["new", "on"] });
  const { favourite, rating, location, taken_at } = read;
  assert.deepEqual({ ...filled.json, favourite, rating, location, taken_at }, filled.json);
  const again = await member.patch(`${pathOf(photo)}?unless_edited=true`, { ...read, rating: 5 });
  assert.equal(again.json.revision, filled.json.revision, "what was read once counts as set");
  assert.equal((await member.patch(`${pathOf(photo)}?unless_edited=yes`, read)).status, 400);
  const kept = await member.patch(`${pathOf(photo)}?unless_edited=true`, { remove_tags: ["on", "new"] });
  assert.deepEqual(kept.json.tags, ["new", "on"], "those that somebody added");
  const taken = await member.patch(pathOf(photo), { remove_tags: ["on"] });
  assert.deepEqual(taken.json.tags, ["new"]);
});

test("a merge patch may be called one, and nothing else may", async () => {
  const photo = await member.photo();
  const patch = (type) =>
    member.request("PATCH", pathOf(photo), { body: '{"title":"x"}', headers: { "Content-Type": type } });
  assert.equal((await patch("application/merge-patch+json")).status, 200);
  assert.equal((await patch("application/json; charset=utf-8")).status, 200);
  assert.equal((await patch("text/plain")).status, 415);
  assert.equal((await patch("application/json-patch+json")).status, 415);
});

test("titles of every script are kept as they are", async () => {
  const photo = await member.photo();
  for (const title of [
    "Grüße",
    "写真の湖",
    "صورة البحيرة",
    "תמונה",
    "ภาพถ่าย",
    "📷👨‍👩‍👧‍👦",
    "</script><b>&amp;",
    "\u2028\u2029",
    "a".repeat(300),
    "𝒳".repeat(300),
  ]) {
    const answer = await member.patch(pathOf(photo), { title });
    assert.equal(answer.status, 200, title);
    assert.equal(answer.json.title, title);
    assert.equal((await member.get(pathOf(photo))).json.title, title);
  }
});

test("what is too long, too many, of control characters or no date is refused, every field named", async () => {
  const photo = await member.photo();
  const wrong = {
    title: "a".repeat(301),
    caption: "bell \u0007",
    tags: [""],
    taken_at: "2019-02-30T00:00:00",
    visibility: "secret",
    favourite: 1,
    id: "x",
  };
  const answer = await member.patch(pathOf(photo), wrong);
  assert.equal(answer.status, 400);
  assert.deepEqual(
    Object.fromEntries(answer.json.errors.map(({ field, code, params }) => [field, [code, params]])),
    {
      title: ["text-too-long", { length: 301, max: 300 }],
      caption: ["control-characters", undefined],
      "tags[0]": ["tag-empty", undefined],
      taken_at: ["not-date", undefined],
      visibility: ["not-one-of", { choices: ["public", "private"] }],
      favourite: ["not-boolean", undefined],
      id: ["unknown-field", undefined],
    },
  );
  for (const change of [
    { title: "a\nb" },
    { title: "\ud800" },
    { title: "\u0000" },
    { tags: Array.from({ length: 100_000 }, (_, i) => `tag ${i}`) },
    { tags: ["a".repeat(101)] },
    { taken_at: "99999-01-01T00:00:00" },
    {},
  ]) {
    const refused = await member.patch(pathOf(photo), change);
    assert.ok([400, 413].includes(refused.status), JSON.stringify(change).slice(0, 80));
  }
  assert.equal((await member.get(pathOf(photo))).json.revision, photo.revision);
});

test("a date in the year 9999 is a date, and its month is in the timeline", async () => {
  const photo = await member.photo();
  const answer = await member.patch(pathOf(photo), { taken_at: "9999-12-31T23:59:59Z" });
  assert.equal(answer.status, 200);
  const timeline = await member.get("/api/v1/timeline?scope=mine");
  assert.equal(timeline.json.months[0].month, "9999-12");
  assert.deepEqual((await member.get("/api/v1/timeline/9999-12?scope=mine")).json.id, [photo.id]);
});

test("an answer is not sent again to who has it, and differs by who asks", async () => {
  const photo = await member.photo("?visibility=public");
  await member.patch(pathOf(photo), { caption: "x".repeat(2000) });
  const plain = await member.get(pathOf(photo));
  const zipped = await member.get(pathOf(photo), { "Accept-Encoding": "br" });
  assert.equal(zipped.headers["content-encoding"], "br");
  assert.ok(zipped.raw.length < plain.raw.length);
  assert.match(plain.headers.etag, new RegExp(`^"${plain.json.revision}\\.`));
  assert.match(plain.headers["cache-control"], /private, no-cache/);
  assert.match(plain.headers.vary, /Cookie, Authorization/);
  for (const tag of [plain.headers.etag, zipped.headers.etag, `"x", ${plain.headers.etag}`, "*"]) {
    const again = await member.get(pathOf(photo), { "If-None-Match": tag });
    assert.equal(again.status, 304, tag);
  }
  const others = await nobody.get(pathOf(photo));
  assert.notEqual(others.headers.etag, plain.headers.etag);
  assert.equal((await nobody.get(pathOf(photo), { "If-None-Match": plain.headers.etag })).status, 200);
});

test("If-Match looks at the revision alone", async () => {
  const photo = await member.photo();
  const title = (value, tag) => member.patch(pathOf(photo), { title: value }, { "If-Match": tag });
  const first = await title("1", `"${photo.revision}"`);
  assert.equal(first.status, 200);
  assert.equal((await title("2", `"${photo.revision}"`)).status, 412);
  assert.equal((await title("2", `"nothing", W/${first.headers.etag}`)).status, 200);
  assert.equal((await title("3", "*")).status, 200);
  assert.equal((await title("4", "malformed")).status, 400);
  assert.equal((await member.delete(pathOf(photo), { "If-Match": '"old"' })).status, 412);
  assert.equal((await member.delete(`${pathOf(photo)}?permanent=true`, { "If-Match": '"old"' })).status, 412);
});

test("into the trash, out of it, and away for good", async () => {
  const photo = await member.photo();
  assert.equal((await member.delete(pathOf(photo))).status, 204);
  assert.notEqual((await member.get(pathOf(photo))).json.trashed_at, null);
  assert.deepEqual(
    (await member.get("/api/v1/photos?scope=trash")).json.photos.map(({ id }) => id),
    [photo.id],
  );
  const restored = await member.request("POST", `${pathOf(photo)}/restore`);
  assert.equal(restored.status, 200);
  assert.equal(restored.json.trashed_at, null);
  assert.equal((await member.request("POST", `${pathOf(photo)}/restore`)).status, 200);
  assert.equal((await member.delete(`${pathOf(photo)}?permanent=maybe`)).status, 400);
  assert.equal((await member.delete(`${pathOf(photo)}?permanent=true`)).status, 204);
  for (const answer of [
    await member.get(pathOf(photo)),
    await member.get(`${pathOf(photo)}/original`),
    await member.patch(pathOf(photo), { title: "x" }),
    await member.delete(pathOf(photo)),
    await member.request("POST", `${pathOf(photo)}/restore`),
  ])
    assert.equal(answer.status, 404);
  if (server.own) assert.ok(!(await server.holdsOriginal(photo.id)));
});

test("a photo that failed is tried again when its owner asks for it", async () => {
  // Its header is a picture's, its pixels are none.
  const sent = await member.upload(png(24, 16, Buffer.from("these are no pixels")));
  assert.equal(sent.status, 201, String(sent.body));
  const failed = await member.ready(sent.json.id);
  assert.equal(failed.state, "failed");
  assert.equal(failed.failure.code, "file-damaged");
  assert.ok(failed.failure.detail.endsWith("."), failed.failure.detail);
  const again = await member.request("POST", `${pathOf(failed)}/retry`);
  assert.equal(again.status, 200);
  assert.equal(again.json.id, failed.id);
  assert.equal((await member.ready(failed.id)).state, "failed");
  const ready = await member.photo();
  const untouched = await member.request("POST", `${pathOf(ready)}/retry`);
  assert.equal(untouched.status, 200);
  assert.equal(untouched.json.state, "ready");
});

test("an old address answers no more once the photo is private or in the trash", async () => {
  const photo = await member.photo("?visibility=public");
  const url = photo.media.variants[0].url;
  const shown = await nobody.get(url);
  assert.equal(shown.status, 200);
  const hidden = await member.patch(pathOf(photo), { visibility: "private" });
  assert.notEqual(hidden.json.media.key, photo.media.key);
  await server.forgotten();
  assert.equal((await nobody.get(url)).status, 404);
  assert.equal((await nobody.get(url, { "If-None-Match": shown.headers.etag })).status, 404);
  assert.equal((await nobody.get(pathOf(photo))).status, 404);
  const next = hidden.json.media.variants[0].url;
  assert.equal((await nobody.get(next)).status, 200, "whoever has the address may see it");
  await member.delete(pathOf(photo));
  await server.forgotten();
  assert.equal((await nobody.get(next)).status, 404);
});

test("a derivative is the same answer for everybody, but for its date and the request's id", async () => {
  const photo = await member.photo("?visibility=public");
  const url = photo.media.variants[0].url;
  const answers = [];
  for (const person of [nobody, member, nobody, member]) answers.push(await person.get(url));
  const ids = new Set(answers.map(({ headers }) => headers["x-request-id"]));
  assert.equal(ids.size, answers.length);
  for (const { headers, body } of answers) {
    assert.ok(!("set-cookie" in headers));
    for (const own of ["date", "x-request-id", "x-served-by", "x-cache"]) delete headers[own];
    assert.deepEqual(headers, answers[0].headers);
    assert.deepEqual(body, answers[0].body);
  }
});

test("media are kept for ever by browsers, in part if asked, and only in the sizes there are", async () => {
  const photo = await member.photo("?visibility=public");
  const url = photo.media.variants[0].url;
  const whole = await nobody.get(url);
  assert.equal(whole.headers["content-type"], "image/webp");
  assert.equal(whole.headers["cache-control"], "private, max-age=31536000, immutable");
  assert.equal(whole.headers["x-accel-expires"], "5");
  const again = await nobody.get(url, { "If-None-Match": whole.headers.etag });
  assert.equal(again.status, 304);
  assert.equal(again.headers.etag, whole.headers.etag);
  assert.equal(again.headers["x-accel-expires"], "5");
  for (const tags of ['"x"', `"x", ${whole.headers.etag}`, "*"])
    assert.equal((await nobody.get(url, { "If-None-Match": tags })).status, tags === '"x"' ? 200 : 304, tags);
  const part = await nobody.get(url, { Range: "bytes=0-3" });
  assert.equal(part.status, 206);
  assert.equal(String(part.body), "RIFF");
  assert.equal((await nobody.get(url, { Range: "bytes=9999999-" })).status, 416);
  const named = await nobody.request("HEAD", url);
  assert.equal(named.headers["content-length"], String(whole.body.length));
  for (const path of [
    url.replace("/s.webp", "/xxl.webp"),
    url.replace(".webp", ".jpg"),
    "/media/x/s.webp",
    `${url}/x`,
  ])
    assert.ok([404, 400].includes((await nobody.get(path)).status), path);
});

test("an original is a download, whole or in part", async () => {
  const bytes = picture();
  const { json } = await member.upload(bytes, `?filename=${encodeURIComponent('grüße "1".png')}`);
  const path = `${pathOf(json)}/original`;
  const whole = await member.get(path);
  assert.equal(whole.headers.etag, `"${json.sha256}"`);
  assert.match(
    whole.headers["content-disposition"],
    /^attachment; filename="gr__e _1_.png"; filename\*=UTF-8''gr%C3%BC%C3%9Fe%20%221%22\.png$/,
  );
  const part = await member.get(path, { Range: "bytes=-4", "If-Range": whole.headers.etag });
  assert.equal(part.status, 206);
  assert.ok(part.body.equals(bytes.subarray(-4)));
  assert.equal(
    part.headers["content-range"],
    `bytes ${bytes.length - 4}-${bytes.length - 1}/${bytes.length}`,
  );
  assert.equal((await member.get(path, { Range: "bytes=0-1", "If-Range": '"other"' })).status, 200);
  assert.equal((await member.get(path, { Range: `bytes=${bytes.length}-` })).status, 416);
  assert.equal((await member.get(path, { "If-None-Match": whole.headers.etag })).status, 304);
  const named = await member.request("HEAD", path);
  assert.equal(named.headers["content-length"], String(bytes.length));
});

test("many photos are changed at once, each for itself", async () => {
  const mine = [await member.photo(), await member.photo()];
  const theirs = await other.photo();
  const ids = [mine[0].id, theirs.id, mine[1].id];
  const bulk = async (body) => {
    const answer = await member.post("/api/v1/photos/bulk", body);
    assert.equal(answer.status, 200, String(answer.body));
    assert.deepEqual(
      answer.json.results.map(({ id }) => id),
      body.ids,
    );
    return answer.json.results.map(({ status }) => status);
  };
  const change = { favourite: true, visibility: "public", add_tags: ["x", "y"] };
  assert.deepEqual(await bulk({ ids, change }), [200, 404, 200]);
  assert.deepEqual(await bulk({ ids, change: { remove_tags: ["x"] } }), [200, 404, 200]);
  const first = (await member.get(pathOf(mine[0]))).json;
  assert.deepEqual([first.favourite, first.visibility, first.tags], [true, "public", ["y"]]);
  assert.deepEqual(await bulk({ ids, change: { trashed: true } }), [200, 404, 200]);
  assert.deepEqual(await bulk({ ids, change: { trashed: false } }), [200, 404, 200]);
  assert.deepEqual(await bulk({ ids, purge: true }), [204, 404, 204]);
  assert.equal((await member.get(pathOf(mine[0]))).status, 404);

  for (const wrong of [
    {},
    { ids: [] },
    { ids },
    { ids: ["x"], purge: true },
    { ids, purge: false },
    { ids, purge: true, change },
    { ids, change: {} },
    { ids, change: { title: "x" } },
    { ids, change: { add_tags: [1] } },
    { ids: Array(1001).fill(theirs.id), purge: true },
  ])
    assert.equal(
      (await member.post("/api/v1/photos/bulk", wrong)).status,
      400,
      JSON.stringify(wrong).slice(0, 80),
    );
});

test("photos are listed in pages, newest first", async () => {
  const lister = await logIn(server.url, "alan");
  const seen = [];
  let cursor = "";
  do {
    const page = await lister.get(`/api/v1/photos?scope=mine&limit=1&cursor=${cursor}`);
    seen.push(...page.json.photos);
    cursor = page.json.next;
  } while (cursor);
  assert.ok(seen.length >= 1);
  assert.ok(seen.every((photo) => photo.owner.name === called("alan")));
  assert.equal((await lister.get("/api/v1/photos?cursor=nonsense")).status, 400);
  assert.equal((await lister.get("/api/v1/photos?scope=everything")).status, 404);
  assert.equal((await lister.get("/api/v1/photos?limit=501")).status, 400);
  const page = await lister.get("/api/v1/photos?scope=mine");
  assert.equal(
    (await lister.get("/api/v1/photos?scope=mine", { "If-None-Match": page.headers.etag })).status,
    304,
  );
});

test("what is not there is not found, and an id that is none is not either", async () => {
  for (const path of [
    unknown,
    "/api/v1/photos/nothing",
    `/api/v1/photos/${unknown.split("/").at(-1).toUpperCase()}`,
  ]) {
    assert.equal((await admin.get(path)).status, 404, path);
    assert.equal((await admin.delete(path)).status, 404, path);
  }
  assert.equal((await admin.get("/api/v1/nothing")).status, 404);
  assert.equal((await admin.get("/api/nothing")).status, 404);
});

test("a method that a path does not have is answered with those it has", async () => {
  const answer = await member.request("PUT", "/api/v1/photos");
  assert.equal(answer.status, 405);
  assert.match(answer.headers.allow, /GET/);
  assert.match(answer.headers.allow, /POST/);
});
