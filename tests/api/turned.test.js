// How a photo lies and how far it goes: turning it, and files that lack their end.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { people } from "./client.js";
import { eventually } from "./eventually.js";
import { jpeg, picture } from "./pictures.js";
import { Server } from "./server.js";

let server, nobody, admin, member, other;

before(async () => {
  server = await Server.start();
  ({ nobody, admin, member, other } = await people(server));
});
after(() => server.stop());

const pathOf = (photo) => `/api/v1/photos/${photo.id}`;

/** Width and height in the header of a lossy WebP (RFC 9649 section 2.5, RFC 6386 section 9.1). */
const sizeOf = (webp) => [webp.readUInt16LE(26) & 0x3fff, webp.readUInt16LE(28) & 0x3fff];

/** Waits for the derivatives that lie as the photo does now. */
async function made(photo) {
  return (await eventually(() => member.get(pathOf(photo)), ({ json }) => json.thumbhash !== null)).json;
}

test("a photo that is turned has its size, its layout and its pictures turned, under another key", async () => {
  const sent = await member.upload(picture(60, 20), "?visibility=public");
  const photo = await member.ready(sent.json.id);
  assert.deepEqual([photo.rotation, photo.width, photo.height], [0, 60, 20]);
  let before = photo;
  for (const [rotation, width, height] of [
    [90, 20, 60],
    [180, 60, 20],
    [270, 20, 60],
    [0, 60, 20],
  ]) {
    const changed = await member.patch(pathOf(photo), { rotation });
    assert.equal(changed.status, 200, String(changed.body));
    const now = changed.json;
    assert.deepEqual([now.rotation, now.width, now.height, now.state], [rotation, width, height, "ready"]);
    assert.notEqual(now.media.key, before.media.key);
    assert.notEqual(now.revision, before.revision);
    for (const variant of now.media.variants) assert.deepEqual([variant.width, variant.height], [width, height]);
    const answer = await nobody.get(now.media.variants[0].url);
    assert.equal(answer.status, 200, "who asks before it is made waits for it");
    assert.deepEqual(sizeOf(answer.body), [width, height]);
    await server.forgotten();
    assert.equal((await nobody.get(before.media.variants[0].url)).status, 404);
    before = await made(photo);
    assert.equal(before.media.key, now.media.key);
  }
  assert.equal(before.thumbhash, photo.thumbhash);

  const { json: timeline } = await member.get("/api/v1/timeline?scope=mine");
  const month = timeline.months[0].month;
  const sizeInMonth = async () => {
    const { json } = await member.get(`/api/v1/timeline/${month}?scope=mine`);
    const at = json.id.indexOf(photo.id);
    return [json.width[at], json.height[at]];
  };
  assert.deepEqual(await sizeInMonth(), [60, 20]);
  await member.patch(pathOf(photo), { rotation: 90 });
  assert.deepEqual(await sizeInMonth(), [20, 60]);
});

test("a photo stays turned when its visibility changes, and when it comes back from the trash", async () => {
  const { json: sent } = await member.upload(picture(60, 20), "?visibility=public");
  const photo = await member.ready(sent.id);
  await member.patch(pathOf(photo), { rotation: 90, title: "lies" });
  await made(photo);
  const hidden = await member.patch(pathOf(photo), { visibility: "private" });
  assert.deepEqual([hidden.json.rotation, hidden.json.width, hidden.json.height], [90, 20, 60]);
  assert.deepEqual(sizeOf((await nobody.get(hidden.json.media.variants[0].url)).body), [20, 60]);
  await member.delete(pathOf(photo));
  const back = await member.post(`${pathOf(photo)}/restore`);
  assert.deepEqual([back.json.rotation, back.json.width, back.json.title], [90, 20, "lies"]);
  const again = await member.patch(pathOf(photo), { rotation: 90 });
  assert.equal(again.json.media.key, back.json.media.key, "nothing changed");
  const upright = await member.patch(pathOf(photo), { rotation: null });
  assert.deepEqual([upright.json.rotation, upright.json.width], [0, 60]);
});

test("only quarters are taken, and only from those who may edit", async () => {
  const { json: photo } = await member.upload(picture(), "?visibility=public");
  await member.ready(photo.id);
  for (const rotation of [45, -90, 360, 90.5, "90", true, [90], 1e300]) {
    const answer = await member.patch(pathOf(photo), { rotation });
    assert.equal(answer.status, 400, String(rotation));
    assert.equal(answer.json.errors[0].field, "rotation");
  }
  assert.equal((await other.patch(pathOf(photo), { rotation: 90 })).status, 403);
  assert.equal((await nobody.patch(pathOf(photo), { rotation: 90 })).status, 401);
  assert.equal((await admin.patch(pathOf(photo), { rotation: 90 })).json.rotation, 90);
});

test("a file that lacks only its end is shown, says so, and is kept as it was", async () => {
  const png = picture(40, 30);
  for (const [name, bytes, incomplete] of [
    ["a whole PNG", png, false],
    ["a PNG without IEND", picture(40, 30).subarray(0, -12), true],
    ["a JPEG without EOI", jpeg.subarray(0, -2), true],
  ]) {
    const { json: sent, status } = await member.upload(bytes);
    assert.equal(status, 201, name);
    const photo = await member.ready(sent.id);
    assert.deepEqual([photo.state, photo.incomplete], ["ready", incomplete], name);
    assert.deepEqual((await member.get(`${pathOf(photo)}/original`)).body, bytes, name);
  }
});
