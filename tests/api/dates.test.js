// When photos were taken: from files, from names, from the file's own day, and by hand; and how they stand within a second.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { people } from "./client.js";
import { jpeg, picture } from "./pictures.js";
import { Server } from "./server.js";

let server, member, nobody;

before(async () => {
  server = await Server.start();
  ({ member, nobody } = await people(server));
});
after(() => server.stop());

/** The JPEG with EXIF that has these texts, by tag, in its Exif directory (TIFF 6.0, EXIF 2.32). */
function withExif(tags, salt) {
  const entries = Object.entries(tags).map(([tag, text]) => [Number(tag), Buffer.from(`${text}\0`, "latin1")]);
  const head = Buffer.from("Exif\0\0II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x1a\0\0\0\0\0\0\0", "latin1");
  const directory = Buffer.alloc(2 + 12 * entries.length + 4);
  const data = [];
  let at = 26 + directory.length;
  directory.writeUInt16LE(entries.length, 0);
  entries.forEach(([tag, text], i) => {
    const entry = 2 + 12 * i;
    directory.writeUInt16LE(tag, entry);
    directory.writeUInt16LE(2, entry + 2);
    directory.writeUInt32LE(text.length, entry + 4);
    if (text.length <= 4) {
      text.copy(directory, entry + 8);
      return;
    }
    directory.writeUInt32LE(at, entry + 8);
    data.push(text);
    at += text.length;
  });
  const body = Buffer.concat([head, directory, ...data]);
  const segment = Buffer.from([0xff, 0xe1, 0, 0]);
  segment.writeUInt16BE(body.length + 2, 2);
  const comment = Buffer.from(`\xff\xfe\0\x0a${String(salt).padStart(8, "0")}`, "latin1");
  return Buffer.concat([jpeg.subarray(0, 2), segment, body, comment, jpeg.subarray(2)]);
}
const original = 0x9003;
const offset = 0x9011;
const fraction = 0x9291;
let salt = 0;
const taken = (tags) => withExif(tags, ++salt);

async function sent(bytes, query) {
  const answer = await member.upload(bytes, `?${new URLSearchParams(query)}`);
  assert.equal(answer.status, 201, String(answer.body));
  return answer.json;
}
const dated = ({ taken_at, taken_precision }) => [taken_at, taken_precision];

test("a date is told as exactly as it is known", async () => {
  for (const [text, taken_at, precision] of [
    ["1978:00:00 00:00:00", "1978-01-01T00:00:00", "year"],
    ["1978:06:00 00:00:00", "1978-06-01T00:00:00", "month"],
    ["1978:06:12", "1978-06-12T00:00:00", "day"],
    ["2015:08:22 24:08:19", "2015-08-23T00:08:19", "time"],
  ]) {
    const photo = await sent(taken({ [original]: text }), { filename: "a.jpg" });
    assert.deepEqual(dated(photo), [taken_at, precision], text);
    const month = (await member.get(`/api/v1/timeline/${taken_at.slice(0, 7)}?scope=mine`)).json;
    const at = month.id.indexOf(photo.id);
    assert.deepEqual([month.taken_at[at], month.taken_precision[at]], [taken_at, precision]);
  }
});

test("a burst stands by its fractions, then by its names, whatever came first", async () => {
  const names = ["DSC_0010.jpg", "DSC_0002.jpg", "DSC_0009.jpg", "DSC_0001.jpg"];
  for (const [i, filename] of names.entries())
    await sent(taken({ [original]: "2001:02:03 04:05:06", [fraction]: String(900 - i) }), { filename });
  for (const filename of names) await sent(taken({ [original]: "2001:02:03 04:05:05" }), { filename });
  const month = (await member.get("/api/v1/timeline/2001-02?scope=mine")).json;
  const order = await Promise.all(month.id.map(async (id) => (await member.get(`/api/v1/photos/${id}`)).json.filename));
  assert.deepEqual(order, [...names, "DSC_0010.jpg", "DSC_0009.jpg", "DSC_0002.jpg", "DSC_0001.jpg"]);
  assert.equal(month.taken_at[0], "2001-02-03T04:05:06.9");
  const listed = [];
  for (let cursor = ""; ;) {
    const page = (await member.get(`/api/v1/photos?scope=mine&limit=3&cursor=${cursor}`)).json;
    listed.push(...page.photos.filter((photo) => photo.taken_at?.startsWith("2001-02-03")).map(({ id }) => id));
    if (!page.next) break;
    cursor = page.next;
  }
  assert.deepEqual(listed, month.id, "page by page they are the same");
});

test("a date in the name counts where the file has none, or only that of a change", async () => {
  for (const [filename, taken_at, precision] of [
    ["IMG-20240531-WA0001.jpg", "2024-05-31T00:00:00", "day"],
    ["signal-2024-06-01-12-34-56-789.jpg", "2024-06-01T12:34:56.789", "time"],
    ["Screenshot_20231231.png", "2023-12-31T00:00:00", "day"],
  ])
    assert.deepEqual(dated(await sent(picture(), { filename })), [taken_at, precision], filename);
  const own = await sent(taken({ [original]: "2003:04:05 06:07:08" }), { filename: "IMG-20240531-WA0002.jpg" });
  assert.equal(own.taken_at, "2003-04-05T06:07:08");
  const plain = await sent(picture(), { filename: "DSC_0001.JPG" });
  assert.deepEqual(dated(plain), [null, null]);
});

