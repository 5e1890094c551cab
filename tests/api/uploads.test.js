// Files in: what is kept, and what every broken request is told; nothing of a refused one stays.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { deflateSync } from "node:zlib";
import { people } from "./client.js";
import { jpeg, picture, png, webp } from "./pictures.js";
import { ask, head, speak } from "./raw.js";
import { Server } from "./server.js";

let server, nobody, admin, member, auth, maxUpload;

before(async () => {
  server = await Server.start({ "max-upload": "1MiB", "max-pixels": 1_000_000 });
  maxUpload = server.own ? 1 << 20 : 2 ** 30;
  ({ nobody, admin, member } = await people(server));
  auth = `Cookie: ${member.credentials.cookie}`;
});
after(() => server.stop());

const hex = (bytes) => createHash("sha256").update(bytes).digest("hex");
const digest = (bytes) => `sha-256=:${createHash("sha256").update(bytes).digest("base64")}:`;

/** Runs `attempt` and then sees that no file and no photo came of it. */
async function leavesNothing(attempt) {
  const photos = async () => (await member.get("/api/v1/photos?scope=mine&limit=500")).json.photos.length;
  const before = [await photos(), server.own ? await server.photoFolders() : []];
  await attempt();
  assert.deepEqual([await photos(), server.own ? await server.photoFolders() : []], before);
}

test("JPEG, PNG and WebP are kept byte for byte", async () => {
  for (const [bytes, type] of [
    [jpeg, "image/jpeg"],
    [picture(), "image/png"],
    [webp, "image/webp"],
  ]) {
    const sent = await member.upload(bytes, "?filename=a%20b.jpg&modified=2019-07-14T16:02:00Z", {
      "Repr-Digest": digest(bytes),
    });
    assert.equal(sent.status, 201, String(sent.body));
    assert.equal(sent.headers.location, `/api/v1/photos/${sent.json.id}`);
    assert.equal(sent.json.content_type, type);
    assert.equal(sent.json.sha256, hex(bytes));
    assert.equal(sent.json.visibility, "private");
    assert.equal(sent.json.filename, "a b.jpg");
    const ready = await member.ready(sent.json.id);
    assert.equal(ready.state, "ready");
    assert.deepEqual(
      ready.media.variants.map((variant) => variant.name),
      ["s", "m", "l", "xl"],
    );
    const original = await member.get(`${sent.headers.location}/original`);
    assert.ok(original.body.equals(bytes));
  }
});

test("the same bytes again are the photo that is there, also out of the trash", async () => {
  const bytes = picture();
  const first = await member.upload(bytes);
  assert.equal(first.status, 201);
  const second = await member.upload(bytes);
  assert.equal(second.status, 200);
  assert.equal(second.json.id, first.json.id);
  assert.equal(second.json.duplicate, true);
  await member.delete(first.headers.location);
  const third = await member.upload(bytes);
  assert.equal(third.status, 200);
  assert.equal(third.json.trashed_at, null);
  assert.equal((await admin.upload(bytes)).status, 201, "another person's photo is another photo");
});

test("the same bytes sent at the same moment are one photo, and another person's are another", async () => {
  for (let round = 0; round < 5; round++) {
    const bytes = picture();
    const sent = await Promise.all(Array.from({ length: 8 }, () => member.upload(bytes)));
    assert.deepEqual(
      sent.map(({ status }) => status).sort(),
      [200, 200, 200, 200, 200, 200, 200, 201],
      sent.map(({ body }) => String(body)).join("\n"),
    );
    const first = sent.find(({ status }) => status === 201);
    for (const { status, json } of sent) {
      assert.equal(json.id, first.json.id);
      assert.equal(json.duplicate ?? false, status === 200);
    }
    assert.equal((await admin.upload(bytes)).status, 201);
  }
});

test("chunks are taken, and Expect is answered", async () => {
  const bytes = picture();
  const pieces = [bytes.subarray(0, 10), bytes.subarray(10)].flatMap((piece) => [
    `${piece.length.toString(16)}\r\n`,
    piece,
    "\r\n",
  ]);
  const lines = [auth, "Transfer-Encoding: chunked", "Expect: 100-continue"];
  const answer = await ask(server.url, "POST", "/api/v1/photos", lines, [...pieces, "0\r\n\r\n"], {
    pause: 5,
  });
  assert.equal(answer.status, 201, String(answer.body));
});

