// Uploads in pieces: what tus 1.0 asks for, by hand and by its own client; whatever breaks, what was acknowledged is there.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { deflateSync } from "node:zlib";
import * as tus from "tus-js-client";
import { Client, people } from "./client.js";
import { contract } from "./contract.js";
import { picture, png } from "./pictures.js";
import { head, speak } from "./raw.js";
import { Server } from "./server.js";

let server, nobody, member, other, auth;

before(async () => {
  server = await Server.start({ "max-upload": "16MiB" });
  ({ nobody, member, other } = await people(server));
  auth = `Cookie: ${member.credentials.cookie}`;
});
after(() => server.stop());

const path = "/api/v1/uploads";
const version = { "Tus-Resumable": "1.0.0" };
const pieceType = { "Content-Type": "application/offset+octet-stream" };
const base64 = (text) => Buffer.from(text).toString("base64");
const sum = (algorithm, bytes) => `${algorithm} ${createHash(algorithm).update(bytes).digest("base64")}`;

/** A picture of so many pixels squared and three bytes each, which no compression makes smaller. */
function noise(edge) {
  const rows = randomBytes((edge * 3 + 1) * edge);
  for (let y = 0; y < edge; y++) rows[y * (edge * 3 + 1)] = 0;
  return png(edge, edge, deflateSync(rows, { level: 0 }));
}

async function begin(length, headers = {}, client = member, body = undefined) {
  const answer = await client.request("POST", path, {
    headers: { ...version, "Upload-Length": length, ...(body && pieceType), ...headers },
    body,
  });
  if (answer.status === 201) assert.match(answer.headers.location, /^\/api\/v1\/uploads\/[0-9a-f-]{36}$/);
  return answer;
}
const stands = (at, client = member) => client.request("HEAD", at, { headers: version });
const send = (at, offset, body, headers = {}, client = member) =>
  client.request("PATCH", at, { headers: { ...version, ...pieceType, "Upload-Offset": offset, ...headers }, body });

/** Uploads of which anything is left in the blob store of one's own server. */
async function left() {
  if (!server.own) return [];
  const all = await readdir(join(server.data, "blobs"), { recursive: true }).catch(() => []);
  return all.map((name) => /uploads\/.*\/([0-9a-f-]{36})\/[^/]+$/.exec(name)?.[1]).filter(Boolean);
}

