// The library by month, what changes in it as it happens, the page, and health.
import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";
import { called, localAddress, people } from "./client.js";
import { checkSchema } from "./contract.js";
import { Server } from "./server.js";

let server, nobody, admin, member, other;

before(async () => {
  server = await Server.start();
  ({ nobody, admin, member, other } = await people(server));
});
after(() => server.stop());

const columns = ["id", "key", "taken_at", "taken_precision", "width", "height", "thumbhash", "title", "favourite", "state"];

async function at(client, taken_at, change = {}) {
  const photo = await client.photo();
  const answer = await client.patch(`/api/v1/photos/${photo.id}`, { taken_at, ...change });
  assert.equal(answer.status, 200, String(answer.body));
  return photo.id;
}

test("a timeline counts the days of the months, newest first, and months hold the photos in that order", async () => {
  const ids = [];
  for (const day of [
    "2024-05-01T10:00:00",
    "2024-05-01T11:00:00",
    "2024-05-31T23:59:59",
    "2023-12-24T18:00:00",
  ])
    ids.push(await at(other, day));
  const timeline = (await other.get("/api/v1/timeline?scope=mine")).json;
  assert.equal(timeline.total, 4);
  assert.deepEqual(timeline.months, [
    {
      month: "2024-05",
      count: 3,
      days: [
        [31, 1, 1.5],
        [1, 2, 3],
      ],
    },
    { month: "2023-12", count: 1, days: [[24, 1, 1.5]] },
  ]);
  const month = (await other.get("/api/v1/timeline/2024-05?scope=mine")).json;
  assert.deepEqual(month.id, [ids[2], ids[1], ids[0]]);
  for (const name of columns) assert.equal(month[name].length, 3, name);
  const rest = (
    await other.get(`/api/v1/timeline/2024-05?scope=mine&offset=1&limit=1&version=${month.version}`)
  ).json;
  assert.deepEqual([rest.id, rest.offset, rest.count], [[ids[1]], 1, 3]);
});

test("a month's layout has two bytes a photo, in the order of its columns", async () => {
  const month = (await other.get("/api/v1/timeline/2024-05?scope=mine")).json;
  const layout = await other.get("/api/v1/timeline/2024-05/layout?scope=mine");
  assert.equal(layout.status, 200);
  assert.deepEqual([layout.json.version, layout.json.count], [month.version, 3]);
  assert.deepEqual([...Buffer.from(layout.json.day, "base64")], [31, 1, 1]);
  const aspects = month.width.map((width, i) => Math.round(128 + 32 * Math.log2(width / month.height[i])));
  assert.deepEqual([...Buffer.from(layout.json.aspect, "base64")], aspects);
  const etag = { "If-None-Match": layout.headers.etag };
  assert.equal((await other.get("/api/v1/timeline/2024-05/layout?scope=mine", etag)).status, 304);
  await at(other, "2024-05-20T00:00:00");
  const later = (await other.get("/api/v1/timeline/2024-05/layout?scope=mine", etag)).json;
  assert.deepEqual([...Buffer.from(later.day, "base64")], [31, 20, 1, 1]);
  assert.equal((await nobody.get("/api/v1/timeline/2024-05/layout?scope=mine")).status, 401);
  assert.equal((await nobody.get("/api/v1/timeline/may/layout")).status, 404);
  const empty = (await nobody.get("/api/v1/timeline/1812-05/layout")).json;
  assert.deepEqual([empty.count, empty.aspect, empty.day], [0, "", ""]);
});

test("a month that changed is not mixed with the one before", async () => {
  const version = (await other.get("/api/v1/timeline/2024-05?scope=mine")).json.version;
  await at(other, "2024-05-02T00:00:00");
  assert.equal((await other.get(`/api/v1/timeline/2024-05?scope=mine&version=${version}`)).status, 409);
});

test("a month without photos is empty, and one that is none is not found", async () => {
  const empty = await nobody.get("/api/v1/timeline/1987-01");
  assert.equal(empty.status, 200);
  assert.deepEqual([empty.json.count, empty.json.id], [0, []]);
  for (const month of ["2024-13", "2024", "may"])
    assert.equal((await nobody.get(`/api/v1/timeline/${month}`)).status, 404);
  assert.equal((await nobody.get("/api/v1/timeline/2024-05?limit=5001")).status, 400);
  assert.equal((await nobody.get("/api/v1/timeline?scope=all")).status, 404);
  assert.equal((await nobody.get("/api/v1/timeline?scope=wall&scope=mine")).status, 400);
});