test("which hashes are one's own is answered in one go", async () => {
  const bytes = picture();
  const { json } = await member.upload(bytes);
  const other = hex(Buffer.from("nothing"));
  const known = await member.post("/api/v1/photos/known", { sha256: [hex(bytes), other, hex(bytes)] });
  assert.deepEqual(known.json, { known: { [hex(bytes)]: json.id } });
  assert.deepEqual((await admin.post("/api/v1/photos/known", { sha256: [hex(bytes)] })).json, { known: {} });
  await member.delete(`/api/v1/photos/${json.id}`);
  const trashed = await member.post("/api/v1/photos/known", { sha256: [hex(bytes)] });
  assert.deepEqual(
    trashed.json,
    { known: {} },
    "what is in the trash has to be sent again to come out of it",
  );
  const asked = await member.post("/api/v1/photos/known?trashed=true", { sha256: [hex(bytes), other] });
  assert.deepEqual(asked.json, { known: {}, trashed: { [hex(bytes)]: json.id } });
  for (const sha256 of [[], ["xyz"], "abc", Array(1001).fill(other), [other.toUpperCase()]])
    assert.equal((await member.post("/api/v1/photos/known", { sha256 })).status, 400);
});

test("what is no picture is refused, whatever it is called", () =>
  leavesNothing(async () => {
    for (const bytes of [
      Buffer.from("just a text"),
      randomBytes(2000),
      Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ]) {
      const answer = await member.upload(bytes, "?filename=holiday.jpg", { "Content-Type": "image/jpeg" });
      assert.equal(answer.status, 415);
    }
    assert.equal((await member.upload(Buffer.alloc(0))).status, 415);
  }));

test("what cannot be read or has too many pixels is refused", () =>
  leavesNothing(async () => {
    assert.equal((await member.upload(png(100_000, 100_000, deflateSync(Buffer.alloc(10))))).status, 422);
    const whole = picture();
    assert.equal((await member.upload(whole.subarray(0, 40))).status, 422);
    assert.equal((await member.upload(webp.subarray(0, 60))).status, 422);
    assert.equal((await member.upload(jpeg.subarray(0, 100))).status, 422);
  }));

test("another digest, or none that can be read, is refused", () =>
  leavesNothing(async () => {
    const bytes = picture();
    for (const field of [
      digest(Buffer.from("x")),
      "sha-256",
      "sha-256=:AAAA:",
      "sha-256=abc",
      `${digest(bytes)}, ${digest(bytes)}`,
    ])
      assert.equal((await member.upload(bytes, "", { "Repr-Digest": field })).status, 400, field);
  }));

test("wrong parameters are all named", () =>
  leavesNothing(async () => {
    const query = `?visibility=secret&modified=yesterday&filename=${"x".repeat(1025)}`;
    const answer = await member.upload(picture(), query);
    assert.equal(answer.status, 400);
    assert.deepEqual(answer.json.errors.map((error) => error.field).sort(), [
      "filename",
      "modified",
      "visibility",
    ]);
    assert.equal((await member.upload(picture(), "?visibility=public&visibility=private")).status, 400);
    assert.equal((await member.upload(picture(), "?modified=2019-07-14T16:02:00")).status, 400);
  }));

test("too many bytes are refused: announced ones at once, others as they come", () =>
  leavesNothing(async () => {
    const announced = await ask(server.url, "POST", "/api/v1/photos", [
      auth,
      `Content-Length: ${maxUpload + 1}`,
    ]);
    assert.equal(announced.status, 413);
    if (!server.own) return;
    const size = 1 << 16;
    const piece = Buffer.concat([
      Buffer.from(`${size.toString(16)}\r\n`),
      Buffer.alloc(size, 1),
      Buffer.from("\r\n"),
    ]);
    const chunked = await ask(
      server.url,
      "POST",
      "/api/v1/photos",
      [auth, "Transfer-Encoding: chunked"],
      Array(18).fill(piece),
    );
    assert.equal(chunked?.status, 413);
  }));

test("a request without a length is told so", async () => {
  assert.equal((await ask(server.url, "POST", "/api/v1/photos", [auth])).status, 411);
});

test("lying and doubled lengths are refused", () =>
  leavesNothing(async () => {
    const bytes = picture();
    const refused = async (lines, status = 400) => {
      const answer = await ask(server.url, "POST", "/api/v1/photos", [auth, ...lines], [bytes], {
        cut: true,
      });
      // A proxy whose client breaks off has nobody to answer.
      if (answer || server.own) assert.equal(answer?.status, status, lines.join());
    };
    await refused([`Content-Length: ${bytes.length + 10}`]);
    await refused(["Content-Length: -1"]);
    await refused(["Content-Length: ten"]);
    await refused([`Content-Length: ${bytes.length}`, `Content-Length: ${bytes.length + 1}`]);
    await refused([`Content-Length: ${bytes.length}`, "Transfer-Encoding: chunked"]);
    await refused(["Content-Length: 40"], 422); // it ends before its data
  }));

