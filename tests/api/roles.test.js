// Every role against every operation, in one table.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { called, password, people, searchable } from "./client.js";
import { contract } from "./contract.js";
import { picture } from "./pictures.js";
import { Server } from "./server.js";

let server, clients;

before(async () => {
  server = await Server.start();
  const { nobody, admin, member, other } = await people(server);
  clients = { nobody, other, owner: member, admin, visitor: nobody };
  await searchable(nobody);
});
after(() => server.stop());

const roles = ["nobody", "other", "owner", "admin", "visitor"];
const hidden = { method: "GET", photo: "private" };
const shown = { method: "GET", photo: "public" };
const anUpload = "/api/v1/uploads/01935b91-0d4e-7b6a-9c1f-6f0c2d1e8a55";
const tus = {
  "Tus-Resumable": "1.0.0",
  "Content-Type": "application/offset+octet-stream",
  "Upload-Offset": 0,
};

/**
 * Statuses in the order of `roles`; `photo`: a photo of the owner's, made anew for each. A path has its id or media URL in it.
 * `album`: an album of the owner's, likewise; `share`: a share of an album, that allows all. `of` names the contract's operation.
 * A visitor has the link of a share that allows everything, of the row's photo or album, and asks by its scope; what they
 * may is `visitor`, or no more than nobody may.
 */