test("without a date a photo stands on the local day of its file, and not in the future", async () => {
  const on = async (modified) => {
    const { id } = await sent(picture(), { filename: "x.png", modified });
    const { months } = (await member.get("/api/v1/timeline?scope=mine")).json;
    for (const { month } of months)
      if ((await member.get(`/api/v1/timeline/${month}?scope=mine`)).json.id.includes(id)) return month;
    return undefined;
  };
  assert.equal(await on("2014-06-01T00:30:00+02:00"), "2014-06");
  assert.equal(await on("2014-05-31T22:30:00Z"), "2014-05");
  assert.equal(await on("2014-06-30T23:30:00.250-09:30"), "2014-06");
  assert.equal(await on("2991-01-01T00:00:00Z"), new Date().toISOString().slice(0, 7));
});

test("a person may say as much of a date as they know", async () => {
  const { id } = await sent(picture(), { filename: "scan.png" });
  const change = async (body) => {
    const answer = await member.patch(`/api/v1/photos/${id}`, body);
    assert.equal(answer.status, 200, String(answer.body));
    return dated(answer.json);
  };
  assert.deepEqual(await change({ taken_at: "1958" }), ["1958-01-01T00:00:00", "year"]);
  assert.deepEqual(await change({ taken_at: "1958-06-12" }), ["1958-06-12T00:00:00", "day"]);
  assert.deepEqual(await change({ taken_precision: "month" }), ["1958-06-01T00:00:00", "month"]);
  assert.deepEqual(
    await change({ taken_precision: "day" }),
    ["1958-06-01T00:00:00", "month"],
    "nothing gets more exact",
  );
  assert.deepEqual(await change({ taken_at: "1958-06-12T10:20:30.5+01:00", taken_precision: "time" }), [
    "1958-06-12T10:20:30.5+01:00",
    "time",
  ]);
  assert.deepEqual(await change({ taken_at: "1958-06-12T10:20:30", taken_precision: "year" }), [
    "1958-01-01T00:00:00",
    "year",
  ]);
  assert.deepEqual(await change({ taken_at: null, taken_precision: null }), [null, null]);
  for (const body of [
    { taken_at: "1958-13" },
    { taken_at: "58" },
    { taken_precision: "decade" },
    { taken_precision: 1 },
  ])
    assert.equal((await member.patch(`/api/v1/photos/${id}`, body)).status, 400, JSON.stringify(body));
});

const bulk = async (ids, change) => {
  const answer = await member.post("/api/v1/photos/bulk", { ids, change });
  assert.equal(answer.status, 200, String(answer.body));
  return answer.json.results;
};
const told = async (id) => {
  const { taken_at, taken_precision, taken_from } = (await member.get(`/api/v1/photos/${id}`)).json;
  return [taken_at, taken_precision, taken_from];
};

test("a photo says where its date is from, and to its owner alone", async () => {
  const camera = await sent(taken({ [original]: "2018:07:14 16:02:09" }), { filename: "a.jpg", visibility: "public" });
  assert.equal(camera.taken_from, "exif");
  assert.equal((await sent(picture(), { filename: "IMG-20240531-WA0003.jpg" })).taken_from, "filename");
  assert.equal((await sent(picture(), { filename: "x.png", modified: "2014-06-01T00:30:00Z" })).taken_from, "modified");
  assert.equal((await sent(picture(), { filename: "x.png" })).taken_from, "uploaded");
  await member.ready(camera.id);
  const seen = (await nobody.get(`/api/v1/photos/${camera.id}`)).json;
  assert.deepEqual([seen.taken_at, "taken_from" in seen], ["2018-07-14T16:02:09", false]);
  await member.patch(`/api/v1/photos/${camera.id}`, { taken_at: "2018" });
  assert.deepEqual(await told(camera.id), ["2018-01-01T00:00:00", "year", "person"]);
  await member.patch(`/api/v1/photos/${camera.id}`, { taken_from: "file" });
  assert.deepEqual(await told(camera.id), ["2018-07-14T16:02:09", "time", "exif"]);
  await member.patch(`/api/v1/photos/${camera.id}?unless_edited=true`, { taken_at: "2017-07-14T16:02:09Z" });
  assert.deepEqual(await told(camera.id), ["2017-07-14T16:02:09Z", "time", "sidecar"]);
});

