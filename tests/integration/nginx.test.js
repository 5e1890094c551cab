// What nginx in front of the replicas keeps, passes on, repeats and hides.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import http from "node:http";
import net from "node:net";
import { after, before, describe, test } from "node:test";
import { eventually } from "../api/eventually.js";
import { missing, startNginx } from "./nginx.js";
import { picture } from "./pictures.js";
import { freePort } from "./ports.js";
import { folder, pause, person, Server } from "./program.js";

const skip = missing();
const options = { skip, concurrency: 4 };

describe("nginx before the program", options, () => {
  let replica, url, token, path;
  const ends = [];
  const t = { after: (end) => ends.push(end) };

  after(async () => {
    for (const end of ends.reverse()) await end();
  });
  before(async () => {
    replica = await Server.start(t, await folder(t), ["--name", "one", "--trusted-proxies", "127.0.0.1"]);
    token = await person(replica);
    path = await folder(t);
    url = await startNginx(t, [new URL(replica.url).host], path);
  });

  const get = (path, headers) => fetch(url + path, { headers });
  const authorised = (headers) => ({ Authorization: `Bearer ${token}`, ...headers });

  async function photo(n, query = "?visibility=public") {
    const sent = await fetch(`${url}/api/v1/photos${query}`, { method: "POST", body: picture(n), headers: authorised() });
    assert.equal(sent.status, 201);
    const { id } = await sent.json();
    const ask = async () => (await get(`/api/v1/photos/${id}`, authorised())).json();
    return eventually(ask, ({ state }) => state === "ready");
  }

  test("health and figures are nowhere, as a problem that names the request", async () => {
    for (const path of ["/livez", "/readyz", "/metrics"]) {
      const answer = await get(path);
      assert.equal(answer.status, 404, path);
      assert.equal(answer.headers.get("content-type"), "application/problem+json");
      const problem = await answer.json();
      assert.equal(problem.instance, answer.headers.get("x-request-id"));
      assert.equal(problem.type, "/problems/not-found");
      const explained = await (await get(problem.type, { Accept: "application/json" })).json();
      assert.equal(explained.title, problem.title);
    }
  });

  test("a derivative comes from the cache for everybody, and goes within five seconds of being hidden", async () => {
    const { id, media } = await photo(1);
    const path = media.variants[0].url;
    const first = await get(path);
    assert.equal(first.headers.get("x-cache"), "MISS");
    for (const headers of [{}, authorised(), { Cookie: "cadre_session=x" }, { Range: "bytes=0-3" }])
      assert.equal((await get(path, headers)).headers.get("x-cache"), "HIT");
    assert.equal((await get(path, { "If-None-Match": first.headers.get("etag") })).status, 304);
    const change = { method: "PATCH", body: '{"visibility":"private"}' };
    const headers = authorised({ "Content-Type": "application/json" });
    assert.equal((await fetch(`${url}/api/v1/photos/${id}`, { ...change, headers })).status, 200);
    await pause(5100);
    assert.equal((await get(path)).status, 404);
  });

  test("the wall for nobody lives a second, and who has a cookie or a token is never answered from the cache", async () => {
    const path = "/api/v1/timeline?scope=wall";
    await get(path);
    assert.equal((await get(path)).headers.get("x-cache"), "HIT");
    for (const headers of [authorised(), { Cookie: "a=b; cadre_session=x" }, { Cookie: "__Host-cadre_session=x" }]) {
      const answer = await get(path, headers);
      assert.equal(answer.headers.get("x-cache"), null);
      assert.equal(answer.headers.get("x-accel-expires"), null);
    }
    await pause(2100);
    assert.notEqual((await get(path)).headers.get("x-cache"), "HIT");
  });

  test("the interface's files come from the cache for everybody, each as it was asked for", async () => {
    const page = await (await get("/")).text();
    const path = /\/assets\/[^"]+\.js/.exec(page)?.[0];
    assert.ok(path, "the page has a script");
    const first = await get(path, { "Accept-Encoding": "br" });
    assert.equal(first.headers.get("content-encoding"), "br");
    for (const headers of [{}, authorised(), { Cookie: "cadre_session=x" }]) {
      const again = await get(path, { "Accept-Encoding": "br", ...headers });
      assert.equal(again.headers.get("x-cache"), "HIT");
      assert.equal(again.headers.get("x-accel-expires"), "3600");
      assert.notEqual(again.headers.get("x-request-id"), first.headers.get("x-request-id"));
    }
    const plain = await get(path, { "Accept-Encoding": "identity" });
    assert.equal(plain.headers.get("content-encoding"), null);
    assert.equal((await get("/assets/none.js")).status, 404);
    assert.notEqual((await get("/assets/none.js")).headers.get("x-cache"), "HIT");
  });

  test("what has no X-Accel-Expires is not kept", async () => {
    for (const path of ["/api/v1/me", "/api/v1/timeline?scope=mine", "/nowhere.txt"]) {
      await get(path);
      assert.notEqual((await get(path)).headers.get("x-cache"), "HIT", path);
    }
  });

  test("nothing of a share is kept, and its key stands in no log", async () => {
    const { id } = await photo(3, "");
    const headers = authorised({ "Content-Type": "application/json" });
    const body = JSON.stringify({ photos: [id] });
    const share = await (await fetch(`${url}/api/v1/shares`, { method: "POST", body, headers })).json();
    const paths = [
      `/api/v1/s/${share.key}`,
      ...["timeline", "photos", `photos/${id}`].map((what) => `/api/v1/${what}?scope=share:${share.key}`),
      `/api/v1/timeline?a=b&scope=share%3A${share.key}`,
    ];
    for (const path of [...paths, ...paths]) {
      const answer = await get(path);
      assert.equal(answer.status, 200, path);
      assert.equal(answer.headers.get("x-cache"), null, path);
    }
    await get(share.url);
    const ended = await fetch(`${url}/api/v1/shares/${share.id}`, { method: "DELETE", headers: authorised() });
    assert.equal(ended.status, 204);
    for (const path of paths) assert.equal((await get(path)).status, 404, path);
    await get("/api/v1/nothing/after/it");
    const read = async () => String(await readFile(`${path}/access.log`));
    const logged = await eventually(read, (log) => log.includes("/nothing/after/it"));
    assert.ok(logged.includes('"path":"/api/v1/s/-"') && logged.includes('"path":"/s/-"'));
    assert.ok(!logged.includes(share.key));
    assert.ok(replica.log.includes("/api/v1/s/-") && !replica.log.includes(share.key));
  });

  test("nor in the log of errors, while no replica can be reached", async (test) => {
    const there = await folder(test);
    const away = await startNginx(test, [`127.0.0.1:${await freePort()}`], there);
    const key = "k".repeat(22);
    const asked = [
      ...[`/s/${key}`, `/s/${key}/photo`, `//s/${key}`, `/api/v1/s/${key}`, `/api/v1/nothing?a=b&scope=share:${key}`],
      ...["photos", "events", "timeline", "photos/x/original", "archives/x"].map(
        (what) => `/api/v1/${what}?scope=share:${key}`,
      ),
      `/api/v1/timeline?scope=share%3A${key}`,
    ];
    for (const path of asked) assert.equal((await fetch(away + path)).status, 503, path);
    for (const what of ["unlock", "photos"]) {
      const answer = await fetch(`${away}/api/v1/s/${key}/${what}`, { method: "POST", body: "x" });
      assert.equal(answer.status, 503, what);
    }
    assert.equal((await fetch(`${away}/api/v1/me`)).status, 503);
    const read = async () => String(await readFile(`${there}/error.log`));
    const logged = await eventually(read, (log) => log.includes("/api/v1/me"));
    assert.ok(!logged.includes(key), logged);
  });

  test("an upload reaches the program before it is whole", async () => {
    const { hostname, port } = new URL(url);
    const socket = net.connect(Number(port), hostname);
    socket.write("POST /api/v1/photos HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n");
    const [piece] = await once(socket, "data");
    socket.destroy();
    assert.match(String(piece), /^HTTP\/1.1 401 /);
  });

  test("a piece of an upload reaches the program as it comes, and what came before a connection broke is kept", async () => {
    const bytes = picture(9);
    const version = { "Tus-Resumable": "1.0.0" };
    const begun = await fetch(`${url}/api/v1/uploads`, {
      method: "POST",
      headers: authorised({ ...version, "Upload-Length": String(bytes.length) }),
    });
    assert.equal(begun.status, 201);
    const at = begun.headers.get("location");
    const cut = Math.floor(bytes.length / 2);
    const { hostname, port } = new URL(url);
    let socket;
    // An answer says that it was the second.
    const first = () => {
      socket = net.connect({ host: hostname, port: Number(port) });
      socket.on("error", () => {}).once("data", first);
      socket.write(
        `PATCH ${at} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n` +
          `Content-Type: application/offset+octet-stream\r\nContent-Length: ${bytes.length}\r\n\r\n`,
      );
      socket.write(bytes.subarray(0, cut));
    };
    first();
    const send = (offset, body) => {
      const type = "application/offset+octet-stream";
      const headers = authorised({ ...version, "Content-Type": type, "Upload-Offset": String(offset) });
      return fetch(url + at, { method: "PATCH", headers, body });
    };
    // The program has the first half in hand when it refuses a second sender.
    for (const end = Date.now() + 60_000; (await send(0, "")).status !== 423 || socket.bytesRead > 0; await pause(20))
      assert.ok(Date.now() < end);
    socket.destroy();
    const stands = async () =>
      Number((await fetch(url + at, { method: "HEAD", headers: authorised(version) })).headers.get("upload-offset"));
    for (const end = Date.now() + 60_000; (await stands()) !== cut; await pause(20)) assert.ok(Date.now() < end);
    for (const end = Date.now() + 60_000; ; await pause(20)) {
      const last = await send(cut, bytes.subarray(cut));
      assert.ok(Date.now() < end, String(last.status));
      if (last.status === 423) continue;
      assert.equal(last.status, 204);
      assert.match(last.headers.get("location"), /^\/api\/v1\/photos\//);
      break;
    }
  });

  test("events come at once", async () => {
    const answer = await get("/api/v1/events?scope=mine", authorised());
    assert.equal(answer.status, 200);
    const reader = answer.body.getReader();
    const text = new TextDecoder();
    const { id } = await photo(2);
    for (let seen = ""; !seen.includes(id);) seen += text.decode((await reader.read()).value);
    await reader.cancel();
  });

  test("a request that is no HTTP is refused with a problem", async () => {
    const { hostname, port } = new URL(url);
    const socket = net.connect(Number(port), hostname);
    socket.write("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n");
    const [piece] = await once(socket, "data");
    socket.destroy();
    assert.match(String(piece), /^HTTP\/1.1 400 [^]*application\/problem\+json/);
  });
});

/** A replica that answers each request as `answer` says. */
async function pretend(t, answer) {
  const server = http.createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${server.address().port}`;
}

describe("nginx before replicas that come and go", options, () => {
  test("requests are passed on in turn", async (t) => {
    const replicas = [];
    for (const name of ["a", "b", "c"])
      replicas.push(await pretend(t, (_, answer) => answer.setHeader("X-Served-By", name).end()));
    const url = await startNginx(t, replicas);
    let turn = "";
    for (let i = 0; i < 30; i++) turn += (await fetch(`${url}/api/v1/me`)).headers.get("x-served-by");
    assert.equal(turn, turn.slice(0, 3).repeat(10));
    assert.equal(new Set(turn).size, 3);
  });

  test("what cannot be reached is hidden, for reads and for changes", async (t) => {
    const alive = await pretend(t, (request, answer) => request.resume().on("end", () => answer.end()));
    const url = await startNginx(t, ["127.0.0.1:1", alive, "127.0.0.1:2"]);
    for (const method of ["GET", "POST", "PATCH", "DELETE", "HEAD"])
      for (let i = 0; i < 4; i++) {
        const body = method === "POST" || method === "PATCH" ? "{}" : undefined;
        assert.equal((await fetch(`${url}/api/v1/photos`, { method, body })).status, 200, method);
      }
  });

  test("a read that broke off is repeated; a POST or PATCH that was sent is not, and its answer says so", async (t) => {
    const came = [];
    const breaks = await pretend(t, (request) => {
      came.push(request.method);
      request.socket.destroy();
    });
    const url = await startNginx(t, [breaks]);
    for (const method of ["POST", "PATCH"]) {
      const answer = await fetch(`${url}/api/v1/photos/1`, { method, body: "{}" });
      assert.equal(answer.status, 503);
      assert.equal(answer.headers.get("retry-after"), "1");
      assert.match((await answer.json()).detail, /may have taken effect/);
      await pause(1100);
    }
    assert.deepEqual(came, ["POST", "PATCH"]);
    const good = await pretend(t, (_, answer) => answer.end("good"));
    const both = await startNginx(t, [breaks, good]);
    for (let i = 0; i < 4; i++) assert.equal(await (await fetch(`${both}/api/v1/me`)).text(), "good");
  });
});