const table = [
  { of: "getLiveness", path: "/livez", expect: [200, 200, 200, 200] },
  { of: "getReadiness", path: "/readyz", expect: [200, 200, 200, 200] },
  { of: "getMe", path: "/api/v1/me", expect: [200, 200, 200, 200] },
  { of: "listProblems", path: "/problems", expect: [200, 200, 200, 200] },
  { of: "getProblem", path: "/problems/busy", expect: [200, 200, 200, 200] },
  {
    of: "changeMe",
    method: "PATCH",
    path: "/api/v1/me",
    json: { language: "fr" },
    expect: [401, 200, 200, 200],
  },
  { of: "getSettings", path: "/api/v1/me/settings", expect: [401, 200, 200, 200] },
  {
    of: "changeSettings",
    method: "PATCH",
    path: "/api/v1/me/settings",
    json: { theme: "dark" },
    expect: [401, 200, 200, 200],
  },
  {
    of: "setUp",
    method: "POST",
    path: "/api/v1/setup",
    json: { token: "x", name: "eve", password },
    expect: [404, 404, 404, 404],
  },
  {
    of: "logIn",
    method: "POST",
    path: "/api/v1/session",
    json: { name: called("ada"), password },
    expect: [201, 201, 201, 201],
  },
  {
    of: "changePassword",
    method: "POST",
    path: "/api/v1/me/password",
    json: { current: "not this one", new: "another password" },
    expect: [401, 400, 400, 400],
  },
  { of: "listSessions", path: "/api/v1/me/sessions", expect: [401, 200, 200, 200] },
  { of: "endOtherSessions", method: "DELETE", path: "/api/v1/me/sessions", expect: [401, 204, 204, 204] },
  {
    of: "getSession",
    path: "/api/v1/me/sessions/01935b91-0d4e-7b6a-9c1f-6f0c2d1e8a55",
    expect: [401, 404, 404, 404],
  },
  {
    of: "endSession",
    method: "DELETE",
    path: "/api/v1/me/sessions/01935b91-0d4e-7b6a-9c1f-6f0c2d1e8a55",
    expect: [401, 404, 404, 404],
  },
  { of: "listTokens", path: "/api/v1/me/tokens", expect: [401, 200, 200, 200] },
  {
    of: "createToken",
    method: "POST",
    path: "/api/v1/me/tokens",
    json: { name: "t" },
    expect: [401, 201, 201, 201],
  },
  {
    of: "deleteToken",
    method: "DELETE",
    path: "/api/v1/me/tokens/01935b91-0d4e-7b6a-9c1f-6f0c2d1e8a55",
    expect: [401, 404, 404, 404],
  },
  { of: "listUsers", path: "/api/v1/users", expect: [401, 403, 403, 200] },
  {
    of: "createUser",
    method: "POST",
    path: "/api/v1/users",
    json: { name: called("grace"), role: "member", password },
    expect: [401, 403, 403, 409],
  },
  { of: "getUser", path: "/api/v1/users/01935b91-0d4e-7b6a-9c1f-6f0c2d1e8a55", expect: [401, 403, 403, 404] },
  {
    of: "changeUser",
    method: "PATCH",
    path: "/api/v1/users/01935b91-0d4e-7b6a-9c1f-6f0c2d1e8a55",
    json: { disabled: true },
    expect: [401, 403, 403, 404],
  },
  {
    of: "deleteUser",
    method: "DELETE",
    path: "/api/v1/users/01935b91-0d4e-7b6a-9c1f-6f0c2d1e8a55",
    expect: [401, 403, 403, 404],
  },
  { of: "listTags", path: "/api/v1/tags", expect: [401, 200, 200, 200] },
  { of: "search", path: "/api/v1/search?q=a", expect: [401, 200, 200, 200] },
  { of: "search", path: "/api/v1/search?q=a&scope=wall", expect: [200, 200, 200, 200] },
  { of: "suggest", path: "/api/v1/search/suggest?q=a", expect: [401, 200, 200, 200] },
  { of: "suggest", path: "/api/v1/search/suggest?q=a&scope=wall", expect: [200, 200, 200, 200] },
  { of: "getMap", path: "/api/v1/map", expect: [401, 200, 200, 200] },
  { of: "getMapTiles", path: "/api/v1/map/tiles", expect: [401, 404, 404, 404] },
  { of: "getPlaces", path: "/api/v1/places", expect: [401, 200, 200, 200] },
  { of: "getDuplicates", path: "/api/v1/duplicates", expect: [401, 200, 200, 200] },
  {
    of: "keepOfDuplicates",
    method: "POST",
    path: "/api/v1/duplicates/9f86d081884c7d659a2feaa0c55ad015",
    json: { keep: ["01935b91-0d4e-7b6a-9c1f-6f0c2d1e8a55"] },
    expect: [401, 409, 409, 409],
  },
  { of: "renameTag", method: "PATCH", path: "/api/v1/tags/none", json: { name: "x" }, expect: [401, 404, 404, 404] },
  { of: "deleteTag", method: "DELETE", path: "/api/v1/tags/none", expect: [401, 404, 404, 404] },
  { of: "getFleet", path: "/api/v1/fleet", expect: [401, 403, 403, 200] },
  { of: "listPhotos", path: "/api/v1/photos", expect: [200, 200, 200, 200] },
  { of: "listPhotos", path: "/api/v1/photos?scope=mine", expect: [401, 200, 200, 200] },
  { of: "uploadPhoto", method: "POST", path: "/api/v1/photos", file: true, expect: [401, 201, 201, 201] },
  { of: "describeUploads", method: "OPTIONS", path: "/api/v1/uploads", expect: [204, 204, 204, 204] },
  {
    of: "beginUpload",
    method: "POST",
    path: "/api/v1/uploads",
    headers: { ...tus, "Upload-Length": 10 },
    expect: [401, 201, 201, 201],
  },
  { of: "describeUpload", method: "OPTIONS", path: anUpload, expect: [204, 204, 204, 204] },
  { of: "getUpload", method: "HEAD", path: anUpload, headers: tus, expect: [401, 404, 404, 404] },
  { of: "continueUpload", method: "PATCH", path: anUpload, headers: tus, expect: [401, 404, 404, 404] },
  { of: "giveUpUpload", method: "DELETE", path: anUpload, headers: tus, expect: [401, 404, 404, 404] },
  {
    of: "overrideUploadMethod",
    method: "POST",
    path: anUpload,
    headers: { ...tus, "X-HTTP-Method-Override": "DELETE" },
    expect: [401, 404, 404, 404],
  },
  {
    of: "knownPhotos",
    method: "POST",
    path: "/api/v1/photos/known",
    json: { sha256: ["0".repeat(64)] },
    expect: [401, 200, 200, 200],
  },
  {
    of: "changePhotos",
    method: "POST",
    path: "/api/v1/photos/bulk",
    json: { ids: ["01935b91-0d4e-7b6a-9c1f-6f0c2d1e8a55"], purge: true },
    expect: [401, 200, 200, 200],
  },
  { of: "getPhoto", ...hidden, path: "/api/v1/photos/{id}", expect: [404, 404, 200, 200], visitor: 200 },
  { of: "getPhoto", ...shown, path: "/api/v1/photos/{id}", expect: [200, 200, 200, 200] },
  {
    of: "getOriginal",
    ...hidden,
    path: "/api/v1/photos/{id}/original",
    expect: [401, 404, 200, 200],
    visitor: 200,
  },
  { of: "getOriginal", ...shown, path: "/api/v1/photos/{id}/original", expect: [401, 403, 200, 200], visitor: 200 },
  {
    of: "changePhoto",
    method: "PATCH",
    photo: "private",
    path: "/api/v1/photos/{id}",
    json: { title: "x" },
    expect: [401, 404, 200, 200],
  },
  {
    of: "changePhoto",
    method: "PATCH",
    photo: "public",
    path: "/api/v1/photos/{id}",
    json: { title: "x" },
    expect: [401, 403, 200, 200],
  },
  {
    of: "changePhoto",
    method: "PATCH",
    photo: "public",
    path: "/api/v1/photos/{id}",
    json: { favourite: true },
    expect: [401, 403, 200, 403],
  },
  ...[
    ["private", [401, 404, 200, 200]],
    ["public", [401, 403, 200, 200]],
  ].flatMap(([photo, expect]) =>
    [{ archived: true }, { rating: 3 }].map((json) => ({
      of: "changePhoto",
      method: "PATCH",
      photo,
      path: "/api/v1/photos/{id}",
      json,
      expect,
    })),
  ),
  {
    of: "restorePhoto",
    method: "POST",
    photo: "private",
    path: "/api/v1/photos/{id}/restore",
    expect: [401, 404, 200, 200],
  },
  {
    of: "restorePhoto",
    method: "POST",
    photo: "public",
    path: "/api/v1/photos/{id}/restore",
    expect: [401, 403, 200, 200],
  },
  {
    of: "retryPhoto",
    method: "POST",
    photo: "private",
    path: "/api/v1/photos/{id}/retry",
    expect: [401, 404, 200, 200],
  },
  {
    of: "retryPhoto",
    method: "POST",
    photo: "public",
    path: "/api/v1/photos/{id}/retry",
    expect: [401, 403, 200, 200],
  },
  {
    of: "deletePhoto",
    method: "DELETE",
    photo: "private",
    path: "/api/v1/photos/{id}",
    expect: [401, 404, 204, 204],
  },
  {
    of: "deletePhoto",
    method: "DELETE",
    photo: "public",
    path: "/api/v1/photos/{id}",
    expect: [401, 403, 204, 204],
  },
  {
    of: "deletePhoto",
    method: "DELETE",
    photo: "private",
    path: "/api/v1/photos/{id}?permanent=true",
    expect: [401, 404, 204, 204],
  },
  {
    of: "deletePhoto",
    method: "DELETE",
    photo: "public",
    path: "/api/v1/photos/{id}?permanent=true",
    expect: [401, 403, 204, 204],
  },
  { of: "getTimeline", path: "/api/v1/timeline", expect: [200, 200, 200, 200] },
  ...["mine", "archive", "trash", "favourites"].flatMap((scope) => [
    { of: "getTimeline", path: `/api/v1/timeline?scope=${scope}`, expect: [401, 200, 200, 200] },
    { of: "getMonth", path: `/api/v1/timeline/2024-05?scope=${scope}`, expect: [401, 200, 200, 200] },
    { of: "getLayout", path: `/api/v1/timeline/2024-05/layout?scope=${scope}`, expect: [401, 200, 200, 200] },
  ]),
  { of: "getMonth", path: "/api/v1/timeline/2024-05", expect: [200, 200, 200, 200] },
  { of: "getLayout", path: "/api/v1/timeline/2024-05/layout", expect: [200, 200, 200, 200] },
  { of: "getEvents", method: "HEAD", path: "/api/v1/events?scope=mine", expect: [401, 200, 200, 200] },
  { of: "getMedia", ...hidden, path: "{url}", expect: [200, 200, 200, 200] },
  { of: "getPage", path: "/", expect: [200, 200, 200, 200], page: true },
  ...[
    { photo: "private", what: "originals", expect: [401, 404, 201, 201] },
    { photo: "public", what: "originals", expect: [401, 403, 201, 201] },
    { photo: "private", what: "large", expect: [401, 404, 201, 201] },
    { photo: "public", what: "large", expect: [401, 201, 201, 201] },
  ].map(({ photo, what, expect }) => ({
    of: "createArchive",
    method: "POST",
    photo,
    path: "/api/v1/archives",
    json: { photos: ["{id}"], what },
    expect,
  })),
  // What a visitor names is the share.
  ...["originals", "large"].map((what) => ({
    of: "createArchive",
    photo: "private",
    method: "POST",
    path: "/api/v1/archives",
    json: { scope: "share:{key}", what },
    expect: [201, 201, 201, 201],
    visitor: 201,
  })),
  { of: "getArchive", path: "/api/v1/archives/01935b91-0d4e-7b6a-9c1f-6f0c2d1e8a55", expect: [401, 404, 404, 404] },
  { of: "listAlbums", path: "/api/v1/albums", expect: [401, 200, 200, 200] },
  {
    of: "createAlbum",
    method: "POST",
    path: "/api/v1/albums",
    json: { title: "a" },
    expect: [401, 201, 201, 201],
  },
  { of: "getAlbum", album: true, path: "/api/v1/albums/{album}", expect: [401, 404, 200, 404] },
  {
    of: "changeAlbum",
    album: true,
    method: "PATCH",
    path: "/api/v1/albums/{album}",
    json: { title: "x" },
    expect: [401, 404, 200, 404],
  },
  { of: "deleteAlbum", album: true, method: "DELETE", path: "/api/v1/albums/{album}", expect: [401, 404, 204, 404] },
  {
    of: "changeAlbumPhotos",
    album: true,
    method: "POST",
    path: "/api/v1/albums/{album}/photos",
    json: { add: ["01935b91-0d4e-7b6a-9c1f-6f0c2d1e8a55"] },
    expect: [401, 404, 200, 404],
  },
  {
    of: "orderAlbum",
    album: true,
    method: "POST",
    path: "/api/v1/albums/{album}/order",
    json: { ids: ["01935b91-0d4e-7b6a-9c1f-6f0c2d1e8a55"], to: "end" },
    expect: [401, 404, 200, 404],
  },
  { of: "listAlbumMembers", album: true, path: "/api/v1/albums/{album}/members", expect: [401, 404, 200, 404] },
  {
    of: "addAlbumMember",
    album: true,
    method: "POST",
    path: "/api/v1/albums/{album}/members",
    json: { name: "nobody at all", role: "viewer" },
    expect: [401, 404, 404, 404],
  },
  {
    of: "setAlbumMember",
    album: true,
    method: "PUT",
    path: "/api/v1/albums/{album}/members/01935b91-0d4e-7b6a-9c1f-6f0c2d1e8a55",
    json: { role: "viewer" },
    expect: [401, 404, 404, 404],
  },
  {
    of: "removeAlbumMember",
    album: true,
    method: "DELETE",
    path: "/api/v1/albums/{album}/members/01935b91-0d4e-7b6a-9c1f-6f0c2d1e8a55",
    expect: [401, 404, 404, 404],
  },
  ...["timeline", "timeline/2024-05", "timeline/2024-05/layout", "photos"].map((what) => ({
    of: { timeline: "getTimeline", photos: "listPhotos" }[what] ?? (what.endsWith("layout") ? "getLayout" : "getMonth"),
    album: true,
    path: `/api/v1/${what}?scope=album:{album}`,
    expect: [401, 404, 200, 404],
  })),
  ...["timeline", "timeline/2024-05", "timeline/2024-05/layout", "photos"].map((what) => ({
    of: { timeline: "getTimeline", photos: "listPhotos" }[what] ?? (what.endsWith("layout") ? "getLayout" : "getMonth"),
    album: true,
    path: `/api/v1/${what}?scope=sequence:{album}`,
    expect: [401, 404, 200, 404],
  })),
  {
    of: "getEvents",
    album: true,
    method: "HEAD",
    path: "/api/v1/events?scope=album:{album}",
    expect: [401, 404, 200, 404],
  },
  // Of albums, a visitor has but what the share's own scope shows.
  ...["timeline", "timeline/2024-05", "timeline/2024-05/layout", "photos"].map((what) => ({
    of: { timeline: "getTimeline", photos: "listPhotos" }[what] ?? (what.endsWith("layout") ? "getLayout" : "getMonth"),
    album: true,
    path: `/api/v1/${what}?scope=share:{key}`,
    expect: [200, 200, 200, 200],
    visitor: 200,
  })),
  {
    of: "getEvents",
    album: true,
    method: "HEAD",
    path: "/api/v1/events?scope=share:{key}",
    expect: [200, 200, 200, 200],
    visitor: 200,
  },
  { of: "listShares", path: "/api/v1/shares", expect: [401, 200, 200, 200] },
  {
    of: "createShare",
    album: true,
    method: "POST",
    path: "/api/v1/shares",
    json: { album: "{album}" },
    expect: [401, 400, 201, 400],
  },
  { of: "getShare", album: true, path: "/api/v1/shares/{share}", expect: [401, 404, 200, 404] },
  {
    of: "changeShare",
    album: true,
    method: "PATCH",
    path: "/api/v1/shares/{share}",
    json: { title: "x" },
    expect: [401, 404, 200, 404],
  },
  { of: "revokeShare", album: true, method: "DELETE", path: "/api/v1/shares/{share}", expect: [401, 404, 204, 404] },
  { of: "visitShare", album: true, path: "/api/v1/s/{key}", expect: [200, 200, 200, 200] },
  {
    of: "unlockShare",
    album: true,
    method: "POST",
    path: "/api/v1/s/{key}/unlock",
    json: { password: "x" },
    expect: [204, 204, 204, 204],
  },
  { of: "givePhoto", album: true, method: "POST", path: "/api/v1/s/{key}/photos", file: true, expect: [201, 201, 201, 201] },
  // Last, because it ends the sessions of those who call it.
  { of: "logOut", method: "DELETE", path: "/api/v1/session", expect: [204, 204, 204, 204] },
];