test("a body cut at any byte leaves nothing", () =>
  leavesNothing(async () => {
    const bytes = picture();
    const cuts = [0, 1, 7, 8, 9, 20, 33, 40, bytes.length >> 1, bytes.length - 12, bytes.length - 1];
    for (const cut of cuts) {
      const lines = [auth, `Content-Length: ${bytes.length}`];
      const answer = await ask(server.url, "POST", "/api/v1/photos", lines, [bytes.subarray(0, cut)], {
        cut: true,
      });
      assert.ok(answer === null || answer.status === 400, `cut at ${cut}: ${answer?.status}`);
      const chunks = [`${bytes.length.toString(16)}\r\n`, bytes.subarray(0, cut)];
      const chunked = await ask(
        server.url,
        "POST",
        "/api/v1/photos",
        [auth, "Transfer-Encoding: chunked"],
        chunks,
        { cut: true },
      );
      assert.ok(chunked === null || chunked.status === 400, `chunk cut at ${cut}: ${chunked?.status}`);
    }
  }));

test("doubled headers that must be one are refused", async () => {
  const two = [["Host: other"], [auth, "Authorization: Bearer a", "Authorization: Bearer b"]];
  for (const lines of two) {
    const answer = await speak(server.url, [head("GET", "/api/v1/me", lines)]);
    assert.equal(answer.status, 400, lines.join());
  }
  const body = "{}";
  const lines = [
    auth,
    "Content-Type: application/json",
    "Content-Type: text/plain",
    `Content-Length: ${body.length}`,
  ];
  assert.equal((await ask(server.url, "POST", "/api/v1/me/tokens", lines, [body])).status, 400);
});

test("paths in names are no paths", async () => {
  const names = [
    "../../etc/passwd",
    "/etc/passwd",
    "..\\..\\windows\\win.ini",
    "a/../../b.png",
    "..",
    "con\u0000.png",
    "\r\nX: y.png",
  ];
  for (const name of names) {
    const sent = await member.upload(picture(), `?filename=${encodeURIComponent(name)}`);
    assert.equal(sent.status, 201, name);
    assert.doesNotMatch(sent.json.filename, /[/\\\u0000-\u001f]/);
    const original = await member.get(`${sent.headers.location}/original`);
    assert.equal(original.status, 200);
    assert.match(original.headers["content-disposition"], /^attachment/);
    assert.equal(original.headers.x, undefined);
  }
  assert.equal((await member.upload(picture(), "?filename=%ff%fe")).status, 400);
});

test("a long name keeps its extension, and any name can be downloaded", async () => {
  const names = [
    ["x".repeat(400) + ".jpeg", "x".repeat(250) + ".jpeg"],
    ["写".repeat(300) + ".heic", "写".repeat(83) + ".heic"],
    ["日本 “x” 100 %; a=b.png"],
    ["it's \"quoted\".png"],
    ["Zoë & Co, #1?.png"],
    ["no extension"],
  ];
  for (const [name, kept = name] of names) {
    const sent = await member.upload(picture(), `?filename=${encodeURIComponent(name)}`);
    assert.equal(sent.json.filename, kept);
    const { headers } = await member.get(`${sent.headers.location}/original`);
    const said = /filename\*=UTF-8''([^;]+)$/.exec(headers["content-disposition"]);
    assert.equal(decodeURIComponent(said[1]), kept);
    assert.match(headers["content-disposition"], /^attachment; filename="[ !#$&-[\]-~]+"; /);
  }
  assert.equal((await member.upload(picture(), `?filename=${"x".repeat(1025)}`)).status, 400);
});

test("the folder that a file stood in is kept, and only its owner sees it", async () => {
  const path = (folder) => `?visibility=public&path=${encodeURIComponent(folder)}`;
  const sent = await member.upload(picture(), path("2019/Été à Rome"));
  assert.equal(sent.json.path, "2019/Été à Rome");
  assert.equal((await member.get(sent.headers.location)).json.path, "2019/Été à Rome");
  assert.equal((await admin.get(sent.headers.location)).json.path, "2019/Été à Rome");
  await member.ready(sent.json.id);
  assert.ok(!("path" in (await nobody.get(sent.headers.location)).json));
  assert.equal((await member.upload(picture())).json.path, null);
  assert.equal((await member.upload(picture(), path("/../a//./b/\n"))).json.path, "a/b");
  const deep = `${"d".repeat(200)}/`.repeat(10) + "album";
  const kept = (await member.upload(picture(), path(deep))).json.path;
  assert.ok(kept.endsWith("ddd/album") && Buffer.byteLength(kept) <= 1024, kept);
  assert.equal((await member.upload(picture(), path("x".repeat(4097)))).status, 400);
});

test("nobody sends nothing, and is told before the bytes come", () =>
  leavesNothing(async () => {
    assert.equal((await nobody.upload(picture())).status, 401);
    const answer = await ask(server.url, "POST", "/api/v1/photos", [
      "Content-Length: 1000",
      "Expect: 100-continue",
    ]);
    assert.equal(answer.status, 401);
  }));
