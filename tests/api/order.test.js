// An album in its own order: who moves what where.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { people } from "./client.js";
import { eventually } from "./eventually.js";
import { Server } from "./server.js";

const nothing = "01935b91-0d4e-7b6a-9c1f-6f0c2d1e8a55";
let server, nobody, member, other, otherId;

before(async () => {
  server = await Server.start();
  ({ nobody, member, other } = await people(server));
  otherId = (await other.get("/api/v1/me")).json.user.id;
});
after(() => server.stop());

/** An album of so many photos, a day apart; the newest stands first. */
async function filled(count) {
  const album = (await member.post("/api/v1/albums", { title: "wedding", order: "own" })).json;
  assert.equal(album.order, "own");
  const ids = [];
  for (let day = count; day > 0; day--) {
    const { id } = await member.photo();
    await member.patch(`/api/v1/photos/${id}`, { taken_at: `2024-05-${String(day).padStart(2, "0")}T12:00:00` });
    ids.push(id);
  }
  await member.post(`/api/v1/albums/${album.id}/photos`, { add: ids });
  return { album: album.id, ids };
}
const move = (client, album, body) => client.post(`/api/v1/albums/${album}/order`, body);
async function moved(client, album, body) {
  const answer = await move(client, album, body);
  assert.equal(answer.status, 200, String(answer.body));
  return answer.json.results.map(({ status }) => status);
}
async function shown(client, scope) {
  const ids = [];
  for (const { month } of (await client.get(`/api/v1/timeline?scope=${scope}`)).json.months)
    ids.push(...(await client.get(`/api/v1/timeline/${month}?scope=${scope}`)).json.id);
  return ids;
}
const inOrder = (client, album) => shown(client, `sequence:${album}`);
async function join(album, role) {
  await member.request("PUT", `/api/v1/albums/${album}/members/${otherId}`, { json: { role } });
}

test("photos go before and after others, to the beginning and to the end, and the album's dates stay", async () => {
  const { album, ids } = await filled(4);
  const [a, b, c, d] = ids;
  assert.deepEqual(await inOrder(member, album), [a, b, c, d]);
  assert.deepEqual(await moved(member, album, { ids: [d], before: b }), [200]);
  assert.deepEqual(await inOrder(member, album), [a, d, b, c]);
  assert.deepEqual(await moved(member, album, { ids: [a, b], after: c }), [200, 200]);
  assert.deepEqual(await inOrder(member, album), [d, c, a, b]);
  await moved(member, album, { ids: [b], to: "beginning" });
  await moved(member, album, { ids: [d], to: "end" });
  assert.deepEqual(await inOrder(member, album), [b, c, a, d]);
  const listed = await member.get(`/api/v1/photos?scope=sequence:${album}&limit=2`);
  const rest = await member.get(`/api/v1/photos?scope=sequence:${album}&limit=2&cursor=${listed.json.next}`);
  assert.deepEqual(
    [...listed.json.photos, ...rest.json.photos].map(({ id }) => id),
    [b, c, a, d],
    "in pages too",
  );
  assert.deepEqual(await shown(member, `album:${album}`), ids);
  assert.equal((await member.get(`/api/v1/photos/${d}`)).json.taken_at.slice(0, 10), "2024-05-01");
});

test("a share shows the order that its album has", async () => {
  const { album, ids } = await filled(3);
  await moved(member, album, { ids: [ids[2]], to: "beginning" });
  const { key } = (await member.post("/api/v1/shares", { album })).json;
  assert.equal((await nobody.get(`/api/v1/s/${key}`)).json.own_order, true);
  assert.deepEqual(await shown(nobody, `share:${key}`), [ids[2], ids[0], ids[1]]);
  await member.patch(`/api/v1/albums/${album}`, { order: "newest" });
  await eventually(
    () => nobody.get(`/api/v1/s/${key}`),
    ({ json }) => json.own_order === false,
    50,
  );
  assert.deepEqual(await shown(nobody, `share:${key}`), ids);
});

test("editors move photos of others, viewers and contributors none, and for everybody else there is no such album", async () => {
  const { album, ids } = await filled(2);
  const wish = { ids: [ids[1]], to: "beginning" };
  const refusal = async (client) => (await move(client, album, wish)).status;
  assert.equal(await refusal(nobody), 401);
  assert.equal(await refusal(other), 404);
  for (const role of ["viewer", "contributor"]) {
    await join(album, role);
    await eventually(
      () => move(other, album, wish),
      ({ status }) => status === 403,
      50,
    );
  }
  assert.deepEqual(await inOrder(member, album), ids);
  await join(album, "editor");
  await eventually(
    () => move(other, album, wish),
    ({ status }) => status === 200,
    50,
  );
  assert.deepEqual(await inOrder(member, album), [ids[1], ids[0]]);
  assert.equal((await move(member, nothing, wish)).status, 404);
});

test("what does not stand in the album is refused alone", async () => {
  const { album, ids } = await filled(2);
  const elsewhere = (await member.photo()).id;
  assert.deepEqual(await moved(member, album, { ids: [nothing, elsewhere, ids[1]], to: "beginning" }), [404, 404, 200]);
  assert.deepEqual(await inOrder(member, album), [ids[1], ids[0]]);
  assert.deepEqual((await member.get(`/api/v1/photos/${elsewhere}`)).json.albums, []);
});