for (const row of table) {
  const { of, method = "GET", path, photo: visibility, album, json, headers, file, page } = row;
  const expect = [...row.expect, row.visitor ?? row.expect[0]];
  test(`${of}: ${method} ${path}${visibility ? ` (${visibility})` : ""} → ${expect.join(" ")}`, async (t) => {
    if (page && (await clients.nobody.get("/")).status === 404)
      return t.skip("the web interface is not built");
    if (path.endsWith("z") && !server.own) return t.skip("a proxy hides it");
    for (const [i, role] of roles.entries()) {
      const photo = visibility && (await clients.owner.photo(`?visibility=${visibility}`));
      const made = album && (await clients.owner.post("/api/v1/albums", { title: "an album" })).json.id;
      const share = (photo || album) && (await shared(album ? { album: made } : { photos: [photo.id] }));
      const fill = (text) =>
        text
          .replace("{id}", photo?.id)
          .replace("{url}", photo?.media.variants[0].url)
          .replace("{album}", made)
          .replace("{share}", share?.id)
          .replace("{key}", share?.key);
      const target = role === "visitor" && share ? asVisitor(fill(path), share) : fill(path);
      const filled = json && JSON.parse(fill(JSON.stringify(json)));
      const body = file ? { body: picture(), headers: { "Content-Type": "image/png" } } : { json: filled, headers };
      const answer = await clients[role].request(method, target, body);
      assert.equal(answer.status, expect[i], `${role}: ${answer.body}`);
    }
  });
}

