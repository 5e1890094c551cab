// Positions in words.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { called, logIn, password, people } from "./client.js";
import { eventually } from "./eventually.js";
import { Server } from "./server.js";

let server, nobody, admin, member, other;

before(async () => {
  server = await Server.start();
  ({ nobody, admin, member, other } = await people(server));
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

test("one's own towns are listed by country, and what is asked for each finds its photos", async () => {
  const newcomer = async (name) => {
    await admin.post("/api/v1/users", { name: called(name), role: "member", password });
    return logIn(server.url, name);
  };
  const mine = await newcomer("marco");
  const put = async (lat, lon) => {
    const photo = await mine.photo();
    await mine.patch(pathOf(photo), { location: { lat, lon } });
    return photo.id;
  };
  const cancale = [await put(48.6744, -1.8473), await put(48.6745, -1.8474)];
  await put(48.1374, 11.5755);
  await put(0, 0);
  const london = await put(51.5074, -0.1278);
  const list = async (client, headers) => (await client.get("/api/v1/places", headers)).json;
  const said = ({ countries }) =>
    countries.map(({ name, count, towns }) => [name, count, ...towns.map((town) => `${town.name}, ${town.region}: ${town.count}`)]);
  // Each replica hears of the photos in its own time.
  const complete = ({ countries }) => countries?.length === 3 && countries[0].count === 2;
  const english = await eventually(() => list(mine), complete);
  const whole = said(english);
  assert.deepEqual(whole[0], ["France", 2, "Cancale, Brittany: 2"]);
  assert.deepEqual(whole.slice(1).sort(), [
    ["Germany", 1, "Munich, Bavaria: 1"],
    ["United Kingdom", 1, "London, England: 1"],
  ]);
  assert.ok(cancale.includes(english.countries[0].towns[0].id));
  assert.equal(english.more, false);

  const answer = await eventually(() => mine.get("/api/v1/places", french), ({ json }) => complete(json));
  assert.match(answer.headers.vary, /Accept-Language/i);
  assert.deepEqual(said(answer.json).slice(1).sort(), [
    ["Allemagne", 1, "Munich, Bavière: 1"],
    ["Royaume-Uni", 1, "Londres, Angleterre: 1"],
  ]);
  for (const { towns } of [...english.countries, ...answer.json.countries])
    for (const { question, count } of towns)
      await eventually(() => mine.get(`/api/v1/search?q=${encodeURIComponent(question)}`), ({ json }) => json.total === count);

  for (const [headers, value] of [[{}, "London"], [french, "Londres"]]) {
    const { json } = await eventually(() => mine.get("/api/v1/search/suggest?q=lon", headers), ({ json }) => json.suggestions.length > 0);
    assert.deepEqual(json.suggestions, [{ kind: "place", value, count: 1 }]);
  }

  await mine.delete(`/api/v1/photos/${london}`);
  await eventually(
    () => list(mine),
    ({ countries }) => countries.length === 2,
  );
  assert.deepEqual((await list(await newcomer("homer"))).countries, []);
  assert.equal((await nobody.get("/api/v1/places")).status, 401);
});

test("who does not see the position is not told the place", async () => {
  const photo = await placed(48.6744, -1.8473);
  await member.patch(pathOf(photo), { visibility: "public" });
  for (const viewer of [nobody, other]) {
    const seen = (await viewer.get(pathOf(photo))).json;
    assert.ok(!("place" in seen) && !("location" in seen), JSON.stringify(seen));
  }
});