test("the wall shows what is public and ready to everybody, and nobody's favourites", async () => {
  const id = await at(member, "2022-02-02T02:02:02", { visibility: "public", favourite: true });
  const hidden = await at(member, "2022-02-03T02:02:02");
  const wall = (await nobody.get("/api/v1/timeline/2022-02")).json;
  assert.deepEqual(wall.id, [id]);
  assert.deepEqual(wall.favourite, [false]);
  const mine = (await member.get("/api/v1/timeline/2022-02?scope=mine")).json;
  assert.deepEqual(mine.id, [hidden, id]);
  assert.deepEqual((await member.get("/api/v1/timeline/2022-02?scope=favourites")).json.id, [id]);
  await member.delete(`/api/v1/photos/${id}`);
  await server.forgotten();
  assert.deepEqual((await nobody.get("/api/v1/timeline/2022-02")).json.id, []);
  assert.deepEqual((await member.get("/api/v1/timeline/2022-02?scope=trash")).json.id, [id]);
});

test("only the wall for nobody may be shared by a cache", async () => {
  for (const path of ["/api/v1/timeline", "/api/v1/timeline/2024-05"]) {
    assert.equal((await nobody.get(path)).headers["x-accel-expires"], "1");
    assert.equal((await member.get(path)).headers["x-accel-expires"], undefined);
    assert.equal((await member.get(`${path}?scope=mine`)).headers["x-accel-expires"], undefined);
  }
  assert.equal((await nobody.get("/api/v1/me")).headers["x-accel-expires"], undefined);
});

test("timelines are not sent again, in any coding", async () => {
  for (let i = 0; i < 4; i++) await at(other, "2024-05-03T00:00:00", { title: "long ".repeat(50) });
  for (const coding of ["identity", "gzip", "br"]) {
    const headers = { "Accept-Encoding": coding };
    const path = "/api/v1/timeline/2024-05?scope=mine";
    const first = await other.get(path, headers);
    assert.equal((await other.get(path, { ...headers, "If-None-Match": first.headers.etag })).status, 304);
    assert.equal(first.headers["content-encoding"], coding === "identity" ? undefined : coding);
    assert.deepEqual((await other.get(path, headers)).json, first.json);
  }
});

/** Opens the stream; `next()` gives the next event. */
async function listen(client, scope, lastId) {
  const headers = { Cookie: client.credentials.cookie };
  if (lastId) headers["Last-Event-ID"] = lastId;
  const answer = await new Promise((resolve, reject) =>
    http
      .get(`${server.url}/api/v1/events?scope=${scope}`, { headers, agent: false, localAddress }, resolve)
      .on("error", reject),
  );
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.headers["content-type"], "text/event-stream");
  const pieces = answer.setEncoding("utf8")[Symbol.asyncIterator]();
  let text = "";
  const late = setTimeout(() => answer.destroy(new Error("not heard within a minute")), 60_000);
  const next = async () => {
    for (;;) {
      const end = text.indexOf("\n\n");
      if (end < 0) {
        const piece = await pieces.next();
        assert.ok(!piece.done, "the stream ended");
        text += piece.value;
        continue;
      }
      const fields = Object.fromEntries(
        text
          .slice(0, end)
          .split("\n")
          .map((line) => line.split(/: (.*)/s).slice(0, 2)),
      );
      text = text.slice(end + 2);
      if (fields.event) return { id: fields.id, type: fields.event, data: JSON.parse(fields.data) };
    }
  };
  const until = async (fits) => {
    for (;;) {
      const event = await next();
      if (fits(event)) return event;
    }
  };
  const close = () => {
    clearTimeout(late);
    answer.destroy();
  };
  return { next, until, close };
}