async function shared(what) {
  const allow = { download: true, details: true, ...(what.album && { upload: true }) };
  const made = await clients.owner.post("/api/v1/shares", { ...what, allow });
  assert.equal(made.status, 201, String(made.body));
  return made.json;
}
const asVisitor = (path, { key }) =>
  /[?&]scope=/.test(path) ? path : `${path}${path.includes("?") ? "&" : "?"}scope=share:${key}`;

test("the table has every operation of the contract", () => {
  const operations = Object.values(contract.paths).flatMap((path) =>
    Object.values(path).flatMap((operation) => operation.operationId ?? []),
  );
  assert.deepEqual([...new Set(table.map(({ of }) => of))].sort(), operations.sort());
});

test("what only owner and administrator may know is shown to nobody else", async () => {
  const { nobody, other, owner, admin } = await freshClients();
  const { id } = await owner.photo("?visibility=public&filename=secret.png");
  await owner.patch(`/api/v1/photos/${id}`, { favourite: true });
  const fields = async (client) => {
    const { json } = await client.get(`/api/v1/photos/${id}`);
    return [["filename", "path", "sha256", "location"].every((name) => name in json), json.favourite];
  };
  assert.deepEqual(await fields(owner), [true, true]);
  assert.deepEqual(await fields(admin), [true, false]);
  assert.deepEqual(await fields(other), [false, false]);
  assert.deepEqual(await fields(nobody), [false, false]);
});

async function freshClients() {
  const { logIn } = await import("./client.js");
  const [owner, other, admin] = await Promise.all(
    ["grace", "alan", "ada"].map((name) => logIn(server.url, name)),
  );
  return { nobody: clients.nobody, owner, other, admin };
}
