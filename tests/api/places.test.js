// Positions in words.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { people } from "./client.js";
import { Server } from "./server.js";

let server, nobody, member, other;

before(async () => {
  server = await Server.start();
  ({ nobody, member, other } = await people(server));
});
after(() => server.stop());

const pathOf = (photo) => `/api/v1/photos/${photo.id}`;
const french = { "Accept-Language": "fr-CH, en;q=0.5" };

async function placed(lat, lon) {
  const photo = await member.photo();
  const changed = await member.patch(pathOf(photo), { location: { lat, lon } });
  assert.equal(changed.status, 200, String(changed.body));
  return changed.json;
}

test("a position has the name of its town, in the language of who asks", async () => {
  const photo = await placed(48.6744, -1.8473);
  const said = { name: "Cancale", region: "Brittany", country: "France", country_code: "FR" };
  assert.deepEqual(photo.place, said);
  assert.deepEqual((await member.get(pathOf(photo))).json.place, said);
  const answer = await member.get(pathOf(photo), french);
  assert.deepEqual(answer.json.place, { ...said, region: "Bretagne" });
  assert.match(answer.headers.vary, /Accept-Language/i);
  const { photos } = (await member.get("/api/v1/photos?scope=mine", french)).json;
  assert.equal(photos.find(({ id }) => id === photo.id).place.region, "Bretagne");
});

test("what one language was told is not taken for the other's", async () => {
  const photo = await placed(48.1374, 11.5755);
  const first = await member.get(pathOf(photo));
  const same = await member.get(pathOf(photo), { "If-None-Match": first.headers.etag });
  assert.equal(same.status, 304);
  const second = await member.get(pathOf(photo), { ...french, "If-None-Match": first.headers.etag });
  assert.equal(second.status, 200);
  assert.deepEqual([first.json.place.region, second.json.place.region], ["Bavaria", "Bavière"]);
});

for (const [what, lat, lon, town, country] of [
  ["an arrondissement on the edge of Paris", 48.829, 2.356, "Paris", "FR"],
  ["a suburb of Paris", 48.8136, 2.3444, "Gentilly", "FR"],
  ["the far north", 78.22, 15.65, "Longyearbyen", "SJ"],
  ["the southern hemisphere", -33.8568, 151.2153, "Sydney", "AU"],
]) {
  test(`${what} is named`, async () => {
    const { place } = await placed(lat, lon);
    assert.deepEqual([place?.name, place?.country_code], [town, country]);
  });
}

test("the sea and the poles have no place, and a photo without a position none", async () => {
  for (const [lat, lon] of [
    [0, 0],
    [-48.9, -123.4],
    [90, 0],
    [-90, 180],
  ])
    assert.equal((await placed(lat, lon)).place, null, `${lat}, ${lon}`);
  assert.equal((await member.photo()).place, null);
});

test("who does not see the position is not told the place", async () => {
  const photo = await placed(48.6744, -1.8473);
  await member.patch(pathOf(photo), { visibility: "public" });
  for (const viewer of [nobody, other]) {
    const seen = (await viewer.get(pathOf(photo))).json;
    assert.ok(!("place" in seen) && !("location" in seen), JSON.stringify(seen));
  }
});