test("a wish that says nothing, or too much, is told what is wrong with it", async () => {
  const { album, ids } = await filled(2);
  const [a, b] = ids;
  const wrong = async (body) => {
    const answer = await move(member, album, body);
    assert.equal(answer.status, 400, String(answer.body));
    return answer.json.errors.map(({ field }) => field);
  };
  assert.deepEqual(await wrong({ ids: [], to: "end" }), ["ids"]);
  assert.deepEqual(await wrong({ to: "end" }), ["ids"]);
  assert.deepEqual(await wrong({ ids: [a] }), ["to"]);
  assert.deepEqual(await wrong({ ids: [a], before: b, to: "end" }), ["to"]);
  assert.deepEqual(await wrong({ ids: [a], to: "middle" }), ["to"]);
  assert.deepEqual(await wrong({ ids: [a], before: "x" }), ["before"]);
  assert.deepEqual(await wrong({ ids: [a, b, a], to: "end" }), ["ids[2]"]);
  assert.deepEqual(await wrong({ ids: Array(1001).fill(a), to: "end" }), ["ids"]);
  assert.deepEqual(await wrong({ ids: [a], after: a }), ["after"]);
  assert.deepEqual(await wrong({ ids: [a], after: nothing }), ["after"]);
  assert.deepEqual(await wrong({ ids: [a], to: "end", more: 1 }), ["more"]);
  assert.deepEqual(await inOrder(member, album), ids);
});

test("what is taken out and put in again stands by its time, or where its place is sent along", async () => {
  const { album, ids } = await filled(4);
  const [a, b, c, d] = ids;
  const change = (body, client = member) => client.post(`/api/v1/albums/${album}/photos`, body);
  await moved(member, album, { ids: [d, c], to: "beginning" });
  const taken = (await change({ remove: [d, b] })).json.results;
  const place = taken[0].place;
  assert.match(place, /^[0-9]+\.[0-9a-f]{16}$/);
  assert.equal(taken[1].place, undefined, "nobody has moved it");
  assert.deepEqual(await inOrder(member, album), [c, a]);
  await change({ add: [d, b] });
  assert.deepEqual(await inOrder(member, album), [c, a, b, d]);
  await change({ add: [d], places: { [d]: place } });
  assert.deepEqual(await inOrder(member, album), [c, a, b, d], "it stands there already");
  await change({ remove: [d] });
  await change({ add: [d], places: { [d]: place } });
  assert.deepEqual(await inOrder(member, album), [d, c, a, b]);
  await member.delete(`/api/v1/photos/${d}`);
  await member.post(`/api/v1/photos/${d}/restore`);
  assert.deepEqual(await inOrder(member, album), [d, c, a, b], "out of the trash it stands where it stood");
});

test("a contributor says where their own photo comes as they put it in, and moves none that stands there", async () => {
  const { album, ids } = await filled(2);
  await moved(member, album, { ids: [ids[1]], to: "beginning" });
  const { place } = (await member.post(`/api/v1/albums/${album}/photos`, { remove: [ids[1]] })).json.results[0];
  await join(album, "contributor");
  const theirs = (await other.photo()).id;
  const put = (id) => other.post(`/api/v1/albums/${album}/photos`, { add: [id], places: { [id]: place } });
  await eventually(
    () => put(theirs),
    ({ status }) => status === 200,
    50,
  );
  assert.deepEqual(await inOrder(member, album), [theirs, ids[0]]);
  assert.equal((await put(ids[0])).json.results[0].status, 403);
  assert.deepEqual(await inOrder(member, album), [theirs, ids[0]]);
});

test("places that no answer gave, or of photos that are not added, are wrong", async () => {
  const { album, ids } = await filled(1);
  const wrong = async (places, add = []) => {
    const answer = await member.post(`/api/v1/albums/${album}/photos`, { add, places });
    assert.equal(answer.status, 400, String(answer.body));
    return answer.json.errors.map(({ field, code }) => [field, code]);
  };
  const place = "1714564920.d000000000000000";
  for (const bad of ["", "1714564920", "1714564920.5000000000000000", "9999999999999.d000000000000000", "x.d000000000000000"])
    assert.deepEqual(await wrong({ [nothing]: bad }, [nothing]), [[`places.${nothing}`, "not-album-place"]]);
  assert.deepEqual(await wrong({ [nothing]: 7 }, [nothing]), [[`places.${nothing}`, "not-text"]]);
  assert.deepEqual(await wrong({ [nothing]: place }, ids), [[`places.${nothing}`, "unknown-field"]]);
  assert.deepEqual(await wrong([place], ids), [["places", "not-object"]]);
});

test("two who move at once lose nothing, and both see the same", async () => {
  const { album, ids } = await filled(6);
  await join(album, "editor");
  await eventually(
    () => inOrder(other, album).catch(() => []),
    (now) => now.length === 6,
    50,
  );
  const [a, b, c, d, e, f] = ids;
  const both = await Promise.all([
    moved(member, album, { ids: [f], before: a }),
    moved(other, album, { ids: [e], before: a }),
    moved(member, album, { ids: [d], after: b }),
    moved(other, album, { ids: [d], after: a }),
  ]);
  assert.deepEqual(both.flat(), [200, 200, 200, 200]);
  const now = await inOrder(member, album);
  assert.deepEqual([...now].sort(), [...ids].sort());
  assert.deepEqual(new Set(now.slice(0, 2)), new Set([e, f]));
  assert.ok(now.indexOf(a) < now.indexOf(b) && now.indexOf(b) < now.indexOf(c));
  assert.deepEqual(await inOrder(other, album), now);
});

test("the version of an album's own order changes with it", async () => {
  const { album, ids } = await filled(2);
  const before = (await member.get(`/api/v1/timeline?scope=sequence:${album}`)).json.version;
  await moved(member, album, { ids: [ids[1]], before: ids[0] });
  const after = (await member.get(`/api/v1/timeline?scope=sequence:${album}`)).json.version;
  assert.notEqual(after, before);
});