test("many are moved, each by itself, and undone as they were", async () => {
  const exact = await sent(taken({ [original]: "2016:02:29 23:30:00", [offset]: "+02:00" }), { filename: "a.jpg" });
  const day = await sent(picture(), { filename: "IMG-20240531-WA0004.jpg" });
  const none = await sent(picture(), { filename: "x.png" });
  const ids = [exact.id, day.id, none.id];
  const before = await Promise.all(ids.map(told));
  const results = await bulk(ids, { shift_taken_at: "PT1H" });
  assert.deepEqual(
    results.map(({ status, code, taken_before }) => [status, code, taken_before]),
    [
      [200, null, "2016-02-29T23:30:00+02:00"],
      [422, "date-not-exact", undefined],
      [422, "date-unknown", undefined],
    ],
  );
  assert.ok(results[1].detail.length > 10);
  assert.deepEqual(await told(exact.id), ["2016-03-01T00:30:00+02:00", "time", "person"]);
  assert.ok(
    (await member.get("/api/v1/timeline/2016-03?scope=mine")).json.id.includes(exact.id),
    "it stands in its month",
  );
  assert.deepEqual((await bulk([day.id], { shift_taken_at: -86400 }))[0].taken_before, "2024-05-31");
  assert.deepEqual(await told(day.id), ["2024-05-30T00:00:00", "day", "person"]);
  const set = await bulk(ids, { taken_at: "1999" });
  assert.deepEqual(
    set.map(({ taken_before }) => taken_before),
    ["2016-03-01T00:30:00+02:00", "2024-05-30", null],
  );
  await bulk(ids, { taken_at: ["2016-02-29T23:30:00+02:00", "2024-05-31", null] });
  assert.deepEqual(await Promise.all(ids.map(told)), before);
});

test("a zone keeps what the clock shows, or the moment", async () => {
  const { id } = await sent(taken({ [original]: "2015:07:01 20:00:00" }), { filename: "a.jpg" });
  const become = async (change) => {
    const [{ code }] = await bulk([id], change);
    return code ?? (await told(id))[0];
  };
  assert.equal(await become({ time_zone: "Asia/Tokyo", keep: "instant" }), "date-without-offset");
  assert.equal(await become({ time_zone: "America/New_York" }), "2015-07-01T20:00:00-04:00");
  assert.equal(await become({ time_zone: "Europe/Paris", keep: "instant" }), "2015-07-02T02:00:00+02:00");
  assert.equal(await become({ time_zone: "-09:30", keep: "clock" }), "2015-07-02T02:00:00-09:30");
  await bulk([id], { taken_from: "file" });
  assert.equal(
    await become({ time_zone: "Asia/Tokyo", keep: "instant", camera_time_zone: "Europe/Paris" }),
    "2015-07-02T03:00:00+09:00",
  );
  const patched = await member.patch(`/api/v1/photos/${id}`, { shift_taken_at: 60 });
  assert.equal(patched.json.taken_at, "2015-07-02T03:01:00+09:00");
  await member.patch(`/api/v1/photos/${id}`, { taken_at: null });
  assert.equal((await member.patch(`/api/v1/photos/${id}`, { shift_taken_at: 60 })).status, 422);
});

test("what is no change of a date is refused, field by field", async () => {
  const { id } = await sent(picture(), { filename: "x.png" });
  for (const change of [
    { shift_taken_at: "1h" },
    { shift_taken_at: 1.5 },
    { shift_taken_at: 1e12 },
    { time_zone: "Europe/Nowhere" },
    { time_zone: "Europe/Paris", keep: "both" },
    { time_zone: "Europe/Paris", camera_time_zone: "Asia/Tokyo" },
    { keep: "clock" },
    { taken_from: "person" },
    { taken_at: "2020", shift_taken_at: 60 },
    { taken_at: ["2020", "2021"] },
    { taken_at: [] },
    { taken_at: ["soon"] },
  ]) {
    const answer = await member.post("/api/v1/photos/bulk", { ids: [id], change });
    assert.equal(answer.status, 400, JSON.stringify(change));
    assert.ok(answer.json.errors.length > 0);
  }
  assert.equal((await member.patch(`/api/v1/photos/${id}`, { taken_at: ["2020"] })).status, 400);
});

test("a place gives its offset, to those who see the place", async () => {
  const { id } = await sent(taken({ [original]: "2014:07:01 20:00:00" }), { filename: "a.jpg", visibility: "public" });
  const at = async (location) => {
    const { taken_at, taken_from, offset_from } = (await member.patch(`/api/v1/photos/${id}`, { location })).json;
    return [taken_at, taken_from, offset_from];
  };
  assert.deepEqual(await at({ lat: 48.85, lon: 2.35 }), ["2014-07-01T20:00:00+02:00", "exif", "place"]);
  const month = (await member.get("/api/v1/timeline/2014-07?scope=mine")).json;
  assert.equal(month.taken_at[month.id.indexOf(id)], "2014-07-01T20:00:00");
  await member.ready(id);
  assert.equal((await nobody.get(`/api/v1/photos/${id}`)).json.taken_at, "2014-07-01T20:00:00");
  assert.deepEqual(await at({ lat: 35.68, lon: 139.76 }), ["2014-07-01T20:00:00+09:00", "exif", "place"]);
  assert.deepEqual(await at({ lat: -40, lon: -30 }), ["2014-07-01T20:00:00", "exif", null]);
  assert.deepEqual(await at(null), ["2014-07-01T20:00:00", "exif", null]);
});