/** Asks until the upload stands there, with nobody holding it. */
async function until(at, holds) {
  for (const end = Date.now() + 60_000; ;) {
    const answer = await stands(at);
    if (holds(Number(answer.headers["upload-offset"]))) return answer;
    assert.ok(Date.now() < end, `${holds}: ${answer.status} ${answer.headers["upload-offset"]}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
/** Sends until nobody else does. */
async function sendWhenFree(at, offset, body) {
  for (const end = Date.now() + 60_000; ;) {
    const answer = await send(at, offset, body);
    if (answer.status !== 423) return answer;
    assert.ok(Date.now() < end, "it stays locked");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test("what is spoken is told, and refused to whoever speaks something else", async () => {
  for (const at of [path, `${path}/01935b91-0d4e-7b6a-9c1f-6f0c2d1e8a55`]) {
    const told = await nobody.request("OPTIONS", at);
    assert.equal(told.status, 204);
    assert.equal(told.headers["tus-version"], "1.0.0");
    assert.equal(told.headers["tus-extension"], "creation,creation-with-upload,checksum,expiration,termination");
    assert.equal(told.headers["tus-checksum-algorithm"], "sha1,sha256");
    if (server.own) assert.equal(told.headers["tus-max-size"], String(16 << 20));
  }
  const { headers } = await begin(10);
  for (const given of [{}, { "Tus-Resumable": "0.2.2" }])
    for (const [method, at] of [
      ["POST", path],
      ["HEAD", headers.location],
      ["PATCH", headers.location],
      ["DELETE", headers.location],
    ]) {
      const refused = await member.request(method, at, { headers: { ...pieceType, "Upload-Offset": 0, ...given } });
      assert.equal(refused.status, 412, method);
      assert.equal(refused.headers["tus-version"], "1.0.0");
      assert.equal(refused.headers["tus-resumable"], "1.0.0");
    }
});

test("pieces become the photo that the file would have been", async () => {
  const bytes = picture();
  const metadata = `filename ${base64("Plage à Noël.png")},path ${base64("2019/Rome")},visibility ${base64("public")},is_draft,modified ${base64("2019-07-14T16:02:00+02:00")}`;
  const begun = await begin(bytes.length, {
    "Upload-Metadata": metadata,
    "Repr-Digest": `sha-256=:${createHash("sha256").update(bytes).digest("base64")}:`,
  });
  assert.equal(begun.status, 201, String(begun.body));
  const at = begun.headers.location;
  assert.ok(Date.parse(begun.headers["upload-expires"]) > Date.now() + 23 * 3600_000);
  const cuts = [0, 1, 40, bytes.length - 7];
  for (const [i, from] of cuts.entries()) {
    const found = await stands(at);
    assert.equal(found.headers["upload-offset"], String(from));
    assert.equal(found.headers["upload-length"], String(bytes.length));
    assert.equal(found.headers["upload-metadata"], metadata);
    assert.equal(found.headers["cache-control"], "no-store");
    assert.equal(found.headers["content-location"], undefined);
    const piece = bytes.subarray(from, cuts[i + 1]);
    const kept = await send(at, from, piece, i === 2 ? { "Upload-Checksum": sum("sha1", piece) } : {});
    assert.equal(kept.status, 204, String(kept.body));
    assert.equal(kept.headers["upload-offset"], String(from + piece.length));
    assert.equal(kept.headers["content-location"] !== undefined, i === cuts.length - 1);
  }
  const ended = await stands(at);
  assert.equal(ended.headers["upload-offset"], String(bytes.length));
  const photo = (await member.get(ended.headers["content-location"])).json;
  assert.equal(photo.sha256, createHash("sha256").update(bytes).digest("hex"));
  assert.equal(photo.filename, "Plage à Noël.png");
  assert.equal(photo.visibility, "public");
  assert.ok((await member.get(`/api/v1/photos/${photo.id}/original`)).body.equals(bytes));
  assert.equal((await member.ready(photo.id)).state, "ready");

  // Whoever missed the answer sends nothing more, and is told; also what the photo is, if it says so.
  const again = await send(at, bytes.length, "", { Prefer: "return=representation" });
  assert.equal(again.status, 201);
  assert.equal(again.json.id, photo.id);
  assert.equal(again.headers.location, `/api/v1/photos/${photo.id}`);
  assert.equal((await send(at, bytes.length, "x")).status, 413);
  const twice = await begin(bytes.length);
  const duplicate = await send(twice.headers.location, 0, bytes, { Prefer: "respond-async, return=representation" });
  assert.equal(duplicate.status, 200);
  assert.equal(duplicate.json.duplicate, true);
  assert.equal(duplicate.json.id, photo.id);
});

test("the first piece may come with the beginning, and be the last", async () => {
  const bytes = picture();
  const whole = await begin(bytes.length, { "Upload-Checksum": sum("sha256", bytes) }, member, bytes);
  assert.equal(whole.status, 201, String(whole.body));
  assert.equal(whole.headers["upload-offset"], String(bytes.length));
  assert.equal((await member.get(whole.headers["content-location"])).status, 200);
  const next = picture();
  const part = await begin(next.length, {}, member, next.subarray(0, 50));
  assert.equal(part.headers["upload-offset"], "50");
  assert.equal((await send(part.headers.location, 50, next.subarray(50))).status, 204);
});

test("what is refused changes nothing, and says why", async () => {
  const bytes = picture();
  const { headers } = await begin(bytes.length);
  const at = headers.location;
  await send(at, 0, bytes.subarray(0, 30));
  const before = await left();
  const gone = `${path}/01935b91-0d4e-7b6a-9c1f-6f0c2d1e8a55`;
  const wrong = { "Upload-Checksum": sum("sha1", "other bytes") };
  for (const [status, code, attempt] of [
    [409, "upload-offset-differs", () => send(at, 0, "xx")],
    [409, "upload-offset-differs", () => send(at, 31, "xx")],
    [400, "invalid-request", () => send(at, "-1", "xx")],
    [400, "invalid-request", () => send(at, "3e1", "xx")],
    [400, "invalid-request", () => member.request("PATCH", at, { headers: { ...version, ...pieceType }, body: "x" })],
    [413, "body-too-large", () => send(at, 30, bytes)],
    [415, "wrong-content-type", () => send(at, 30, "xx", { "Content-Type": "image/png" })],
    [460, "checksum-differs", () => send(at, 30, "xx", wrong)],
    [400, "invalid-request", () => send(at, 30, "xx", { "Upload-Checksum": "crc64 AAAA" })],
    [400, "invalid-request", () => send(at, 30, "xx", { "Upload-Checksum": "sha1 AAAA" })],
    [404, "upload-not-found", () => send(gone, 0, "xx")],
    [404, "upload-not-found", () => send(`${path}/x`, 0, "xx")],
    [404, "upload-not-found", () => send(at, 30, "xx", {}, other)],
    [401, "not-logged-in", () => send(at, 30, "xx", {}, nobody)],
    [404, "upload-not-found", () => other.request("DELETE", at, { headers: version })],
    [400, "invalid-request", () => member.request("POST", at, { headers: version })],
    [401, "not-logged-in", () => begin(10, {}, nobody)],
    [400, "invalid-request", () => member.request("POST", path, { headers: version })],
    [400, "invalid-request", () => member.request("POST", path, { headers: { ...version, "Upload-Defer-Length": 1 } })],
    [415, "file-empty", () => begin(0)],
    [413, "file-too-large", () => begin(2 ** 50)],
    [400, "invalid-request", () => begin("18446744073709551616")],
    [400, "invalid-request", () => begin(10, { "Upload-Metadata": "filename not=base64" })],
    [400, "invalid-request", () => begin(10, { "Upload-Metadata": "a YQ==,a YQ==" })],
    [400, "invalid-fields", () => begin(10, { "Upload-Metadata": `visibility ${base64("secret")}` })],
    [400, "invalid-fields", () => begin(10, { "Upload-Metadata": "filename /w==" })],
    [400, "invalid-fields", () => begin(10, { "Upload-Metadata": `modified ${base64("yesterday")}` })],
    [413, "body-too-large", () => begin(2, {}, member, "three")],
    [460, "checksum-differs", () => begin(3, wrong, member, "two")],
    [415, "wrong-content-type", () => begin(3, { "Content-Type": "text/plain" }, member, "two")],
  ]) {
    const refused = await attempt();
    assert.equal(refused.status, status, `${attempt}: ${refused.body}`);
    assert.equal(refused.json.type, `/problems/${code}`, String(attempt));
    assert.equal(refused.headers["tus-resumable"], "1.0.0", String(attempt));
  }
  assert.deepEqual(await left(), before);
  assert.equal((await stands(at)).headers["upload-offset"], "30");
  assert.equal((await stands(at, other)).status, 404);
  // In chunks, nobody sees how long a piece is before it is there.
  const lines = [auth, "Tus-Resumable: 1.0.0", "Upload-Offset: 30", "Transfer-Encoding: chunked"];
  const all = [head("PATCH", at, [...lines, "Content-Type: application/offset+octet-stream"])];
  const long = await speak(server.url, [...all, "ffff\r\n", Buffer.alloc(0xffff), "\r\n0\r\n\r\n"]);
  assert.equal(long.status, 413);
  assert.deepEqual(await left(), before);
  assert.equal((await send(at, 30, bytes.subarray(30))).status, 204);
});

test("a file that is refused leaves nothing, and an upload that is given up neither", async () => {
  const before = await left();
  const none = await begin(12);
  assert.equal((await send(none.headers.location, 0, "not a ")).status, 204);
  const refused = await send(none.headers.location, 6, "photo!");
  assert.equal(refused.status, 415, String(refused.body));
  assert.equal((await stands(none.headers.location)).status, 404);
  const bytes = picture();
  const digest = `sha-256=:${createHash("sha256").update("other bytes").digest("base64")}:`;
  const differs = await begin(bytes.length, { "Repr-Digest": digest });
  const ended = await send(differs.headers.location, 0, bytes);
  assert.equal(ended.status, 400);
  assert.equal(ended.json.type, "/problems/digest-differs");
  assert.equal((await stands(differs.headers.location)).status, 404);
  const given = await begin(bytes.length, {}, member, bytes.subarray(0, 9));
  assert.equal((await member.request("DELETE", given.headers.location, { headers: version })).status, 204);
  assert.equal((await stands(given.headers.location)).status, 404);
  assert.equal((await member.request("DELETE", given.headers.location, { headers: version })).status, 404);
  assert.deepEqual(await left(), before);
});

test("who cannot send PATCH or DELETE says by POST what is meant", async () => {
  const bytes = picture();
  const { headers } = await begin(bytes.length);
  const meant = (method, more = {}) => ({ ...version, "X-HTTP-Method-Override": method, ...more });
  const kept = await member.request("POST", headers.location, {
    headers: meant("PATCH", { ...pieceType, "Upload-Offset": 0 }),
    body: bytes.subarray(0, 20),
  });
  assert.equal(kept.status, 204);
  assert.equal((await stands(headers.location)).headers["upload-offset"], "20");
  assert.equal((await member.request("POST", headers.location, { headers: meant("DELETE") })).status, 204);
  assert.equal((await stands(headers.location)).status, 404);
});

/** A PATCH of which `bytes` are sent and the rest never comes. */
function half(at, offset, bytes, announced) {
  const { hostname, port } = new URL(server.url);
  const socket = net.connect({ port: Number(port) || 80, host: hostname });
  socket.on("error", () => {});
  const lines = [auth, "Tus-Resumable: 1.0.0", `Upload-Offset: ${offset}`, `Content-Length: ${announced}`];
  socket.write(head("PATCH", at, [...lines, "Content-Type: application/offset+octet-stream"]));
  socket.write(bytes);
  return socket;
}

test("of two who go on with the same upload one is told so, and what a broken connection brought is kept", async () => {
  const bytes = noise(20);
  const { headers } = await begin(bytes.length);
  const at = headers.location;
  await send(at, 0, bytes.subarray(0, 10));
  let socket;
  // An answer says that it was the second.
  const first = () => (socket = half(at, 10, bytes.subarray(10, 400), 1000)).once("data", first);
  first();
  // The second is refused from when the first has begun.
  for (const end = Date.now() + 60_000; ;) {
    const second = await send(at, 10, "");
    if (second.status === 423 && socket.bytesRead === 0) {
      assert.equal(second.json.type, "/problems/upload-locked");
      break;
    }
    assert.ok(Date.now() < end, String(second.status));
  }
  socket.destroy();
  await until(at, (offset) => offset === 400);
  const ended = await sendWhenFree(at, 400, bytes.subarray(400));
  assert.equal(ended.status, 204, String(ended.body));
  assert.ok((await member.get(`${ended.headers.location}/original`)).body.equals(bytes));
});

test("what was acknowledged outlives kill -9, and so does what came before it in a large piece", async (t) => {
  if (!server.own) return t.skip("the server is not ours to kill");
  const bytes = noise(1700);
  const part = 8 << 20;
  assert.ok(bytes.length > part + 1000, "the picture is larger than a part");
  const { headers } = await begin(bytes.length);
  const at = headers.location;
  assert.equal((await send(at, 0, bytes.subarray(0, 500))).status, 204);
  const socket = half(at, 500, bytes.subarray(500, 500 + part + 300), bytes.length - 500);
  await until(at, (offset) => offset === 500 + part);
  await server.down("SIGKILL");
  socket.destroy();
  await server.up();
  for (const client of [member, nobody, other]) client.url = server.url;
  assert.equal((await stands(at)).headers["upload-offset"], String(500 + part));
  const ended = await sendWhenFree(at, 500 + part, bytes.subarray(500 + part));
  assert.equal(ended.status, 204, String(ended.body));
  assert.ok((await member.get(`${ended.headers.location}/original`)).body.equals(bytes));
});

test("a token that may upload may do so in pieces, one that may read may not", async () => {
  const token = async (scope) => {
    const made = await member.post("/api/v1/me/tokens", { name: "t", scope });
    return new Client(server.url, { token: made.json.token });
  };
  const bytes = picture();
  const uploads = await token("upload");
  const begun = await begin(bytes.length, {}, uploads);
  assert.equal(begun.status, 201);
  assert.equal((await send(begun.headers.location, 0, bytes.subarray(0, 9), {}, uploads)).status, 204);
  assert.equal((await stands(begun.headers.location, uploads)).headers["upload-offset"], "9");
  const reads = await token("read");
  assert.equal((await begin(bytes.length, {}, reads)).status, 403);
  assert.equal((await send(begun.headers.location, 9, "x", {}, reads)).status, 403);
  assert.equal((await uploads.request("DELETE", begun.headers.location, { headers: version })).status, 204);
});

/** Runs tus's own client to its end, or until `stop` says so. */
function withClient(bytes, options, stop = () => false) {
  return new Promise((resolve, reject) => {
    const upload = new tus.Upload(bytes, {
      endpoint: server.url + path,
      headers: { Cookie: member.credentials.cookie },
      retryDelays: [0, 100, 500, 1000],
      ...options,
      onError: reject,
      onSuccess: ({ lastResponse }) => resolve({ upload, lastResponse }),
      onChunkComplete: (_size, accepted) => {
        if (stop(accepted)) upload.abort().then(() => resolve({ upload, accepted }), reject);
      },
    });
    upload.findPreviousUploads().then(([earlier]) => {
      if (earlier) upload.resumeFromPreviousUpload(earlier);
      upload.start();
    }, reject);
  });
}

test("tus-js-client sends in pieces, goes on where it stopped, and finds the photo", async () => {
  const bytes = noise(300);
  const storage = join(tmpdir(), `cadre-tus-${process.pid}.json`);
  const options = {
    chunkSize: 50_000,
    metadata: { filename: "Plage.png", filetype: "image/png" },
    urlStorage: new tus.FileUrlStorage(storage),
    fingerprint: async () => "the same file",
    storeFingerprintForResuming: true,
    removeFingerprintOnSuccess: true,
  };
  try {
    const stopped = await withClient(bytes, options, (accepted) => accepted >= 100_000);
    assert.equal((await stands(new URL(stopped.upload.url).pathname)).headers["upload-offset"], "100000");
    const { upload, lastResponse } = await withClient(bytes, options);
    assert.equal(upload.url, stopped.upload.url, "it went on with the same upload");
    const photo = await member.get(lastResponse.getHeader("Content-Location"));
    assert.equal(photo.json.filename, "Plage.png");
    assert.ok((await member.get(`/api/v1/photos/${photo.json.id}/original`)).body.equals(bytes));
  } finally {
    await rm(storage, { force: true });
  }
});

test("tus-js-client sends the first piece with the beginning, and gives up", async () => {
  const bytes = picture();
  const { lastResponse } = await withClient(bytes, { uploadDataDuringCreation: true });
  assert.equal(lastResponse.getStatus(), 201);
  assert.equal((await member.get(lastResponse.getHeader("Content-Location"))).status, 200);
  const large = noise(300);
  const stopped = await withClient(large, { chunkSize: 10_000 }, (accepted) => accepted >= 20_000);
  await stopped.upload.abort(true);
  assert.equal((await stands(new URL(stopped.upload.url).pathname)).status, 404);
  await assert.rejects(
    withClient(Buffer.from("not a photo"), {}),
    (error) => error.originalResponse.getStatus() === 415,
  );
});

test("the contract names every status of a piece", () => {
  const { responses } = contract.paths[`${path}/{id}`].patch;
  for (const status of [204, 404, 409, 410, 412, 413, 415, 423, 460]) assert.ok(responses[status], String(status));
});