test("changes are told as they happen, and a reader who was cut off goes on", async () => {
  const stream = await listen(member, "mine");
  const photo = await member.photo();
  const ready = await stream.until(({ type, data }) => type === "photo.changed" && data.state === "ready");
  checkSchema("PhotoChanged", ready.data);
  assert.equal(ready.data.id, photo.id);
  await member.patch(`/api/v1/photos/${photo.id}`, { taken_at: "2021-01-01T00:00:00" });
  const changed = await stream.until(
    ({ type, data }) => type === "timeline.changed" && data.months.includes("2021-01"),
  );
  checkSchema("TimelineChanged", changed.data);
  const last = await stream.until(({ id }) => id);
  stream.close();

  await member.patch(`/api/v1/photos/${photo.id}`, { taken_at: "2020-01-01T00:00:00" });
  const again = await listen(member, "mine", last.id);
  await again.until(({ type, data }) => type === "timeline.changed" && data.months.includes("2020-01"));
  again.close();
});

test("a reader whose last event is not kept is told to read everything again", async () => {
  const stream = await listen(member, "wall", "some-other-process-1");
  assert.equal((await stream.next()).type, "resync");
  stream.close();
});

test("a thousand changes are told in few events", async () => {
  const photo = await member.photo();
  const stream = await listen(member, "mine");
  for (let i = 0; i < 40; i++) await member.patch(`/api/v1/photos/${photo.id}`, { title: `title ${i}` });
  const { revision } = (await member.get(`/api/v1/photos/${photo.id}`)).json;
  let events = 0;
  await stream.until((event) => {
    events += event.type === "photo.changed" && event.data.id === photo.id ? 1 : 0;
    return event.data.revision === revision;
  });
  stream.close();
  assert.ok(events < 40, `${events} events`);
});

test("who watches a tag hears of the photos that have it", async () => {
  const watched = encodeURIComponent("tag:a/b: c");
  const stream = await listen(member, watched);
  const { id } = await member.photo();
  await member.patch(`/api/v1/photos/${id}`, { taken_at: "2020-02-02T10:00:00", tags: ["a/b: c", "sea"] });
  const changed = await stream.until(({ type }) => type === "timeline.changed");
  checkSchema("TimelineChanged", changed.data);
  assert.deepEqual([changed.data.scope, changed.data.months], ["tag:a/b: c", ["2020-02"]]);
  const { version } = (await member.get(`/api/v1/timeline?scope=${watched}`)).json;
  assert.equal(changed.data.version, version);
  stream.close();
});

test("a stream needs an account and a scope", async () => {
  assert.equal((await nobody.get("/api/v1/events")).status, 401);
  assert.equal((await member.get("/api/v1/events?scope=all")).status, 404);
});

test("the page carries the first screen, and cannot be broken out of", async (t) => {
  const title = "</script><script>alert(1)</script>\u2028";
  await at(admin, "2030-01-01T00:00:00", { visibility: "public", title });
  const page = await nobody.get("/");
  if (page.status === 404) return t.skip("the web interface is not built");
  assert.equal(page.status, 200);
  assert.match(page.headers["content-security-policy"], /script-src 'self'(;|$)/);
  assert.match(page.headers["content-security-policy"], /frame-ancestors 'none'/);
  assert.equal(page.headers["x-content-type-options"], "nosniff");
  assert.equal(page.headers["x-accel-expires"], "1");
  const [, text] = /<script type="application\/json" id="initial">(.*?)<\/script>/s.exec(String(page.body));
  assert.doesNotMatch(text, /[<>&\u2028]/);
  const initial = JSON.parse(text);
  checkSchema("Initial", initial);
  assert.equal(initial.me.user, null);
  assert.equal(initial.months["2030-01"].title[0], title);
  assert.equal((await nobody.get("/", { "If-None-Match": page.headers.etag })).status, 304);

  const mine = await member.get("/photos/whatever");
  assert.equal(mine.status, 200);
  assert.equal(mine.headers["x-accel-expires"], undefined);
  assert.match(String(mine.body), new RegExp(`"name":"${called("grace")}"`));
  assert.equal((await nobody.get("/assets/nothing.js")).status, 404);
});

test("health is told to those who ask", async (t) => {
  if (!server.own) return t.skip("a proxy hides it");
  assert.equal((await nobody.get("/livez")).status, 200);
  assert.deepEqual((await nobody.get("/readyz")).json, { ready: true, reasons: [] });
  const named = await nobody.request("HEAD", "/livez");
  assert.equal(named.status, 200);
  assert.equal(named.body.length, 0);
});
